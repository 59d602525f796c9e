using Quittance.Core;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Links;

/// <summary>A payment link to make.</summary>
internal sealed class LinkRequest
{
    public string? Account { get; set; }

    /// <summary>Null for an amount.</summary>
    public IReadOnlyList<string>? Charges { get; set; }

    /// <summary>Null for what is due on the charges.</summary>
    public Money? Amount { get; set; }

    public string? Text { get; set; }

    public LinkOpening? Opens { get; set; }

    /// <summary>Null for the usual time.</summary>
    public DateOnly? LastDay { get; set; }
}

/// <summary>A payment link as it stands.</summary>
internal sealed record ShownLink(PaymentLink Link, LinkStanding Status)
{
    /// <summary>The address for the customer; null but in the answer to the request that made it.</summary>
    public string? Url { get; init; }

    public Guid? Payment { get; init; }
}

/// <summary>The requests and answers about payment links, with their descriptions.</summary>
internal static class LinkShapes
{
    private const string Tag = "Payment links";

    public static readonly Resource<LinkRequest> LinkCreate = new(
        "PaymentLinkCreate", "A payment link to make: for charges of an account, or for an amount.", isClosed: true)
    {
        {
            Required("account", Text("The account that is to pay: its id or your reference.", MostText, 1)), asked => asked.Account,
            (asked, text) => asked.Account = text
        },
        {
            Optional("charges", List(Text("A charge: its id or your reference.", MostText, 1),
                "The charges that it is for: what is due on them when the customer opens it.", PaymentLink.MostCharges)),
            asked => asked.Charges, (asked, items) => asked.Charges = [.. items.Texts(MostText)]
        },
        {
            Optional("amount", Sum,
                "How much: it settles the oldest due first, and the rest becomes credit. Beside `charges` it must be what is due on them."),
            Sum,
            asked => asked.Amount!.Value, (asked, fields) => asked.Amount = AmountIn(fields)
        },
        {
            Optional("text", NameText(
                "What it is for, as the customer reads it; without it the name of the first charge.", PaymentLink.LongestText, 1)),
            asked => asked.Text, (asked, text) => asked.Text = Masked(text)
        },
        {
            Optional("opens", Word("How often it opens; without it `many` times. What opens `once` stays with the browser that opened it.",
                EnumWords.All<LinkOpening>())),
            asked => asked.Opens is { } opens ? EnumWords.Of(opens) : null,
            (asked, text) => asked.Opens = EnumWords.Find<LinkOpening>(text)
        },
        {
            Optional("last_day", Day("The last day on which it opens, at most a year from now; without it 30 days from now.")),
            asked => TextOf(asked.LastDay), (LinkRequest asked, DateOnly? day) => asked.LastDay = day
        },
    };

    public static readonly Resource<ShownLink> Link = new("PaymentLink", "An address at which a customer pays.")
    {
        { Required("id", Uuid("Its id.")), shown => shown.Link.Id.Value },
        { Required("account", Uuid("The account that is to pay.")), shown => shown.Link.Account.Value },
        {
            Required("charges", List(Uuid("A charge."), "The charges that it is for; none for an amount.")),
            shown => [.. shown.Link.Charges.Select(charge => charge.Value.ToString("D"))]
        },
        { Required("amount", Sum, "How much was due when it was made."), Sum, shown => shown.Link.Amount },
        { Required("text", Text("What it is for, as the customer reads it.")), shown => shown.Link.Text },
        { Required("opens", Word("How often it opens.", EnumWords.All<LinkOpening>())), shown => EnumWords.Of(shown.Link.Opens) },
        { Required("ends_at", Moment("From when on it opens no longer.")), shown => TextOf(shown.Link.EndsAt) },
        { Required("status", Word("Where it stands.", EnumWords.All<LinkStanding>())), shown => EnumWords.Of(shown.Status) },
        { Optional("payment", Uuid("The payment that was made by it, or is under way.")), shown => shown.Payment },
        {
            Optional(
                "reference", Text("The reference of a transfer that pays the charges, by which a bank's line finds them (ISO 11649); "
                    + "missing for an amount, as no bank's line finds what such a transfer is for.")),
            shown => shown.Link.Charges.Count == 0 ? null : TransferReference.Of(shown.Link.Id).Creditor
        },
        {
            Optional(
                "url", Shape.Link("The address for the customer, a secret. Only the answer to the request that made the link has it.")),
            shown => shown.Url
        },
    };

    public static readonly Resource<ShownPage<ShownLink>> Page = PageOf("PaymentLinkPage", Link);

    public static Operation MakeLink { get; } = new("makePaymentLink", Tag, "Makes an address at which a customer pays")
    {
        Description = "The page shows what is due when the customer opens it, takes cards and direct debits, and has a code for a transfer "
            + "where an operator has named the merchant's bank account. A payment by it settles the charges at once.",
        Body = LinkCreate,
        Replies =
        [
            new(201, "The link, with its address.", Link) { Headers = [SentHeader.Location] },
            NoSuch("account or charge"),
            Conflict("The account is closed, or nothing is due on a charge"),
            new(422, "The money is in another currency, it is not what is due on the charges, or a charge is named twice."),
        ],
    };

    public static Operation ListLinks { get; } = new("listPaymentLinks", Tag, "Lists payment links, in the order in which they were made")
    {
        Description = "No answer has an address. Where a link stands follows from the books, so with `status` the server looks at up to "
            + $"{OwnApiLinks.MostLooked} links for a part. If so many have too few of the status, the part is short and yet has a `next`.",
        Parameters =
        [
            OfAccount, InQuery("status", Word("Only those that stand so.", EnumWords.All<LinkStanding>())),
            InQuery(OwnApiQuery.Cursor, Text("The `next` of the last part: where this part begins.")),
            InQuery(OwnApiQuery.Limit, Whole("How many items a part has; 100 without it.", 1, OwnApiLinks.MostItems)),
        ],
        Replies = [new(200, "A part of the list.", Page), Invalid],
    };

    public static Operation FindLink { get; } = new("findPaymentLink", Tag, "Gives a payment link; never its address")
    {
        Description = "It is `paid` when its payment has come or is settling, or other payments have settled its charges; and `ended` "
            + "when its time is over, its account is closed, or nothing is due any more without a payment.",
        Parameters = [OfId],
        Replies = [new(200, "The link.", Link), NoSuch("link")],
    };

    public static Operation TakeLinkBack { get; } = new("takePaymentLinkBack", Tag, "Takes a payment link back")
    {
        Description = "It takes no money any more, also on a page that is open.",
        Parameters = [OfId],
        Body = Reason,
        Replies =
        [
            new(200, "The link.", Link), NoSuch("link"),
            Conflict("It is paid or taken back, it was opened meanwhile, or a payment by it is under way"),
        ],
    };

    /// <summary>Reads a payment link to make.</summary>
    public static Reading<LinkRequest, OwnApiProblem> ReadLink(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = LinkCreate.Read(fields, new LinkRequest());
        RefuseOther(fields, "opens", asked.Opens);
        if (!fields.Has("charges") && !fields.Has("amount"))
            fields.Refuse("charges", FieldProblem.Missing, "charges, or an amount");
        else if (asked.Charges is [])
            fields.Refuse("charges", FieldProblem.TooShort, "at least one charge");
        if (!fields.Has("charges") && !fields.Has("text"))
            fields.Refuse("text", FieldProblem.Missing, "what the amount is for");
        return asked;
    });
}
