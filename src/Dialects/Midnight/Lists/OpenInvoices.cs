using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>An open charge of an order, as the list of what can be paid shows it.</summary>
/// <param name="Order">The order.</param>
/// <param name="Charge">The charge.</param>
internal sealed record InvoiceRow(OrderFigures Order, Charge Charge)
{
    /// <summary>By what the list is filtered and sorted.</summary>
    public static IReadOnlyList<TableColumn<InvoiceRow>> Columns { get; } =
    [
        new("CustomerNumber", row => (decimal?)row.Order.Customer),
        new("Name", row => row.Order.CustomerName),
        new("InvoiceId", row => (decimal)row.Charge.Number),
        new("Invoice", row => row.Invoice),
        new("OrderNumber", row => row.Order.Number),
        new("PaymentType", row => row.Label),
        new("Balance", row => Major(row.Balance)),
        new("AmountBilled", row => Major(row.Charge.Amount)),
        new("DueDate", row => row.Charge.DueOn),
        new("PaymentStatus", row => row.Status),
    ];

    private string? Invoice => OpenInvoices.NumberOf(Charge);

    private Money Balance => Charge.Amount with { AmountMinor = Charge.OpenMinor };

    private string Status => Charge.OpenMinor == Charge.Amount.AmountMinor ? "Open" : "Partial";

    private string Label => Charge.Label switch
    {
        MidnightNames.Services => nameof(PaymentLabel.Services),
        MidnightNames.Postage => nameof(PaymentLabel.Postage),
        var other => other,
    };

    /// <summary>Writes it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Order.Customer is { } customer)
            json.WriteNumber("CustomerNumber"u8, customer);
        json.WriteString("Name"u8, Order.CustomerName);
        json.WriteNumber("OrderId"u8, Order.Id);
        json.WriteString("OrderNumber"u8, Order.Number);
        json.WriteNumber("InvoiceId"u8, Charge.Number);
        json.WriteString("Invoice"u8, Invoice);
        json.WriteString("PaymentType"u8, Label);
        json.WriteAmount("Balance"u8, Balance);
        json.WriteString("DueDate"u8, OrderFigures.TextOf(Charge.DueOn));
        json.WriteString("PaymentStatus"u8, Status);
        json.WriteAmount("AmountBilled"u8, Charge.Amount);
        json.WriteEndObject();
    }

    private static decimal Major(Money amount) => decimal.Parse(amount.ToText(AmountDecimals.Full), CultureInfo.InvariantCulture);
}

/// <summary><c>GetCustomerPaymentOrderList</c>: what is open on a customer's orders, or on all orders (Midnight 3.4). An invoice is a charge of ours.</summary>
internal sealed class OpenInvoices(IOrders orders)
{
    private const string TooMany = "More than 1000 invoices are open: name a customer.";

    /// <summary>The number that is printed on a charge's bill, else what the raising system calls it.</summary>
    public static string? NumberOf(Charge charge) => charge.Document ?? charge.Reference;

    /// <summary>Carries the operation out. <c>OrderDate</c>, <c>CustomerParentID</c>, <c>ContactID</c> and <c>InvoiceView</c> change nothing: the books know no such thing.</summary>
    public Task<Answer> AnswerAsync(Call call) => MidnightFields.AnswerAsync(
        call.Body, fields => (Customer: fields.Integer("CustomerID"), Table: TableQuery.Of(fields, InvoiceRow.Columns)), async asked =>
        {
            List<InvoiceRow> open = [];
            await foreach (var order in orders.OrdersAsync(call, asked.Customer, call.Cancel))
            {
                open.AddRange(order.Charges.Where(charge => charge.OpenMinor > 0).Select(charge => new InvoiceRow(order, charge)));
                if (open.Count > TableQuery.MaxRows)
                    return MidnightErrors.Unreadable([new BodyFault("CustomerID", TooMany)]);
            }

            var rows = asked.Table.Apply(open, InvoiceRow.Columns);
            return new Answer(StatusCodes.Status200OK, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("TotalRecords"u8, rows.Count);
                json.WriteBoolean("IsInvoiceEnable"u8, false);
                json.WriteStartArray("data"u8);
                foreach (var row in rows.Skip(asked.Table.First).Take(asked.Table.Rows))
                    row.Write(json);
                json.WriteEndArray();
                json.WriteEndObject();
            });
        });
}
