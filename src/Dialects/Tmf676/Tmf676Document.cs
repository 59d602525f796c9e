using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676.Resources;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Tmf676;

/// <summary>The operations in the document of the TMF676 mount.</summary>
internal static class Tmf676Document
{
    private const string Payments = "Payments";
    private const string Refunds = "Refunds";
    private const string Hub = "Events";

    /// <summary>The attributes by which clients select and filter payments.</summary>
    public static readonly TmfAttributes PaymentAttributes = new(Tmf676Responses.Payments);

    /// <summary>The attributes by which clients select and filter refunds.</summary>
    public static readonly TmfAttributes RefundAttributes = new(Tmf676Responses.Refunds);

    private static readonly Shape SelectedPayment = Tmf676Responses.Payments.Shape.Selected(
        "SelectedPayment", "A payment; with `fields`, only those attributes, its id and its address.", "id", "href");

    private static readonly Shape SelectedRefund = Tmf676Responses.Refunds.Shape.Selected(
        "SelectedRefund", "A refund; with `fields`, only those attributes, its id and its address.", "id", "href");

    private static readonly Shape SubscriptionInput = Object(
        "EventSubscriptionInput", "A subscription to make.",
        Required("callback", Text("Where events are to be sent: an absolute https address.", 2000)),
        Optional("query", Text("Which events, such as `eventType=PaymentStateChangeEvent,RefundCreateEvent&account.id=A-1`.", 2000)));

    private static readonly Parameter Fields =
        InQuery("fields", Text("The first-level attributes to show, with commas between them; `none` for the id and the address alone."));
    private static readonly Parameter Id = InPath("id", Text("The id."));

    /// <summary>The parameters that choose a page of a list.</summary>
    internal static readonly IReadOnlyList<Parameter> OfPages =
    [
        InQuery("offset", Whole("How many items to pass over.", 0)),
        InQuery("limit", Whole("How many items to show; more than 1,000 are never shown.", 0)),
        InQuery("after", Uuid("The item behind which the page begins, as in the address of the header Link.")),
        InHeader("Prefer", Word("`count=exact`: X-Total-Count is sent, however many items there are.", "count=exact")),
    ];

    private static readonly IReadOnlyList<Parameter> OfLists =
    [
        Fields,
        .. OfPages,
        InQuery("filter", Map(
            Text("What the attribute must be; several values with commas between them are alternatives."),
            "Any attribute by its dotted path, such as `account.id=A-1`; with `.gt`, `.gte`, `.lt` or `.lte` behind a date or a number. "
            + "All of them must hold.")),
    ];

    /// <summary>The headers of an answer with a page of a list.</summary>
    internal static readonly IReadOnlyList<SentHeader> ListHeaders =
    [
        new("X-Result-Count", Whole("How many items the page has.", 0), IsRequired: true),
        new("X-Total-Count", Whole("How many items there are; beyond 10,000 only where `Prefer: count=exact` asks for it.", 0)),
        new("Link", Like("The address of the next page; it has `rel=\"next\"`. On the last page there is none.", "^<.+>; rel=\"next\"$")),
        new("Preference-Applied", Word("The preference that was followed.", "count=exact")),
    ];

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "TMF676 Payment Management",
        "The TM Forum's interface for payments and refunds, version 4: record them, look them up, and subscribe to their events. "
        + "Attributes without a value are left out.", TmfShapes.Written.Error)
    {
        Security = [Bearer],
    };

    /// <summary>A secret of the client, or a token.</summary>
    internal static Security Bearer => Security.Http(
        "bearer", "bearer", "The secret of a credential, which an operator creates, or an access token of the authorisation server.");

    /// <summary>POST /payment.</summary>
    public static Operation CreatePayment { get; } = Creating(
        "createPayment", Payments, "Records a payment", "payment", Tmf676Requests.PaymentCreate, Tmf676Responses.Payments,
        "Money in hand (cash, check, voucher, or with an authorisation code of a gateway) is booked at once. A method that the server "
        + "holds is charged. Without an amount nothing but the record is made.");

    /// <summary>GET /payment.</summary>
    public static Operation ListPayments { get; } = Listing("listPayment", Payments, "Lists payments", SelectedPayment);

    /// <summary>GET /payment/{id}.</summary>
    public static Operation FindPayment { get; } = Finding("retrievePayment", Payments, "Gives a payment", SelectedPayment);

    /// <summary>POST /refund.</summary>
    public static Operation CreateRefund { get; } = Creating(
        "createRefund", Refunds, "Gives money back", "refund", Tmf676Requests.RefundCreate, Tmf676Responses.Refunds,
        "Through the provider that holds the money; cash is only recorded. Never more than what has come in and has not gone back.");

    /// <summary>GET /refund.</summary>
    public static Operation ListRefunds { get; } = Listing("listRefund", Refunds, "Lists refunds", SelectedRefund);

    /// <summary>GET /refund/{id}.</summary>
    public static Operation FindRefund { get; } = Finding("retrieveRefund", Refunds, "Gives a refund", SelectedRefund);

    /// <summary>POST /hub.</summary>
    public static Operation Subscribe { get; } = new("registerListener", Hub, "Subscribes to events")
    {
        Description = "Events are sent as signed POST requests until they are received, in order for each payment and each refund.",
        Body = SubscriptionInput,
        Replies =
        [
            new(201, "The subscription.", Tmf676Hub.Shape) { Headers = [SentHeader.Location] }, new(400, "The subscription is not valid."),
            new(409, "There is such a subscription already, or there are too many, or the key was used for another request."),
        ],
    };

    /// <summary>DELETE /hub/{id}.</summary>
    public static Operation Unsubscribe { get; } = new("unregisterListener", Hub, "Ends a subscription")
    {
        Parameters = [Id],
        Replies = [new(204, "The subscription is deleted."), new(404, "No subscription has this id.")],
    };

    internal static Reply Conflict =>
        new(409, "The books do not allow it as they stand, or the request repeats an earlier one with another body.")
        {
            Headers = [new("Retry-After", Whole("How long to wait, in seconds, where the conflict passes.", 1))],
        };

    /// <summary>POST of anything; Oracle BRM has the same.</summary>
    internal static Operation Creating(string id, string tag, string summary, string word, Shape body, Shape made, string description) =>
        new(id, tag, summary)
        {
            Description = description,
            Body = body,
            Replies =
            [
                new(201, $"The {word}.", made) { Headers = [SentHeader.Location] }, new(400, $"The {word} is not valid."),
                new(404, $"The {word} names something that does not exist."), Conflict,
            ],
        };

    private static Operation Listing(string id, string tag, string summary, Shape item) => new(id, tag, summary)
    {
        Parameters = OfLists,
        Replies = [new(200, "A page of the list; an empty one where nothing passes.", List(item)) { Headers = ListHeaders },
            new(400, "A parameter is not valid.")],
    };

    private static Operation Finding(string id, string tag, string summary, Shape item) => new(id, tag, summary)
    {
        Parameters = [Id, Fields],
        Replies = [new(200, "It.", item), new(400, "`fields` names nothing that there is."), new(404, "Nothing has this id.")],
    };
}
