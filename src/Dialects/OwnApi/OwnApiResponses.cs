using System.Globalization;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiRequests;

namespace Quittance.Dialects.OwnApi;

/// <summary>A part of a list.</summary>
/// <param name="Next">What leads to the next part; null at the end.</param>
internal sealed record ShownPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>The result for one charge of many: its id, or a problem.</summary>
/// <param name="Reference">The client's own name for it.</param>
internal sealed record RaisedCharge(string? Reference, Guid? Id, Money? Open)
{
    public ShownProblem? Problem { get; init; }
}

/// <summary>A part of a statement.</summary>
/// <param name="Next">What leads to the next part; null at the end.</param>
internal sealed record ShownStatement(AccountStatement Statement, DateOnly From, DateOnly To, string? Next);

/// <summary>A line of a statement of a bank or a provider.</summary>
/// <param name="Proposal">What it may be; null for none.</param>
internal sealed record ShownLine(SettlementLine Line, LineProposal? Proposal);

/// <summary>The credentials of a new program, with their secrets.</summary>
internal sealed record IssuedSecrets(string Api, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<IssuedSecret> Secrets);

/// <summary>The results for many charges.</summary>
internal sealed record RaisedCharges(IReadOnlyList<RaisedCharge> Results)
{
    public int Raised => Results.Count(result => result.Problem is null);
}

/// <summary>Where a payment link stands.</summary>
internal enum ShownLinkStatus
{
    Open,

    /// <summary>Its payment has come or is settling, or other payments have settled its charges.</summary>
    Paid,

    /// <summary>Its time is over, its account is closed, or nothing is due any more without a payment.</summary>
    Ended,

    TakenBack,
}

/// <summary>A payment link as it stands.</summary>
internal sealed record ShownLink(PaymentLink Link, ShownLinkStatus Status)
{
    /// <summary>The address for the customer; null but in the answer to the request that made it.</summary>
    public string? Url { get; init; }

    public Guid? Payment { get; init; }
}

/// <summary>The answers of Quittance's own API.</summary>
internal static class OwnApiResponses
{
    private static readonly Resource<InputFault> Fault = new(null, "A field that is wrong.")
    {
        { ProblemShape.Place, fault => fault },
        { Optional("header", Text("The header that it is.")), fault => fault.Header },
        { Required("detail", Text("What is wrong with it.")), fault => fault.Detail },
    };

    public static readonly Resource<ShownProblem> Problem = new("Problem", "What is wrong (RFC 9457).")
    {
        { ProblemShape.Members, shown => shown },
        { Optional("errors", List(Fault, "The fields that are wrong.")), Fault, ProblemShape.FaultsOf },
    };

    public static readonly Resource<NamedAccount> Account = new("Account", "A customer's account.")
    {
        { Required("id", Uuid("Its id.")), named => named.Account.Id.Value },
        { Required("number", Whole("Its number, for people.", 1)), named => named.Account.Number },
        { Optional("reference", Text("Your own name for it, where it was opened through this API.")), named => ReferenceOf(named) },
        { Optional("name", Text("The customer's name; it may have been erased.")), named => named.Account.Name },
        { Required("currency", Like("The currency in which the customer is billed.", "^[A-Z]{3}$")), named => named.Account.Currency.Code },
        {
            Required("status", Word("`closed` takes no new charges, payments and instruments.", EnumWords.All<AccountStatus>())),
            named => EnumWords.Of(named.Account.Status)
        },
        {
            Optional("merged_into", Uuid("The account of the same person that it is merged into: charge and pay that one.")),
            named => named.Account.MergedInto?.Value
        },
    };

