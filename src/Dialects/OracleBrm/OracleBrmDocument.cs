using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The descriptions of the Oracle BRM mount's operations, and the schemas that <c>describe</c> answers.</summary>
internal static class OracleBrmDocument
{
    private const string Payments = "Payments";
    private const string Refunds = "Refunds";

    private static readonly TmfShapes Written = TmfShapes.Written(writesNulls: true);
    private static readonly TmfShapes Read = TmfShapes.Read(OracleBrmRequests.Rules);

    private static readonly Shape PaymentCreate = Read.Of(
        "Payment", "A payment to record. `bills` and `billingCycleSpecification` need the type Payment_CreateOracle.",
        [
            .. Read.Common, .. Read.OfPayment,
            Optional("bills", List(Read.Entity, "The bills to pay, in this order, each as far as the money goes.", TmfLength.Items)),
            Optional("billingCycleSpecification", Read.Entity, "A bill unit of the account."),
            .. PassedOver(OracleBrmRequests.Ignored),
        ],
        CreatedAs(OracleBrmRequests.Create, OracleBrmRequests.CreateOracle));

    private static readonly Shape RefundCreate = Read.Of(
        "Refund", "A refund to make: of its payment, or else of the account's credit.",
        [.. Read.Common, .. Read.OfRefund, .. PassedOver(OracleBrmRequests.IgnoredOfRefunds)], CreatedAs(OracleBrmRequests.CreateRefund));

    private static readonly Shape Allocation = Object(
        "PaymentAllocation_Create", "Bills to settle with what a payment has left: all of them or none.",
        Required("paymentId", Text("The payment's POID or its number.", TmfLength.Id, 1)),
        Required("bill", List(
            Object(
                "AllocatedBill_Create", "What a bill gets.", Required("id", Text("The bill's POID or its number.", TmfLength.Id, 1)),
                Required("allocatedAmount", Read.Money)).Closed(),
            "The bills, each once.", TmfLength.Items, 1))).Closed();

    private static readonly Shape Balance = Written.Of(
        "Balance", "An amount of money, which may be nothing.",
        [Required("unit", Text("The currency, by ISO 4217.", 3, 3)), Required("value", Amount("How much, in the major unit and exact."))],
        Written.Tags);

    private static readonly Shape BillingRate = Object(
        "AppliedCustomerBillingRate", "How a bill stands.",
        Required("itemNo", Text("The bill's number.")), Required("serviceTypeName", Text("What it is for.")),
        Written.May("serviceId", Text("Of which service.")),
        Required("remainingAmount", Balance, "What is due."), Required("receivedAmount", Balance, "What payments settle."),
        Required("adjustedAmount", Balance, "What refunds have forgiven."),
        Written.May("writeOffAmount", Balance, "What was written off; not kept."),
        Written.May("disputedAmount", Balance, "What is disputed; not kept."));

    private static readonly Shape ExtendedItem = Written.Of(
        "PaymentItemOracle", "A bill that a payment settles, and how it stands.", Written.OfItem,
        [
            .. Written.Tags, Written.May("paymentAllocatedOn", Moment("When money of the payment last went to it.")),
            Required("appliedCustomerBillingRate", List(BillingRate, "How it stands.")),
        ]);

    private static readonly Shape Payment = Written.Of(
        "Payment", "A payment.", [.. OfPayment(Written.OfPayment)], Typed(OracleBrmResource.Payment, isExtended: false));

    private static readonly Shape ExtendedPayment = Written.Of(
        "PaymentOracle",
        "A payment, and where its money is. Its items, the unallocated, the reversed and the refunded amount add up to its total.",
        [
            .. OfPayment(
                [Written.May("payer", Written.Party, "The payer."),
                Written.May("paymentItem", List(ExtendedItem, "The bills that it settles."))]),
            Written.May("unallocatedAmount", Balance, "What settles no bill."),
            Written.May("reversedPaymentAmount", Balance, "What the payer took back."),
            Required("paymentTransactionId", Text("The number of its transaction.")),
            Written.May("paymentStatus", Word("How far it is allocated.", "Unallocated", "PartiallyAllocated", "Allocated", "Reversed")),
            Required("billingCycleSpecification", Written.Entity, "The bill unit."),
        ],
        Typed(OracleBrmResource.Payment, isExtended: true));

    private static readonly Shape Refund = RefundOf(isExtended: false);
    private static readonly Shape ExtendedRefund = RefundOf(isExtended: true);

