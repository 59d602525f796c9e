using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Access;

/// <summary>Says why a credential was not changed.</summary>
internal static class CredentialProblem
{
    /// <summary>Why; null where it was changed.</summary>
    public static string? Of(CredentialOutcome outcome) => outcome switch
    {
        CredentialOutcome.Changed => null,
        CredentialOutcome.Unknown => "There is no such credential any more.",
        CredentialOutcome.Ended => "Nothing has changed: the credential has ended, or is a former secret that will.",
        CredentialOutcome.WithoutSecret => "Nothing has changed: the credential has no secret.",
        CredentialOutcome.OneSecretOnly => "Nothing has changed: an OAuth client has one secret at a time. Choose that the old one ends at once.",
        CredentialOutcome.Repeated => "This was sent before and is done. What it showed is not shown again; if nobody has it, make another.",
    };
}
