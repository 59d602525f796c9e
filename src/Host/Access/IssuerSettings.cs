using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Access;

/// <summary>A foreign authorisation server, whose tokens the server accepts in place of our own.</summary>
/// <param name="Issuer">Its name, which is an address; exactly as it writes it.</param>
/// <param name="ClientId">As whom we ask it about tokens.</param>
/// <param name="ClientSecret">And by what we prove that.</param>
/// <param name="Merchant">The merchant whose installation its tokens open.</param>
/// <param name="Dialect">The API of that installation.</param>
/// <param name="Audience">The audience that tokens must have. Without it a token that another service got would open our books.</param>
public sealed record IssuerSettings(
    string Issuer, string ClientId, string ClientSecret, MerchantId Merchant, string Dialect, string Audience)
{
    /// <summary>How many tokens it is asked about at once; the others wait, as long as for an answer.</summary>
    public const int QuestionsAtOnce = 16;

    /// <summary>The address at which to ask about tokens (RFC 7662); null to look it up in its metadata.</summary>
    public Uri? Introspection { get; init; }

    /// <summary>How long it is waited for.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Its credential with us: the ledger names it, and revoking it ends all its access.</summary>
    internal string CredentialName => $"{Issuer} {Merchant.Value}";

    /// <summary>Lets its tokens open the installation, which is made if there is none. Safe to repeat.</summary>
    /// <param name="scopes">The most scopes that its tokens may have.</param>
    public async Task ConnectAsync(Merchants merchants, IReadOnlyCollection<string> scopes, CancellationToken cancel)
    {
        var installation = await merchants.InstallAsync(Merchant, Dialect, Currency.Parse("USD"), cancel);
        await merchants.EnsureCredentialAsync(installation, CredentialKind.Issuer, Issuer, CredentialName, scopes, cancel);
    }

    /// <summary>Never the secret.</summary>
    public override string ToString() => Issuer;
}