    private static readonly Parameter Fields =
        InQuery("fields", Text("The first-level attributes to show, with commas between them; id, address and type are always shown."));

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Oracle BRM payments",
        "The payments of Oracle Billing and Revenue Management's REST Services Manager: TMF676 with differences. Answers have every "
        + "attribute, with null where it has no value.",
        Written.Error)
    {
        Security = [Tmf676Document.Bearer],
    };

    /// <summary>POST of a payment.</summary>
    public static Operation CreatePayment { get; } = new("createPayment", Payments, "Records a payment")
    {
        Description =
            "Cash and checks are booked at once, and so is what a gateway has taken already. A payment method that the server holds is "
            + "charged.",
        Body = PaymentCreate,
        Replies =
        [
            new(201, "The payment.", Payment) { Headers = [SentHeader.Location] }, new(400, "The payment is not valid."),
            new(404, "The payment names something that does not exist."), Conflict,
        ],
    };

    /// <summary>GET of payments.</summary>
    public static Operation ListPayments { get; } = Listing(
        "listPayment", Payments, "Lists payments, the newest first", OracleBrmResource.Payment, SelectionOf(Payment, ExtendedPayment),
        InQuery("id", Text("Its POID or its number.")), InQuery("account.id", Text("The account's POID or its number.")),
        InQuery("bill.id", Text("The POID or the number of a bill that it settles.")),
        InQuery("status", Word("It has money that settles no bill.", "Unallocated")));

    /// <summary>GET of a payment.</summary>
    public static Operation FindPayment { get; } = Finding(
        "retrievePayment", Payments, "Gives a payment", OracleBrmResource.Payment, SelectionOf(Payment, ExtendedPayment),
        "`0.0.0.1+-item-payment+42`");

    /// <summary>POST of an allocation.</summary>
    public static Operation AllocatePayment { get; } =
        new("createPaymentAllocation", Payments, "Settles bills with what a payment has left")
        {
            Description = "The location is that of the payment. Without an Idempotency-Key the same request again is judged afresh.",
            Body = Allocation,
            Replies =
        [
            new(201, "The bills are settled.") { Headers = [SentHeader.Location] }, new(400, "The allocation is not valid."),
            new(404, "There is no such payment, or its account has no such bill."), Conflict,
        ],
        };

    /// <summary>POST of a refund.</summary>
    public static Operation CreateRefund { get; } = new("createRefund", Refunds, "Gives money back")
    {
        Description =
            "Of the payment that it names, at most what has not gone back; else of the account's credit, the oldest payments first. What "
            + "a provider took goes back through it.",
        Body = RefundCreate,
        Replies =
        [
            new(201, "The refund.", Refund) { Headers = [SentHeader.Location] }, new(400, "The refund is not valid."),
            new(404, "The refund names something that does not exist."), Conflict,
        ],
    };

    /// <summary>GET of refunds.</summary>
    public static Operation ListRefunds { get; } = Listing(
        "listRefund", Refunds, "Lists refunds, the newest first", OracleBrmResource.Refund, SelectionOf(Refund, ExtendedRefund),
        InQuery("id", Text("Its POID or its number.")), InQuery("account.id", Text("The account's POID or its number.")));

    /// <summary>GET of a refund.</summary>
    public static Operation FindRefund { get; } = Finding(
        "retrieveRefund", Refunds, "Gives a refund", OracleBrmResource.Refund, SelectionOf(Refund, ExtendedRefund),
        "`0.0.0.1+-item-refund+42`");

    /// <summary>GET of what payments look like.</summary>
    public static Operation DescribePayment { get; } = Describing("describePayment", Payments, OracleBrmResource.Payment);

    /// <summary>GET of what refunds look like.</summary>
    public static Operation DescribeRefund { get; } = Describing("describeRefund", Refunds, OracleBrmResource.Refund);

    /// <summary>A resource as answers have it.</summary>
    public static Shape ShapeOf(OracleBrmResource resource, bool isExtended) => resource == OracleBrmResource.Payment
        ? isExtended ? ExtendedPayment : Payment
        : isExtended ? ExtendedRefund : Refund;

    private static Reply Conflict =>
        new(409, "The books do not allow it as they stand, or the request repeats an earlier one with another body.")
        {
            Headers = [new("Retry-After", Whole("How long to wait, in seconds, where the conflict passes.", 1))],
        };

    private static IEnumerable<Member> OfPayment(IEnumerable<Member> ownMembers) =>
    [
        .. TmfShapes.Head(TmfShapes.PaymentStatuses), Written.May("paymentDate", Moment("When the money was in the books.")),
        .. Written.Common, .. ownMembers,
    ];

    private static Shape RefundOf(bool isExtended) => Written.Of(
        isExtended ? OracleBrmResource.Refund.ExtendedType : OracleBrmResource.Refund.Type, "Money that goes back to a payer.",
        [
            .. TmfShapes.Head(TmfShapes.RefundStatuses), Written.May("refundDate", Moment("When the money went back.")), .. Written.Common,
            .. Written.OfRefund,
        ],
        Typed(OracleBrmResource.Refund, isExtended));

    private static IEnumerable<Member> Typed(OracleBrmResource resource, bool isExtended) =>
    [
        Required("@baseType", Word("The type that its type is derived from.", resource.Type)),
        .. Written.Tags.Where(tag => tag.Name == "@schemaLocation"),
        Required("@type", Word("Its type.", isExtended ? resource.ExtendedType : resource.Type)),
    ];

    private static IEnumerable<Member> CreatedAs(params IReadOnlyList<string> types) =>
        [.. Read.Tags.Where(tag => tag.Name != "@type"), Optional("@type", Word("Its type.", types))];

    private static IEnumerable<Member> PassedOver(IEnumerable<string> names) =>
        names.Select(name => Optional(name, Either("Passed over: the server gives it.")));

    private static Shape SelectionOf(Shape plain, Shape extended) => Either(
        "With `fields`, only those attributes, its id, its address and its type.",
        plain.Selected($"Selected{plain.Name}", plain.Description!, OracleBrmQuery.AlwaysShown),
        extended.Selected($"Selected{extended.Name}", extended.Description!, OracleBrmQuery.AlwaysShown));

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
