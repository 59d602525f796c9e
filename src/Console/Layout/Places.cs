using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Layout;

/// <summary>A page of the console, as links show it.</summary>
public readonly record struct Place(string Title, string Href)
{
    /// <summary>The address.</summary>
    public override string ToString() => Href;
}

/// <summary>The addresses of the console's pages.</summary>
internal static class Places
{
    /// <summary>The first part of the addresses of charges; their list is <see cref="Receivables"/>.</summary>
    public const string Charges = "/console/charges";

    private const string IsoDay = "yyyy-MM-dd";

    private static readonly Dictionary<string, LedgerKind> LedgerKinds = Enum.GetValues<LedgerKind>().ToDictionary(WordOf);

    public static Place Today => new(Say("Today"), ConsoleRoutes.Root);
    public static Place Payments => new(Say("Payments"), "/console/payments");
    public static Place Refunds => new(Say("Refunds to pay out"), "/console/refunds");
    public static Place Approvals => new(Say("Waiting for a second person"), "/console/approvals");
    public static Place Customers => new(Say("Customers"), "/console/customers");
    public static Place Contacts => new(Say("Take contacts from a file"), $"{Customers}/contacts");
    public static Place Receivables => new(Say("Receivables"), "/console/receivables");
    public static Place Reports => new(Say("Reports"), "/console/reports");
    public static Place Ledger => new(Say("Ledger"), "/console/ledger");
    public static Place LedgerAt => new(Say("Trial balance as of a day"), $"{Ledger}/at");
    public static Place Months => new(Say("Months"), $"{Ledger}/months");
    public static Place Datev => new(Say("Accounts at DATEV"), $"{Ledger}/datev");
    public static Place Verification => new(Say("Verify the books"), $"{Ledger}/verify");
    public static Place Settlements => new(Say("Bank"), "/console/settlements");
    public static Place DecideLines => new(Say("Accept proposals"), $"{Settlements}/decide");
    public static Place Import => new(Say("Import a statement"), $"{Settlements}/import");
    public static Place Formats => new(Say("Formats of CSV"), $"{Settlements}/formats");
    public static Place Tolerances => new(Say("Tolerances"), $"{Settlements}/tolerances");
    public static Place Rules => new(Say("Rules"), $"{Settlements}/rules");
    public static Place Collections => new(Say("Collections of debits"), $"{Settlements}/collections");
    public static Place Collect => new(Say("Build a collection"), $"{Collections}/build");
    public static Place BankAccount => new(Say("Bank account for debits"), $"{Collections}/account");
    public static Place CollectRefunds => new(Say("Build a collection of refunds"), $"{Collect}?of=refunds");
    public static Place CollectDue => new(Say("Collect what is due"), $"{Collections}/due");
    public static Place DuePolicy => new(Say("Collect each month"), $"{CollectDue}/policy");
    public static Place PerhapsSent => new(Say("Perhaps sent"), $"{Collections}/perhaps-sent");
    public static Place LostFile => new(Say("Hand in a lost file"), $"{Collections}/lost");
    public static Place Mandates => new(Say("Take mandates from a file"), $"{Collections}/mandates");
    public static Place StatusReport => new(Say("Read a status report"), $"{Collections}/status");
    public static Place Search => new(Say("Search"), "/console/search");
    public static Place Mails => new(Say("Mail"), "/console/mails");
    public static Place MailPreview => new(Say("How mails look"), $"{Mails}/preview");
    public static Place MailSentence => new(Say("Your own sentence in a mail"), $"{Mails}/sentence");

    /// <summary>The mails to one customer.</summary>
    public static string MailsOf(Guid customer) => With(Mails, new() { ["customer"] = customer.ToString("D") });

    public static Place MailStatement => new(Say("Mail a statement"), $"{Mails}/statement");

    /// <summary>The page on which an operator has a statement mailed to a customer.</summary>
    public static string MailStatementOf(Guid customer) => With(MailStatement, new() { ["account"] = customer.ToString("D") });

    public static Place MailAccountLink => new(Say("Mail a link to the customer’s own page"), $"{Mails}/account-link");

    /// <summary>The page on which an operator has a customer mailed the link to its own page.</summary>
    public static string MailAccountLinkOf(Guid customer) => With(MailAccountLink, new() { ["account"] = customer.ToString("D") });

    public static Place MailTest => new(Say("Send a test mail"), $"{Mails}/test");

