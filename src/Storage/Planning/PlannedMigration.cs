namespace Quittance.Storage.Planning;

/// <summary>A migration that would run.</summary>
/// <param name="Number">Its place in the order.</param>
/// <param name="Name">Its file's name.</param>
/// <param name="Touched">The tables with rows in them that it locks.</param>
/// <param name="Created">The tables that it makes. Nobody waits for them.</param>
public sealed record PlannedMigration(int Number, string Name, IReadOnlyList<TouchedTable> Touched, IReadOnlyList<string> Created);
