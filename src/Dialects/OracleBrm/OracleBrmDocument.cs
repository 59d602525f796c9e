using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The descriptions of the Oracle BRM mount's operations, and the schemas that <c>describe</c> answers.</summary>
internal static class OracleBrmDocument
{
    private const string Payments = "Payments";
    private const string Refunds = "Refunds";

    private static readonly Parameter Fields =
        InQuery("fields", Text("The first-level attributes to show, with commas between them; id, address and type are always shown."));

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Oracle BRM payments",
        "The payments of Oracle Billing and Revenue Management's REST Services Manager: TMF676 with differences. Answers have every "
        + "attribute, with null where it has no value.",
        TmfShapes.WrittenWithNulls.Error)
    {
        Security = [Tmf676Document.Bearer],
    };

    /// <summary>POST of a payment.</summary>
    public static Operation CreatePayment { get; } = Tmf676Document.Creating(
        "createPayment", Payments, "Records a payment", "payment", OracleBrmRequests.PaymentCreate, OracleBrmResponses.PlainPayment,
        "Cash and checks are booked at once, and so is what a gateway has taken already. A payment method that the server holds is "
        + "charged.");

    /// <summary>GET of payments.</summary>
    public static Operation ListPayments { get; } = Listing(
        "listPayment", Payments, "Lists payments, the newest first", OracleBrmResource.Payment, SelectionOf(OracleBrmResource.Payment),
        InQuery("id", Text("Its POID or its number.")), InQuery("account.id", Text("The account's POID or its number.")),
        InQuery("bill.id", Text("The POID or the number of a bill that it settles.")),
        InQuery("status", Word("It has money that settles no bill.", "Unallocated")));

    /// <summary>GET of a payment.</summary>
    public static Operation FindPayment { get; } = Finding(
        "retrievePayment", Payments, "Gives a payment", OracleBrmResource.Payment, SelectionOf(OracleBrmResource.Payment),
        "`0.0.0.1+-item-payment+42`");

    /// <summary>POST of an allocation.</summary>
    public static Operation AllocatePayment { get; } =
        new("createPaymentAllocation", Payments, "Settles bills with what a payment has left")
        {
            Description = "The location is that of the payment. Without an Idempotency-Key the same request again is judged afresh.",
            Body = OracleBrmRequests.AllocationCreate,
            Replies =
            [
                new(201, "The bills are settled.") { Headers = [SentHeader.Location] }, new(400, "The allocation is not valid."),
            new(404, "There is no such payment, or its account has no such bill."), Tmf676Document.Conflict,
        ],
        };

    /// <summary>POST of a refund.</summary>
    public static Operation CreateRefund { get; } = Tmf676Document.Creating(
        "createRefund", Refunds, "Gives money back", "refund", OracleBrmRequests.RefundCreate, OracleBrmResponses.PlainRefund,
        "Of the payment that it names, at most what has not gone back; else of the account's credit, the oldest payments first. What "
        + "a provider took goes back through it.");

    /// <summary>GET of refunds.</summary>
    public static Operation ListRefunds { get; } = Listing(
        "listRefund", Refunds, "Lists refunds, the newest first", OracleBrmResource.Refund, SelectionOf(OracleBrmResource.Refund),
        InQuery("id", Text("Its POID or its number.")), InQuery("account.id", Text("The account's POID or its number.")));

    /// <summary>GET of a refund.</summary>
    public static Operation FindRefund { get; } = Finding(
        "retrieveRefund", Refunds, "Gives a refund", OracleBrmResource.Refund, SelectionOf(OracleBrmResource.Refund),
        "`0.0.0.1+-item-refund+42`");

    /// <summary>GET of what payments look like.</summary>
    public static Operation DescribePayment { get; } = Describing("describePayment", Payments, OracleBrmResource.Payment);

    /// <summary>GET of what refunds look like.</summary>
    public static Operation DescribeRefund { get; } = Describing("describeRefund", Refunds, OracleBrmResource.Refund);

    private static Shape SelectionOf(OracleBrmResource resource) => Either(
        "With `fields`, only those attributes, its id, its address and its type.",
        Selected(resource.ShapeOf(isExtended: false)), Selected(resource.ShapeOf(isExtended: true)));

    private static Shape Selected(Shape shape) => shape.Selected($"Selected{shape.Name}", shape.Description!, OracleBrmQuery.AlwaysShown);

    private static Parameter TypeOf(OracleBrmResource resource) =>
        InQuery(OracleBrmQuery.TypeParameter, Word("The type of what is given.", resource.Type, resource.ExtendedType));

    private static Operation Listing(
        string id, string tag, string summary, OracleBrmResource resource, Shape item, params IEnumerable<Parameter> filters) =>
        new(id, tag, summary)
        {
            Parameters = [TypeOf(resource), Fields, .. filters, .. Compared(resource), .. Tmf676Document.OfPages],
            Replies =
            [
                new(200, "A page of the list; an empty one where nothing passes.", List(item)) { Headers = Tmf676Document.ListHeaders },
                new(400, "A parameter is unknown or not valid."),
            ],
        };

    /// <summary>The filters that compare dates and amounts, each with its operators.</summary>
    private static IEnumerable<Parameter> Compared(OracleBrmResource resource) =>
        from filter in resource.Filters
        let kind = resource.KindOf(filter)
        where kind != TmfAttributeKind.Text
        from comparison in (string[])["", ".gt", ".gte", ".lt", ".lte"]
        select InQuery(
            $"{filter}{comparison}", kind == TmfAttributeKind.Number ? Amount("The amount, in the major unit.") : Text("A date and time."));

    private static Operation Finding(string id, string tag, string summary, OracleBrmResource resource, Shape item, string example) =>
        new(id, tag, summary)
        {
            Parameters = [InPath("id", Text($"Its POID, such as {example}, or its number.")), TypeOf(resource), Fields],
            Replies = [new(200, "It.", item), new(400, "A parameter is unknown, or the POID is of something else."),
            new(404, "Nothing has this id.")],
        };

    private static Operation Describing(string id, string tag, OracleBrmResource resource) =>
        new(id, tag, $"Gives the schema of a {resource.Type.ToLowerInvariant()}")
        {
            Parameters = [TypeOf(resource)],
            Replies =
            [
                new(200, "A JSON Schema (2020-12).", Map(Either("A keyword."), "A JSON Schema.")), new(400, "A parameter is unknown."),
            ],
        };
}
