namespace Quittance.Providers.Notices;

/// <summary>What the signature of a notice turned out to be.</summary>
public enum NoticeCheck
{
    /// <summary>The provider sent it, just now.</summary>
    Valid,

    /// <summary>The id, the time or the signature is not there.</summary>
    Missing,

    /// <summary>The id or the time is not what it must be, or there is no signature of the kind that we know.</summary>
    Malformed,

    /// <summary>It was sent too long ago: somebody may be sending an old one again.</summary>
    TooOld,

    /// <summary>It claims to come from the future.</summary>
    TooNew,

    /// <summary>No accepted key gives this signature.</summary>
    Wrong,
}