    public static Place MailPolicy => new(Say("Choose what customers get"), $"{Mails}/policy");
    public static Place Webhooks => new(Say("Webhooks"), "/console/webhooks");
    public static Place Audit => new(Say("Audit log"), "/console/audit");
    public static Place Access => new(Say("Settings"), "/console/access");
    public static Place Credentials => new(Say("Credentials"), $"{Access}/credentials");
    public static Place Clients => new(Say("OAuth clients"), $"{Access}/clients");
    public static Place People => new(Say("People"), $"{Access}/people");
    public static Place SecondFactor => new(Say("Second factor"), "/console/second-factor");
    public static Place Passkeys => new(Say("Passkeys"), $"{SecondFactor}/passkeys");
    public static Place Sessions => new(Say("Your sessions"), "/console/sessions");
    public static Place RequiredFactor => new(Say("Required second factor"), $"{Access}/second-factor");
    public static Place Limits => new(Say("Second person"), $"{Access}/limits");
    public static Place Payee => new(Say("Account for transfers"), $"{Access}/payee");
    public static Place Business => new(Say("Business"), $"{Access}/business");
    public static Place Logo => new(Say("Logo"), $"{Business}/logo");
    public static Place Zone => new(Say("Time zone"), $"{Business}/zone");
    public static Place Dunning => new(Say("Dunning"), $"{Access}/dunning");
    public static Place Letters => new(Say("Reminder letters"), $"{Dunning}/letters");
    public static Place Origins => new(Say("Web origins"), $"{Access}/origins");
    public static Place Installations => new(Say("APIs"), $"{Access}/installations");
    public static Place Providers => new(Say("Providers"), $"{Access}/providers");
    public static Place Routes => new(Say("Routes to providers"), $"{Providers}/routes");

    /// <summary>The page on which an operator has a mail sent again.</summary>
    public static string ResendMail(MailId mail) => With($"{Mails}/resend", new() { ["id"] = mail.Value.ToString("D") });

    public static Place Payment(long number) => new(Say($"Payment {number}"), $"{Payments}/{number}");

    /// <summary>A page on which an operator says something of a refund that people pay out.</summary>
    /// <param name="act"><c>paid</c> or <c>call-off</c>.</param>
    public static string RefundToPay(long payment, long refund, string act) => $"{Payment(payment)}/refunds/{refund}/{act}";

    public static Place Collection(long number) => new(Say($"Collection {number}"), $"{Collections}/{number}");

    public static Place DueRun(long number) => new(Say($"Run {number}"), $"{CollectDue}/{number}");

    public static Place Charge(long number) => new(Say($"Charge {number}"), $"{Charges}/{number}");

    public static string Link(Guid id) => $"/console/links/{id:D}";

    /// <summary>The signed-in person's views of a list.</summary>
    public static string ViewsOf(string list) => $"/console/views/{list}";

    public static Place Credential(long id) => new(Say($"Credential {id}"), $"{Credentials}/{id}");

    public static Place Customer(Account account) => new(Words.NameOf(account), Customer(account.Id.Value));

    public static string Customer(Guid account) => $"{Customers}/{account:D}";

    public static string Instrument(Instrument instrument) => $"/console/instruments/{instrument.Id.Value:D}";

    public static string Amendment(Instrument instrument) => $"{Instrument(instrument)}/amend";

    public static string AutopayBy(Instrument instrument) => $"{Instrument(instrument)}/autopay";
    public static string AutopayEnd(AccountId account) => $"{Customer(account.Value)}/autopay/end";

    public static string Removal(Instrument instrument) => $"{Instrument(instrument)}/remove";

    public static string TrialBalanceAt(DateOnly day) => With(LedgerAt, new() { ["at"] = Iso(day) });

    public static string LedgerAccount(Guid id) => $"{Ledger}/{id:D}";

    /// <summary>A line of the trial balance; all purposes of its kind without one.</summary>
    public static string LedgerLine(Currency currency, LedgerKind kind, string purpose = "") =>
        With($"{Ledger}/{currency.Code}/{WordOf(kind)}", new() { ["purpose"] = purpose.Length > 0 ? purpose : null });

    /// <summary>The kind that an address names; null for none.</summary>
    public static LedgerKind? LedgerKindOf(string word) => LedgerKinds.TryGetValue(word, out var kind) ? kind : null;

    /// <summary>The way of a transfer back to its request.</summary>
    public static string Explain(TransferPlace transfer) =>
        $"{ConsoleRoutes.Root}/explain/transfer/{transfer.Subject:D}/{transfer.Sequence}/{transfer.Line}";

    /// <summary>The way of a charge back to its request: a charge begins with the one transfer that bills it.</summary>
    public static string Explain(ChargeId charge) => Explain(new TransferPlace(charge.Value, 1, 1));

    public static string ExplainPayment(long number) => $"{ConsoleRoutes.Root}/explain/payment/{number}";

    /// <summary>The debt of a customer; in the account's own currency without another.</summary>
    public static string ExplainCustomer(Guid account, Currency? currency = null) =>
        With($"{ConsoleRoutes.Root}/explain/customer/{account:D}", new() { ["currency"] = currency?.Code });

