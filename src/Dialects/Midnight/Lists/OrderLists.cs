using Microsoft.AspNetCore.Http;
using Quittance.Core.Accounts;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;

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
    public Task<Answer> PostageAsync(Call call) => OfOrderAsync(call, Rows.PostageCharge, order =>
        order.Charges.Where(charge => charge.Label == MidnightNames.Postage).Select(charge => new ChargeRow(order, charge)));

    /// <summary><c>CustomerOrderVersionEstPostageSummaryList</c>: an order's postage in all.</summary>
    public Task<Answer> PostageSummaryAsync(Call call) => OfOrderAsync(call, Rows.PostageSummary, order => [order]);

    /// <summary><c>OrderVersionList</c>: an order's version.</summary>
    public Task<Answer> VersionsAsync(Call call) => OfOrderAsync(call, Rows.Version, order => [order]);

    private Task<Answer> OrdersAsync(Call call, Func<OrderFigures, bool> isWanted) => MidnightFields.AnswerAsync(
        call.Body, fields => (Customer: fields.Integer("CustomerID"), ShowClosed: fields.Flag("ShowClosed") ?? false), asked =>
            LongArray.AnswerAsync(
            orders.OrdersAsync(call, asked.Customer, call.Cancel).Where(order => (asked.ShowClosed || !order.IsClosed) && isWanted(order)),
            Rows.Order, call.Cancel));

    private Task<Answer> OfOrderAsync<TRow>(Call call, Resource<TRow> row, Func<OrderFigures, IEnumerable<TRow>> rowsOf) =>
        MidnightFields.AnswerAsync(
        call.Body, fields => fields.Integer("OrderID", isRequired: true), async id =>
        {
            var order = await orders.OrderAsync(call, id!.Value, call.Cancel);
            return new Answer(StatusCodes.Status200OK, json => row.WriteAll(json, order is null ? [] : rowsOf(order)));
        });
}
