namespace Quittance.Storage.Tenancy;

/// <summary>What became of an operator's wish to change a credential.</summary>
public enum CredentialOutcome
{
    /// <summary>It was changed.</summary>
    Changed,

    /// <summary>The merchant has no such credential.</summary>
    Unknown,

    /// <summary>It lets nobody in any more, or is a former secret that will soon do so.</summary>
    Ended,

    /// <summary>It has no secret that could be changed.</summary>
    WithoutSecret,

    /// <summary>A client has one secret at a time: the old one can't be kept beside the new one.</summary>
    OneSecretOnly,

    /// <summary>The same request has done it before, and nothing again.</summary>
    Repeated,
}
