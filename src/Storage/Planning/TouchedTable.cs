namespace Quittance.Storage.Planning;

/// <summary>What a migration does to a table.</summary>
/// <param name="Name">The table.</param>
/// <param name="Lock">The strongest lock that it takes, as PostgreSQL names it.</param>
/// <param name="Stops">What waits while it has the lock.</param>
/// <param name="Work">How long it has the lock depends on this.</param>
/// <param name="Rows">About how many rows the table has, as PostgreSQL last estimated; null where it never did.</param>
/// <param name="Bytes">About the size of the table with its indexes, likewise.</param>
public sealed record TouchedTable(string Name, string Lock, StoppedWork Stops, TableWork Work, long? Rows, long Bytes);
