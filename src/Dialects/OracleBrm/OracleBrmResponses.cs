using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676.Resources;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OracleBrm;

/// <summary>A payment as its extended type shows it.</summary>
internal sealed record OracleBrmPayment(TmfResource Shown, PaymentView View, PublicAddress Address)
{
    /// <summary>The whole amount once it is captured; before, and after it was declined, nothing is allocated.</summary>
    public Money? Captured => View.Payment.Status == PaymentStatus.Captured ? View.Payment.Amount : null;
}

/// <summary>
/// Writes the answers of Oracle BRM: every attribute, with null where it has no value (Oracle BRM 3.2).
/// </summary>
public static class OracleBrmResponses
{
    private const string AccountType = "billingAccount";
    private const string BillType = "CustomerBill";
    private const string MethodType = "PaymentMethodRefOrValue";
    private const string PaymentType = "Payment";
    private const string RefundType = "Refund";
    private const string Extended = "Oracle";

    private static readonly TmfShapes Written = TmfShapes.WrittenWithNulls;

    /// <summary>An amount that may be nothing.</summary>
    private static readonly Resource<TmfMoney> Balance = Written.MoneyOf(
        "Balance", "An amount of money, which may be nothing.", Amount("How much, in the major unit and exact."), isAlways: true);

    /// <summary>The billed items, one for each bill. Its disputes are not shown.</summary>
    private static readonly Resource<TmfItem> BillingRate = new("AppliedCustomerBillingRate", "How a bill stands.")
    {
        { Required("itemNo", Text("The bill's number.")), item => item.Allocation.Charge.Document ?? item.Id },
        { Required("serviceTypeName", Text("What it is for.")), item => item.Allocation.Charge.Label },
        Written.May("serviceId", Text("Of which service.")),
        { Required("remainingAmount", Balance, "What is due."), Balance, item => MoneyOf(item, charge => charge.OpenMinor) },
        { Required("receivedAmount", Balance, "What payments settle."), Balance, item => MoneyOf(item, charge => charge.AllocatedMinor) },
        { Required("adjustedAmount", Balance, "What refunds and credit notes have forgiven."), Balance,
            item => MoneyOf(item, charge => charge.CreditedMinor) },
        { Written.May("writeOffAmount", Balance, "What was written off."), Balance,
            item => MoneyOf(item, charge => charge.WrittenOffMinor) },
        Written.May("disputedAmount", Balance, "What is disputed; not kept."),
    };

    private static readonly Resource<TmfItem> ExtendedItem = new("PaymentItemOracle", "A bill that a payment settles, and how it stands.")
    {
        { Written.Item, item => item },
        { Written.May("paymentAllocatedOn", Moment("When money of the payment last went to it.")),
            item => TmfShapes.TextOf(item.Allocation.At) },
        { Required("appliedCustomerBillingRate", List(BillingRate, "How it stands.")), BillingRate, item => [item] },
    };

    /// <summary>A payment.</summary>
    internal static readonly Resource<TmfResource> PlainPayment =
        Written.Payment(PaymentType, "A payment.", TypesOf(PaymentType, PaymentType));

    /// <summary>A payment as PaymentOracle (Oracle BRM 3.5).</summary>
    internal static readonly Resource<OracleBrmPayment> ExtendedPayment = new(
        $"{PaymentType}{Extended}",
        "A payment, and where its money is. Its items, the unallocated, the reversed and the refunded amount add up to its total.")
    {
        { Written.Payment("", "", TypesOf(PaymentType, $"{PaymentType}{Extended}"), ExtendedItem), payment => payment.Shown },
        { Written.May("unallocatedAmount", Balance, "What settles no bill."), Balance,
            payment => MoneyOf(payment, payment.View.Payment.UnallocatedMinor) },
        { Written.May("reversedPaymentAmount", Balance, "What left it without a refund: the payer took it back, or a correction did."),
            Balance, payment => MoneyOf(payment, payment.View.Payment.ReversedMinor) },
        { Required("paymentTransactionId", Text("The number of its transaction.")),
            payment => $"T1,{payment.View.Payment.Number},0" },
        { Written.May("paymentStatus", Word(
                "How far it is allocated.", "Unallocated", "PartiallyAllocated", "Allocated", "Reversed")),
            payment => payment.Captured is null ? null : StatusOf(payment.View.Payment) },
        { Required("billingCycleSpecification", Written.Entity, "The bill unit."), Written.Entity, BillUnitOf },
    };