    public static readonly Resource<Charge> Charge = new("Charge", "A customer's debt.")
    {
        { Required("id", Uuid("Its id.")), charge => charge.Id.Value },
        { Required("number", Whole("Its number, for people.", 1)), charge => charge.Number },
        { Required("account", Uuid("The account that owes it.")), charge => charge.Account.Value },
        { Optional("reference", Text("The name that its raising system has for it.")), charge => charge.Reference },
        { Optional("document", Text("The number printed on the bill.")), charge => charge.Document },
        { Optional("description", Text("What it is for.")), charge => charge.Description },
        { Required("due", Day("The day it is due.")), charge => charge.DueOn.ToString("O", CultureInfo.InvariantCulture) },
        { Required("amount", Sum, "How much it is."), Sum, charge => charge.Amount },
        { Required("open", Sum, "The part that is owed."), Sum, charge => charge.Amount with { AmountMinor = charge.OpenMinor } },
        {
            Required("paid", Sum, "The part that payments have settled."), Sum,
            charge => charge.Amount with { AmountMinor = charge.AllocatedMinor }
        },
        {
            Required("credited", Sum, "The part that credit notes have forgiven, or that a merge moved to another account."), Sum,
            charge => charge.Amount with { AmountMinor = charge.CreditedMinor }
        },
        {
            Required("written_off", Sum, "The part that was given up as a bad debt. The open, paid, credited and this part are all of it."),
            Sum, charge => charge.Amount with { AmountMinor = charge.WrittenOffMinor }
        },
        {
            Optional("moved_from", Uuid("The charge of a merged account whose open part this one is.")),
            charge => charge.MovedFrom?.Value
        },
        {
            Optional("no_dunning_until", Day("The last day on which the customer is not dunned for it.")),
            charge => charge.DunningPausedUntil?.ToString("O", CultureInfo.InvariantCulture)
        },
    };

    public static readonly Resource<EventNews> Correction = new("Correction", "What a correction did; it never changes.")
    {
        { Required("charge", Uuid("The charge.")), news => news.Subject },
        { Required("type", Word("What happened.", EnumWords.All<EventType>())), news => EnumWords.Of(news.Type) },
        { Required("sequence", Whole("Which event of the charge it is.", 1)), news => (long)news.Sequence },
        { Required("at", Moment("When it was committed.")), news => TextOf(news.At) },
        { Optional("amount", Sum, "How much of the debt it moved."), news => news.Amount is { } sum ? json => Sum.Write(json, sum) : null },
    };

    public static readonly Resource<EventNews> AccountChange = new("AccountChange", "What happened to an account; it never changes.")
    {
        { Required("account", Uuid("The account.")), news => news.Subject },
        { Required("type", Word("What happened.", EnumWords.All<EventType>())), news => EnumWords.Of(news.Type) },
        { Required("sequence", Whole("Which event of the account it is.", 1)), news => (long)news.Sequence },
        { Required("at", Moment("When it was committed.")), news => TextOf(news.At) },
    };

    private static readonly Resource<OpenAt> OpenCharge = new(null, "A charge that was open.")
    {
        { Required("charge", Uuid("The charge.")), open => open.Charge.Id.Value },
        { Optional("reference", Text("The name that its raising system has for it.")), open => open.Charge.Reference },
        { Required("due", Day("The day it is due.")), open => open.Charge.DueOn.ToString("O", CultureInfo.InvariantCulture) },
        { Required("open", Sum, "The part that was owed."), Sum, open => open.Charge.Amount with { AmountMinor = open.OpenMinor } },
    };

    public static readonly Resource<AccountBalance> Balance = new("Balance", "How an account stood.")
    {
        { Required("account", Uuid("The account.")), balance => balance.Account.Value },
        { Required("at", Text("The day or the moment.")), balance => balance.At.ToString() },
        { Required("final", Flag("Whether nothing that is booked later changes it.")), balance => balance.IsFinal },
        { Required("owed", Sum, "What the customer owed."), Sum, balance => balance.Owed },
        { Required("credit", Sum, "The customer's credit."), Sum, balance => balance.Credit },
        {
            Required("charges", List(OpenCharge, "The charges that were open, the longest due first.")), OpenCharge,
            balance => balance.Open
        },
    };

    private static readonly Resource<StatementLine> Line = new(null, "A transfer that concerns the account.")
    {
        { Required("at", Moment("When it was committed.")), line => TextOf(line.At) },
        { Required("type", Word("What happened.", EnumWords.All<EventType>())), line => EnumWords.Of(line.Type) },
        { Optional("payment", Whole("The number of its payment.", 1)), line => line.PaymentNumber },
        { Optional("charge", Text("The name of the charge that it raises, settles or forgives.")), line => line.Charge },
        {
            Required("amount", Sum, "What it adds to what the customer owes; below zero where it takes from that, and zero where money "
                + "moved between credits of the customer."),
            Sum, line => line.Owes
        },
        { Required("balance", Sum, "What the customer owes less credit after it."), Sum, line => line.Balance },
    };

