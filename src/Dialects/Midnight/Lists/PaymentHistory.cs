using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>
/// <c>PaymentHistoryList</c>: the payments of a customer, or of all, between two days; the newest first unless asked otherwise (Midnight
/// 3.3). The books give any page of them in the order of time. Filters and orders by other columns run here, so their rows must be few.
/// </summary>
internal sealed class PaymentHistory(IOrders orders)
{
    /// <summary>How many payments are counted at most.</summary>
    private const int CountsUpTo = 10_000;

    /// <summary>The column of the order in which the history comes.</summary>
    public const string CreateDate = "createDate";

    /// <summary>The columns that the history is filtered and sorted by.</summary>
    private static readonly IReadOnlyList<TableColumn<PaymentRow>> Columns =
    [
        .. Rows.Payment.Columns(
            "CustomerPaymentID", "CustomerPaymentNumber", "customerName", "customerCode", "TotalAmount", "isSuccessfull", "IsVoided",
            "PaymentMethodDescription"),
        .. Rows.Amounts.Columns("paymentAmount"),
        new(CreateDate, row => row.Day),
        new("OrderNumber", row => string.Join(' ', row.OrderNumbers.Values)),
    ];

    /// <summary>A page of payments with the count of all, as <c>v2</c> shows it.</summary>
    public static readonly Resource<(IReadOnlyList<PaymentRow> Rows, long Total)> Counted = new("PaymentHistory", "Payments.")
    {
        { Required("PaymentCount", Whole("How many match; counted up to 10,000.")), page => page.Total },
        { Required("Payments", List(Lists.Rows.Payment, "The payments.")), Lists.Rows.Payment, page => page.Rows },
        { Required("PaymentMethods", List(Text("How payments were made."))),
            page => [.. page.Rows.Select(row => row.Method).Distinct(StringComparer.Ordinal)] },
    };

    private const string TooMany =
        "More than 1000 payments match: name a customer or fewer days, or ask for pages by Rows, without filters and other sorting.";

    /// <summary><c>v1</c>: an array; each payment has the count of all.</summary>
    public Task<Answer> AnswerAsync(Call call) => AnswerAsync(
        call,
        (rows, total) => new Answer(
            StatusCodes.Status200OK, json => Rows.Payment.WriteAll(json, rows.Select(row => row with { TotalRecords = total }))),
        query => LongArray.AnswerAsync(AllAsync(call, query, call.Cancel), Rows.Payment, call.Cancel));

    /// <summary><c>v2</c>: how many there are, and the payments.</summary>
    public Task<Answer> AnswerCountedAsync(Call call) => AnswerAsync(call, (rows, total) => Counted.ToAnswer((rows, total)));

    /// <param name="showAll">Shows all payments of a query, however many; null where only so many can be shown as can be sorted.</param>
    private Task<Answer> AnswerAsync(
        Call call, Func<IReadOnlyList<PaymentRow>, long, Answer> show, Func<ListQuery, Task<Answer>>? showAll = null) =>
        MidnightFields.AnswerAsync(call.Body, fields => Read(fields, call.Credential.Installation), async asked =>
        {
            if (await QueryAsync(call, asked) is not { } query)
                return show([], 0);
            var isInOrder = IsInOrder(asked.Table, out var isNewestFirst);
            if (isInOrder)
                query = query with { IsNewestFirst = isNewestFirst };
            var behind = query with { Offset = asked.Table.First };
            return (isInOrder, asked.Table.Rows, showAll) switch
            {
                (true, { } limit, _) => await PageAsync(call, behind with { Limit = limit }, show),
                (true, null, { } all) => await all(behind),
                _ => await SearchAsync(call, query, asked.Table, show),
            };
        });

    private static HistoryRequest Read(MidnightFields fields, Installation installation)
    {
        var (from, to) = (Day("StartDate"), Day("EndDate"));
        return new HistoryRequest(
            fields.Integer("CustomerID"), from is { } first ? installation.StartOf(first) : null,
            to is { } last && last < DateOnly.MaxValue ? installation.StartOf(last.AddDays(1)) : null, TableQuery.Of(fields, Columns));

        DateOnly? Day(string name)
        {
            if (fields.Text(name) is not { Length: > 0 } text)
                return null;
            var day = TableFilter.DayIn(text);
            if (day is not { } read || !DayWindow.Holds(read))
                fields.Add(name, $"Must be a day, MM/dd/yyyy, {DayWindow.Rule}.");
            return day;
        }
    }

