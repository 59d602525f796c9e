namespace Quittance.Storage;

/// <summary>Where something of a person stands, and how it is erased.</summary>
/// <param name="Table">The table.</param>
/// <param name="Columns">Its columns that are erased.</param>
/// <param name="Sql">Erases them for an account ($2) of a merchant ($1), and touches no row that has nothing left to erase.</param>
internal sealed record ErasureStep(string Table, IReadOnlyList<string> Columns, string Sql);