    internal static readonly Resource<TmfResource> PlainRefund = RefundOf(RefundType);

    internal static readonly Resource<TmfResource> ExtendedRefund = RefundOf($"{RefundType}{Extended}");

    /// <summary>The address of a payment; always of version v4 (Oracle BRM 5.19).</summary>
    public static string PaymentHref(PublicAddress address, Payment payment) => $"{PaymentsHref(address)}/{Poid.OfPayment(payment.Number)}";

    /// <summary>The address of a refund (Oracle BRM 5.16).</summary>
    public static string RefundHref(PublicAddress address, Refund refund) =>
        $"{RefundsHref(address)}/{Poid.OfItem(Poid.RefundClass, refund.Number)}";

    /// <summary>The first part of the addresses of payments.</summary>
    internal static string PaymentsHref(PublicAddress address) => $"{address.Base}/brm/payment/v4/payment";

    /// <summary>The first part of the addresses of refunds.</summary>
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
        var known = TmfResource.Of(view);
        var shown = known with
        {
            Id = Poid.OfPayment(payment.Number).ToString(),
            Href = href,
            Account = AccountOf(known, view.Account, view.AccountNames, payment.Dialect),
            Items = [.. view.Allocations.Select(allocation => ItemOf(allocation, address))],
            Method = MethodOf(view, known.Method, address, isExtended),
            BaseType = PaymentType,
            Type = isExtended ? $"{PaymentType}{Extended}" : PaymentType,
        };
        if (isExtended)
            ExtendedPayment.Write(json, new OracleBrmPayment(shown, view, address));
        else
            PlainPayment.Write(json, shown);
    }

    /// <summary>Writes a refund, whichever dialect it came through.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="view">The refund.</param>
    /// <param name="address">Where clients reach this server.</param>
    /// <param name="isExtended">Whether it is written as RefundOracle.</param>
    public static void Refund(Utf8JsonWriter json, RefundView view, PublicAddress address, bool isExtended = false)
    {
        var refund = view.Refund;
        var known = TmfResource.Of(view);
        (isExtended ? ExtendedRefund : PlainRefund).Write(json, known with
        {
            Id = Poid.OfItem(Poid.RefundClass, refund.Number).ToString(),
            Href = RefundHref(address, refund),
            Date = refund.Status == RefundStatus.Done ? refund.StatusAt : null,
            Account = AccountOf(known, view.Account, view.AccountNames, refund.Dialect),
            Payment = PaymentOf(view, known.Payment, address),
            Method = MethodOf(known.Method, address, isExtended),
            BaseType = RefundType,
            Type = isExtended ? $"{RefundType}{Extended}" : RefundType,
        });
    }

    private static Resource<TmfResource> RefundOf(string type) =>
        Written.Refund(type, "Money that goes back to a payer.", TypesOf(RefundType, type));

    private static Resource<TmfObject> TypesOf(string baseType, string type) => Written.Types(
        Required("@type", Word("Its type.", type)), Required("@baseType", Word("The type that its type is derived from.", baseType)));

    private static TmfMoney MoneyOf(TmfItem item, Func<Charge, long> minor) =>
        new(new Money(minor(item.Allocation.Charge), item.Allocation.Charge.Amount.Currency));

    private static TmfMoney? MoneyOf(OracleBrmPayment payment, long minor) =>
        payment.Captured is { } whole ? new TmfMoney(whole with { AmountMinor = minor }) : null;

    private static TmfReference BillUnitOf(OracleBrmPayment payment)
    {
        var unit = OracleBrmNames.BillUnitOf(payment.View.Account, payment.View.AccountNames);
        return new TmfReference(unit.ToString())
        {
            Href = $"{payment.Address.Base}/brm/accountManagement/v4/billingCycleSpecification/{unit}",
            ReferredType = "BillingCycleSpecification",
        };
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
    private static TmfReference AccountOf(TmfResource resource, Account account, IReadOnlyList<Reference> names, string cameThrough)
    {
        var shown = resource.AccountOf(
            account, names, cameThrough, TmfNames.OracleBrm, Poid.OfAccount(account.Number).ToString(), AccountType);
        return shown with { Name = account.Name ?? shown.Name };
    }

    /// <summary>
    /// The method with the id that the client used and the name we know it by. A payment of another mount without an
    /// instrument shows its kind as id, since BRM's clients rely on there being one.
    /// </summary>
    private static TmfMethod MethodOf(PaymentView view, TmfMethod details, PublicAddress address, bool isExtended)
    {
        var (instrument, made) = (view.Instrument, view.Payment.Method);
        var method = details with
        {
            Id = details.Id ?? instrument?.Reference ?? TmfWords.Word(made) ?? nameof(PaymentMethod.Unspecified),
            Href = instrument is null ? details.Href : HrefOfMethod(details.Id ?? instrument.Reference, address),
            Name = instrument?.Name ?? details.Name,
        };
        return Typed(
            method, isExtended, instrument is null ? TmfWords.Word(made) ?? MethodType : TmfWords.MethodReference,
            instrument is null ? null : KindWord(instrument.Method));
    }

    /// <summary>The method of a refund, as it was kept.</summary>
    private static TmfMethod MethodOf(TmfMethod details, PublicAddress address, bool isExtended)
    {
        var refersTo = details.Type is null or TmfWords.MethodReference ? details.Id : null;
        var method = details with
        {
            Id = details.Id ?? details.Type ?? nameof(PaymentMethod.Unspecified),
            Href = refersTo is null ? details.Href : HrefOfMethod(refersTo, address),
        };
        return Typed(method, isExtended, details.Type, details.ReferredType);
    }

    /// <summary>Only extended types say what a method is.</summary>
    private static TmfMethod Typed(TmfMethod method, bool isExtended, string? type, string? referredType) => method with
    {
        BaseType = MethodType,
        Type = isExtended ? type : MethodType,
        ReferredType = isExtended ? referredType : null,
    };

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
            : new TmfReference(poid);
        return payment with { Href = $"{PaymentsHref(address)}/{poid}", ReferredType = payment.ReferredType ?? PaymentType };
    }

    /// <summary>
    /// A bill that the payment settles (Oracle BRM 3.5): the item has its POID as id, the bill its number.
    /// </summary>
    private static TmfItem ItemOf(Allocation allocation, PublicAddress address)
    {
        var charge = allocation.Charge;
        var poid = PoidOf(charge);
        var bill = new TmfReference((poid.IsOwn ? null : charge.Document) ?? poid.ToString())
        {
            Href = $"{address.Base}/brm/customerBillManagement/v4/customerBill/{poid}",
            ReferredType = BillType,
        };
        return new TmfItem(bill)
        {
            Id = poid.ToString(),
            TotalAmount = new TmfMoney(new Money(allocation.AmountMinor, charge.Amount.Currency)),
            Allocation = allocation,
        };
    }

    private static Poid PoidOf(Charge charge) =>
        charge.Reference is { } reference && Poid.TryParse(reference, out var poid) && poid.Class == Poid.BillClass
            ? poid
            : Poid.OfBill(charge.Number);

    /// <summary>An id within a path; <c>+</c> stays as it is, as in Oracle's own addresses (Oracle BRM 4.2).</summary>
    private static string Escaped(string id) => Uri.EscapeDataString(id).Replace("%2B", "+", StringComparison.Ordinal);
}
