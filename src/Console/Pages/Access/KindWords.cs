using Quittance.Core.Access;

namespace Quittance.Console.Pages.Access;

/// <summary>Says how a secret is presented.</summary>
internal static class KindWords
{
    public static string Of(CredentialKind kind) => kind switch
    {
        CredentialKind.Bearer => "Bearer token",
        CredentialKind.Midnight => "Midnight token",
        CredentialKind.Prc => "PRC token",
        CredentialKind.MisKey => "MISKEY",
        CredentialKind.Customer => "Customer's session",
        CredentialKind.ApiKey => "API key",
        CredentialKind.Client => "OAuth client",
        CredentialKind.Issuer => "Issuer",
    };
}
