using Quittance.Core.Refunds;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>What a client says of a refund (TMF676 3.3), kept with it as its details.</summary>
/// <param name="Said">What payments have as well.</param>
public sealed record TmfRefund(TmfPayment Said) : ITmfValue
{
    /// <summary>The payment that is refunded.</summary>
    public TmfReference? Payment { get; init; }

    /// <summary>Who asks for it.</summary>
    public TmfReference? Requestor { get; init; }

    /// <summary>When it was performed, as the client says.</summary>
    public DateTimeOffset? RefundDate { get; init; }

    /// <summary>Reads the attributes that may be created, from a request or from details. Faults gather in the body.</summary>
    public static TmfRefund Read(JsonFields fields, TmfRules rules) => new(TmfPayment.ReadCommon(fields, rules))
    {
        Payment = TmfReference.Read(fields, "payment", TmfReferenceKind.Entity, rules),
        Requestor = TmfReference.Read(fields, "requestor", TmfReferenceKind.Party, rules),
        RefundDate = fields.DateTime("refundDate"),
    };

    /// <summary>What the clients of both TMF mounts, or the engine alone, know of a refund.</summary>
    public static TmfRefund Of(RefundView view) =>
        TmfPayment.Stored(view.Refund.Dialect, view.Refund.Details, fields => Read(fields, TmfRules.Stored)) ?? new TmfRefund(new TmfPayment());

    /// <summary>What is kept with the refund: compact JSON.</summary>
    public string ToDetails() => TmfPayment.ToDetails(this);

    public void Write(TmfWriter writer)
    {
        Said.Write(writer);
        writer.Object("payment", Payment);
        writer.Object("requestor", Requestor);
        // To the last digit: what is shown is what was sent.
        writer.Text("refundDate", RefundDate?.UtcDateTime.ToString("O"));
    }
}
