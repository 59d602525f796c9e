namespace Quittance.Storage.Planning;

/// <summary>What of a server's work waits for a lock.</summary>
public enum StoppedWork
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Whatever changes the table.</summary>
    Writing,

    /// <summary>Whatever touches the table.</summary>
    ReadingAndWriting,
}
