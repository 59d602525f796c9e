namespace Quittance.Storage.Backups;

/// <summary>A table of a backup.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The columns that are kept, in order; what PostgreSQL generates is generated again.</param>
public sealed record TableLayout(string Name, IReadOnlyList<string> Columns);
