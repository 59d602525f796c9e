using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>What can be asked of a kind of resource (Oracle BRM 3.4, 3.5, 3.7).</summary>
/// <param name="Type">Its plain type.</param>
/// <param name="Kind">The names that find one.</param>
internal sealed record OracleBrmResource(string Type, TmfKind Kind)
{
    /// <summary>The class of its POIDs.</summary>
    public string ItemClass => Kind.ItemClass;

    /// <summary>Its first-level attributes, in their order.</summary>
    public required IReadOnlyList<string> Attributes { get; init; }

    /// <summary>The first-level attributes of its extended type alone.</summary>
    public IReadOnlyList<string> Extras { get; init; } = [];

    /// <summary>What lists of it are filtered by.</summary>
    public required IReadOnlyDictionary<string, TmfAttributeKind> Filters { get; init; }

    /// <summary>Its extended type.</summary>
    public string ExtendedType => $"{Type}Oracle";

    /// <summary>A payment.</summary>
    public static OracleBrmResource Payment { get; } = new("Payment", TmfKind.Payment)
    {
        Attributes =
        [
            "id", "href", "authorizationCode", "correlatorId", "description", "name", "paymentDate", "status", "statusDate", "account", "amount",
            "channel", "payer", "paymentItem", "paymentMethod", "taxAmount", "totalAmount", "@baseType", "@schemaLocation", "@type",
        ],
        Extras = ["unallocatedAmount", "reversedPaymentAmount", "paymentTransactionId", "paymentStatus", "billingCycleSpecification"],
        Filters = new Dictionary<string, TmfAttributeKind>
        {
            ["id"] = TmfAttributeKind.Text,
            ["account.id"] = TmfAttributeKind.Text,
            ["bill.id"] = TmfAttributeKind.Text,
            ["status"] = TmfAttributeKind.Text,
            ["paymentDate"] = TmfAttributeKind.Moment,
            ["totalAmount.value"] = TmfAttributeKind.Number,
        },
    };

    /// <summary>A refund.</summary>
    public static OracleBrmResource Refund { get; } = new("Refund", TmfKind.Refund)
    {
        Attributes =
        [
            "id", "href", "authorizationCode", "correlatorId", "description", "name", "refundDate", "status", "statusDate", "account", "amount",
            "channel", "payment", "paymentMethod", "requestor", "taxAmount", "totalAmount", "@baseType", "@schemaLocation", "@type",
        ],
        Filters = new Dictionary<string, TmfAttributeKind>
        {
            ["id"] = TmfAttributeKind.Text,
            ["account.id"] = TmfAttributeKind.Text,
            ["refundDate"] = TmfAttributeKind.Moment,
            ["totalAmount.value"] = TmfAttributeKind.Number,
        },
    };
}
