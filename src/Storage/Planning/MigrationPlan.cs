namespace Quittance.Storage.Planning;

/// <summary>What bringing a database to this version's schema would do to it. All of it is one transaction, which keeps its locks to its end.</summary>
/// <param name="Applied">The migrations that the database has.</param>
/// <param name="Missing">Those that would run, in their order.</param>
public sealed record MigrationPlan(IReadOnlyList<AppliedMigration> Applied, IReadOnlyList<PlannedMigration> Missing);
