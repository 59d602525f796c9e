using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OracleBrm;

/// <summary>What the document of the Oracle BRM mount says of its operations.</summary>
internal static class OracleBrmDocument
{
    private const string Payments = "Payments";

    private static readonly TmfShapes Written = TmfShapes.Written(writesNulls: true);
    private static readonly TmfShapes Read = TmfShapes.Read(OracleBrmRequests.Rules);

    private static readonly Shape PaymentCreate = Read.Of(
        "Payment", "A payment to record. `bills` and `billingCycleSpecification` need the type Payment_CreateOracle.",
        [
            .. Read.Common, .. Read.OfPayment,
            Optional("bills", List(Read.Entity, "The bills to pay, in this order, each as far as the money goes.", TmfLength.Items)),
            Optional("billingCycleSpecification", Read.Entity, "A bill unit of the account."),
            .. OracleBrmRequests.Ignored.Select(name => Optional(name, Either("Passed over: the server gives it."))),
        ],
        [.. Read.Tags.Where(tag => tag.Name != "@type"), Optional("@type", Word("Its type.", "Payment_Create", "Payment_CreateOracle"))]);

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Oracle BRM payments",
        "The payments of Oracle Billing and Revenue Management's REST Services Manager: TMF676 with differences. Answers have every attribute, with null where it has no value.",
        Written.Error)
    {
        Security = [Tmf676Document.Bearer],
    };

    /// <summary>A payment as answers have it.</summary>
    public static Shape Payment { get; } = Written.Of(
        "Payment", "A payment.",
        [
            .. TmfShapes.Head(TmfShapes.PaymentStatuses), Written.May("paymentDate", Moment("When the money was in the books.")), .. Written.Common,
            .. Written.OfPayment,
        ],
        [
            Required("@baseType", Word("The type that its type is derived from.", OracleBrmResponses.PaymentType)),
            .. Written.Tags.Where(tag => tag.Name == "@schemaLocation"), Required("@type", Word("Its type.", OracleBrmResponses.PaymentType)),
        ]);

    /// <summary>POST of a payment.</summary>
    public static Operation CreatePayment { get; } = new("createPayment", Payments, "Records a payment")
    {
        Description = "Cash and checks are booked at once, and so is what a gateway has taken already. A payment method that the server holds is charged.",
        Body = PaymentCreate,
        Replies =
        [
            new(201, "The payment.", Payment) { Headers = [SentHeader.Location] }, new(400, "The payment is not as it should be."),
            new(404, "The payment names something that is not there."),
            new(409, "The books do not allow it as they stand, or the request repeats an earlier one with another body.")
            {
                Headers = [new("Retry-After", Whole("How long to wait, in seconds, where the conflict passes.", 1))],
            },
        ],
    };

    /// <summary>GET of a payment.</summary>
    public static Operation FindPayment { get; } = new("retrievePayment", Payments, "Gives a payment")
    {
        Parameters =
        [
            InPath("id", Text("Its POID, such as `0.0.0.1+-item-payment+42`, or its number.")),
            InQuery("@type", Word("The type of what is given.", OracleBrmResponses.PaymentType)),
        ],
        Replies = [new(200, "The payment.", Payment), new(400, "A parameter is unknown, or the POID is of something else."), new(404, "No payment has this id.")],
    };
}
