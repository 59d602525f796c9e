using Microsoft.AspNetCore.Http;
using Quittance.Core.Accounts;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>
/// <c>GetCustomerPaymentOrderList</c>: what is open on a customer's orders, or on all orders (Midnight 3.4). An invoice is a charge of
/// ours.
/// </summary>
internal sealed class OpenInvoices(IOrders orders)
{
    /// <summary>The columns that the list is filtered and sorted by.</summary>
    private static readonly IReadOnlyList<TableColumn<ChargeRow>> Columns =
    [
        .. Rows.Invoice.ColumnsBut("OrderId", "DueDate"),
        new("DueDate", row => row.Charge.DueOn),
    ];

    private const string TooMany = "More than 1000 invoices are open: name a customer.";

    /// <summary>The number that is printed on a charge's bill, else what the raising system calls it.</summary>
    public static string? NumberOf(Charge charge) => charge.Document ?? charge.Reference;

    /// <summary>
    /// Carries the operation out. <c>OrderDate</c>, <c>CustomerParentID</c>, <c>ContactID</c> and <c>InvoiceView</c> change nothing: the
    /// books know no such thing.
    /// </summary>
    public Task<Answer> AnswerAsync(Call call) => MidnightFields.AnswerAsync(
        call.Body, fields => (Customer: fields.Integer("CustomerID"), Table: TableQuery.Of(fields, Columns)), async asked =>
        {
            List<ChargeRow> open = [];
            await foreach (var order in orders.OrdersAsync(call, asked.Customer, call.Cancel))
            {
                open.AddRange(order.Charges.Where(charge => charge.OpenMinor > 0).Select(charge => new ChargeRow(order, charge)));
                if (open.Count > TableQuery.MaxRows)
                    return MidnightErrors.Unreadable([new BodyFault("CustomerID", TooMany)]);
            }

            var rows = asked.Table.Apply(open, Columns);
            return new Answer(StatusCodes.Status200OK, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("TotalRecords"u8, rows.Count);
                json.WriteBoolean("IsInvoiceEnable"u8, false);
                json.WritePropertyName("data"u8);
                Rows.Invoice.WriteAll(json, rows.Skip(asked.Table.First).Take(asked.Table.Rows));
                json.WriteEndObject();
            });
        });
}
