using System.Text;

namespace Quittance.Core.Access;

/// <summary>A secret that lets a client in, without the secret.</summary>
/// <param name="Installation">The installation it belongs to.</param>
/// <param name="Id">Unique per merchant.</param>
/// <param name="Kind">Which header or scheme carries it.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="HashKey">The merchant's key for hashes of requests; never shown.</param>
public sealed record Credential(
    Installation Installation, long Id, CredentialKind Kind, IReadOnlySet<string> Scopes, ReadOnlyMemory<byte> HashKey)
{
    /// <summary>The one scope of a customer in a payment session.</summary>
    public const string CustomerScope = "customer";

    /// <summary>
    /// For whom the client acts, where its API asks that: the person who signed in, else the client itself. Always the same for the same.
    /// </summary>
    public Guid Subject
    {
        get => field == default ? DerivedId.Of(Encoding.UTF8.GetBytes($"credential {Merchant.Value} {Id}")) : field;
        init;
    }

    /// <summary>The subject that somebody else's authorisation server calls by a name.</summary>
    public static Guid SubjectOf(string issuer, string name) => DerivedId.Of(Encoding.UTF8.GetBytes($"subject {issuer} {name}"));

    /// <summary>The merchant it opens.</summary>
    public MerchantId Merchant => Installation.Merchant;

    /// <summary>Never the secrets around it.</summary>
    public override string ToString() => $"credential {Id} of merchant {Merchant.Value}";
}
