using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The queries of a kind of resource (Oracle BRM 3.4, 3.5, 3.7).</summary>
/// <param name="Type">Its plain type.</param>
/// <param name="Kind">The names that find one.</param>
/// <param name="Filters">The attributes that filter lists of it.</param>
internal sealed record OracleBrmResource(string Type, TmfKind Kind, params IReadOnlyList<string> Filters)
{
    private readonly TmfAttributes _attributes = Kind == TmfKind.Payment ? Tmf676Document.PaymentAttributes
        : Tmf676Document.RefundAttributes;

    public static OracleBrmResource Payment { get; } = new(
        "Payment", TmfKind.Payment, "id", "account.id", "bill.id", "status", "paymentDate", "totalAmount.value");

    public static OracleBrmResource Refund { get; } = new("Refund", TmfKind.Refund, "id", "account.id", "refundDate", "totalAmount.value");

    public string ExtendedType => $"{Type}Oracle";

    /// <summary>
    /// The kind of value that a filter compares; null where lists are not filtered by it. Only this API has bill.id, a text.
    /// </summary>
    public TmfAttributeKind? KindOf(string filter) => Filters.Contains(filter) ? _attributes.KindOf(filter) ?? TmfAttributeKind.Text : null;

    /// <summary>Whether one of its types has a first-level attribute of this name.</summary>
    public bool Has(string name, bool isExtended) => ShapeOf(isExtended).MemberNames.Contains(name);

    /// <summary>As answers show it.</summary>
    public Shape ShapeOf(bool isExtended) => Kind == TmfKind.Payment
        ? isExtended ? OracleBrmResponses.ExtendedPayment : OracleBrmResponses.PlainPayment
        : isExtended ? OracleBrmResponses.ExtendedRefund : OracleBrmResponses.PlainRefund;
}
