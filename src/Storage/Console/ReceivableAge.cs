namespace Quittance.Storage.Console;

/// <summary>How long a debt is due.</summary>
public enum ReceivableAge
{
    /// <summary>Today or later.</summary>
    NotDue,

    /// <summary>1 to 30 days.</summary>
    UpTo30,

    /// <summary>31 to 60 days.</summary>
    UpTo60,

    /// <summary>61 to 90 days.</summary>
    UpTo90,

    /// <summary>More than 90 days.</summary>
    Older,
}
