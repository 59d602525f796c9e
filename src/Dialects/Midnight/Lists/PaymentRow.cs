using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>A payment as the history shows it.</summary>
/// <param name="View">The payment.</param>
/// <param name="Day">The day it came to stand as it does, in the installation's time zone.</param>
/// <param name="At">The time, in that zone.</param>
/// <param name="OrderNumbers">The numbers of the orders whose charges it settles.</param>
internal sealed record PaymentRow(PaymentView View, DateOnly Day, DateTimeOffset At, IReadOnlyDictionary<Guid, string> OrderNumbers)
{
    /// <summary>By what the history is filtered and sorted.</summary>
    public static IReadOnlyList<TableColumn<PaymentRow>> Columns { get; } =
    [
        new("CustomerPaymentID", row => (decimal)row.View.Payment.Number),
        new("CustomerPaymentNumber", row => row.Number),
        new(CreateDate, row => row.Day),
        new("customerName", row => row.View.Account.Name),
        new("customerCode", row => row.CustomerCode),
        new("paymentAmount", row => row.Major),
        new("TotalAmount", row => row.Major),
        new("isSuccessfull", row => row.IsSuccessful),
        new("IsVoided", row => row.IsVoided),
        new("PaymentMethodDescription", row => row.Method),
        new("OrderNumber", row => string.Join(' ', row.OrderNumbers.Values)),
    ];

    /// <summary>The column of the order in which the history comes.</summary>
    public const string CreateDate = "createDate";

    /// <summary>How the payment was made.</summary>
    public string Method => View.Payment.Method.ToString();

    private string Number => MidnightNames.PaymentNumber(View.Payment.Number);

    private string CustomerCode => View.Account.Number.ToString();

    private Money Amount => View.Payment.Amount ?? new Money(0, View.Account.Currency);

    private decimal Major => decimal.Parse(Amount.ToText(AmountDecimals.Full), System.Globalization.CultureInfo.InvariantCulture);

    private bool IsSuccessful => View.Payment.Status == PaymentStatus.Captured;

    private bool IsVoided => View.Payment.Status == PaymentStatus.Cancelled || (IsSuccessful && View.Payment.RefundableMinor == 0);

    /// <summary>Writes it.</summary>
    /// <param name="json">The writer, where a value may follow.</param>
    /// <param name="totalRecords">How many rows the list has; null where it says so once.</param>
    public void Write(Utf8JsonWriter json, long? totalRecords)
    {
        var free = Amount with { AmountMinor = 0 };
        json.WriteStartObject();
        json.WriteNumber("CustomerPaymentID"u8, View.Payment.Number);
        json.WriteString("CustomerPaymentNumber"u8, Number);
        json.WriteNull("transactionID"u8);
        json.WriteString(CreateDate, At.ToString("yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        if (MidnightNames.IdIn(View.AccountNames, MidnightNames.Customer) is { } customer)
            json.WriteNumber("customerId"u8, customer);
        json.WriteString("customerName"u8, View.Account.Name);
        json.WriteString("customerCode"u8, CustomerCode);
        json.WriteStartObject("amountDetails"u8);
        json.WriteAmount("paymentAmount"u8, Amount);
        json.WriteAmount("surchargeAmount"u8, free);
        json.WriteEndObject();
        json.WriteStartArray("invoicesPaid"u8);
        foreach (var allocation in View.Allocations)
            Write(json, allocation);
        json.WriteEndArray();
        json.WriteBoolean("isSuccessfull"u8, IsSuccessful);
        json.WriteNumber("paymentMethod"u8, (int)View.Payment.Method);
        json.WriteString("PaymentMethodDescription"u8, Method);
        json.WriteNull("email"u8);
        json.WriteString("CardLast4"u8, View.Instrument?.Vaulted?.Shown.LastFour);
        foreach (var unknown in (ReadOnlySpan<string>)["CardEntryContext", "CardEntryMethod", "NameonAccount", "HostResponseCode", "ApprovalNumber", "SurchargeName", "Token", "RefNumber", "PaymentType"])
            json.WriteNull(unknown);
        json.WriteBoolean("IsVoided"u8, IsVoided);
        json.WriteAmount("SubTotal"u8, Amount);
        json.WriteAmount("TotalAmount"u8, Amount);
        json.WriteAmount("SurchargeAmount"u8, free);
        json.WriteAmount("TaxAmount"u8, free);
        if (totalRecords is { } total)
            json.WriteNumber("TotalRecords"u8, total);
        json.WriteBoolean("IsInvoiceEnabled"u8, false);
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, Allocation allocation)
    {
        json.WriteStartObject();
        json.WriteNumber("InvoiceId"u8, allocation.Charge.Number);
        json.WriteString("InvoiceNumber"u8, OpenInvoices.NumberOf(allocation.Charge));
        json.WriteAmount("paymentAmount"u8, allocation.Charge.Amount with { AmountMinor = allocation.AmountMinor });
        json.WriteString("OrderNumber"u8, allocation.Charge.Order is { } order ? OrderNumbers.GetValueOrDefault(order.Value) : null);
        json.WriteEndObject();
    }
}
