using Quittance.Core;
using Quittance.Core.Searching;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Searching;

/// <summary>A thing that a search found, with its address.</summary>
internal sealed record ShownItem(FoundItem Item, string Address);

/// <summary>The answer of a search, with its description.</summary>
internal static class SearchShapes
{
    private static readonly Resource<ShownItem> Item = new("FoundItem", "A thing that a search found.")
    {
        { Required("kind", Word("What it is.", EnumWords.All<FoundKind>())), shown => EnumWords.Of(shown.Item.Kind) },
        { Required("id", Uuid("Its id.")), shown => shown.Item.Id },
        { Required("title", Text("What it is, so that a person knows it.")), shown => shown.Item.Title },
        { Required("subtitle", Text("What tells it from things with the same title.")), shown => shown.Item.Subtitle },
        { Optional("number", Whole("Its number, for people; instruments and lines have none.", 1)), shown => shown.Item.Number },
        { Optional("account", Uuid("The customer's account; lines have none.")), shown => shown.Item.Account?.Value },
        {
            Optional("amount", Sum, "Its amount; of a charge the open part."),
            shown => shown.Item.Amount is { } amount ? Shown(amount.AmountMinor, amount.Currency) : null
        },
        { Optional("status", Text("Where it stands, in the words of its own resource.")), shown => shown.Item.Status },
        {
            Required("found_by", Word(
                "By what it was found.", [.. EnumWords.All<FoundBy>().Where(word => word != EnumWords.Of(FoundBy.Note))])),
            shown => EnumWords.Of(shown.Item.By)
        },
        { Required("href", Text("The address of the thing in this API.")), shown => shown.Address },
    };

    public static readonly Resource<IReadOnlyList<ShownItem>> Result = new("SearchResult", "What a search found, kind by kind.")
    {
        { Required("items", List(Item, "The most certain of each kind first.")), Item, items => items },
    };

    public static Operation Search { get; } = new("search", "Search", "Looks for customers, payments and other things by any text")
    {
        Description =
            "Finds customers by any part of any word of their names, without case and accents, and by all of their e-mail "
            + "address; everything by its id, number or reference in any API, and payments by the provider's reference; cards and bank "
            + "accounts, with their payments, by the last four characters; payments, refunds and charges by their amounts, a charge by "
            + "what is open of it or, once it is settled, by all of it; lines of statements by their words. It answers with up to "
            + $"{OwnApiSearch.Most} of each kind: for more, use the kind's own list. Only a credential with the scope `settle` finds "
            + "lines. The text must not have the whole number of a card in it.",
        Parameters = [InQuery(OwnApiSearch.Typed, Text("What to look for.", TypedSearch.Longest, 1), isRequired: true)],
        Replies = [new(200, "What was found; `items` is empty where nothing was.", Result), Invalid],
    };
}