    public static readonly Resource<ShownStatement> Statement = new("Statement", "What happened on an account within some days.")
    {
        { Required("account", Uuid("The account.")), shown => shown.Statement.Account.Id.Value },
        { Required("from", Day("The first day.")), shown => shown.From.ToString("O", CultureInfo.InvariantCulture) },
        { Required("to", Day("The last day.")), shown => shown.To.ToString("O", CultureInfo.InvariantCulture) },
        { Required("opening", Sum, "What the customer owed less credit before the first day."), Sum, shown => shown.Statement.Opening },
        { Required("closing", Sum, "The same after the last day."), Sum, shown => shown.Statement.Closing },
        { Required("lines", List(Line, "Its transfers, the oldest first.")), Line, shown => shown.Statement.Lines },
        { Optional("next", Text("The `cursor` of the next part; missing at the end.")), shown => shown.Next },
    };

    private static readonly Resource<Allocation> Allocated = new(null, "Money of a payment that settles a charge.")
    {
        { Required("charge", Uuid("The charge.")), allocation => allocation.Charge.Id.Value },
        {
            Required("amount", Sum, "How much of it."), Sum,
            allocation => allocation.Charge.Amount with { AmountMinor = allocation.AmountMinor }
        },
    };

    private static readonly Resource<Attempt> Asked = new(null, "A request to a payment provider.")
    {
        { Required("id", Uuid("Its id, under which the provider got it.")), attempt => attempt.Id.Value },
        { Required("provider", Text("The provider.")), attempt => attempt.Provider },
        { Optional("provider_reference", Text("The provider's own id of it.")), attempt => attempt.ProviderReference },
        { Required("verb", Word("What was asked.", EnumWords.All<Verb>())), attempt => EnumWords.Of(attempt.Verb) },
        { Required("status", Word("Where it stands.", EnumWords.All<AttemptStatus>())), attempt => EnumWords.Of(attempt.Status) },
        { Required("amount", Sum, "How much."), Sum, attempt => attempt.Amount },
    };

