using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight.Lists;

namespace Quittance.Dialects.Midnight;

/// <summary>
/// <c>GetPaymentSurchargeInfo</c>: what a payment costs beside its amount (Midnight 3.2). Money of this dialect is in hand already and
/// nothing is added to it, so no surcharge has a name and each is zero.
/// </summary>
internal sealed class Surcharges(IOrders orders)
{
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

    private static Asked Read(MidnightFields fields, Currency currency)
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
        return new Asked(
            isById ? id : text is { Length: > 0 } ? MidnightNames.PaymentNumberIn(text) : null, isById || !string.IsNullOrEmpty(text),
            isById,
            new Money(invoices > 0 ? invoices : total, currency), fields.Flag("ProvidePaymentActualDetails") ?? false);
    }

    private static Answer Unknown(Asked asked) =>
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

    private static Answer Show(Asked asked, PaymentView? payment, string? invoice) => new(StatusCodes.Status200OK, json =>
    {
        var amount = payment is null ? asked.Amount : payment.Payment.Amount ?? asked.Amount;
        json.WriteStartObject();
        json.WriteNumber("CustomerId"u8, payment is null ? 0 : MidnightNames.IdIn(payment.AccountNames, MidnightNames.Customer) ?? 0);
        json.WriteNumber("CustomerPaymentId"u8, payment?.Payment.Number ?? 0);
        json.WriteString("InvoiceNumber"u8, invoice);
        json.WriteNull("SurchargeName"u8);
        if (asked.WithDetails)
        {
            json.WriteStartObject("PaymentDetails"u8);
            json.WriteAmount("SubTotal"u8, amount);
            json.WriteAmount("SurchargeAmount"u8, amount with { AmountMinor = 0 });
            json.WriteAmount("TotalAmount"u8, amount);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("PaymentDetails"u8);
        }

        json.WriteEndObject();
    });

    /// <summary>
    /// The payment's number, whether one was named at all and by its id, what would be paid, and whether amounts are wanted.
    /// </summary>
    private sealed record Asked(long? Number, bool HasPayment, bool IsById, Money Amount, bool WithDetails);
}
