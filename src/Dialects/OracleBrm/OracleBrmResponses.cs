using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>A bill that a payment settles (Oracle BRM 3.5).</summary>
/// <param name="Item">What every payment shows of it.</param>
/// <param name="Allocation">What the payment settles of it.</param>
/// <param name="IsExtended">Whether it shows how the bill stands too.</param>
internal sealed record OracleBrmItem(TmfItem Item, Allocation Allocation, bool IsExtended) : ITmfValue
{
    public void Write(TmfWriter writer)
    {
        Item.Write(writer);
        if (!IsExtended)
            return;
        writer.Moment("paymentAllocatedOn", Allocation.At);
        writer.Objects("appliedCustomerBillingRate", [new Rate(Item.Id!, Allocation)]);
    }

    /// <summary>What was billed: one item for each bill. Its write-offs and disputes are not kept apart.</summary>
    private sealed record Rate(string Id, Allocation Allocation) : ITmfValue
    {
        public void Write(TmfWriter writer)
        {
            var charge = Allocation.Charge;
            writer.Text("itemNo", charge.Document ?? Id);
            writer.Text("serviceTypeName", charge.Label);
            writer.Text("serviceId", null);
            writer.Object("remainingAmount", MoneyOf(charge.OpenMinor));
            writer.Object("receivedAmount", MoneyOf(charge.AllocatedMinor));
            writer.Object("adjustedAmount", MoneyOf(charge.CreditedMinor));
            writer.Object("writeOffAmount", null);
            writer.Object("disputedAmount", null);

            TmfMoney MoneyOf(long minor) => new(new Money(minor, charge.Amount.Currency));
        }
    }
}

/// <summary>
/// Writes the answers of Oracle BRM: every attribute, with null where it has no value (Oracle BRM 3.2).
/// </summary>
public static class OracleBrmResponses
{
    private const string AccountType = "billingAccount";
    private const string BillType = "CustomerBill";
    private const string MethodType = "PaymentMethodRefOrValue";

    /// <summary>The address of a payment; always of version v4 (Oracle BRM 5.19).</summary>
    public static string PaymentHref(PublicAddress address, Payment payment) => $"{PaymentsHref(address)}/{Poid.OfPayment(payment.Number)}";

    /// <summary>The address of a refund (Oracle BRM 5.16).</summary>
    public static string RefundHref(PublicAddress address, Refund refund) =>
        $"{RefundsHref(address)}/{Poid.OfItem(Poid.RefundClass, refund.Number)}";

    /// <summary>What the addresses of payments begin with.</summary>
    internal static string PaymentsHref(PublicAddress address) => $"{address.Base}/brm/payment/v4/payment";

    /// <summary>What the addresses of refunds begin with.</summary>
    internal static string RefundsHref(PublicAddress address) => $"{address.Base}/brm/payment/v4/refund";

    /// <summary>Writes a payment, whichever dialect it came through.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="view">The payment.</param>
    /// <param name="href">Its address.</param>
    /// <param name="address">Where clients reach this server.</param>
    /// <param name="isExtended">Whether it is written as PaymentOracle (Oracle BRM 3.5).</param>
    public static void Payment(Utf8JsonWriter json, PaymentView view, string href, PublicAddress address, bool isExtended = false)
    {
        var payment = view.Payment;
        var details = TmfPayment.Of(view);
        var writer = new TmfWriter(json, writesNulls: true);
        json.WriteStartObject();
        details.WriteHead(writer, payment, Poid.OfPayment(payment.Number).ToString(), href);
        writer.Object("account", AccountOf(
            details.AccountOf(view, TmfNames.OracleBrm, Poid.OfAccount(view.Account.Number).ToString(), AccountType), view.Account));
        writer.Object("amount", details.Amount);
        writer.Object("channel", details.Channel);
        writer.Object("payer", details.Payer);
        writer.Objects("paymentItem", [.. view.Allocations.Select(allocation => ItemOf(allocation, address, isExtended))]);
        writer.Object("paymentMethod", MethodOf(view, details.Method, address, isExtended));
        writer.Object("taxAmount", details.TaxAmount);
        writer.Object("totalAmount", new TmfMoney(payment.Amount, details.TotalAmount?.Tags ?? default));
        WriteType(writer, details, OracleBrmResource.Payment, isExtended);
        if (isExtended)
            WriteExtras(writer, view, address);
        json.WriteEndObject();
    }

