using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Accounts;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>
/// The lists of orders, and of what an order is charged for postage (Midnight 3.4). An order of ours has one version: itself. Members of
/// which the books know nothing are null.
/// </summary>
internal sealed class OrderLists(IOrders orders)
{
    /// <summary><c>CustomerOrderList</c>, <c>OrderList</c>: open orders, and with <c>ShowClosed</c> all.</summary>
    public Task<Answer> OrdersAsync(Call call) => OrdersAsync(call, order => true);

    /// <summary><c>CustomerOrderEstPostageList</c>: those that were charged postage.</summary>
    public Task<Answer> OrdersWithPostageAsync(Call call) => OrdersAsync(call, order => order.HasPostage);

    /// <summary><c>CustomerOrderVersionEstPostageList</c>: an order's charges for postage.</summary>
    public Task<Answer> PostageAsync(Call call) => OfOrderAsync(call, (json, order) =>
    {
        foreach (var charge in order.Charges.Where(charge => charge.Label == MidnightNames.Postage))
            WritePostage(json, order, charge);
    });

    /// <summary><c>CustomerOrderVersionEstPostageSummaryList</c>: an order's postage in all.</summary>
    public Task<Answer> PostageSummaryAsync(Call call) => OfOrderAsync(call, WritePostageSummary);

    /// <summary><c>OrderVersionList</c>: an order's version.</summary>
    public Task<Answer> VersionsAsync(Call call) => OfOrderAsync(call, WriteVersion);

    private Task<Answer> OrdersAsync(Call call, Func<OrderFigures, bool> isWanted) => MidnightFields.AnswerAsync(
        call.Body, fields => (Customer: fields.Integer("CustomerID"), ShowClosed: fields.Flag("ShowClosed") ?? false), asked => LongArray.AnswerAsync(
            orders.OrdersAsync(call, asked.Customer, call.Cancel).Where(order => (asked.ShowClosed || !order.IsClosed) && isWanted(order)), WriteOrder, call.Cancel));

    private Task<Answer> OfOrderAsync(Call call, Action<Utf8JsonWriter, OrderFigures> write) => MidnightFields.AnswerAsync(
        call.Body, fields => fields.Integer("OrderID", isRequired: true), async id =>
        {
            var order = await orders.OrderAsync(call, id!.Value, call.Cancel);
            return new Answer(StatusCodes.Status200OK, json =>
            {
                json.WriteStartArray();
                if (order is not null)
                    write(json, order);
                json.WriteEndArray();
            });
        });

    private static void WriteOrder(Utf8JsonWriter json, OrderFigures order)
    {
        json.WriteStartObject();
        json.WriteNumber("JobID"u8, order.Id);
        json.WriteString("JobNumber"u8, order.Number);
        json.WriteNull("JobName"u8);
        if (order.Customer is { } customer)
            json.WriteNumber("CustomerID"u8, customer);
        json.WriteAmount("TotalDue"u8, order.Total);
        json.WriteAmount("BalanceDue"u8, order.Due);
        // What a payment of each label may be at most: the balances that the insert holds it against.
        json.WriteAmount("ServicesDue"u8, order.ServicesDue);
        json.WriteAmount("PostageDue"u8, order.PostageDue);
        json.WriteAmount("EarmarkedDue"u8, order.EarmarkedDue);
        json.WriteNull("Quantity"u8);
        json.WriteNumber("VersionCount"u8, 1);
        json.WriteBoolean("HasPostage"u8, order.HasPostage);
        json.WriteNull("Note"u8);
        json.WriteAmount("InvoiceAmt"u8, order.Total);
        json.WriteNull("Tax"u8);
        json.WriteAmount("LineSubTotal"u8, order.Services);
        json.WriteAmount("TotalAndTax"u8, order.Total);
        json.WriteString("DueDate"u8, OrderFigures.TextOf(order.DueOn));
        json.WriteNull("BillToAddress"u8);
        json.WriteNull("CloseDate"u8);
        json.WriteBoolean("HasExistingBalance"u8, order.Due.AmountMinor > 0);
        json.WriteEndObject();
    }

    private static void WritePostage(Utf8JsonWriter json, OrderFigures order, Charge charge)
    {
        json.WriteStartObject();
        json.WriteNumber("VersionID"u8, order.Id);
        json.WriteNumber("OrderID"u8, order.Id);
        json.WriteNumber("OrderVersionDetailID"u8, charge.Number);
        json.WriteNull("Suffix"u8);
        json.WriteString("Type"u8, nameof(PaymentLabel.Postage));
        json.WriteString("Name"u8, charge.Description);
        json.WriteNull("Quantity"u8);
        json.WriteNull("Rate"u8);
        json.WriteAmount("Total"u8, charge.Amount);
        json.WriteAmount("Balance"u8, charge.Amount with { AmountMinor = charge.OpenMinor });
        json.WriteNull("Filter Criteria"u8);
        json.WriteNull("Order Version Details"u8);
        json.WriteEndObject();
    }

    private static void WritePostageSummary(Utf8JsonWriter json, OrderFigures order)
    {
        json.WriteStartObject();
        json.WriteNumber("OrderID"u8, order.Id);
        json.WriteNumber("VersionID"u8, order.Id);
        json.WriteNull("Suffix"u8);
        json.WriteString("Name"u8, order.Number);
        json.WriteNull("Quantity"u8);
        json.WriteAmount("EstimatedPostageAmount"u8, order.Postage);
        json.WriteString("DueDate"u8, OrderFigures.TextOf(order.DueOn));
        json.WriteAmount("InvoiceAmt"u8, order.Total);
        json.WriteAmount("TotalDue"u8, order.Due);
        json.WriteNull("BillToAddress"u8);
        json.WriteEndObject();
    }

    private static void WriteVersion(Utf8JsonWriter json, OrderFigures order)
    {
        json.WriteStartObject();
        json.WriteNumber("VersionID"u8, order.Id);
        json.WriteNumber("OrderID"u8, order.Id);
        json.WriteNull("Suffix"u8);
        json.WriteNull("Quantity"u8);
        json.WriteString("VersionName"u8, order.Number);
        json.WriteAmount("SubTotal"u8, order.Services);
        json.WriteNull("TaxAmt"u8);
        json.WriteAmount("Postage"u8, order.Postage);
        json.WriteAmount("TotalDue"u8, order.Due);
        json.WriteEndObject();
    }
}
