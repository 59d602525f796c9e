using Quittance.Core.Accounts;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

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

    /// <summary>A page of open invoices, and how many there are.</summary>
    public static readonly Resource<(IReadOnlyList<ChargeRow> Rows, long Total)> Page = new("OpenInvoices", "What can be paid.")
    {
        { Required("TotalRecords", Whole("How many match.")), page => page.Total },
        { Required("IsInvoiceEnable", Flag("Always false.")), _ => false },
        { Required("data", List(Lists.Rows.Invoice, "The open charges.")), Lists.Rows.Invoice, page => page.Rows },
    };

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
            return Page.ToAnswer((asked.Table.PageOf(rows), rows.Count));
        });
}