    /// <summary>The query for the payments that the client asks for; null for none.</summary>
    private static async Task<ListQuery?> QueryAsync(Call call, HistoryRequest asked)
    {
        List<Criterion> criteria = [];
        if (asked.Customer is { } customer)
        {
            // What was paid before a merge stays with the merged customer.
            var accounts = await call.Books.AccountsAsync([OrderReading.Customer(call, customer)], call.Cancel);
            if (accounts.Count == 0)
                return null;
            criteria.Add(new AccountCriterion([.. accounts.Select(account => account.Id.Value)]));
        }

        if (asked.From is not null || asked.Until is not null)
            criteria.Add(new StatusAtCriterion([new(asked.From, asked.Until, ExcludesTo: true)]));
        return new ListQuery(
            call.Credential.Merchant, TableQuery.MaxRows)
        { Criteria = criteria, CountsUpTo = CountsUpTo, IsNewestFirst = true };
    }

    private static bool IsInOrder(TableQuery table, out bool isNewestFirst)
    {
        isNewestFirst = table.Sorting is [] or [(_, true), ..];
        return table.Filters.Count == 0 && table.Sorting is [] or [(CreateDate, _)];
    }

    private async Task<Answer> PageAsync(Call call, ListQuery query, Func<IReadOnlyList<PaymentRow>, long, Answer> show)
    {
        var page = await call.Books.PaymentsAsync(query, call.Cancel);
        return show(await RowsAsync(call, page.Items), page.Count);
    }

    private async IAsyncEnumerable<PaymentRow> AllAsync(Call call, ListQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var page = await call.Books.PaymentsAsync(query, cancel);
        for (var total = page.Count; ; page = await call.Books.PaymentsAsync(NextOf(page), cancel))
        {
            foreach (var row in await RowsAsync(call, page.Items))
                yield return row with { TotalRecords = total };
            if (!page.HasMore)
                yield break;
        }

        ListQuery NextOf(ListSlice<PaymentView> read) =>
            query with { After = read.Items[^1].Payment.Id.Value, Offset = 0, CountsUpTo = 0 };
    }

    private async Task<Answer> SearchAsync(Call call, ListQuery query, TableQuery table, Func<IReadOnlyList<PaymentRow>, long, Answer> show)
    {
        var all = await call.Books.PaymentsAsync(query, call.Cancel);
        if (all.HasMore)
            return MidnightErrors.Unreadable([new BodyFault("TableFilterModel", TooMany)]);
        var rows = table.Apply(await RowsAsync(call, all.Items), Columns);
        return show(table.PageOf(rows), rows.Count);
    }

    private async Task<IReadOnlyList<PaymentRow>> RowsAsync(Call call, IReadOnlyList<PaymentView> payments)
    {
        Guid[] settled =
            [.. payments.SelectMany(payment => payment.Allocations).Select(allocation => allocation.Charge.Order?.Value).OfType<Guid>()
            .Distinct()];
        var names = settled.Length == 0
            ? new Dictionary<Guid, IReadOnlyList<Reference>>()
            : await orders.NamesAsync(call.Credential.Merchant, MidnightNames.Dialect, settled, call.Cancel);
        return [.. payments.Select(payment => Row(payment, names, call.Credential.Installation))];
    }

    private static PaymentRow Row(PaymentView view, IReadOnlyDictionary<Guid, IReadOnlyList<Reference>> names, Installation installation)
    {
        Dictionary<Guid, string> numbers = [];
        foreach (var allocation in view.Allocations)
        {
            if (allocation.Charge.Order is { } order && names.TryGetValue(order.Value, out var named)
                && OrderFigures.NumberIn(named) is { } number)
            {
                numbers[order.Value] = number;
            }
        }

        return new PaymentRow(view, installation.DayOf(view.Payment.StatusAt), installation.InZone(view.Payment.StatusAt), numbers);
    }

    /// <summary>The customer whose payments are wanted, the time from and before which, and the rows of the table.</summary>
    private sealed record HistoryRequest(long? Customer, DateTimeOffset? From, DateTimeOffset? Until, TableQuery Table);
}
