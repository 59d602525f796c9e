using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>Writes the answers of the TMF676 mount; attributes without a value are left out (TMF676 5.5).</summary>
public static class Tmf676Responses
{
    private const string BillingAccount = "BillingAccount";

    /// <summary>Writes a payment, whichever dialect it came through.</summary>
    public static void Payment(Utf8JsonWriter json, PaymentView view, string href)
    {
        var payment = view.Payment;
        var details = TmfPayment.Of(view);
        var writer = new TmfWriter(json, writesNulls: false);
        json.WriteStartObject();
        details.WriteHead(writer, payment, payment.Id.Value.ToString("D"), href);
        writer.Object("account", details.AccountOf(view, TmfNames.Tmf676, payment.Account.Value.ToString("D"), BillingAccount));
        writer.Object("amount", details.Amount ?? Derived(payment.Amount, details.TaxAmount?.Amount));
        writer.Object("channel", details.Channel);
        writer.Object("payer", details.Payer);
        writer.Objects("paymentItem", ItemsOf(view, details));
        writer.Object("paymentMethod", details.Method);
        writer.Object("taxAmount", details.TaxAmount);
        writer.Object("totalAmount", new TmfMoney(payment.Amount, details.TotalAmount?.Tags ?? default));
        writer.Text("@baseType", details.Tags.BaseType);
        writer.Text("@schemaLocation", details.Tags.SchemaLocation);
        writer.Text("@type", "Payment");
        json.WriteEndObject();
    }

    /// <summary>Writes a refund, whichever dialect it came through.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="view">The refund.</param>
    /// <param name="href">Its address.</param>
    /// <param name="payments">What the addresses of payments begin with.</param>
    public static void Refund(Utf8JsonWriter json, RefundView view, string href, string payments)
    {
        var refund = view.Refund;
        var refundDetails = TmfRefund.Of(view);
        var details = refundDetails.Common;
        var writer = new TmfWriter(json, writesNulls: false);
        json.WriteStartObject();
        details.WriteHead(writer, refund.Id.Value.ToString("D"), href);
        writer.Moment("refundDate", refundDetails.RefundDate ?? (refund.Status == RefundStatus.Done ? refund.StatusAt : null));
        writer.Text("status", TmfWords.Status(refund.Status));
        writer.Moment("statusDate", refund.StatusAt);
        writer.Object("account", details.AccountOf(
            view.Account, view.AccountNames, refund.Dialect, TmfNames.Tmf676, refund.Account.Value.ToString("D"), BillingAccount));
        writer.Object("amount", details.Amount ?? Derived(refund.Amount, details.TaxAmount?.Amount));
        writer.Object("channel", details.Channel);
        writer.Object("payment", refundDetails.Payment ?? PaymentOf(refund, payments));
        writer.Object("paymentMethod", details.Method);
        writer.Object("requestor", refundDetails.Requestor);
        writer.Object("taxAmount", details.TaxAmount);
        writer.Object("totalAmount", new TmfMoney(refund.Amount, details.TotalAmount?.Tags ?? default));
        writer.Text("@baseType", details.Tags.BaseType);
        writer.Text("@schemaLocation", details.Tags.SchemaLocation);
        writer.Text("@type", "Refund");
        json.WriteEndObject();
    }

    /// <summary>The payment whose money it is, where the client did not name one.</summary>
    private static TmfReference? PaymentOf(Refund refund, string payments) => refund.Payment is { } payment
        ? new TmfReference(TmfReferenceKind.Entity, payment.Value.ToString("D"))
        {
            Href = $"{payments}/{payment.Value:D}",
            Tags = new TmfTags { ReferredType = "Payment" },
        }
        : null;

    /// <summary>The amount without tax, where the client did not say it (TMF676 5.4).</summary>
    private static TmfMoney? Derived(Money? total, Money? tax)
    {
        if (total is not { } gross)
            return null;
        return new TmfMoney(tax is { } known ? gross - known : gross);
    }

    /// <summary>The items as the client sent them; for a payment of another mount, what it settles.</summary>
    private static IReadOnlyList<TmfItem> ItemsOf(PaymentView view, TmfPayment details) => details.Items.Count > 0
        ? details.Items
        : [.. view.Allocations.Select(ItemOf)];

    private static TmfItem ItemOf(Allocation allocation)
    {
        var charge = allocation.Charge;
        var bill = new TmfReference(TmfReferenceKind.Entity, charge.Reference ?? charge.Id.Value.ToString("D"))
        {
            Name = charge.Document,
            Tags = new TmfTags { ReferredType = "CustomerBill" },
        };
        return new TmfItem(bill) { TotalAmount = new TmfMoney(new Money(allocation.AmountMinor, charge.Amount.Currency)) };
    }
}
