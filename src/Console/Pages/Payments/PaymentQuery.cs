using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Console.Pages.Views;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Payments;

/// <summary>The search and the filters of the payments' list, as they stand in its address.</summary>
internal sealed class PaymentQuery
{
    /// <summary>The names in the address.</summary>
    public const string Text = "q", Status = "status", Method = "method", Api = "api", From = "from", Until = "to", Least = "least",
    Most = "most", CurrencyCode = "currency", Back = "back", Reason = "reason", Before = "before";

    private const int LongestText = 200;

    private static readonly ListOrder Usual = OrderOf(PaymentOrder.Newest);

    private static readonly string[] Kept = [Text, Status, Method, Api, From, Until, Least, Most, CurrencyCode, Back, Reason];

    // Without a currency: two decimals, as most have.
    private static readonly Currency Assumed = Currency.Parse("EUR");

    private readonly Dictionary<string, string> _given;

    private PaymentQuery(Dictionary<string, string> given, PaymentFilter filter)
    {
        (_given, Filter) = (given, filter);
        Order = ListOrder.Read(given.GetValueOrDefault(ListOrder.Name), Usual, Columns);
        Place = Guid.TryParseExact(given.GetValueOrDefault(Before), "D", out var id) ? id : null;
    }

    /// <summary>The words of the columns that sort the list.</summary>
    public static IReadOnlyList<string> Columns { get; } = [.. Enum.GetValues<PaymentColumn>().Select(WordOf)];

    public PaymentFilter Filter { get; private set; }

    /// <summary>The order of the list; null where the address asks for one that it does not have.</summary>
    public ListOrder? Order { get; }

    /// <summary>The last payment of the part before; null for the newest part.</summary>
    public Guid? Place { get; }

    /// <summary>The problems of unreadable fields, by their names.</summary>
    public Dictionary<string, string> Problems { get; } = [];

    public string? ProblemOf(string name) => Problems.GetValueOrDefault(name);

    /// <summary>Whether there is a search or a filter.</summary>
    public bool IsNarrowed => Kept.Any(_given.ContainsKey);

    /// <summary>Whether there are filters beside the search and the status.</summary>
    public bool HasMore => Kept.Any(name => name is not (Text or Status) && _given.ContainsKey(name));

    /// <summary>The text of a field; null for none.</summary>
    public string? this[string name] => _given.GetValueOrDefault(name);

    public static PaymentQuery Read(IQueryCollection query, CurrentOperator desk)
    {
        Dictionary<string, string> given = [];
        foreach (var name in Kept.Append(ListOrder.Name).Append(Before).Append(ViewedList.Hidden))
        {
            if (query.TryGetValue(name, out var values) && values is [{ Length: > 0 and <= LongestText } value]
                && value.Trim() is { Length: > 0 } text)
            {
                given[name] = text;
            }
        }

        var read = new PaymentQuery(given, PaymentFilter.All);
        read.Filter = read.ToFilter(desk);
        return read;
    }

    /// <summary>The address of a page with the same filters.</summary>
    /// <param name="path">The page.</param>
    /// <param name="before">The last payment of the part before; null for the newest part.</param>
    /// <param name="order">The order; null for the one that is shown.</param>
    public string AddressOf(string path, Guid? before = null, ListOrder? order = null)
    {
        Dictionary<string, string?> fields = Kept.ToDictionary(name => name, name => this[name]);
        order ??= Order;
        fields[ListOrder.Name] = order is null ? this[ListOrder.Name] : order == Usual ? null : $"{order}";
        fields[ViewedList.Hidden] = this[ViewedList.Hidden];
        fields[Before] = before?.ToString("D");
        return Places.With(path, fields);
    }

    /// <summary>The word of a column in an address.</summary>
    public static string WordOf(PaymentColumn column) => EnumWords.Of(column);

    /// <summary>An order as an address has it.</summary>
    public static ListOrder OrderOf(PaymentOrder order) => new(WordOf(order.By), order.IsAscending);

    private PaymentFilter ToFilter(CurrentOperator desk)
    {
        var currency = Currency.TryParse(this[CurrencyCode], out var named) ? named : null;
        var (from, until) = (DayOf(From), DayOf(Until));
        if (until < from)
            Problems[Until] = Say("This day is before the first.");
        var filter = new PaymentFilter
        {
            Order = Order is { } order ? new(EnumWords.To<PaymentColumn>(order.By), order.IsAscending) : default,
            Status = WordOf<PaymentStatus>(Status),
            Return = WordOf<MoneyReturn>(Back),
            Reason = WordOf<DeclineReason>(Reason),
            Method = WordOf<PaymentMethod>(Method),
            Dialect = this[Api],
            Currency = currency?.Code,
            From = from is { } first ? desk.StartOf(first) : null,
            Until = until is { } last ? desk.StartOf(last.AddDays(1)) : null,
            Least = AmountOf(Least, currency),
            Most = AmountOf(Most, currency),
        };
        return this[Text] is { } text ? filter.For(text, currency) : filter;
    }

    private DateOnly? DayOf(string name)
    {
        var day = Places.Day(this[name]);
        if (day is null && this[name] is not null)
            Problems[name] = Say("Write a day as 2026-03-31.");
        return day;
    }

    private string? AmountOf(string name, Currency? currency)
    {
        if (this[name] is not { } text)
            return null;
        if (TypedAmount.Read(text, currency ?? Assumed, out var amount) is not { } problem)
            return amount.ToText(AmountDecimals.Full);
        Problems[name] = Heard(problem);
        return null;
    }

    private T? WordOf<T>(string name)
        where T : struct, Enum => Enum.TryParse<T>(this[name], ignoreCase: true, out var word) && Enum.IsDefined(word) ? word : null;
}
