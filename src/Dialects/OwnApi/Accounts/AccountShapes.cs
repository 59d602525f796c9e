using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Accounts;

/// <summary>An account to open.</summary>
internal sealed class AccountRequest : ContactRequest
{
    public string? Reference { get; set; }

    public string? Name { get; set; }

    public Currency? Currency { get; set; }
}

/// <summary>The account that another one is merged into.</summary>
internal sealed class MergeRequest : ReasonRequest
{
    public string? Into { get; set; }
}

/// <summary>A part of a statement.</summary>
/// <param name="Next">The cursor of the next part; null at the end.</param>
internal sealed record ShownStatement(AccountStatement Statement, DateOnly From, DateOnly To, string? Next);

/// <summary>The requests and answers about accounts, with their descriptions.</summary>
internal static class AccountShapes
{
    private const string Tag = "Accounts";

    public static readonly Resource<AccountRequest> AccountCreate = new("AccountCreate", "An account to open.", isClosed: true)
    {
        {
            Required("reference", NameText("Your own name for the customer, which nothing else has.", MostText, 1)),
            asked => asked.Reference,
            (asked, text) => asked.Reference = text
        },
        {
            Optional("name", NameText("The customer's name.", MostText, 1)), asked => asked.Name,
            (asked, text) => asked.Name = Masked(text)
        },
        {
            Required("currency", Like("The currency in which the customer is billed, by ISO 4217.", "^[A-Z]{3}$")),
            asked => asked.Currency?.Code, (asked, text) => asked.Currency = CurrencyOf(text)
        },
        { ContactShapes.Given, asked => asked },
    };

