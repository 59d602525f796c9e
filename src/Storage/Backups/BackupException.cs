namespace Quittance.Storage.Backups;

/// <summary>A backup can't be made or restored. The message is for the operator; nothing has changed.</summary>
public sealed class BackupException(string message, Exception? cause = null) : Exception(message, cause);
