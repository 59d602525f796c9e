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

    /// <summary>All orders of a customer, or of all customers; an unknown customer has none.</summary>
    public static async IAsyncEnumerable<OrderFigures> OrdersAsync(
        this IOrders orders, Call call, long? customer, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A merged customer's orders stay theirs; those of the customer who goes on come behind them.
        AccountId?[] accounts = customer is { } id
            ? [.. (await call.Books.AccountsAsync([Customer(call, id)], cancel)).Select(account => account.Id)] : [null];
        foreach (var account in accounts)
        {
            await foreach (var order in orders.OrdersAsync(call, account, cancel))
                yield return order;
        }
    }

    private static async IAsyncEnumerable<OrderFigures> OrdersAsync(
        this IOrders orders, Call call, AccountId? account, [EnumeratorCancellation] CancellationToken cancel)
    {
        IReadOnlyList<OrderStanding> part = [];
        do
        {
            part = await orders.OrdersAsync(
                new OrderQuery(call.Credential.Merchant, MidnightNames.Dialect, PartSize)
                {
                    Account = account,
                    After = part.Count == 0 ? null : part[^1].Order.Id,
                },
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
        var query = new OrderQuery(
            call.Credential.Merchant, MidnightNames.Dialect, 1)
        { Order = new OrderId(call.Credential.Merchant, found) };
        return await orders.OrdersAsync(query, cancel) is [var standing] ? OrderFigures.Of(standing) : null;
    }

    private static Reference Name(Call call, string kind, long id) =>
        new(call.Credential.Merchant, MidnightNames.Dialect, kind, id.ToString(CultureInfo.InvariantCulture));
}

/// <summary>
/// An order as Midnight's lists show it. Charges in another currency than the customer's do not count: no payment of this dialect reaches
/// them.
/// </summary>
internal sealed class OrderFigures
{
    private readonly OrderStanding _standing;
    private readonly Charge[] _charges;

    private OrderFigures(OrderStanding standing, long id)
    {
        (_standing, Id) = (standing, id);
        _charges = [.. standing.Charges.Where(charge => charge.Amount.Currency == Currency)];
    }

    /// <summary>The order's id (<c>OrderId</c>, <c>JobID</c>).</summary>
    public long Id { get; }

    /// <summary>Our own id.</summary>
    public OrderId OrderId => _standing.Order.Id;

    /// <summary>The order's number (<c>OrderNumber</c>, <c>JobNumber</c>); null where it has none.</summary>
    public string? Number => NumberIn(_standing.Names);

    /// <summary>The customer's id with Midnight; null where they have none.</summary>
    public long? Customer => MidnightNames.IdIn(_standing.Customer.Names, MidnightNames.Customer);

    /// <summary>The customer's name.</summary>
    public string? CustomerName => _standing.Customer.Account.Name;

    /// <summary>The charges, the oldest due first.</summary>
    public IReadOnlyList<Charge> Charges => _charges;

    /// <summary>The sum of the charges for services.</summary>
    public Money Services => Sum(MidnightNames.Services, charge => charge.Amount.AmountMinor);

    /// <summary>The sum of the charges for postage.</summary>
    public Money Postage => Sum(MidnightNames.Postage, charge => charge.Amount.AmountMinor);

    /// <summary>The sum of all charges.</summary>
    public Money Total => Sum(label: null, charge => charge.Amount.AmountMinor);

    public Money ServicesDue => Sum(MidnightNames.Services, charge => charge.OpenMinor);

    public Money PostageDue => Sum(MidnightNames.Postage, charge => charge.OpenMinor);

    /// <summary>The amount due on all charges.</summary>
    public Money Due => Sum(label: null, charge => charge.OpenMinor);

    /// <summary>The part of the deposit that is not paid yet.</summary>
    public Money EarmarkedDue => new(_standing.Order.DepositDueMinor, Currency);

    /// <summary>Whether it has charges and nothing of them is due.</summary>
    public bool IsClosed => _charges.Length > 0 && Due.AmountMinor == 0;

    /// <summary>Whether it was charged postage.</summary>
    public bool HasPostage => _charges.Any(charge => charge.Label == MidnightNames.Postage);

    /// <summary>The day the oldest open charge is due, or of a closed order the last one was; null without charges.</summary>
    public DateOnly? DueOn =>
        _charges.FirstOrDefault(charge => charge.OpenMinor > 0) is { } open ? open.DueOn : _charges.LastOrDefault()?.DueOn;

    private Currency Currency => _standing.Customer.Account.Currency;

    /// <summary>The order; null where its id is none that Midnight's clients could send.</summary>
    public static OrderFigures? Of(OrderStanding standing) =>
        MidnightNames.IdIn(standing.Names, MidnightNames.Order) is { } id ? new OrderFigures(standing, id) : null;

    /// <summary>The number among an order's names.</summary>
    public static string? NumberIn(IReadOnlyList<Reference> names) =>
        names.FirstOrDefault(name => name.Kind == MidnightNames.OrderNumber).Value;

    /// <summary>A day as the original writes it.</summary>
    public static string? TextOf(DateOnly? day) =>
        day is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:yyyy-MM-dd}T00:00:00") : null;

    private Money Sum(string? label, Func<Charge, long> minor) =>
        new(_charges.Where(charge => label is null || charge.Label == label).Sum(minor), Currency);
}
