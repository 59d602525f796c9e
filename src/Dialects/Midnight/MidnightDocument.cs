using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Midnight;

/// <summary>What the document of Midnight's payment part says of its operations.</summary>
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
        "CustomerPaymentInsert", "A payment to store. Names count in capitals and small letters alike, and members that are not known are passed over.",
        Optional("CustomerId", Number("The customer.")),
        Optional("AmountBilled", Number("The whole payment, in the major unit: the sum of its details.")),
        Optional("CustomerPaymentDetailList", List(Detail, "What it is for; at least one.", PaymentRecord.MaxDetails)),
        Optional("RequestSource", Word("Who took the money; Other where it is missing.", "PRCMerchant", "Other")),
        Optional("OrderNumber", Text("The number of an order.")));

    private static readonly Shape Answer = Object(
        "CustomerPaymentInsertAnswer", "What became of a record.",
        Required("CustomerPaymentId", Whole("The payment's id; 0 where it was not stored.", 0)),
        Required("CustomerPaymentNumber", Like("The payment's number; null where it was not stored.", "^CP-[0-9]{6,}$").OrNull()),
        Required("Error", Object(
            "CustomerPaymentInsertError", "Why it was not stored.",
            Required("ErrorMessage", List(
                Inline("A reason.", Required("Key", Text("The member that it is about.")), Required("Message", Text("What is wrong."))), "The reasons.", least: 1))).OrNull()));

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Midnight payments", "The payment part of the API of Midnight, the management system for direct-mail and print shops.", Refusal)
    {
        Security =
        [
            Security.Header("prc", "Authorization", "`PRC` and the token of the partner. Both tokens go into one header with a comma between them, or into two."),
            Security.Header("midnight", "Authorization", "`Midnight` (or `Bearer`) and the token of the user."),
            Security.Header("misKey", "MISKEY", "The key of the installation."),
        ],
    };

    /// <summary>POST /v1/Generic/CustomerPaymentInsert.</summary>
    public static Operation InsertPayments { get; } = new("CustomerPaymentInsert", "Customer payments", "Stores payments")
    {
        Description = "Each record stands for itself: the answer has one for each, in their order, whatever became of it.",
        Body = List(Record, "The payments."),
        Replies =
        [
            new(200, "What became of each record.", List(Answer)), new(400, "The body can't be read. Nothing was stored."),
            new(409, "The Idempotency-Key was used with another body. Nothing was stored."),
        ],
    };

    private static Shape Number(string description) => Either(description, Amount("As a number."), Text("As a text."));
}
