using Quittance.Core;

namespace Quittance.Dialects.OwnApi;

/// <summary>The names of this dialect.</summary>
public static class OwnApiNames
{
    public const string Dialect = Reference.House;

    /// <summary>References to accounts: the client's own name for a customer.</summary>
    public const string Account = Reference.AccountKind;

    /// <summary>References to charges: the client's own name for a debt.</summary>
    public const string Charge = "charge";

    /// <summary>References to charges by the number printed on the bill.</summary>
    public const string Document = Reference.DocumentKind;

    /// <summary>
    /// The names that a text of a client may be, the likeliest first: the client's own reference, and our id where it looks like one.
    /// </summary>
    public static IReadOnlyList<Reference> AccountNames(MerchantId merchant, string text) => NamesOf(
        merchant, Account, text, Reference.ToAccountId);

    /// <inheritdoc cref="AccountNames"/>
    public static IReadOnlyList<Reference> ChargeNames(MerchantId merchant, string text) => NamesOf(
        merchant, Charge, text, Reference.ToChargeId);

    private static IReadOnlyList<Reference> NamesOf(
        MerchantId merchant, string kind, string text, Func<MerchantId, Guid, Reference> toId) =>
        Guid.TryParseExact(text, "D", out var id)
            ? [new Reference(merchant, Dialect, kind, text), toId(merchant, id)] : [new Reference(merchant, Dialect, kind, text)];
}
