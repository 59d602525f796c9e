namespace Quittance.Storage.Backups;

/// <summary>What came of restoring a backup.</summary>
/// <param name="Backup">What was restored.</param>
/// <param name="Ended">What of it was ended at once.</param>
public sealed record RestoredBooks(BackupSummary Backup, EndedAccess Ended);
