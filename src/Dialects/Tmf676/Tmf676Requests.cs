using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Billing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>Reads the requests of the TMF676 mount.</summary>
public static class Tmf676Requests
{
    private const string BillAttribute = "paymentItem[{0}].item.id";
    private const string PaymentType = "Payment";
    private const string RefundType = "Refund";

    /// <summary>A payment as clients send it.</summary>
    internal static readonly Resource<TmfResource> PaymentCreate = TmfShapes.Standard.Payment(PaymentType, "A payment to record.");

    /// <summary>A refund as clients send it.</summary>
    internal static readonly Resource<TmfResource> RefundCreate = TmfShapes.Standard.Refund(RefundType, "A refund to make.");

    /// <summary>
    /// Reads a payment to create (TMF676 3.2 to 3.4, 4.3). Null, with faults in the body, when it is not well
    /// formed.
    /// </summary>
    /// <param name="origin">The credential of the sender.</param>
    /// <param name="installation">The currency of accounts that are opened by a payment without one is its.</param>
    /// <param name="newId">Gives new ids.</param>
    public static TmfRequest? Payment(JsonBody body, Origin origin, Installation installation, Func<Guid> newId)
    {
        if (body.Object() is not { } fields)
            return null;
        var payment = PaymentCreate.Read(fields, new TmfResource());
        Check(payment, PaymentType, fields);
        if (body.Faults.Count > 0)
            return null;

        var account = payment.Account!;
        var target = AccountOf(account.Id, origin);
        var total = payment.TotalAmount?.Amount;
        var command = new RecordPayment(origin, target, new PaymentId(origin.Merchant, newId()), TmfNames.Tmf676)
        {
            // The first payment opens the account: this mount has no other operation to open one. Who pays it is the customer, as far as
            // we are told.
            Opening = Opening(
                origin, account with { Name = account.Name is { Length: > 0 } name ? name : payment.Payer?.Name }, target,
                total?.Currency ?? installation.Currency, newId),
            Amount = total,
            ReceivedBy = ReceiverOf(payment),
            Method = TmfWords.Method(payment.Method.Type) ?? TmfWords.Method(payment.Method.ReferredType)
                ?? PaymentMethod.Unspecified,
            Instrument = payment.Method.Id is { } id ? Named(TmfNames.PaymentMethod, id, origin) : null,
            InstrumentMayBeUnknown = true,
            ReceivedByIfInstrumentKnown = ClearingProvider.Gateway,
            Parts = PartsOf(payment, origin.Merchant, TmfNames.Tmf676),
            Details = payment.ToPaymentDetails(),
        };
        return new TmfRequest(command, payment.CorrelatorId, BillAttribute);
    }

    /// <summary>The parts of a recorded payment, where its client named them in a TMF payment.</summary>
    public static IReadOnlyList<Part> PartsOf(PaymentView view) =>
        PartsOf(TmfResource.Of(view), view.Payment.Id.Merchant, view.Payment.Dialect);

    private static IReadOnlyList<Part> PartsOf(TmfResource payment, MerchantId merchant, string dialect) =>
    [
        .. payment.Items.Select(
            item => Part.ChargeIfKnown(new Reference(merchant, dialect, TmfNames.Bill, item.Bill!.Id), item.Amounts.Whole?.AmountMinor)),
    ];

    /// <summary>
    /// Reads a refund to create (TMF676 3.3, 4.3). Null, with faults in the body, when it is not well formed.
    /// </summary>
    public static TmfResource? Refund(JsonBody body)
    {
        if (body.Object() is not { } fields)
            return null;
        var refund = RefundCreate.Read(fields, new TmfResource());
        Check(refund, RefundType, fields);
        return refund;
    }

    /// <summary>Records a refund without an amount. It opens its account, as a payment does.</summary>
    public static RecordRefund BareRefund(TmfResource refund, Origin origin, Installation installation, Func<Guid> newId)
    {
        var account = refund.Account!;
        var target = AccountOf(account.Id, origin);
        return new RecordRefund(
            origin, target, new RefundId(origin.Merchant, newId()), TmfNames.Tmf676,
            Opening(origin, account, target, installation.Currency, newId))
        {
            Details = refund.ToRefundDetails(),
        };
    }

    /// <summary>Gives money of a payment back.</summary>
    public static RefundPayment Refund(TmfResource refund, PaymentId payment, Origin origin, Func<Guid> newId) =>
        new(origin, AccountOf(refund.Account!.Id, origin), payment, new RefundId(origin.Merchant, newId()), TmfNames.Tmf676)
        {
            Amount = refund.TotalAmount!.Amount,
            Details = refund.ToRefundDetails(),
        };

    /// <summary>Gives credit of an account back (TMF676 5.18).</summary>
    /// <param name="refund">The refund as the client sent it.</param>
    /// <param name="payments">The payments that have the credit, the oldest first.</param>
    /// <param name="amount">How much.</param>
    /// <param name="newId">Gives new ids.</param>
    public static RefundCredit CreditRefund(
        TmfResource refund, IReadOnlyList<PaymentId> payments, Money amount, Origin origin, Func<Guid> newId) =>
        new(origin, AccountOf(refund.Account!.Id, origin), payments, new RefundId(origin.Merchant, newId()), TmfNames.Tmf676, amount)
        {
            Details = refund.ToRefundDetails(),
        };

    /// <summary>The opening of an account that we do not know yet; null where its name looks like an id of ours (TMF676 5.19).</summary>
    private static OpenAccount? Opening(
        Origin origin, TmfReference account, AccountTarget target, Currency currency, Func<Guid> newId) =>
        Reference.IsLikeId(TmfNames.Tmf676, account.Id) ? null : new(
            origin, new AccountId(origin.Merchant, newId()), [target.Names[0]], currency, account.Name);

    private static void Check(TmfResource payment, string type, JsonFields fields)
    {
        // TMF676 5.3: no subclass is registered here.
        if (payment.Type is { } given && given != type)
            fields.Refuse("@type", FieldProblem.NotInList, type);

        // TMF676 3.4: a start needs an end.
        if (payment.Method.ValidFor is { Start: not null, End: null })
            fields.Refuse("paymentMethod.validFor.endDateTime", FieldProblem.Missing, "the end of the time that has a start");
        payment.CheckAmounts(fields);
    }

    /// <summary>The TMF id of the account, or our own (TMF676 5.19).</summary>
    private static AccountTarget AccountOf(string id, Origin origin)
    {
        var named = Named(TmfNames.Account, id, origin);
        return Guid.TryParseExact(id, "D", out var own)
            ? AccountTarget.Named(named, Reference.ToAccountId(origin.Merchant, own))
            : AccountTarget.Named(named);
    }

    /// <summary>The provider that holds the money, where the request itself says that it is paid (TMF676 5.2).</summary>
    private static string? ReceiverOf(TmfResource payment) => TmfWords.Method(payment.Method.Type) switch
    {
        PaymentMethod.Cash or PaymentMethod.Check or PaymentMethod.Voucher => ClearingProvider.Cash,
        _ => payment.AuthorizationCode is { Length: > 0 } ? ClearingProvider.Gateway : null,
    };

    private static Reference Named(string kind, string value, Origin origin) =>
        new(origin.Merchant, TmfNames.Tmf676, kind, value);
}
