using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight.Lists;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Midnight;

/// <summary>The surcharge of a payment: always zero.</summary>
/// <param name="Payment">The payment; null where none is named.</param>
/// <param name="Invoice">The one invoice that it settles.</param>
/// <param name="Amount">How much is paid.</param>
/// <param name="HasDetails">Whether amounts are wanted.</param>
internal sealed record Surcharge(PaymentView? Payment, string? Invoice, Money Amount, bool HasDetails);

/// <summary>
/// <c>GetPaymentSurchargeInfo</c>: what a payment costs beside its amount (Midnight 3.2). Money of this dialect is in hand already and
/// nothing is added to it, so no surcharge has a name and each is zero.
/// </summary>
internal sealed class Surcharges(IOrders orders)
{
    private static readonly Resource<Surcharge> Details = new("SurchargeDetails", "Amounts.")
    {
        { Required("SubTotal", Amount("The payment.")), it => it.Amount },
        { Required("SurchargeAmount", Amount("Always 0.")), it => it.Amount with { AmountMinor = 0 } },
        { Required("TotalAmount", Amount("Both together.")), it => it.Amount },
    };

    /// <summary>The surcharge as answers show it.</summary>
    public static readonly Resource<Surcharge> Info = new("SurchargeInfo", "What a payment costs.")
    {
        { Required("CustomerId", Whole("The customer; 0 where no payment is named.")),
            it => it.Payment is null ? 0 : MidnightNames.IdIn(it.Payment.AccountNames, MidnightNames.Customer) ?? 0 },
        { Required("CustomerPaymentId", Whole("The payment; 0 where none is named.")), it => it.Payment?.Payment.Number ?? 0 },
        { Required("InvoiceNumber", Text("The one invoice that it settles.").OrNull()), it => it.Invoice },
        Required("SurchargeName", Rows.Unknown),
        { Required("PaymentDetails", Details.Shape.OrNull()), Details, it => it.HasDetails ? it : null },
    };

    private const string UnknownPayment = "Must match Midnight CustomerPaymentId.";

    /// <summary>Carries the operation out: of a payment by its id, else by its number, else of what invoices would take.</summary>
    public Task<Answer> AnswerAsync(Call call) =>
        MidnightFields.AnswerAsync(call.Body, fields => Read(fields, call.Credential.Installation.Currency), async asked =>
    {
        if (asked.Number is not { } number)
            return asked.HasPayment ? Unknown(asked) : Show(asked, payment: null, invoice: null);
        if (number <= 0 || await call.Books.PaymentAsync(call.Credential.Merchant, number, call.Cancel) is not { } payment)
            return Unknown(asked);
        return Show(asked, payment, await InvoiceAsync(call, payment));
    });

    private static SurchargeRequest Read(MidnightFields fields, Currency currency)
    {
        var id = fields.Integer("CustomerPaymentId");
        var text = fields.Text("CustomerPaymentNumber");
        var total = fields.Number("TotalAmount") is { } amount && amount.TryToMinor(currency, out var minor) == AmountFault.None ? minor
            : 0;
        long invoices = 0;
        foreach (var invoice in fields.Objects("Invoices"))
        {
            if (invoice.Number("Amount") is { } billed && billed.TryToMinor(currency, out var billedMinor) == AmountFault.None)
                invoices += billedMinor;
            else
                invoice.Add("Amount", "Must be an amount.");
        }

        var isById = id is not (null or 0);
        if (!isById && string.IsNullOrEmpty(text) && fields.Find("Invoices") is null)
            fields.Add("CustomerPaymentId", "Is required, or CustomerPaymentNumber, or Invoices.");
        return new SurchargeRequest(
            isById ? id : text is { Length: > 0 } ? MidnightNames.PaymentNumberIn(text) : null, isById || !string.IsNullOrEmpty(text),
            isById,
            new Money(invoices > 0 ? invoices : total, currency), fields.Flag("ProvidePaymentActualDetails") ?? false);
    }

    private static Answer Unknown(SurchargeRequest asked) =>
        MidnightErrors.Unreadable([new BodyFault(asked.IsById ? "CustomerPaymentId" : "CustomerPaymentNumber", UnknownPayment)]);

    /// <summary>The one invoice that the payment settles; null where there are several, or none.</summary>
    private async Task<string?> InvoiceAsync(Call call, PaymentView payment)
    {
        if (payment.Allocations is not [var only])
            return null;
        if (OpenInvoices.NumberOf(only.Charge) is { } number || only.Charge.Order is not { } order)
            return OpenInvoices.NumberOf(only.Charge);
        var names = await orders.NamesAsync(call.Credential.Merchant, MidnightNames.Dialect, [order.Value], call.Cancel);
        return names.TryGetValue(order.Value, out var found) ? OrderFigures.NumberIn(found) : null;
    }

    private static Answer Show(SurchargeRequest asked, PaymentView? payment, string? invoice) =>
        Info.ToAnswer(new Surcharge(payment, invoice, payment?.Payment.Amount ?? asked.Amount, asked.WithDetails));

    /// <summary>
    /// The payment's number, whether one was named at all and by its id, what would be paid, and whether amounts are wanted.
    /// </summary>
    private sealed record SurchargeRequest(long? Number, bool HasPayment, bool IsById, Money Amount, bool WithDetails);
}
