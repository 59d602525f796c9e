using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Midnight;

/// <summary>The operations in the document of Midnight's payment part.</summary>
internal static class MidnightDocument
{
    private static readonly Shape Refusal = Object(
        "Refusal", "What is wrong with a call as a whole.",
        Required("Message", Text("What is wrong.")),
        Optional("ModelState", Map(List(Text("What is wrong there.")), "What can't be read, by its place in the body.")));

    private static readonly Shape Detail = Object(
        "CustomerPaymentDetail", "A part of a payment.",
        Optional("OrderId", Number("The order; 0 or none for the customer's account.")),
        Optional("PaymentLabel", Word("What it pays.", "Escrow", "Earmarked", "Services", "Postage")),
        Optional("AmountBilled", Number("How much, in the major unit and above zero.")));

    private static readonly Shape Record = Object(
        "CustomerPaymentInsert",
        "A payment to store. Names count in capitals and small letters alike, and members that are not known are passed over.",
        Optional("CustomerId", Number("The customer.")),
        Optional("AmountBilled", Number("The whole payment, in the major unit: the sum of its details.")),
        Optional("CustomerPaymentDetailList", List(Detail, "What it is for; at least one.", PaymentRecord.MaxDetails)),
        Optional("RequestSource", Word("The party that took the money; Other where it is missing.", "PRCMerchant", "Other")),
        Optional("OrderNumber", Text("The number of an order.")));

    private static readonly Shape Answer = Object(
        "CustomerPaymentInsertAnswer", "The result of a record.",
        Required("CustomerPaymentId", Whole("The payment's id; 0 where it was not stored.", 0)),
        Required("CustomerPaymentNumber", Like("The payment's number; null where it was not stored.", "^CP-[0-9]{6,}$").OrNull()),
        Required("Error", Object(
            "CustomerPaymentInsertError", "Why it was not stored.",
            Required("ErrorMessage", List(
                Inline("A reason.", Required("Key", Text("The member that it is about.")), Required("Message", Text("What is wrong."))),
                "The reasons.", least: 1))).OrNull()));

    private static readonly Security MidnightToken = Security.Header(
        "midnight", "Authorization",
        "`Midnight` (or `Bearer`) and the token of the user: one of the installation's own, or one that was issued here.");

    /// <summary>The credentials of operations that are not Generic.</summary>
    public static IReadOnlyList<Security> TokenAlone { get; } = [MidnightToken];

    /// <summary>The media types of bodies.</summary>
    public static IReadOnlyList<string> MediaTypes { get; } = ["application/json", "text/json"];

    /// <summary>The refusals of a body that only asks.</summary>
    public static IReadOnlyList<Reply> RefusedBodies { get; } =
    [
        new(400, "The body can't be read, or asks for what there can't be."), new(413, "The body is too large."),
        new(415, "The body is of another media type."),
    ];

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Midnight payments", "The payment part of the API of Midnight, the management system for direct-mail and print shops.", Refusal)
    {
        Security =
        [
            Security.Header("prc", "Authorization",
                "`PRC` and the token of the partner. Both tokens go into one header with a comma between them, or into two."),
            MidnightToken,
            Security.Header("misKey", "MISKEY", "The key of the installation."),
        ],
    };

    /// <summary>POST /v1/Generic/CustomerPaymentInsert.</summary>
    public static Operation InsertPayments { get; } = new("CustomerPaymentInsert", "Customer payments", "Stores payments")
    {
        Description = "Each record stands for itself: the answer has one for each, in their order, whether it is stored or refused.",
        Body = List(Record, "The payments."),
        Replies =
        [
            new(200, "The result of each record.", List(Answer)), new(400, "The body can't be read. Nothing was stored."),
            new(409, "The Idempotency-Key was used with another body. Nothing was stored."),
        ],
    };

    /// <summary>POST /v1/Midnight/CustomerPaymentInsert.</summary>
    public static Operation InsertPaymentsTwin { get; } = InsertPayments with { Security = TokenAlone };

    /// <summary>POST /v1/Token/UserAuthentication.</summary>
    public static Operation Authenticate { get; } = new("UserAuthentication", "Tokens", "Gives a pair of tokens for a password")
    {
        Body = Object(
            "UserAuthentication", "The user who asks.",
            Required("DomainName", Text("The domain of the user.")), Required("UserName", Text("The user.")),
            Required("Password", Text("The password, as it is.")),
            Required("IsPasswordEncrypted", Either("Must be false.", Flag("As it is."), Text("As a text.")))),
        MediaTypes = MediaTypes,
        Replies = [new(200, "The tokens.", TokenEndpoints.Tokens), .. RefusedBodies, Denied("Domain, user or password are not known.")],
    };

    /// <summary>POST /v1/Token/RegenerateAuthToken.</summary>
    public static Operation Regenerate { get; } =
        new("RegenerateAuthToken", "Tokens", "Gives a new pair of tokens for an old one, which ends")
        {
            Description =
            "The Midnight token may have expired, the refresh token must not, and must not have been used. Used a second time it ends all "
            + "that it led to.",
            Body = Object(
            "RegenerateAuthToken", "The old pair.",
            Required("AuthToken", Text("The Midnight token.")),
            Required("RefreshToken", Text("The refresh token that was given with it."))),
            MediaTypes = MediaTypes,
            Replies = [new(200, "The tokens.", TokenEndpoints.Tokens), .. RefusedBodies,
                Denied("The tokens are not good, or do not belong together.")],
        };

    private static Reply Denied(string why) =>
        new(401, why) { Headers = [new("WWW-Authenticate", Text("The kinds of credentials that are taken."))] };

    private static Shape Number(string description) => Either(description, Amount("As a number."), Text("As a text."));
}