    public static readonly Resource<PaymentView> Payment = new("Payment", "Money from a customer, or the promise of it.")
    {
        { Required("id", Uuid("Its id.")), view => view.Payment.Id.Value },
        { Required("number", Whole("Its number, for people.", 1)), view => view.Payment.Number },
        { Required("account", Uuid("The account that pays.")), view => view.Account.Id.Value },
        { Optional("amount", Sum, "How much it is; a bare record has none."), view => Shown(view, view.Payment.Amount?.AmountMinor) },
        { Required("status", Word("Where it stands.", EnumWords.All<PaymentStatus>())), view => EnumWords.Of(view.Payment.Status) },
        { Required("at", Moment("Since when it stands there.")), view => TextOf(view.Payment.StatusAt) },
        { Required("method", Word("How it was made.", EnumWords.All<PaymentMethod>())), view => EnumWords.Of(view.Payment.Method) },
        { Optional("instrument", Uuid("The instrument that it was made with.")), view => view.Payment.Instrument?.Value },
        { Required("api", Text("The API through which it came.")), view => view.Payment.Dialect },
        { Required("charges", List(Allocated, "The charges that it settles.")), Allocated, view => view.Allocations },
        { Optional("credit", Sum, "The part that settles no charge."), view => Shown(view, view.Payment.UnallocatedMinor) },
        { Optional("refunded", Sum, "The part that goes back to the payer."), view => Shown(view, view.Payment.RefundedMinor) },
        {
            Optional("reversed", Sum, "The part that left it without a refund: the payer took it back, or a correction moved it to another "
                + "customer's payment or unbooked it."),
            view => Shown(view, view.Payment.ReversedMinor)
        },
        { Optional("moved_from", Uuid("The payment of another customer from which a correction moved it.")),
            view => view.Payment.MovedFrom?.Value },
        { Optional("attempts", List(Asked, "What providers were asked for it; where a payment is read by its id.")), Asked,
            view => view.Attempts },
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
        { Required("status", Word("Where it stands.", EnumWords.All<ShownLinkStatus>())), shown => EnumWords.Of(shown.Status) },
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

    public static readonly Resource<RefundView> Refund = new("Refund", "Money of a payment that goes back to the payer.")
    {
        { Required("id", Uuid("Its id.")), view => view.Refund.Id.Value },
        { Required("number", Whole("Its number, for people.", 1)), view => view.Refund.Number },
        { Optional("payment", Uuid("The payment.")), view => view.Refund.Payment?.Value },
        { Required("account", Uuid("The account that paid.")), view => view.Account.Id.Value },
        {
            Optional("amount", Sum, "How much it is."),
            view => view.Refund.Amount is { } amount ? json => Sum.Write(json, amount) : null
        },
        { Required("status", Word("Where it stands.", EnumWords.All<RefundStatus>())), view => EnumWords.Of(view.Refund.Status) },
        { Required("at", Moment("Since when it stands there.")), view => TextOf(view.Refund.StatusAt) },
    };

    public static readonly Resource<DisputeView> Dispute = new("Dispute", "A customer's claim that takes money of a payment back.")
    {
        { Required("id", Uuid("Its id.")), view => view.Dispute.Id.Value },
        { Required("payment", Uuid("The payment.")), view => view.Dispute.Payment.Value },
        { Required("account", Uuid("The account that paid.")), view => view.Account.Value },
        { Required("provider", Text("The provider that tells of it.")), view => view.Dispute.Provider },
        { Required("reference", Text("The provider's name for it.")), view => view.Dispute.Reference },
        { Required("kind", Word("How the money was taken back.", EnumWords.All<DisputeKind>())), view => EnumWords.Of(view.Dispute.Kind) },
        {
            Required("status", Word("Where it stands: of an `open` one the payer has the money, of a `won` one you have it again, of a "
                + "`lost` one it stays with the payer.", EnumWords.All<DisputeStatus>())),
            view => EnumWords.Of(view.Dispute.Status)
        },
        { Required("amount", Sum, "How much is disputed."), Sum, view => new Money(view.Dispute.AmountMinor, view.Currency) },
        { Required("fee", Sum, "What the provider takes for it."), Sum, view => new Money(view.Dispute.FeeMinor, view.Currency) },
        {
            Required("reversed", Sum, "The part that the payment had; the rest was written off."), Sum,
            view => new Money(view.Dispute.ReversedMinor, view.Currency)
        },
        { Required("at", Moment("When it was opened.")), view => TextOf(view.Dispute.OpenedAt) },
    };

    public static readonly Resource<Instrument> Instrument = new("Instrument", "A customer's card or bank account; never its number.")
    {
        { Required("id", Uuid("Its id.")), instrument => instrument.Id.Value },
        { Required("account", Uuid("Whose it is.")), instrument => instrument.Account.Value },
        { Required("method", Word("Its kind.", EnumWords.All<PaymentMethod>())), instrument => EnumWords.Of(instrument.Method) },
        { Optional("name", Text("Its name, such as `Visa ···· 4242`.")), instrument => instrument.Name },
        { Optional("provider", Text("The provider that charges it; missing where your own gateway holds it.")),
            instrument => instrument.Vaulted?.Provider },
        {
            Required("standing", Word("What it is used for: `current` is the account's own, `inactive` was replaced, `removed` was taken "
                + "away.",
                EnumWords.All<InstrumentStanding>())),
            instrument => EnumWords.Of(instrument.Standing)
        },
    };

    private static readonly Resource<Statement> ImportedStatement = new(null, "A statement of a bank, or a provider's payout report.")
    {
        { Required("id", Uuid("Its id.")), statement => statement.Id.Value },
        { Required("format", Word("Its kind.", EnumWords.All<StatementSource>())), statement => EnumWords.Of(statement.Source) },
        { Required("account", Text("The bank account, masked, or the provider.")), statement => statement.Account },
        { Optional("reference", Text("Its own number or name.")), statement => statement.Reference },
        { Required("currency", Like("The currency of its lines.", "^[A-Z]{3}$")), statement => statement.Currency.Code },
        { Optional("opening", Sum, "The balance before it."), statement => Shown(statement.OpeningMinor, statement.Currency) },
        {
            Optional("closing", Sum, "The balance after it; of a payout report the payout."),
            statement => Shown(statement.ClosingMinor, statement.Currency)
        },
        { Required("line_count", Whole("How many lines it has.", 0)), statement => (long)statement.Lines },
        { Required("file", Text("The name of its file.")), statement => statement.FileName },
        { Required("at", Moment("When it was imported.")), statement => TextOf(statement.ImportedAt) },
    };

    public static readonly Resource<DeskOutcome> Import = new("StatementImport", "The import of a file with statements.")
    {
        {
            Required("statements", List(ImportedStatement, "Its statements.")), ImportedStatement,
            outcome => [.. outcome.Reports.Select(report => report.Statement.Statement)]
        },
        {
            Required("skipped_count", Whole("How many lines the bank has not booked yet, or move no money.", 0)),
            outcome => (long)outcome.Skipped
        },
        {
            Optional("remarks", List(Text("A remark.")), "What is odd, such as a balance that does not continue from the statement before. "
                + "A repeated request has no remarks about other statements."),
            outcome => outcome.Remarks.Count == 0 ? null : [.. outcome.Remarks.Select(remark => remark.ToString())]
        },
    };

    public static readonly Resource<ListedStatement> ListedStatement = new(
        "BankStatement", "A statement of a bank, or a provider's payout report.")
    {
        { ImportedStatement, listed => listed.Statement },
        { Required("open_count", Whole("How many of its lines are open.", 0)), listed => listed.Open },
        { Required("booked_count", Whole("How many are booked.", 0)), listed => listed.Booked },
        { Required("ignored_count", Whole("How many are left out of the books.", 0)), listed => listed.Ignored },
        {
            Required("shared_count", Whole("How many are lines of an earlier statement, and are listed there.", 0)),
            listed => listed.Elsewhere
        },
    };

    private static readonly Resource<LineProposal> Proposal = new(null, "What the line may be.")
    {
        { Required("as", Word("What.", EnumWords.All<SettlementChoice>())), proposal => EnumWords.Of(proposal.Choice) },
        {
            Required("names", List(Uuid("An id."), "The charges or the payment, as `bookLine` takes them.")),
            proposal => [.. proposal.Ids.Select(id => id.ToString("D"))]
        },
        { Required("text", Text("Why.")), proposal => proposal.Text },
    };

    public static readonly Resource<ShownLine> SettlementLine = new("StatementLine", "A line of a statement.")
    {
        { Required("id", Uuid("Its id.")), shown => shown.Line.Id.Value },
        { Required("statement", Uuid("The first statement that has it.")), shown => shown.Line.Statement.Value },
        { Required("number", Whole("Its place in that statement.", 1)), shown => (long)shown.Line.Number },
        { Required("account", Text("The bank account, masked, or the provider.")), shown => shown.Line.Account },
        { Required("kind", Word("What the statement says it is.", EnumWords.All<SettlementLineKind>())),
            shown => EnumWords.Of(shown.Line.Kind) },
        {
            Required("booked_on", Day("The day on which the bank or the provider booked it.")),
            shown => shown.Line.BookedOn.ToString("O", CultureInfo.InvariantCulture)
        },
        {
            Optional("value_on", Day("The day from which the bank counts the money.")),
            shown => shown.Line.ValueOn?.ToString("O", CultureInfo.InvariantCulture)
        },
        { Required("amount", Sum, "What it adds to the account; below zero for money out."), Sum, shown => shown.Line.Amount },
        {
            Optional("fee", Sum, "The provider's fee, which the amount is less already."),
            shown => shown.Line.FeeMinor == 0 ? null : Shown(shown.Line.FeeMinor, shown.Line.Amount.Currency)
        },
        { Optional("counterparty", Text("The payer or the payee, as the bank names them.")), shown => shown.Line.Counterparty },
        { Optional("text", Text("The transfer's text; of a report's line the provider's reference.")), shown => shown.Line.Remittance },
        { Optional("end_to_end", Text("The payer's own reference.")), shown => shown.Line.EndToEnd },
        { Required("status", Word("Where it stands.", EnumWords.All<SettlementStatus>())), shown => EnumWords.Of(shown.Line.Status) },
        { Optional("payment", Uuid("The payment that it is booked for.")), shown => shown.Line.Payment?.Value },
        { Optional("note", Text("Why it is open; of another one the reason of its booking.")), shown => shown.Line.Note },
        { Optional("proposal", Proposal, "What it may be; only of an open one."), Proposal, shown => shown.Proposal },
    };

    public static readonly Resource<EventNews> LineNews = new("LineChange", "What was done with a line; it never changes.")
    {
        { Required("line", Uuid("The line.")), news => news.Subject },
        { Required("type", Word("What happened.", EnumWords.All<EventType>())), news => EnumWords.Of(news.Type) },
        { Required("sequence", Whole("Which event of the line it is.", 1)), news => (long)news.Sequence },
        { Required("at", Moment("When it was committed.")), news => TextOf(news.At) },
    };

    public static readonly Resource<IssuedCredential> Credential = new("Credential", "A credential of a program; never its secret.")
    {
        { Required("id", Whole("Its number.", 1)), credential => credential.Id },
        { Required("api", Text("The API that it calls.")), credential => credential.Dialect },
        {
            Required("kind", Word("How its secret is presented.", EnumWords.All<CredentialKind>())),
            credential => EnumWords.Of(credential.Kind)
        },
        { Required("name", Text("The program, for people.")), credential => credential.Name },
        { Required("scopes", List(Text("A scope."), "What it may do.")), credential => credential.Scopes },
        { Required("created_at", Moment("Since when it is there.")), credential => TextOf(credential.CreatedAt) },
        { Optional("ends_at", Moment("When its access ended, or will end.")),
            credential => credential.EndsAt is { } end ? TextOf(end) : null },
    };

    public static readonly Resource<IReadOnlyList<IssuedCredential>> Credentials = new("CredentialList", "The credentials.")
    {
        {
            Required("items", List(Credential, "All of them, in the order of their numbers, those that have ended too.")), Credential,
            credentials => credentials
        },
    };

    private static readonly Resource<ConnectedProvider> Provider = new("ProviderAccount", "An account at a provider; never its keys.")
    {
        { Required("provider", Text("The provider.")), account => account.Provider },
        { Required("address", Link("Where the provider listens.")), account => account.Address.AbsoluteUri },
        { Required("changed_at", Moment("Since when its keys are these.")), account => TextOf(account.ChangedAt) },
        { Required("unanswered_count", Whole("How many requests it has not answered.", 0)), account => account.Unanswered },
        { Optional("unanswered_since", Moment("Since when the oldest of them waits.")),
            account => account.UnansweredSince is { } oldest ? TextOf(oldest) : null },
    };

    public static readonly Resource<IReadOnlyList<ConnectedProvider>> Providers = new("ProviderAccountList", "The accounts.")
    {
        { Required("items", List(Provider, "All of them, by the names of their providers.")), Provider, accounts => accounts },
    };

    private static readonly Resource<IssuedSecret> Secret = new(null, "A credential with its secret.")
    {
        { Required("id", Whole("Its number.", 1)), issued => issued.Id },
        { Required("kind", Word("How its secret is presented.", EnumWords.All<CredentialKind>())), issued => EnumWords.Of(issued.Kind) },
        { Required("secret", Text("Its secret, which no other answer has.")), issued => issued.Secret },
    };

    public static readonly Resource<IssuedSecrets> NewCredentials = new("NewCredentials", "The credentials of a new program.")
    {
        { Required("api", Text("The API that it calls.")), issued => issued.Api },
        { Required("name", Text("The program, for people.")), issued => issued.Name },
        { Required("scopes", List(Text("A scope."), "What it may do.")), issued => issued.Scopes },
        { Required("credentials", List(Secret, "One for each way to present a secret; some APIs need several.")), Secret,
            issued => issued.Secrets },
    };

    public static readonly Resource<FedEvent> Event = new("Event", "A change of the books.")
    {
        { Required("id", Text("Its id, the same as in webhooks.")), fed => fed.Message },
        { Required("type", Word("What happened.", EnumWords.All<EventType>())), fed => EnumWords.Of(fed.Type) },
        { Required("at", Moment("When it was committed.")), fed => TextOf(fed.Place.At) },
        { Required("subject", Uuid("What it happened to: the account, charge, payment … of this id.")), fed => fed.Place.Subject },
        { Required("sequence", Whole("Which event of its subject it is, from 1 without gaps.", 1)), fed => (long)fed.Place.Sequence },
        {
            Optional("status", Word("The status that its payment has from then on.", EnumWords.All<PaymentStatus>())),
            fed => fed.Status is { } status ? EnumWords.Of(status) : null
        },
        { Required("booked_on", Day("The day of the books.")), fed => fed.BookedOn.ToString("O", CultureInfo.InvariantCulture) },
        {
            Required("effective_on", Day("The day on which it took effect outside the books.")),
            fed => fed.EffectiveOn.ToString("O", CultureInfo.InvariantCulture)
        },
    };

    private static readonly Resource<RaisedCharge> Raised = new("RaisedCharge", "The result for one charge of many.")
    {
        { Optional("reference", Text("Your own name for the charge.")), raised => raised.Reference },
        { Optional("id", Uuid("Its id; missing where it was refused.")), raised => raised.Id },
        { Optional("open", Sum, "The part that is owed."), raised => raised.Open is { } open ? json => Sum.Write(json, open) : null },
        { Optional("problem", Problem, "Why it was refused; missing where it was raised."), Problem, raised => raised.Problem },
    };

    public static readonly Resource<RaisedCharges> ManyRaised = new("RaisedCharges", "The results for many charges.")
    {
        { Required("raised_count", Whole("How many were raised, now or by an earlier request under the same key.", 0)), all => all.Raised },
        { Required("refused_count", Whole("How many were refused.", 0)), all => all.Results.Count - all.Raised },
        { Required("results", List(Raised, "A result for each, in the order of the request.")), Raised, all => all.Results },
    };

    public static readonly Resource<ShownPage<NamedAccount>> Accounts = PageOf("AccountPage", Account);

    public static readonly Resource<ShownPage<Charge>> ChargePage = PageOf("ChargePage", Charge);

    public static readonly Resource<ShownPage<PaymentView>> Payments = PageOf("PaymentPage", Payment);

    public static readonly Resource<ShownPage<ShownLink>> Links = PageOf("PaymentLinkPage", Link);

    public static readonly Resource<ShownPage<Instrument>> Instruments = PageOf("InstrumentPage", Instrument);

    public static readonly Resource<ShownPage<DisputeView>> Disputes = PageOf("DisputePage", Dispute);

    public static readonly Resource<ShownPage<ListedStatement>> Statements = PageOf("BankStatementPage", ListedStatement);

    public static readonly Resource<ShownPage<ShownLine>> Lines = PageOf("StatementLinePage", SettlementLine);

    public static readonly Resource<ShownPage<FedEvent>> Events = new("EventPage", "A part of the events.")
    {
        { Required("items", List(Event, "The events, in the order in which they were committed.")), Event, page => page.Items },
        { Required("next", Text("The `after` of the next part, also where there is no event yet.")), page => page.Next },
    };

    public static string? ReferenceOf(NamedAccount named) => named.Names
        .Where(name => name.Kind == OwnApiNames.Account).Select(name => name.Value).FirstOrDefault();

    private static Action<Utf8JsonWriter>? Shown(PaymentView view, long? amountMinor) =>
        view.Payment.Amount is { } whole && amountMinor is { } minor ? json => Sum.Write(json, whole with { AmountMinor = minor }) : null;

    private static Action<Utf8JsonWriter>? Shown(long? amountMinor, Currency currency) =>
        amountMinor is { } minor ? json => Sum.Write(json, new Money(minor, currency)) : null;

    public static string TextOf(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static Resource<ShownPage<T>> PageOf<T>(string name, Resource<T> item) => new(name, "A part of a list.")
    {
        { Required("items", List(item, "The items.")), item, page => page.Items },
        { Optional("next", Text("The `cursor` of the next part; missing at the end.")), page => page.Next },
    };
}
