using System.Text;

namespace Quittance.Core.Access;

/// <summary>The header or scheme that carries a secret. A secret of one kind opens nothing as another.</summary>
public enum CredentialKind
{
    /// <summary><c>Authorization: Bearer</c>.</summary>
    Bearer,

    /// <summary>Midnight: <c>Authorization: Midnight</c>.</summary>
    Midnight,

    /// <summary>Midnight: <c>Authorization: PRC</c>, issued with the installation.</summary>
    Prc,

    /// <summary>Midnight: the header <c>MISKEY</c>.</summary>
    MisKey,

    /// <summary>The token of a payment session, which lets a customer pay in it and nothing else.</summary>
    Customer,

    /// <summary>The header <c>X-API-KEY</c>.</summary>
    ApiKey,

    /// <summary>
    /// A client of the authorisation server: its secret gets tokens, and the tokens go with its requests as <c>Authorization: Bearer</c>.
    /// </summary>
    Client,

    /// <summary>Somebody else's authorisation server, whose tokens open the installation. Opens nothing by itself.</summary>
    Issuer,
}

/// <summary>A secret that lets a client in, without the secret.</summary>
/// <param name="Installation">The installation it belongs to.</param>
/// <param name="Id">Unique per merchant.</param>
/// <param name="Kind">Which header or scheme carries it.</param>
/// <param name="HashKey">The merchant's key for hashes of requests and for tokens; not in the database, and never shown.</param>
public sealed record Credential(
    Installation Installation, long Id, CredentialKind Kind, IReadOnlySet<string> Scopes, ReadOnlyMemory<byte> HashKey)
{
    /// <summary>The one scope of a customer in a payment session.</summary>
    public const string CustomerScope = "customer";

    /// <summary>
    /// The subject for which the client acts, where its API asks for one: the person who signed in, else the client itself. The same
    /// every time.
    /// </summary>
    public Guid Subject { get; init; } =
        DerivedId.Of(Encoding.UTF8.GetBytes($"credential {Installation.Merchant.Value} {Id}"));

    /// <summary>The consent of the person for whom the client acts; null where it acts for itself, or is no client.</summary>
    public Consent? Consent { get; init; }

    /// <summary>The subject that a foreign authorisation server names.</summary>
    public static Guid SubjectOf(string issuer, string name) => DerivedId.Of(Encoding.UTF8.GetBytes($"subject {issuer} {name}"));

    /// <summary>The merchant it opens.</summary>
    public MerchantId Merchant => Installation.Merchant;

    /// <summary>Never the secrets around it.</summary>
    public override string ToString() => $"credential {Id} of merchant {Merchant.Value}";
}

/// <summary>Looks credentials up.</summary>
public interface ICredentials
{
    /// <summary>
    /// The live credential of this kind, dialect and secret; null when there is none. Unknown, revoked, expired and
    /// foreign look the same. A revoked one may be let in for a few seconds more. A bearer's secret may also be an access
    /// token: then it is the client's credential, for the token's subject and with the token's scopes.
    /// </summary>
    ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel);

    /// <summary>
    /// The credential of a customer with a session's token: it has no secret of its own. Null where there is no such installation.
    /// </summary>
    ValueTask<Credential?> OfCustomerAsync(MerchantId merchant, long installation, CancellationToken cancel);
}
