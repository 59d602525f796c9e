namespace Quittance.Storage.Exporting;

/// <summary>How an attempt to close the days of a journal ends.</summary>
public enum Closing
{
    /// <summary>No later commit belongs to the days.</summary>
    Closed,

    /// <summary>The last day has not ended.</summary>
    NotEnded,

    /// <summary>The database, or the role in it, permits only to read.</summary>
    ReadOnly,

    /// <summary>
    /// The clocks of this machine and of the database differ by more than a minute, so that neither tells whether a day has ended.
    /// </summary>
    ClocksDiffer,
}