    public static readonly Resource<MergeRequest> MergeCreate = new(
        "MergeCreate", "The account of the same person that goes on.", isClosed: true)
    {
        {
            Required("into", Text("The account that goes on: its id, or your reference for it.", MostText, 1)), asked => asked.Into,
            (asked, text) => asked.Into = text
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<NamedAccount> Account = new("Account", "A customer's account.")
    {
        { Required("id", Uuid("Its id.")), named => named.Account.Id.Value },
        { Required("number", Whole("Its number, for people.", 1)), named => named.Account.Number },
        { Optional("reference", Text("Your own name for it, where it was opened through this API.")), named => ReferenceOf(named) },
        { Optional("name", Text("The customer's name; it may have been erased.")), named => named.Account.Name },
        { ContactShapes.Shown, named => named.Contact },
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
        { Required("due", Day("The day it is due.")), open => TextOf(open.Charge.DueOn) },
        { Required("open", Sum, "The part that was owed."), Sum, open => open.Charge.Amount with { AmountMinor = open.OpenMinor } },
    };

    public static readonly Resource<AccountBalance> Balance = new("Balance", "How an account stood.")
    {
        { Required("account", Uuid("The account.")), balance => balance.Account.Value },
        { Required("at", Text("The day or the moment.")), balance => balance.At.ToString() },
        { Required("final", Flag("Whether nothing that is booked later changes it.")), balance => balance.IsFinal },
        { Required("owed", Sum, "What the customer owed."), Sum, balance => balance.Owed },
        {
            Required("credit", Sum, "The customer's credit; also money that is booked before the charge that it settles."), Sum,
            balance => balance.Credit
        },
        {
            Required("charges", List(OpenCharge, "The charges that were open, the longest due first.")), OpenCharge,
            balance => balance.Open
        },
    };

    private static readonly Resource<AccountStatementLine> Line = new(null, "A transfer that concerns the account.")
    {
        { Required("at", Moment("When it was committed.")), line => TextOf(line.At) },
        { Required("booked_on", Day("The day of the books, by which the statement goes.")), line => TextOf(line.BookedOn) },
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
        { Required("from", Day("The first day.")), shown => TextOf(shown.From) },
        { Required("to", Day("The last day.")), shown => TextOf(shown.To) },
        { Required("opening", Sum, "What the customer owed less credit before the first day."), Sum, shown => shown.Statement.Opening },
        { Required("closing", Sum, "The same after the last day."), Sum, shown => shown.Statement.Closing },
        { Required("lines", List(Line, "Its transfers, the oldest first.")), Line, shown => shown.Statement.Lines },
        { Optional("next", Text("The `cursor` of the next part; missing at the end.")), shown => shown.Next },
    };

    public static readonly Resource<ShownPage<NamedAccount>> Page = PageOf("AccountPage", Account);

    public static Operation OpenAccount { get; } = new("openAccount", Tag, "Opens a customer's account")
    {
        Description = "Your reference names it from then on, in every request that takes an account.",
        Body = AccountCreate,
        Replies =
        [
            new(201, "The account.", Account) { Headers = [SentHeader.Location] },
            Conflict("Something else has the reference"),
        ],
    };

    public static Operation ChangeContact { get; } = new("changeContact", Tag, "Changes how a customer is reached, and in which language")
    {
        Description = "The contact takes the place of the one before: what is not named is known no more. The answer has it as it was set, "
            + "also where the same is sent again. It is erased with the person.",
        Parameters = [OfIdOrReference],
        Body = ContactShapes.Change,
        Replies = [new(200, "The account.", Account), NoSuch("account"), Conflict("The account is merged into another one")],
    };

    public static Operation ListAccounts { get; } = new("listAccounts", Tag, "Lists accounts, in the order in which they were opened")
    {
        Description = "Accounts of every API are in it; those that were opened through another one have no reference here.",
        Parameters = OfPages,
        Replies = [new(200, "A part of the list.", Page), Invalid],
    };

    public static Operation FindAccount { get; } = new("findAccount", Tag, "Gives an account")
    {
        Description = "Of two things that a text may name, your reference counts first.",
        Parameters = [OfIdOrReference],
        Replies = [new(200, "The account.", Account), NoSuch("account")],
    };

    public static Operation FindBalance { get; } = new("findBalance", Tag, "Gives an account's balance as of a moment or a day")
    {
        Description = "As of a moment counts what was committed by then; as of a day counts what is booked on it and before, also what was "
            + "committed later.",
        Parameters =
        [
            OfIdOrReference,
            InQuery(OwnApiAccounts.At, Text("A day such as `2026-10-31`, or a moment such as `2026-10-31T18:00:00Z`; without it today.")),
        ],
        Replies = [new(200, "The balance.", Balance), Invalid, NoSuch("account")],
    };

    public static Operation FindStatement { get; } = new("findStatement", Tag, "Gives an account's statement of some days")
    {
        Description = "The opening balance and the amounts of all lines add up to the closing balance. Its days are those of the books, as "
            + "those of the balance: a payment stands on the day on which its money came, unless that day was closed.",
        Parameters =
        [
            OfIdOrReference,
            InQuery(OwnApiAccounts.From, Text("The first day, such as `2026-11-01`; without it the first of this month.")),
            InQuery(OwnApiAccounts.To, Text("The last day; without it today.")), .. OfPages,
        ],
        Replies = [new(200, "A part of the statement.", Statement), Invalid, NoSuch("account")],
    };

    public static Operation CloseAccount { get; } = new("closeAccount", Tag, "Closes an account on which nothing is open")
    {
        Description = "It takes no new charges, payments, instruments and sessions until it is reopened. What a provider reports of its "
            + "earlier payments is booked.",
        Parameters = [OfIdOrReference],
        Body = Reason,
        Replies =
        [
            new(200, "That it was closed.", AccountChange), NoSuch("account"),
            Conflict("A charge of the account is open, it has credit, something of it is under way, or it is closed already"),
        ],
    };

    public static Operation ReopenAccount { get; } = new("reopenAccount", Tag, "Reopens a closed account")
    {
        Description = "It takes charges and payments again.",
        Parameters = [OfIdOrReference],
        Body = Reason,
        Replies =
        [
            new(200, "That it was reopened.", AccountChange), NoSuch("account"),
            Conflict("The account is not closed"),
        ],
    };

    public static Operation MergeAccounts { get; } = new("mergeAccounts", Tag, "Merges an account into another one of the same person")
    {
        Description = "The open part of each of its charges becomes a charge of the other account, its credit becomes payments there, and "
            + "it is closed: requests that name it are refused, and it names the other account as `merged_into`. What was paid before "
            + "stays its own. Cards and bank accounts stay too; the customer leaves them again.",
        Parameters = [OfIdOrReference],
        Body = MergeCreate,
        Replies =
        [
            new(200, "That it was merged.", AccountChange), NoSuch("account"),
            Conflict("Both are the same account, one of them is closed or merged, something of the merged one is under way, a provider "
                + "holds its credit or it is disputed, or the account has changed since the request began"),
            new(422, "The accounts are billed in two currencies."),
        ],
    };

    public static Operation UnmergeAccounts { get; } = new("unmergeAccounts", Tag, "Undoes a merge")
    {
        Description = "The moved charges go back as far as they are open, the rest of the moved credit goes back, and the account is open "
            + "again. Payments and uses of credit since then stay.",
        Parameters = [OfIdOrReference],
        Body = Reason,
        Replies =
        [
            new(200, "That the merge was undone.", AccountChange), NoSuch("account"),
            Conflict("The account is not merged, the other one is merged too, a payment there is under way, or a provider holds the "
                + "credit or it is disputed"),
        ],
    };

    /// <summary>Reads an account to open.</summary>
    public static Reading<AccountRequest, OwnApiProblem> ReadAccount(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = AccountCreate.Read(fields, new AccountRequest());
        RefuseIds(fields, "reference", asked.Reference);
        ContactShapes.ReadInto(fields, asked);
        if (fields.Has("currency") && asked.Currency is null)
            fields.Refuse("currency", FieldProblem.NotInList, "a currency of ISO 4217 in capitals, such as EUR");
        return asked;
    });

    public static Reading<MergeRequest, OwnApiProblem> ReadMerge(ReadOnlyMemory<byte> body) =>
        Read(body, fields => MergeCreate.Read(fields, new MergeRequest()));

    public static string? ReferenceOf(NamedAccount named) => named.Names
        .Where(name => name.Kind == OwnApiNames.Account).Select(name => name.Value).FirstOrDefault();
}
