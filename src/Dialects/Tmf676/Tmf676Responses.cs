using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>Writes the answers of the TMF676 mount; attributes without a value are left out (TMF676 5.5).</summary>
public static class Tmf676Responses
{
    private const string BillingAccount = "BillingAccount";
    private const string PaymentType = "Payment";
    private const string RefundType = "Refund";

    /// <summary>A payment as answers show it.</summary>
    internal static readonly Resource<TmfResource> Payments =
        TmfShapes.Written.Payment(PaymentType, "A payment.", TmfShapes.Written.Types(TypeOf(PaymentType)));

    /// <summary>A refund as answers show it.</summary>
    internal static readonly Resource<TmfResource> Refunds =
        TmfShapes.Written.Refund(RefundType, "Money that goes back to a payer.", TmfShapes.Written.Types(TypeOf(RefundType)));

    /// <summary>Writes a payment, whichever dialect it came through.</summary>
    public static void Payment(Utf8JsonWriter json, PaymentView view, string href)
    {
        var payment = view.Payment;
        var known = TmfResource.Of(view);
        Payments.Write(json, known with
        {
            Id = payment.Id.Value.ToString("D"),
            Href = href,
            Account = known.AccountOf(
                view.Account, view.AccountNames, payment.Dialect, TmfNames.Tmf676, payment.Account.Value.ToString("D"), BillingAccount),
            Amount = known.Amount ?? Derived(payment.Amount, known.TaxAmount?.Amount),
            Items = known.Items.Count > 0 ? known.Items : [.. view.Allocations.Select(ItemOf)],
            Type = PaymentType,
        });
    }

    /// <summary>Writes a refund, whichever dialect it came through.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="view">The refund.</param>
    /// <param name="href">Its address.</param>
    /// <param name="payments">The first part of the addresses of payments.</param>
    public static void Refund(Utf8JsonWriter json, RefundView view, string href, string payments)
    {
        var refund = view.Refund;
        var known = TmfResource.Of(view);
        Refunds.Write(json, known with
        {
            Id = refund.Id.Value.ToString("D"),
            Href = href,
            Date = known.Date ?? (refund.Status == RefundStatus.Done ? refund.StatusAt : null),
            Account = known.AccountOf(
                view.Account, view.AccountNames, refund.Dialect, TmfNames.Tmf676, refund.Account.Value.ToString("D"), BillingAccount),
            Amount = known.Amount ?? Derived(refund.Amount, known.TaxAmount?.Amount),
            Payment = known.Payment ?? PaymentOf(refund, payments),
            Type = RefundType,
        });
    }

    /// <summary>The payment whose money it is, where the client did not name one.</summary>
    private static TmfReference? PaymentOf(Refund refund, string payments) => refund.Payment is { } payment
        ? new TmfReference(payment.Value.ToString("D")) { Href = $"{payments}/{payment.Value:D}", ReferredType = PaymentType }
        : null;

    /// <summary>The amount without tax, where the client did not say it (TMF676 5.4).</summary>
    private static TmfMoney? Derived(Money? total, Money? tax)
    {
        if (total is not { } gross)
            return null;
        return new TmfMoney(tax is { } known ? gross - known : gross);
    }

    /// <summary>An item for an allocation of a payment whose client sent no items.</summary>
    private static TmfItem ItemOf(Allocation allocation)
    {
        var charge = allocation.Charge;
        var bill = new TmfReference(charge.Reference ?? charge.Id.Value.ToString("D"))
        {
            Name = charge.Document,
            ReferredType = "CustomerBill",
        };
        return new TmfItem(bill) { TotalAmount = new TmfMoney(new Money(allocation.AmountMinor, charge.Amount.Currency)) };
    }

    private static Member TypeOf(string type) => Member.Required("@type", Shape.Word("Its type.", type));
}
