using Microsoft.AspNetCore.Http;
using Quittance.Console.Layout;
using Quittance.Console.Pages.Views;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Customers;

/// <summary>The search and the order of the list of customers, as they stand in its address.</summary>
/// <param name="Search">What was typed; empty for all customers.</param>
/// <param name="Order">Null where the address asks for an order that the list does not have.</param>
internal sealed record CustomerQuery(string Search, ListOrder? Order)
{
    /// <summary>The hidden columns; null where the address does not say them.</summary>
    public string? Hidden { get; init; }

    private const int LongestSearch = 200;

    private static readonly ListOrder Usual = OrderOf(CustomerOrder.Newest);

    /// <summary>The words of what sorts the list.</summary>
    public static IReadOnlyList<string> Columns { get; } = EnumWords.All<CustomerColumn>();

    /// <summary>A search has the order of what is found.</summary>
    public bool IsSearch => Search.Length > 0;

    public CustomerOrder Sorted =>
        Order is { } order ? new(EnumWords.To<CustomerColumn>(order.By), order.IsAscending) : CustomerOrder.Newest;

    public static CustomerQuery Read(IQueryCollection query)
    {
        var typed = $"{query["search"]}".Trim();
        return new(typed.Length <= LongestSearch ? typed : "", ListOrder.Read(query[ListOrder.Name], Usual, Columns))
        {
            Hidden = query[ViewedList.Hidden],
        };
    }

    /// <summary>An order as an address has it.</summary>
    public static ListOrder OrderOf(CustomerOrder order) => new(EnumWords.Of(order.By), order.IsAscending);

    public string AddressOf(string path, CustomerPlace? place = null) => Places.With(path, new()
    {
        ["search"] = IsSearch ? Search : null,
        [ListOrder.Name] = Order is null || Order == Usual ? null : $"{Order}",
        ["at"] = place is { Text.Length: > 0 } ? place.Text : null,
        [ViewedList.Hidden] = Hidden,
        ["after"] = place?.Account.ToString("D"),
    });
}