    /// <summary>Writes a refund, whichever dialect it came through.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="view">The refund.</param>
    /// <param name="address">Where clients reach this server.</param>
    /// <param name="isExtended">Whether it is written as RefundOracle.</param>
    public static void Refund(Utf8JsonWriter json, RefundView view, PublicAddress address, bool isExtended = false)
    {
        var refund = view.Refund;
        var refundDetails = TmfRefund.Of(view);
        var details = refundDetails.Common;
        var writer = new TmfWriter(json, writesNulls: true);
        json.WriteStartObject();
        details.WriteHead(writer, Poid.OfItem(Poid.RefundClass, refund.Number).ToString(), RefundHref(address, refund));
        writer.Moment("refundDate", refund.Status == RefundStatus.Done ? refund.StatusAt : null);
        writer.Text("status", TmfWords.Status(refund.Status));
        writer.Moment("statusDate", refund.StatusAt);
        writer.Object("account", AccountOf(
            details.AccountOf(view.Account, view.AccountNames, refund.Dialect, TmfNames.OracleBrm,
                Poid.OfAccount(view.Account.Number).ToString(), AccountType),
            view.Account));
        writer.Object("amount", details.Amount);
        writer.Object("channel", details.Channel);
        writer.Object("payment", PaymentOf(view, refundDetails.Payment, address));
        writer.Object("paymentMethod", MethodOf(details.Method, address, isExtended));
        writer.Object("requestor", refundDetails.Requestor);
        writer.Object("taxAmount", details.TaxAmount);
        writer.Object("totalAmount", new TmfMoney(refund.Amount, details.TotalAmount?.Tags ?? default));
        WriteType(writer, details, OracleBrmResource.Refund, isExtended);
        json.WriteEndObject();
    }

    private static void WriteType(TmfWriter writer, TmfPayment details, OracleBrmResource resource, bool isExtended)
    {
        writer.Text("@baseType", resource.Type);
        writer.Text("@schemaLocation", details.Tags.SchemaLocation);
        writer.Text("@type", isExtended ? resource.ExtendedType : resource.Type);
    }

    /// <summary>Oracle BRM 3.5.</summary>
    private static void WriteExtras(TmfWriter writer, PaymentView view, PublicAddress address)
    {
        var payment = view.Payment;
        Money? captured = payment.Status == PaymentStatus.Captured ? payment.Amount : null;
        writer.Object("unallocatedAmount", captured is { } all ? new TmfMoney(all with { AmountMinor = payment.UnallocatedMinor }) : null);
        writer.Object(
            "reversedPaymentAmount", captured is { } whole ? new TmfMoney(whole with { AmountMinor = payment.ReversedMinor }) : null);
        writer.Text("paymentTransactionId", $"T1,{payment.Number},0");
        writer.Text("paymentStatus", captured is null ? null : StatusOf(payment));
        var unit = OracleBrmNames.BillUnitOf(view.Account, view.AccountNames);
        writer.Object("billingCycleSpecification", new TmfReference(TmfReferenceKind.Entity, unit.ToString())
        {
            Href = $"{address.Base}/brm/accountManagement/v4/billingCycleSpecification/{unit}",
            Tags = new TmfTags { ReferredType = "BillingCycleSpecification" },
        });
    }

    /// <summary>Oracle BRM 5.2. Money that we gave back is allocated to its refund.</summary>
    private static string StatusOf(Payment payment) => payment switch
    {
        { UnallocatedMinor: > 0, AllocatedMinor: 0 } => "Unallocated",
        { UnallocatedMinor: > 0 } => "PartiallyAllocated",
        { ReversedMinor: > 0, AllocatedMinor: 0 } => "Reversed",
        _ => "Allocated",
    };

    /// <summary>The account with the customer's name as we know it.</summary>
    private static TmfReference AccountOf(TmfReference account, Account known) => account with { Name = known.Name ?? account.Name };

