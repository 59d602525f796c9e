using Quittance.Storage.Schema;
namespace Quittance.Storage.Backups;

/// <summary>What a backup says of itself before its rows.</summary>
/// <param name="TakenAt">When it was begun: all that was committed before is in it.</param>
/// <param name="Migrations">The schema that its rows are of.</param>
/// <param name="Tables">The tables in the order of their rows: what is referred to comes before what refers to it.</param>
public sealed record BackupHeader(DateTimeOffset TakenAt, IReadOnlyList<AppliedMigration> Migrations, IReadOnlyList<TableLayout> Tables);