    /// <summary>The open charges of an age and a currency; null for any.</summary>
    public static string OpenCharges(ReceivableAge? age, Currency? currency) =>
        With(Receivables, new() { ["age"] = age?.ToString(), ["currency"] = currency?.Code });

    public static string Statement(StatementId statement) => $"{Settlements}/{statement.Value:D}";

    /// <summary>The page that takes the import of a statement back.</summary>
    public static string UndoStatement(StatementId statement) => $"{Statement(statement)}/undo";

    public static string Line(SettlementLineId line) => $"{Settlements}/lines/{line.Value:D}";

    /// <summary>The form that splits a line, with a query.</summary>
    public static string SplitLine(SettlementLineId line, params IReadOnlyList<(string Name, string Value)> query) =>
        $"{Line(line)}/split{QueryString.Create(query.Select(each => new KeyValuePair<string, string?>(each.Name, each.Value)))}";

    public static string Rule(int number) => $"{Rules}/{number.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The form of a rule for lines like one.</summary>
    public static string RuleLike(SettlementLineId line) => With($"{Rules}/set", new() { ["like"] = line.Value.ToString("D") });

    /// <summary>The page that books a line, filled in with what was chosen.</summary>
    public static string BookLine(SettlementLineId line, string? choice = null, string? name = null) =>
        With($"{Line(line)}/book", new() { ["as"] = choice, ["name"] = name });

    /// <summary>The same with a candidate filled in.</summary>
    public static string BookLine(SettlementLineId line, LineCandidate candidate) =>
        BookLine(line, EnumWords.Of(candidate.Choice), string.Join(' ', candidate.Names));

    /// <summary>Servers and browsers refuse longer addresses.</summary>
    private const int MostNames = 4000;

    /// <summary>The same with a proposal filled in; one that names very many things is accepted without the form.</summary>
    public static string BookLine(SettlementLineId line, LineProposal proposal) => With($"{Line(line)}/book", new()
    {
        ["as"] = EnumWords.Of(proposal.Choice),
        ["name"] = string.Join(' ', proposal.Names) is { Length: <= MostNames } names ? names : null,
        ["missing"] = proposal.Shortfall?.Amount.ToText(AmountDecimals.Full),
        ["because"] = proposal.Shortfall is { } shortfall ? EnumWords.Of(shortfall.Kind) : null,
    });

    /// <summary>A subscription with its deliveries, or with a part of those in one state, and of one reason of failure.</summary>
    public static string Webhook(
        SubscriptionId id, DeliveryState? state = null, DeliveryPlace? after = null, DeliveryFailure? failure = null) =>
        With($"{Webhooks}/{id.Value:D}", new()
        {
            ["state"] = state is { } known ? WordOf(known) : null,
            ["failed"] = failure is { } why ? EnumWords.Of(why) : null,
            ["after"] = after?.ToString(),
        });

    /// <summary>The page that replays a message, or all dead letters of a subscription.</summary>
    public static string Replay(SubscriptionId id, string? message = null) =>
        With($"{Webhook(id)}/replay", new() { ["message"] = message });

    public static string WordOf(DeliveryState state) => Words.NameOf(state).Replace(' ', '-').ToLowerInvariant();

    /// <summary>An address with these parameters, without those that are null.</summary>
    public static string With(object address, Dictionary<string, string?> parameters) =>
        QueryHelpers.AddQueryString($"{address}", parameters.Where(parameter => parameter.Value is not null));

    /// <summary>An id in an address; null for anything else.</summary>
    public static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;

    /// <summary>A number in an address; null for anything else.</summary>
    public static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A choice in an address that is off by default.</summary>
    public static bool IsYes(string? text) => bool.TryParse(text, out var isYes) && isYes;

    /// <summary>The address of the part of a list behind a transfer; of the first part without one.</summary>
    public static string Behind(string address, TransferPlace? place) => With(address, new()
    {
        ["subject"] = place?.Subject.ToString("D"),
        ["sequence"] = place?.Sequence.ToString(CultureInfo.InvariantCulture),
        ["line"] = place?.Line.ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>The place of a transfer in an address; null for none.</summary>
    public static TransferPlace? Transfer(IQueryCollection query) =>
        Id(query["subject"]) is { } subject ? new TransferPlace(subject, Number(query["sequence"]) ?? 0, Number(query["line"]) ?? 0) : null;

    /// <summary>A day that <see cref="Iso"/> wrote; null for anything else, and for days outside the <see cref="DayWindow"/>.</summary>
    public static DateOnly? Day(string? text) => DayWindow.TryRead(text, out var day) ? day : null;

    /// <summary>A day in a form or an address.</summary>
    public static string Iso(DateOnly day) => day.ToString(IsoDay, CultureInfo.InvariantCulture);

    private static string WordOf(LedgerKind kind) => Words.Spelled(kind, '-').ToLowerInvariant();
}
