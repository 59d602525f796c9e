using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
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

/// <summary>
/// <c>PaymentHistoryList</c>: the payments of a customer, or of all, between two days; the newest first unless asked otherwise (Midnight
/// 3.3). In the order of time the books give any page of them. What is filtered or sorted by other columns is so here, and must be few.
/// </summary>
internal sealed class PaymentHistory(IOrders orders)
{
    /// <summary>How many payments are counted at most.</summary>
    private const int CountsUpTo = 10_000;

    private const string TooMany = "More than 1000 payments match: name a customer, or fewer days.";

    /// <summary><c>v1</c>: an array; each payment tells how many there are.</summary>
    public Task<Answer> AnswerAsync(Call call) => AnswerAsync(call, (rows, total) => new Answer(StatusCodes.Status200OK, json =>
    {
        json.WriteStartArray();
        foreach (var row in rows)
            row.Write(json, total);
        json.WriteEndArray();
    }));

    /// <summary><c>v2</c>: how many there are, and the payments.</summary>
    public Task<Answer> AnswerCountedAsync(Call call) => AnswerAsync(call, (rows, total) => new Answer(StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("PaymentCount"u8, total);
        json.WriteStartArray("Payments"u8);
        foreach (var row in rows)
            row.Write(json, totalRecords: null);
        json.WriteEndArray();
        json.WriteStartArray("PaymentMethods"u8);
        foreach (var method in rows.Select(row => row.Method).Distinct(StringComparer.Ordinal))
            json.WriteStringValue(method);
        json.WriteEndArray();
        json.WriteEndObject();
    }));

    private Task<Answer> AnswerAsync(Call call, Func<IReadOnlyList<PaymentRow>, long, Answer> tell) =>
        MidnightFields.AnswerAsync(call.Body, fields => Read(fields, call.Credential.Installation), async asked =>
        {
            if (await QueryAsync(call, asked) is not { } query)
                return tell([], 0);
            return IsInOrder(asked.Table, out var isNewestFirst)
                ? await PageAsync(call, query with { IsNewestFirst = isNewestFirst, Offset = asked.Table.First, Limit = asked.Table.Rows }, tell)
                : await SearchAsync(call, query, asked.Table, tell);
        });

    private static Asked Read(MidnightFields fields, Installation installation)
    {
        var (from, to) = (Day("StartDate"), Day("EndDate"));
        return new Asked(
            fields.Integer("CustomerID"), from is { } first ? installation.StartOf(first) : null,
            to is { } last && last < DateOnly.MaxValue ? installation.StartOf(last.AddDays(1)) : null, TableQuery.Of(fields, PaymentRow.Columns));

        DateOnly? Day(string name)
        {
            if (fields.Text(name) is not { Length: > 0 } text)
                return null;
            var day = TableFilter.DayIn(text);
            if (day is null)
                fields.Add(name, "Must be a day, MM/dd/yyyy.");
            return day;
        }
    }

    /// <summary>Which payments are meant; null for none.</summary>
    private static async Task<ListQuery?> QueryAsync(Call call, Asked asked)
    {
        List<Criterion> criteria = [];
        if (asked.Customer is { } customer)
        {
            if (await call.Books.AccountAsync(OrderReading.Customer(call, customer), call.Cancel) is not { } account)
                return null;
            criteria.Add(new AccountCriterion([account.Id.Value]));
        }

        if (asked.From is not null || asked.Until is not null)
            criteria.Add(new StatusAtCriterion([new(asked.From, asked.Until, ExcludesTo: true)]));
        return new ListQuery(call.Credential.Merchant, TableQuery.MaxRows) { Criteria = criteria, CountsUpTo = CountsUpTo, IsNewestFirst = true };
    }

    private static bool IsInOrder(TableQuery table, out bool isNewestFirst)
    {
        isNewestFirst = table.Sorting is [] or [(_, true), ..];
        return table.Filters.Count == 0 && table.Sorting is [] or [(PaymentRow.CreateDate, _)];
    }

    private async Task<Answer> PageAsync(Call call, ListQuery query, Func<IReadOnlyList<PaymentRow>, long, Answer> tell)
    {
        var page = await call.Books.PaymentsAsync(query, call.Cancel);
        return tell(await RowsAsync(call, page.Items), page.Count);
    }

    private async Task<Answer> SearchAsync(Call call, ListQuery query, TableQuery table, Func<IReadOnlyList<PaymentRow>, long, Answer> tell)
    {
        var all = await call.Books.PaymentsAsync(query, call.Cancel);
        if (all.HasMore)
            return MidnightErrors.Unreadable([new BodyFault("TableFilterModel", TooMany)]);
        var rows = table.Apply(await RowsAsync(call, all.Items), PaymentRow.Columns);
        return tell([.. rows.Skip(table.First).Take(table.Rows)], rows.Count);
    }

    private async Task<IReadOnlyList<PaymentRow>> RowsAsync(Call call, IReadOnlyList<PaymentView> payments)
    {
        Guid[] settled = [.. payments.SelectMany(payment => payment.Allocations).Select(allocation => allocation.Charge.Order?.Value).OfType<Guid>().Distinct()];
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
            if (allocation.Charge.Order is { } order && names.TryGetValue(order.Value, out var named) && OrderFigures.NumberIn(named) is { } number)
                numbers[order.Value] = number;
        }

        return new PaymentRow(view, installation.DayOf(view.Payment.StatusAt), installation.InZone(view.Payment.StatusAt), numbers);
    }

    /// <summary>Whose payments are wanted, from when, until before when, and which rows of them.</summary>
    private sealed record Asked(long? Customer, DateTimeOffset? From, DateTimeOffset? Until, TableQuery Table);
}
