namespace Quittance.Storage.Console;

/// <summary>A part of a list of customers.</summary>
/// <param name="Rows">The customers.</param>
/// <param name="Next">Where the next part begins; null where there is none.</param>
public sealed record CustomerPage(IReadOnlyList<CustomerRow> Rows, CustomerPlace? Next);
