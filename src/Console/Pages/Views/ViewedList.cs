using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Console.Access;
using Quittance.Console.Languages;
using Quittance.Console.Layout;
using Quittance.Storage.Tenancy;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Views;

/// <summary>A list of the console of which people save views.</summary>
/// <param name="Word">Its word in addresses and in the database.</param>
/// <param name="Columns">Its columns that can be hidden: their words and titles. The first one leads to the thing, and stays.</param>
public sealed record ViewedList(string Word, Place Place, IReadOnlyList<(string Word, string Title)> Columns)
{
    /// <summary>The name of the hidden columns in an address.</summary>
    public const string Hidden = "hide";

    /// <summary>What says that none is hidden: an address without the name says nothing.</summary>
    private const string None = "-";

    public static ViewedList Payments => new("payments", Places.Payments,
    [
        ("amount", Say("Amount")), ("status", Say("Status")), ("customer", Say("Customer")), ("received", Say("Received")),
        ("method", Say("Method||payment")),
        ("api", Say("API")),
    ]);

    public static ViewedList Customers => new("customers", Places.Customers,
        [("number", Say("Number")), ("known", Say("Known as")), ("owes", Say("Owes")), ("credit", Say("Credit"))]);

    public static ViewedList Receivables => new("receivables", Places.Receivables,
        [("open", Say("Open")), ("charge", Say("Charge")), ("due", Say("Due")), ("for", Say("For")), ("charged", Say("Charged"))]);

    private static IReadOnlyList<ViewedList> All => [Payments, Customers, Receivables];

    // Where a part of the list begins is no part of a view.
    private static readonly string[] OfAPart = ["before", "after", "at", "done"];

    /// <summary>The list within a sentence: in English with a small letter.</summary>
    public string Called => ReaderLanguage.Current == ReaderLanguage.English ? Place.Title.ToLowerInvariant() : Place.Title;

    public static ViewedList? Find(string? word) => All.FirstOrDefault(list => list.Word == word);

    /// <summary>Reads the signed-in person's views of the list, and which columns the page shows.</summary>
    public async Task<ListViews> ReadAsync(OperatorViews views, HttpContext http, CurrentOperator desk)
    {
        var (saved, kept) = await views.ListAsync(desk.Merchant, desk.User.Person, Word, http.RequestAborted);
        var asked = (string?)http.Request.Query[Hidden];
        return new ListViews(this, saved, HiddenIn(asked ?? kept), asked is not null, AskedOf(http.Request.Query));
    }

    /// <summary>What stands behind the address, without the place of a part.</summary>
    public static string AskedOf(IQueryCollection query) => QueryHelpers.AddQueryString(
        "", query.Where(each => !OfAPart.Contains(each.Key) && each.Value.Count == 1 && !string.IsNullOrEmpty(each.Value))
            .Select(each => KeyValuePair.Create(each.Key, (string?)each.Value)));

    /// <summary>The same of a text that a form brings; null where it is too long.</summary>
    public static string? AskedOf(string? typed)
    {
        var asked = AskedOf(new QueryCollection(QueryHelpers.ParseQuery(typed)));
        return asked.Length <= OperatorViews.MostAsked ? asked : null;
    }

    /// <summary>The same without the columns that it says.</summary>
    public static string WithoutColumns(string? typed)
    {
        var asked = QueryHelpers.ParseQuery(typed);
        asked.Remove(Hidden);
        return AskedOf(new QueryCollection(asked));
    }

    public string AddressOf(string asked) => $"{Place}{asked}";

    /// <summary>The columns that a text names.</summary>
    public IReadOnlySet<string> HiddenIn(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => Columns.Any(column => column.Word == word)).ToHashSet();

    /// <summary>The text that names columns.</summary>
    public string HiddenText(IEnumerable<string> hidden) =>
        string.Join(' ', Columns.Select(column => column.Word).Intersect(hidden)) is { Length: > 0 } text ? text : None;
}

/// <summary>The views of a list that the signed-in person has, and how the page shows the list.</summary>
/// <param name="IsAsked">Whether the address says which columns are hidden.</param>
/// <param name="Asked">What stands behind the address of the page.</param>
public sealed record ListViews(
    ViewedList List, IReadOnlyList<OperatorView> Saved, IReadOnlySet<string> Hidden, bool IsAsked, string Asked)
{
    public static ListViews None(ViewedList list) => new(list, [], new HashSet<string>(), false, "");

    public bool Shows(string column) => !Hidden.Contains(column);

    /// <summary>What a view of the page keeps: also the columns.</summary>
    public string Whole => IsAsked ? Asked
        : ViewedList.AskedOf(QueryHelpers.AddQueryString(Asked, ViewedList.Hidden, List.HiddenText(Hidden))) ?? Asked;
}
