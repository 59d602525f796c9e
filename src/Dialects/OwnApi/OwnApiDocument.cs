using Quittance.Core;
using Quittance.Core.Disputes;
using Quittance.Core.Settlements;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OwnApi;

/// <summary>What the document of Quittance's own API says of its operations.</summary>
internal static class OwnApiDocument
{
    private const string Accounts = "Accounts";
    private const string Charges = "Charges";
    internal const string Payments = "Payments";
    private const string Links = "Payment links";
    private const string Instruments = "Instruments";
    private const string Disputes = "Disputes";
    private const string Settlements = "Settlements";
    private const string Credentials = "Credentials";
    private const string Providers = "Providers";
    private const string Events = "Events";

    private static readonly Parameter[] OfPages =
    [
        InQuery(OwnApiQuery.Cursor, Text("The `next` of the last part: where this part begins.")),
        InQuery(OwnApiQuery.Limit, Whole("How many items a part has; 100 without it.", 1, OwnApiQuery.MostItems)),
    ];

    private static readonly Parameter OfAccount = InQuery("account", Text("Only those of this account: its id or your reference."));

    private static readonly Shape ChargesCreate = Object(
        "ChargesCreate", "Many charges to raise.",
        Member.Required(OwnApiRequests.Charges, List(OwnApiRequests.Charge, "The charges.", OwnApiRequests.MostCharges, 1))).Closed();

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Quittance", "Customers' accounts, what they owe and what they paid, whichever API it came through. Amounts are decimal texts with "
        + "their currency. Lists come in parts: `next` is the `cursor` of the next part. A refusal is a problem of RFC 9457, and its "
        + "`errors` name the fields.",
        OwnApiResponses.Problem)
    {
        Security =
        [
            Security.OAuth(
                "bearer", OwnApiRoutes.Setup.ScopeWords,
                "`Authorization: Bearer`, with the secret of a credential or an access token of the authorisation server."),
        ],
        RefusalMediaTypes = ["application/problem+json"],
    };

    public static Operation OpenAccount { get; } = new("openAccount", Accounts, "Opens a customer's account")
    {
        Description = "Your reference names it from then on, in every request that takes an account.",
        Body = OwnApiRequests.Account,
        Replies =
        [
            new(201, "The account.", OwnApiResponses.Account) { Headers = [SentHeader.Location] },
            new(409, "Something else has the reference, or the Idempotency-Key was used for another request."),
        ],
    };

    public static Operation ListAccounts { get; } = new("listAccounts", Accounts, "Lists accounts, in the order in which they were opened")
    {
        Description = "Accounts of every API are in it; those that were opened through another one have no reference here.",
        Parameters = OfPages,
        Replies = [new(200, "A part of the list.", OwnApiResponses.Accounts), Invalid],
    };

    public static Operation FindAccount { get; } = new("findAccount", Accounts, "Gives an account")
    {
        Description = "Of two things that a text may name, your reference counts first.",
        Parameters = [InPath(OwnApiRoutes.Id, Text("Its id, or your reference for it."))],
        Replies = [new(200, "The account.", OwnApiResponses.Account), new(404, "There is no such account.")],
    };

    public static Operation FindBalance { get; } = new("findBalance", Accounts, "Gives an account's balance as of a moment or a day")
    {
        Description = "As of a moment counts what was committed by then; as of a day counts what is booked on it and before, also what was "
            + "committed later.",
        Parameters =
        [
            InPath(OwnApiRoutes.Id, Text("Its id, or your reference for it.")),
            InQuery(OwnApiAccounts.At, Text("A day such as `2026-10-31`, or a moment such as `2026-10-31T18:00:00Z`; without it today.")),
        ],
        Replies = [new(200, "The balance.", OwnApiResponses.Balance), Invalid, new(404, "There is no such account.")],
    };

    public static Operation FindStatement { get; } = new("findStatement", Accounts, "Gives an account's statement of some days")
    {
        Description = "The opening balance and the amounts of all lines add up to the closing balance.",
        Parameters =
        [
            InPath(OwnApiRoutes.Id, Text("Its id, or your reference for it.")),
            InQuery(OwnApiAccounts.From, Text("The first day, such as `2026-11-01`; without it the first of this month.")),
            InQuery(OwnApiAccounts.To, Text("The last day; without it today.")), .. OfPages,
        ],
        Replies = [new(200, "A part of the statement.", OwnApiResponses.Statement), Invalid, new(404, "There is no such account.")],
    };

    public static Operation CloseAccount { get; } = new("closeAccount", Accounts, "Closes an account on which nothing is open")
    {
        Description = "It takes no new charges, payments, instruments and sessions until it is reopened. What a provider reports of its "
            + "earlier payments is booked.",
        Parameters = [OfAccountId],
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(200, "That it was closed.", OwnApiResponses.AccountChange), new(404, "There is no such account."),
            new(409, "A charge of the account is open, it has credit, something of it is under way, or it is closed already; or the "
                + "Idempotency-Key was used for another request."),
        ],
    };

    public static Operation ReopenAccount { get; } = new("reopenAccount", Accounts, "Reopens a closed account")
    {
        Description = "It takes charges and payments again.",
        Parameters = [OfAccountId],
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(200, "That it was reopened.", OwnApiResponses.AccountChange), new(404, "There is no such account."),
            new(409, "The account is not closed, or the Idempotency-Key was used for another request."),
        ],
    };

    public static Operation MergeAccounts { get; } = new("mergeAccounts", Accounts, "Merges an account into another one of the same person")
    {
        Description = "The open part of each of its charges becomes a charge of the other account, its credit becomes payments there, and "
            + "it is closed: requests that name it are refused, and it names the other account as `merged_into`. What was paid before "
            + "stays its own. Cards and bank accounts stay too; the customer leaves them again.",
        Parameters = [OfAccountId],
        Body = OwnApiRequests.Merge,
        Replies =
        [
            new(200, "That it was merged.", OwnApiResponses.AccountChange), new(404, "There is no such account."),
            new(409, "Both are the same account, one of them is closed or merged, something of the merged one is under way, a provider "
                + "holds its credit or it is disputed, or the account has changed since the request began; or the Idempotency-Key was used "
                + "for another request."),
            new(422, "The accounts are billed in two currencies."),
        ],
    };

    public static Operation UnmergeAccounts { get; } = new("unmergeAccounts", Accounts, "Undoes a merge")
    {
        Description = "The moved charges go back as far as they are open, the rest of the moved credit goes back, and the account is open "
            + "again. Payments and uses of credit since then stay.",
        Parameters = [OfAccountId],
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(200, "That the merge was undone.", OwnApiResponses.AccountChange), new(404, "There is no such account."),
            new(409, "The account is not merged, the other one is merged too, a payment there is under way, or a provider holds the "
                + "credit or it is disputed; or the Idempotency-Key was used for another request."),
        ],
    };

    public static Operation RaiseCharges { get; } = new("raiseCharges", Charges, "Raises a charge, or up to 10,000 charges")
    {
        Description = "One bad field refuses the whole request, and nothing is raised. What the books refuse, such as an unknown account, "
            + "they refuse of that charge alone: its result has the problem, and the others are raised. The same request under the same "
            + "key goes on where an earlier one broke off.",
        Body = Either("One charge or many.", OwnApiRequests.Charge, ChargesCreate),
        Replies =
        [
            new(201, "The charge; of many charges a result for each, in their order.",
                Either("One charge or many.", OwnApiResponses.Charge, OwnApiResponses.ManyRaised))
            {
                Headers = [new SentHeader("Location", Link("The address of the charge; missing for many."))],
            },
            new(404, "There is no such account."),
            new(409, "The account is closed, something else has the reference, or the Idempotency-Key was used for another request."),
            new(422, "The account is billed in another currency."),
        ],
    };

    public static Operation ListCharges { get; } = new("listCharges", Charges, "Lists charges, in the order in which they were raised")
    {
        Description = "Charges of every API are in it.",
        Parameters =
        [
            OfAccount,
            InQuery("open", Word("Only those that are open, or only those that are settled.", "true", "false")),
            InQuery(OwnApiCharges.DueBy, Text("Only those that are due by this day, such as `2026-11-30`.")), .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", OwnApiResponses.ChargePage), Invalid],
    };

    public static Operation FindCharge { get; } = new("findCharge", Charges, "Gives a charge")
    {
        Description = "Of two things that a text may name, your reference counts first.",
        Parameters = [InPath(OwnApiRoutes.Id, Text("Its id, or your reference for it."))],
        Replies = [new(200, "The charge.", OwnApiResponses.Charge) { Headers = [TagOf("charge")] }, new(404, "There is no such charge.")],
    };

    public static Operation RecordPayment { get; } = new("recordPayment", Payments, "Records a payment, or charges a stored instrument")
    {
        Description = "With `method` the money has come already. With `instrument` its provider is charged, and the payment may be "
            + "`declined`, or `unknown` while the provider is silent. An instrument that your own gateway holds has no provider here.",
        Body = OwnApiRequests.Payment,
        Replies =
        [
            new(201, "The payment.", OwnApiResponses.Payment), new(404, "There is no such account, charge or instrument."),
            new(409, "The account is closed, another payment of a charge is under way, your own gateway holds the instrument, or the "
                + "Idempotency-Key was used for another request."),
            new(422, "The money is in another currency, or a charge is named twice."),
        ],
    };

    public static Operation ListPayments { get; } = new("listPayments", Payments, "Lists payments of every API, the oldest first")
    {
        Description = "Payments that were declined or failed are in it too.",
        Parameters = [OfAccount, InQuery("status", Word("Only those that stand so.", EnumWords.All<PaymentStatus>())), .. OfPages],
        Replies = [new(200, "A part of the list.", OwnApiResponses.Payments), Invalid],
    };

    public static Operation FindPayment { get; } = new("findPayment", Payments, "Gives a payment of any API")
    {
        Description = "It shows the payment as it is now.",
        Parameters = [OfId],
        Replies = [new(200, "The payment.", OwnApiResponses.Payment), new(404, "There is no such payment.")],
    };

    public static Operation AllocatePayment { get; } = new("allocatePayment", Payments, "Settles charges with credit of a payment")
    {
        Description = "All of the charges are settled, or none.",
        Parameters = [OfId],
        Body = OwnApiRequests.Allocations,
        Replies =
        [
            new(200, "The payment.", OwnApiResponses.Payment), new(404, "There is no such payment or charge."),
            new(409, "There is less credit, or less is due; or the Idempotency-Key was used for another request."),
            new(422, "The money is in another currency, or a charge is named twice."),
        ],
    };

    public static Operation RefundPayment { get; } = new("refundPayment", Payments, "Gives money of a payment back")
    {
        Description = "Credit goes back first, then the charges that it settled last are forgiven.",
        Parameters = [OfId],
        Body = OwnApiRequests.Refund,
        Replies =
        [
            new(201, "The refund.", OwnApiResponses.Refund), new(404, "There is no such payment."),
            new(409, "The payment has less money, or is disputed; or the Idempotency-Key was used for another request."),
            new(422, "The money is in another currency."),
        ],
    };

    public static Operation CorrectCharge { get; } = new("correctCharge", Charges, "Corrects what a customer owes on a charge")
    {
        Description = "Nothing in the books changes: the correction is an event with transfers of its own. What one correction does, "
            + "another takes back.",
        Parameters = [InPath(OwnApiRoutes.Id, Text("Its id, or your reference for it."))],
        Body = OwnApiRequests.Correction,
        Replies =
        [
            new(200, "What it did.", OwnApiResponses.Correction) { Headers = [TagOf("charge")] }, new(404, "There is no such charge."),
            new(409, "The account is closed, less is open or was forgiven, a payment has settled the charge or is under way, or the "
                + "Idempotency-Key was used for another request."),
            new(422, "The amount is in another currency."),
        ],
    };

    public static Operation ChangeCharge { get; } = new(
        "changeCharge", Charges, "Changes the due day, number or description, or pauses its dunning")
    {
        Description = "`If-Match` has the `ETag` of the charge that you looked at, so that no change is lost.",
        Parameters =
        [
            InPath(OwnApiRoutes.Id, Text("Its id, or your reference for it.")),
            InHeader(OwnApiTags.IfMatch, Text("The `ETag` of the charge.")),
        ],
        Body = OwnApiRequests.Change,
        Replies =
        [
            new(200, "That it was changed.", OwnApiResponses.Correction) { Headers = [TagOf("charge")] },
            new(404, "There is no such charge."),
            new(409, "The charge says this already, another one has the number, or the Idempotency-Key was used for another request."),
            new(412, "The charge has changed since you looked at it."), new(428, "The header `If-Match` is missing."),
        ],
    };

    public static Operation UnallocatePayment { get; } = new(
        "unallocatePayment", Payments, "Takes money of a payment off the charges that it settles")
    {
        Description = "The charges are open again. The money is credit, or settles the charges that the request names.",
        Parameters = [OfId],
        Body = OwnApiRequests.Unallocation,
        Replies =
        [
            new(200, "The payment.", OwnApiResponses.Payment), new(404, "There is no such payment or charge."),
            new(409, "The account is closed, or the payment settles less or is disputed; or the Idempotency-Key was used for another "
                + "request."),
            new(422, "The money is in another currency, or a charge is named twice."),
        ],
    };

    public static Operation MovePayment { get; } = new("movePayment", Payments, "Moves money of a payment to another customer")
    {
        Description = "Only of cash and bank transfers. The money leaves the payment credit first, then what settled charges last, and "
            + "becomes a payment of that customer.",
        Parameters = [OfId],
        Body = OwnApiRequests.Move,
        Replies =
        [
            new(201, "The payment that the customer gets.", OwnApiResponses.Payment),
            new(404, "There is no such payment, account or charge."),
            new(409, "An account is closed, a provider holds the money, less of it is left, or it is disputed; or the Idempotency-Key "
                + "was used for another request."),
            new(422, "The money is in another currency, or a charge is named twice."),
        ],
    };

    public static Operation MakeLink { get; } = new("makePaymentLink", Links, "Makes an address at which a customer pays")
    {
        Description = "The page shows what is due when the customer opens it, takes cards and direct debits, and has a code for a transfer "
            + "where an operator has named the merchant's bank account. A payment by it settles the charges at once.",
        Body = OwnApiRequests.Link,
        Replies =
        [
            new(201, "The link, with its address.", OwnApiResponses.Link) { Headers = [SentHeader.Location] },
            new(404, "There is no such account or charge."),
            new(409, "The account is closed, nothing is due on a charge, or the Idempotency-Key was used for another request."),
            new(422, "The money is in another currency, or a charge is named twice."),
        ],
    };

    public static Operation ListLinks { get; } = new("listPaymentLinks", Links, "Lists payment links, in the order in which they were made")
    {
        Description = "No answer has an address. Where a link stands follows from the books, so with `status` the server looks at up to "
            + $"{OwnApiLinks.MostLooked} links for a part. If so many have too few of the status, the part is short and yet has a `next`.",
        Parameters =
        [
            OfAccount, InQuery("status", Word("Only those that stand so.", EnumWords.All<ShownLinkStatus>())),
            InQuery(OwnApiQuery.Cursor, Text("The `next` of the last part: where this part begins.")),
            InQuery(OwnApiQuery.Limit, Whole("How many items a part has; 100 without it.", 1, OwnApiLinks.MostItems)),
        ],
        Replies = [new(200, "A part of the list.", OwnApiResponses.Links), Invalid],
    };

    public static Operation FindLink { get; } = new("findPaymentLink", Links, "Gives a payment link; never its address")
    {
        Description = "It is `paid` when its payment has come or is settling, or other payments have settled its charges; and `ended` "
            + "when its time is over, its account is closed, or nothing is due any more without a payment.",
        Parameters = [OfId],
        Replies = [new(200, "The link.", OwnApiResponses.Link), new(404, "There is no such link.")],
    };

    public static Operation TakeLinkBack { get; } = new("takePaymentLinkBack", Links, "Takes a payment link back")
    {
        Description = "It takes no money any more, also on a page that is open.",
        Parameters = [OfId],
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(200, "The link.", OwnApiResponses.Link), new(404, "There is no such link."),
            new(409, "It is paid or taken back, it was opened meanwhile, a payment by it is under way, or the Idempotency-Key was used "
                + "for another request."),
        ],
    };

    public static Operation ListInstruments { get; } = new("listInstruments", Instruments, "Lists customers' cards and bank accounts")
    {
        Description = "Those that a customer entered for one payment, and those that were replaced, are in it too; removed ones are not.",
        Parameters = [OfAccount, .. OfPages],
        Replies = [new(200, "A part of the list.", OwnApiResponses.Instruments), Invalid],
    };

    public static Operation FindInstrument { get; } = new("findInstrument", Instruments, "Gives a card or bank account; never its number")
    {
        Description = "No answer has more of a number than its last four digits.",
        Parameters = [OfId],
        Replies = [new(200, "The instrument.", OwnApiResponses.Instrument), new(404, "There is no such instrument.")],
    };

    public static Operation RemoveInstrument { get; } = new("removeInstrument", Instruments, "Removes a card or bank account")
    {
        Description = "No payment is made with it any more, its mandate ends, and its number is deleted. Its payments name it still. A "
            + "repeated request is answered the same.",
        Parameters = [OfId],
        Replies =
        [
            new(204, "It is removed."), new(404, "There is no such instrument."),
            new(409, "A payment with it is under way, or a session in which the customer chose it."),
        ],
    };

    public static Operation ListDisputes { get; } = new("listDisputes", Disputes, "Lists disputes, in the order in which they were opened")
    {
        Description = "Disputes of payments of every API are in it, decided ones too.",
        Parameters =
        [
            InQuery(OwnApiDisputes.Payment, Uuid("Only those of this payment, by its id.")),
            InQuery("status", Word("Only those that stand so.", EnumWords.All<DisputeStatus>())), .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", OwnApiResponses.Disputes), Invalid],
    };

    public static Operation FindDispute { get; } = new("findDispute", Disputes, "Gives a dispute")
    {
        Description = "Its provider tells of it and of its end; nothing here decides it.",
        Parameters = [OfId],
        Replies = [new(200, "The dispute.", OwnApiResponses.Dispute), new(404, "There is no such dispute.")],
    };

    public static Operation ImportStatements { get; } = new("importStatements", Settlements, "Imports a file with statements")
    {
        Description = "All of the file is imported, or nothing. Lines with a certain match are booked at once. A file can be imported "
            + "again: each line is booked once, and lines whose charge came later are matched.",
        Body = OwnApiRequests.StatementFile,
        Replies =
        [
            new(201, "The statements.", OwnApiResponses.Import),
            new(409, "Another file is being imported, or the Idempotency-Key was used for another file."),
        ],
    };

    public static Operation ListStatements { get; } = new("listStatements", Settlements, "Lists statements, the newest first")
    {
        Description = "Statements that were imported in the console or on the command line are in it too.",
        Parameters = OfPages,
        Replies = [new(200, "A part of the list.", OwnApiResponses.Statements), Invalid],
    };

    public static Operation FindBankStatement { get; } = new("findBankStatement", Settlements, "Gives a statement of a bank or a provider")
    {
        Description = "It counts the lines as they are now.",
        Parameters = [OfId],
        Replies = [new(200, "The statement.", OwnApiResponses.ListedStatement), new(404, "There is no such statement.")],
    };

    public static Operation ListLinesOfStatement { get; } = new("listLinesOfStatement", Settlements, "Lists the lines of a statement")
    {
        Description = "They come in the order of the statement. Open ones have a proposal where the evidence is good.",
        Parameters =
        [
            OfId, InQuery(OwnApiSettlements.Status, Word("Only those that stand so.", EnumWords.All<SettlementStatus>())), .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", OwnApiResponses.Lines), Invalid, new(404, "There is no such statement.")],
    };

    public static Operation ListLines { get; } = new("listLines", Settlements, "Lists the lines of all statements, the newest first")
    {
        Description = "Open ones have a proposal where the evidence is good.",
        Parameters =
        [
            InQuery(OwnApiSettlements.Status, Word("Those that stand so; `open` without it.", EnumWords.All<SettlementStatus>())),
            .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", OwnApiResponses.Lines), Invalid],
    };

    public static Operation FindLine { get; } = new("findLine", Settlements, "Gives a line of a statement")
    {
        Description = "An open one has a proposal where the evidence is good.",
        Parameters = [OfId],
        Replies = [new(200, "The line.", OwnApiResponses.SettlementLine) { Headers = [TagOf("line")] }, new(404, "There is no such line.")],
    };

    public static Operation BookLine { get; } = new("bookLine", Settlements, "Says what a line is, and books it")
    {
        Description = "The audit log keeps the reason. A line that the books ignore can be booked later.",
        Parameters = [OfId],
        Body = OwnApiRequests.Booking,
        Replies =
        [
            new(200, "What was done.", OwnApiResponses.LineNews) { Headers = [TagOf("line")] },
            new(404, "There is no such line, charge, account or payment."),
            new(409, "The line is booked, is something else, the account is closed, or the Idempotency-Key was used for another request."),
            new(422, "The names do not go together, or the money is in another currency."),
        ],
    };

    public static Operation UnbookLine { get; } = new("unbookLine", Settlements, "Takes the booking of a line back")
    {
        Description = "The line is open again. A payment that the line had brought has no money any more, and its charges are open again. "
            + "`If-Match` has the `ETag` of the line that you looked at, so that no later booking is taken back.",
        Parameters = [OfId, InHeader(OwnApiTags.IfMatch, Text("The `ETag` of the line."))],
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(200, "What was done.", OwnApiResponses.LineNews) { Headers = [TagOf("line")] }, new(404, "There is no such line."),
            new(409, "The line is not booked, its booking is final, the account is closed, or the Idempotency-Key was used for another "
                + "request."),
            new(412, "The line has changed since you looked at it."), new(428, "The header `If-Match` is missing."),
        ],
    };

    public static Operation ListCredentials { get; } = new("listCredentials", Credentials, "Lists the credentials of programs")
    {
        Description = "Those of every API, with ended ones. No answer has a secret of one.",
        Replies = [new(200, "The credentials.", OwnApiResponses.Credentials), Invalid],
    };

    public static Operation CreateCredential { get; } = new("createCredential", Credentials, "Lets a program into an API")
    {
        Description = "The secret is answered once: a repeated request is refused with `secret-answered`. Only a person gives the scope "
            + "`administer`, in the console or on the command line.",
        Body = OwnApiRequests.Credential,
        Replies =
        [
            new(201, "The credentials with their secrets.", OwnApiResponses.NewCredentials),
            new(409, "The request was carried out before, or the Idempotency-Key was used for another request."),
        ],
    };

    public static Operation EndCredential { get; } = new("endCredential", Credentials, "Lets a credential in no more")
    {
        Description = "Neither its secret nor a former one is let in, after five seconds at most. Its webhooks end.",
        Parameters = [InPath(OwnApiRoutes.Id, Whole("Its number.", 1))],
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(200, "The credential.", OwnApiResponses.Credential), new(404, "There is no such credential."),
            new(409, "It has ended, or the Idempotency-Key was used for another request."),
        ],
    };

    public static Operation ListProviders { get; } = new("listProviders", Providers, "Lists the merchant's accounts at providers")
    {
        Description = "No answer has a key. An operator of the server's machine connects a provider: numbers of cards go to its address.",
        Replies = [new(200, "The accounts.", OwnApiResponses.Providers), Invalid],
    };

    public static Operation ListEvents { get; } = new("listEvents", Events, "Gives the events of the books in the order of their commits")
    {
        Description = "Read on with `next` as `after`: you get each event once, none is missing, and no later commit puts one before them. "
            + "Two readers with the same `after` get the same.",
        Parameters =
        [
            InQuery(OwnApiEvents.After, Text("The `next` of the last answer; without it from the first event on.")),
            InQuery(OwnApiQuery.Limit, Whole("How many events an answer has; 100 without it.", 1, OwnApiQuery.MostItems)),
            InQuery(
                OwnApiEvents.Wait,
                Whole("How long to wait for an event where there is none, in seconds.", 0, OwnApiEvents.MostWaitSeconds)),
        ],
        Replies = [new(200, "The events.", OwnApiResponses.Events), Invalid],
    };

    private static SentHeader TagOf(string what) => new("ETag", Text($"Which state of the {what} it is, for `If-Match`."));

    private static Parameter OfAccountId => InPath(OwnApiRoutes.Id, Text("Its id, or your reference for it."));

    private static Parameter OfId => InPath(OwnApiRoutes.Id, Text("Its id."));

    private static Reply Invalid => new(400, "Something in the request is not valid.");
}
