using System.Globalization;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
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

/// <summary>The results for many charges.</summary>
internal sealed record RaisedCharges(IReadOnlyList<RaisedCharge> Results)
{
    public int Raised => Results.Count(result => result.Problem is null);
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
    };

    public static readonly Resource<ChargeNews> Correction = new("Correction", "What a correction did; it never changes.")
    {
        { Required("charge", Uuid("The charge.")), news => news.Charge.Value },
        { Required("type", Word("What happened.", EnumWords.All<EventType>())), news => EnumWords.Of(news.Type) },
        { Required("sequence", Whole("Which event of the charge it is.", 1)), news => (long)news.Sequence },
        { Required("at", Moment("When it was committed.")), news => TextOf(news.At) },
        { Optional("amount", Sum, "How much of the debt it moved."), news => news.Amount is { } sum ? json => Sum.Write(json, sum) : null },
    };

    public static readonly Resource<AccountNews> AccountChange = new("AccountChange", "What happened to an account; it never changes.")
    {
        { Required("account", Uuid("The account.")), news => news.Account.Value },
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

    public static readonly Resource<Instrument> Instrument = new("Instrument", "A customer's card or bank account; never its number.")
    {
        { Required("id", Uuid("Its id.")), instrument => instrument.Id.Value },
        { Required("account", Uuid("Whose it is.")), instrument => instrument.Account.Value },
        { Required("method", Word("Its kind.", EnumWords.All<PaymentMethod>())), instrument => EnumWords.Of(instrument.Method) },
        { Optional("name", Text("Its name, such as `Visa ···· 4242`.")), instrument => instrument.Name },
        { Optional("provider", Text("The provider that charges it; missing where your own gateway holds it.")),
            instrument => instrument.Vaulted?.Provider },
        {
            Required("standing", Word("What it is used for: `current` is the account's own, `inactive` was replaced.",
                EnumWords.All<InstrumentStanding>())),
            instrument => EnumWords.Of(instrument.Standing)
        },
    };

    private static readonly Resource<FedEvent> Event = new("Event", "A change of the books.")
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
        { Required("booked", Day("The day of the books.")), fed => fed.BookedOn.ToString("O", CultureInfo.InvariantCulture) },
        {
            Required("effective", Day("The day on which it took effect outside the books.")),
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
        { Required("raised", Whole("How many were raised, now or by an earlier request under the same key.", 0)), all => all.Raised },
        { Required("refused", Whole("How many were refused.", 0)), all => all.Results.Count - all.Raised },
        { Required("results", List(Raised, "A result for each, in the order of the request.")), Raised, all => all.Results },
    };

    public static readonly Resource<ShownPage<NamedAccount>> Accounts = PageOf("AccountPage", Account);

    public static readonly Resource<ShownPage<Charge>> ChargePage = PageOf("ChargePage", Charge);

    public static readonly Resource<ShownPage<PaymentView>> Payments = PageOf("PaymentPage", Payment);

    public static readonly Resource<ShownPage<Instrument>> Instruments = PageOf("InstrumentPage", Instrument);

    public static readonly Resource<ShownPage<FedEvent>> Events = new("EventPage", "A part of the events.")
    {
        { Required("items", List(Event, "The events, in the order in which they were committed.")), Event, page => page.Items },
        { Required("next", Text("The `after` of the next part, also where there is no event yet.")), page => page.Next },
    };

    public static string? ReferenceOf(NamedAccount named) => named.Names
        .Where(name => name.Kind == OwnApiNames.Account).Select(name => name.Value).FirstOrDefault();

    private static Action<Utf8JsonWriter>? Shown(PaymentView view, long? amountMinor) =>
        view.Payment.Amount is { } whole && amountMinor is { } minor ? json => Sum.Write(json, whole with { AmountMinor = minor }) : null;

    private static string TextOf(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static Resource<ShownPage<T>> PageOf<T>(string name, Resource<T> item) => new(name, "A part of a list.")
    {
        { Required("items", List(item, "The items.")), item, page => page.Items },
        { Optional("next", Text("The `cursor` of the next part; missing at the end.")), page => page.Next },
    };
}
