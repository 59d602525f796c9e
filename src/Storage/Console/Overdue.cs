using Quittance.Core;

namespace Quittance.Storage.Console;

/// <summary>What a customer should have paid by now, in one currency.</summary>
/// <param name="Amount">How much.</param>
/// <param name="Charges">Of how many charges.</param>
/// <param name="Oldest">Since when the oldest of them is due.</param>
/// <param name="IsAll">Whether these are all of them; else there are more than were added up.</param>
public sealed record Overdue(Money Amount, long Charges, DateOnly Oldest, bool IsAll);
