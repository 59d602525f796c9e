using System.Globalization;
using System.Runtime.CompilerServices;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>Finds customers and orders by the ids that Midnight's clients send, and goes through orders, a part at a time.</summary>
internal static class OrderReading
{
    private const int PartSize = 500;

    /// <summary>The name of a customer of this id.</summary>
    public static Reference Customer(Call call, long id) => Name(call, MidnightNames.Customer, id);

    /// <summary>All orders of a customer, or of all customers; none of an unknown one.</summary>
    public static async IAsyncEnumerable<OrderFigures> OrdersAsync(
        this IOrders orders, Call call, long? customer, [EnumeratorCancellation] CancellationToken cancel)
    {
        var account = customer is { } id ? await call.Books.AccountAsync(Customer(call, id), cancel) : null;
        if (customer is not null && account is null)
            yield break;
        IReadOnlyList<OrderStanding> part = [];
        do
        {
            part = await orders.OrdersAsync(
                new OrderQuery(call.Credential.Merchant, MidnightNames.Dialect, PartSize) { Account = account?.Id, After = part.Count == 0 ? null : part[^1].Order.Id },
                cancel);
            foreach (var standing in part)
            {
                if (OrderFigures.Of(standing) is { } order)
                    yield return order;
            }
        }
        while (part.Count == PartSize);
    }

    /// <summary>The order of this id; null when there is none.</summary>
    public static async Task<OrderFigures?> OrderAsync(this IOrders orders, Call call, long id, CancellationToken cancel)
    {
        if (await orders.ObjectAsync(Name(call, MidnightNames.Order, id), cancel) is not { } found)
            return null;
        var query = new OrderQuery(call.Credential.Merchant, MidnightNames.Dialect, 1) { Order = new OrderId(call.Credential.Merchant, found) };
        return await orders.OrdersAsync(query, cancel) is [var standing] ? OrderFigures.Of(standing) : null;
    }

    private static Reference Name(Call call, string kind, long id) =>
        new(call.Credential.Merchant, MidnightNames.Dialect, kind, id.ToString(CultureInfo.InvariantCulture));
}
