namespace Quittance.Storage.Backups;

/// <summary>What a backup holds of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Bytes">The size of the rows in PostgreSQL's binary form, before they are compressed.</param>
/// <param name="Sha256">The hash of these bytes, in hexadecimal.</param>
public sealed record TableSummary(string Name, long Rows, long Bytes, string Sha256);
