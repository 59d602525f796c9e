using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.SportAlliance;

/// <summary>The operations in the document of Sport Alliance's payment part.</summary>
internal static class SportAllianceDocument
{
    private const string Sessions = "Payment sessions";
    private const string Accounts = "Accounts";

    private static readonly Shape SessionCreate = Object(
        "PaymentSessionCreate", "A session to open.",
        Required("amount",
            Amount("What the customer is to pay, in the studio's currency and the major unit; 0 to take in an instrument only.")),
        Required("scope", Word("What it is for.", "MEMBER_ACCOUNT", "ECOM")),
        Required("referenceText", Text("What the customer's bank statement shows.", SportAllianceRequests.MaxReferenceLength, 1)),
        Optional("customerId", Whole("The customer, where it is an existing one.", 1)),
        Optional("finionPayCustomerId", Uuid("The customer's id of an earlier session; not together with customerId.")),
        Optional("permittedPaymentChoices", List(
            Word("A way to pay.", [.. Enum.GetValues<PaymentChoice>().Select(ChoiceWords.Of), .. SportAllianceRequests.WithoutProvider]),
            "The only ways to pay that are offered; without it, those of the studio's currency that a provider collects. CASH and "
            + "BANK_TRANSFER are offered only where they are named.", SportAllianceRequests.MaxItems)),
        Optional("requireDirectDebitSignature", Flag("Whether a direct debit needs a signature.")),
        Optional("showExistingPaymentInstruments", Flag("Whether the customer's stored instruments are offered too.")));

    private static readonly Shape PaymentCreate = Object(
        "AccountPayment", "What was paid in a session, to be booked.",
        Required(SportAllianceRequests.Token, Token),
        Required("amount", SportAllianceResponses.Money, "How much, in the studio's currency."),
        Optional(SportAllianceRequests.DebtClaims,
            List(Whole("A debt claim.", 1), "The debt claims that it settles.", SportAllianceRequests.MaxItems)));

    private static readonly Shape InstrumentCreate = Object(
        "PaymentInstrumentUpdate", "The instrument of a session, to be taken over.", Required(SportAllianceRequests.Token, Token));

    private static readonly Parameter Customer = InPath(SportAllianceRequests.Customer, Whole("The customer.", 1));

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Sport Alliance payments", "The payment part of Sport Alliance's Open API, for studios that run on Magicline or PerfectGym Next.",
        SportAllianceResponses.Error)
    {
        Security = [Security.Header("apiKey", "X-API-KEY", "The key of the studio, which an operator creates.")],
        Parameters = [InHeader("Accept-Language", Text("The languages of messages, the best one first."))],
    };

    /// <summary>HEAD below a path.</summary>
    public static Operation CheckKey { get; } = new("checkKey", "Credentials", "Checks the key")
    {
        Description = "At any path below.",
        Parameters = [InPath("any", Text("Anything."))],
        Security = Api.Security,
        Replies = [new(200, "It is."), new(401, "It is not."), new(429, "It has sent too many requests.")],
    };

    /// <summary>POST of a session.</summary>
    public static Operation OpenSession { get; } = new("createPaymentSession", Sessions, "Opens a payment session")
    {
        Body = SessionCreate,
        Replies = [new(200, "The session.", SportAllianceResponses.Session), Invalid, UnknownCustomer, Concurrent],
    };

    /// <summary>POST of a payment.</summary>
    public static Operation BookPayment { get; } = new("bookAccountPayment", Accounts, "Books what was paid in a session")
    {
        Parameters = [Customer],
        Body = PaymentCreate,
        Description =
            "CASH and BANK_TRANSFER are promises of the customer: the debt claims stay open until an operator or a line of a bank "
            + "statement confirms the money.",
        Replies =
        [
            new(200, "It is booked.")
            {
                Headers =
                [
                    new(SportAllianceNames.PaymentMethod,
                        Word("How the customer pays.", [.. Enum.GetValues<PaymentChoice>().Select(ChoiceWords.Of)])),
                ],
            },
            Invalid, UnknownCustomer, Concurrent,
        ],
    };

    /// <summary>POST of an instrument.</summary>
    public static Operation ReplaceInstrument { get; } = new("replacePaymentInstrument", Accounts, "Takes over the instrument of a session")
    {
        Parameters = [Customer],
        Body = InstrumentCreate,
        Replies = [new(200, "The account is paid by it from now on."), Invalid, UnknownCustomer, Concurrent],
    };

    /// <summary>GET of the balances.</summary>
    public static Operation Balances { get; } = new("getAccountBalances", Accounts, "Gives the balances of an account")
    {
        Parameters = [Customer],
        Replies = [new(200, "The balances.", SportAllianceResponses.Balances), Invalid, UnknownCustomer],
    };

    /// <summary>GET of the entries of the past.</summary>
    public static Operation Transactions { get; } = Listing("getAccountTransactions", "Lists the entries that were due before today");

    /// <summary>GET of the entries to come.</summary>
    public static Operation UpcomingTransactions { get; } =
        Listing("getUpcomingAccountTransactions", "Lists the entries that are due within a year from today");

    private static Shape Token => Text("The payment request token that the widget gave.", SportAllianceRequests.MaxTokenLength, 1);

    private static Reply Invalid => new(400, "Something in the request is not valid.");

    private static Reply UnknownCustomer => new(404, "There is no such customer.");

    private static Reply Concurrent =>
        new(409, "Another request is at work on the same thing, or the Idempotency-Key was used for another one.");

    private static Operation Listing(string id, string summary) => new(id, Accounts, summary)
    {
        Parameters =
        [
            Customer, InQuery("sliceSize", Whole("How many entries to show.", 1, SportAllianceRequests.MaxSlice)),
            InQuery("offset", Like("The offset of the slice, from the answer with the slice before it.", "^[0-9]+$")),
        ],
        Replies = [new(200, "A slice of the entries.", SportAllianceResponses.Transactions), Invalid, UnknownCustomer],
    };
}
