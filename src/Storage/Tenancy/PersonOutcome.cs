namespace Quittance.Storage.Tenancy;

/// <summary>What became of an operator's wish to change what a person may do.</summary>
public enum PersonOutcome
{
    /// <summary>It was changed.</summary>
    Changed,

    /// <summary>Nobody of this id signs in.</summary>
    Unknown,

    /// <summary>It is so already.</summary>
    Same,

    /// <summary>Nobody does this to themselves.</summary>
    Oneself,

    /// <summary>Without them nobody could decide who gets in.</summary>
    LastAdmin,

    /// <summary>The same request has done it before, and nothing again.</summary>
    Repeated,
}
