using Microsoft.AspNetCore.Http;
using Quittance.Console.Layout;
using Quittance.Console.Pages.Views;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Today;

/// <summary>The age, the currency and the order of a list of open charges, as they stand in its address.</summary>
/// <param name="Age">Null for any.</param>
/// <param name="Currency">Null for any.</param>
/// <param name="Order">Null where the address asks for an order that the list does not have.</param>
internal sealed record ReceivableQuery(ReceivableAge? Age, Currency? Currency, ListOrder? Order)
{
    private static readonly ListOrder Usual = OrderOf(OpenChargeOrder.Usual);

    /// <summary>The hidden columns; null where the address does not say them.</summary>
    public string? Hidden { get; init; }

    /// <summary>The words of the columns that sort the list.</summary>
    public static IReadOnlyList<string> Columns { get; } = EnumWords.All<OpenChargeColumn>();

    public static ReceivableQuery Read(IQueryCollection query) => new(
        Enum.TryParse<ReceivableAge>(query["age"], ignoreCase: true, out var age) && Enum.IsDefined(age) ? age : null,
        Core.Currency.TryParse(query["currency"], out var currency) ? currency : null,
        ListOrder.Read(query[ListOrder.Name], Usual, Columns))
    {
        Hidden = query[ViewedList.Hidden],
    };

    /// <summary>Whether it is of one age or currency.</summary>
    public bool IsNarrowed => Age is not null || Currency is not null;

    /// <summary>An order as an address has it.</summary>
    public static ListOrder OrderOf(OpenChargeOrder order) => new(EnumWords.Of(order.By), order.IsAscending);

    public OpenChargeFilter FilterOn(DateOnly today) => new(
        Age?.DueDays(today), Currency,
        Order is { } order ? new(EnumWords.To<OpenChargeColumn>(order.By), order.IsAscending) : OpenChargeOrder.Usual);

    public string AddressOf(string path, OpenChargePlace? after = null) => Places.With(path, new()
    {
        ["age"] = Age?.ToString(),
        ["currency"] = Currency?.Code,
        [ListOrder.Name] = Order is null || Order == Usual ? null : $"{Order}",
        [ViewedList.Hidden] = Hidden,
        ["after"] = after?.ToString(),
    });
}
