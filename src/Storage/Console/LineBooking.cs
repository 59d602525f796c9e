using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>What was done with a line of a statement: booked, or left out.</summary>
/// <param name="Brought">When, and by which request.</param>
/// <param name="Transfers">What the line itself moved, in its order; none where it was left out.</param>
/// <param name="Actions">What operators did by that request.</param>
public sealed record LineBooking(Brought Brought, IReadOnlyList<BookedTransfer> Transfers, IReadOnlyList<KeptAction> Actions);