    /// <summary>
    /// The method with the id that the client used and the name we know it by. A payment of another mount without an
    /// instrument shows its kind as id, since BRM's clients rely on there being one.
    /// </summary>
    private static TmfMethod MethodOf(PaymentView view, TmfMethod details, PublicAddress address, bool isExtended)
    {
        var (instrument, made) = (view.Instrument, view.Payment.Method);
        var tags = instrument is null
            ? new TmfTags { Type = TmfWords.Word(made) ?? MethodType }
            : new TmfTags { Type = TmfWords.MethodReference, ReferredType = KindWord(instrument.Method) };
        return details with
        {
            Id = details.Id ?? instrument?.Reference ?? TmfWords.Word(made) ?? nameof(PaymentMethod.Unspecified),
            Href = instrument is null ? details.Href : HrefOfMethod(details.Id ?? instrument.Reference, address),
            Name = instrument?.Name ?? details.Name,
            Tags = (isExtended ? tags : details.Tags with { Type = MethodType, ReferredType = null }) with
            {
                BaseType = MethodType,
                SchemaLocation = details.Tags.SchemaLocation
            },
        };
    }

    /// <summary>The method of a refund, as it was kept.</summary>
    private static TmfMethod MethodOf(TmfMethod details, PublicAddress address, bool isExtended)
    {
        var refersTo = details.Tags.Type is null or TmfWords.MethodReference ? details.Id : null;
        return details with
        {
            Id = details.Id ?? details.Tags.Type ?? nameof(PaymentMethod.Unspecified),
            Href = refersTo is null ? details.Href : HrefOfMethod(refersTo, address),
            Tags = (isExtended ? details.Tags
                : details.Tags with { Type = MethodType, ReferredType = null }) with
            { BaseType = MethodType },
        };
    }

    /// <summary>A kind of stored method as clients say it: <c>bankCard</c> (Oracle BRM 3.1).</summary>
    internal static string? KindWord(PaymentMethod method) =>
        TmfWords.Word(method) is { } word ? JsonNamingPolicy.CamelCase.ConvertName(word) : null;

    private static string HrefOfMethod(string id, PublicAddress address) =>
        $"{address.Base}/brm/paymentMethods/v1/paymentMethod/{Escaped(id)}";

    /// <summary>The payment whose money it is: as the client named it, with where it is.</summary>
    private static TmfReference? PaymentOf(RefundView view, TmfReference? details, PublicAddress address)
    {
        if (view.PaymentNumber is not { } number)
            return null;
        var poid = Poid.OfPayment(number).ToString();
        var payment = view.Refund.Dialect == TmfNames.OracleBrm && details is not null ? details
            : new TmfReference(TmfReferenceKind.Entity, poid);
        return payment with
        {
            Href = $"{PaymentsHref(address)}/{poid}",
            Tags = payment.Tags with { ReferredType = payment.Tags.ReferredType ?? OracleBrmResource.Payment.Type },
        };
    }

    /// <summary>
    /// A bill that the payment settles (Oracle BRM 3.5): the item has its POID as id, the bill its number.
    /// </summary>
    private static OracleBrmItem ItemOf(Allocation allocation, PublicAddress address, bool isExtended)
    {
        var charge = allocation.Charge;
        var poid = PoidOf(charge);
        var bill = new TmfReference(TmfReferenceKind.Entity, (poid.IsOwn ? null : charge.Document) ?? poid.ToString())
        {
            Href = $"{address.Base}/brm/customerBillManagement/v4/customerBill/{poid}",
            Tags = new TmfTags { ReferredType = BillType },
        };
        var item = new TmfItem(bill)
        {
            Id = poid.ToString(),
            TotalAmount = new TmfMoney(new Money(allocation.AmountMinor, charge.Amount.Currency)),
        };
        return new OracleBrmItem(item, allocation, isExtended);
    }

    private static Poid PoidOf(Charge charge) =>
        charge.Reference is { } reference && Poid.TryParse(reference, out var poid) && poid.Class == Poid.BillClass
            ? poid
            : Poid.OfBill(charge.Number);

    /// <summary>An id within a path; <c>+</c> stays as it is, as in Oracle's own addresses (Oracle BRM 4.2).</summary>
    private static string Escaped(string id) => Uri.EscapeDataString(id).Replace("%2B", "+", StringComparison.Ordinal);
}
