using Quittance.Core.Access;

namespace Quittance.Host;

/// <summary>What an operator must know of an API to set it up: its credentials, and what its clients call things.</summary>
/// <param name="Dialect">The dialect's name.</param>
/// <param name="Credentials">The credentials a client needs, all of them.</param>
/// <param name="Scopes">What a credential may do when nothing narrower is asked for.</param>
/// <param name="Account">The kind of reference that names an account.</param>
/// <param name="AccountNumber">The kind of its second name; null where it has none.</param>
/// <param name="Charge">The kind of reference that names a charge.</param>
/// <param name="Document">The kind that names the number printed on a bill; null where it has none.</param>
/// <param name="Order">The kinds that name an order by id and by number; null where there are no orders.</param>
internal sealed record Api(
    string Dialect, IReadOnlyList<CredentialKind> Credentials, IReadOnlyList<string> Scopes, string Account, string? AccountNumber,
    string Charge, string? Document, (string Id, string Number)? Order)
{
    public static Api OracleBrm { get; } = new(
        "oracle-brm", [CredentialKind.Bearer], ["brm.payment.read", "brm.payment.write"], "account", "account-number", "bill", "bill-number", null);

    public static Api Tmf676 { get; } = new(
        "tmf676", [CredentialKind.Bearer], ["payment.read", "payment.write"], "account", null, "bill", null, null);

    public static Api Midnight { get; } = new(
        "midnight", [CredentialKind.Prc, CredentialKind.Midnight, CredentialKind.MisKey], ["payments.write"], "customer", null,
        "charge", null, ("order", "order-number"));

    /// <summary>All APIs, in the order of their names.</summary>
    public static IReadOnlyList<Api> All { get; } = [Midnight, OracleBrm, Tmf676];

    /// <summary>The header that carries a credential of this kind.</summary>
    public static string Header(CredentialKind kind, string secret) => kind switch
    {
        CredentialKind.Bearer => $"Authorization: Bearer {secret}",
        CredentialKind.Midnight => $"Authorization: Midnight {secret}",
        CredentialKind.Prc => $"Authorization: PRC {secret}",
        CredentialKind.MisKey => $"MISKEY: {secret}",
    };
}
