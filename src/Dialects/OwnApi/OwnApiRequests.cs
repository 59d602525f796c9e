using System.Globalization;
using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OwnApi;

/// <summary>An account to open.</summary>
internal sealed class AccountRequest
{
    public string? Reference { get; set; }

    public string? Name { get; set; }

    public Currency? Currency { get; set; }
}

/// <summary>A charge to raise.</summary>
internal sealed class ChargeRequest
{
    public string? Account { get; set; }

    public string? Reference { get; set; }

    public string? Document { get; set; }

    public string? Description { get; set; }

    public Money? Amount { get; set; }

    /// <summary>Null for today.</summary>
    public DateOnly? Due { get; set; }
}

/// <summary>The body of the call that raises charges: one charge, or many.</summary>
/// <param name="Charges">The charges.</param>
/// <param name="IsMany">Whether they came as a list.</param>
internal sealed record ChargesRequest(IReadOnlyList<ChargeRequest> Charges, bool IsMany);

/// <summary>A payment to record, or an instrument to charge.</summary>
internal sealed class PaymentRequest
{
    public string? Account { get; set; }

    public Money? Amount { get; set; }

    public PaymentMethod? Method { get; set; }

    public string? Instrument { get; set; }

    /// <summary>Null to settle the oldest charges first.</summary>
    public IReadOnlyList<string>? Charges { get; set; }

    /// <summary>Null for today.</summary>
    public DateOnly? Received { get; set; }
}

/// <summary>A charge to settle with money of a payment.</summary>
internal sealed class AllocationRequest
{
    public string? Charge { get; set; }

    /// <summary>Null for as much as is due.</summary>
    public Money? Amount { get; set; }
}

/// <summary>The uses of a payment's money.</summary>
internal sealed class AllocationsRequest
{
    public IReadOnlyList<AllocationRequest> Charges { get; set; } = [];
}

/// <summary>Money of a payment to give back.</summary>
internal sealed class RefundRequest
{
    /// <summary>Null for all that has not gone back.</summary>
    public Money? Amount { get; set; }
}

/// <summary>A correction of what a customer owes on a charge.</summary>
internal sealed class CorrectionRequest
{
    public DebtCorrection? Correction { get; set; }

    /// <summary>Null for all that there is.</summary>
    public Money? Amount { get; set; }

    public string? Reason { get; set; }
}

/// <summary>A change of what a charge says beside its amount. What is null stays.</summary>
internal sealed class ChangeRequest
{
    public DateOnly? Due { get; set; }

    public string? Document { get; set; }

    /// <summary>Empty for no description.</summary>
    public string? Description { get; set; }

    public DateOnly? NoDunningUntil { get; set; }

    public string? Reason { get; set; }
}

/// <summary>The account that another one is merged into.</summary>
internal sealed class MergeRequest : ReasonRequest
{
    public string? Into { get; set; }
}

/// <summary>Money of a payment for other charges, or for another customer.</summary>
internal sealed class MoveRequest
{
    /// <summary>The customer whose money it is; null where it stays theirs.</summary>
    public string? Account { get; set; }

    /// <summary>The charge to take it off; null for all of them.</summary>
    public string? From { get; set; }

    /// <summary>Null for all that there is.</summary>
    public Money? Amount { get; set; }

    /// <summary>The charges that it settles instead.</summary>
    public IReadOnlyList<string>? Charges { get; set; }

    public string? Reason { get; set; }
}

/// <summary>A file with statements to import.</summary>
internal sealed class StatementFileRequest
{
    public ReadOnlyMemory<byte> File { get; set; }

    public string? Name { get; set; }

    public ReadingOptions Options { get; set; } = new();
}

/// <summary>What a line of a statement is.</summary>
internal sealed class BookingRequest
{
    public SettlementChoice? As { get; set; }

    public IReadOnlyList<string> Names { get; set; } = [];

    public string? Reason { get; set; }
}

/// <summary>A program to let in.</summary>
internal sealed class CredentialRequest
{
    public string? Api { get; set; }

    public string? Name { get; set; }

    /// <summary>Null for the usual ones of the API.</summary>
    public IReadOnlyList<string>? Scopes { get; set; }
}

/// <summary>Why something is closed, ended, taken back or made anew.</summary>
internal class ReasonRequest
{
    public string? Reason { get; set; }
}

/// <summary>A payment link to make.</summary>
internal sealed class LinkRequest
{
    public string? Account { get; set; }

    /// <summary>Null for an amount.</summary>
    public IReadOnlyList<string>? Charges { get; set; }

    /// <summary>Null for what is due on the charges.</summary>
    public Money? Amount { get; set; }

    public string? Text { get; set; }

    public LinkOpening? Opens { get; set; }

    /// <summary>Null for the usual time.</summary>
    public DateOnly? LastDay { get; set; }
}

/// <summary>The requests of Quittance's own API.</summary>
internal static class OwnApiRequests
{
    /// <summary>How many charges one request raises at most.</summary>
    public const int MostCharges = 10_000;

    public const string Charges = "charges";

    /// <summary>The most bytes of a file with statements: a whole request fits into memory.</summary>
    private const int MostFile = 20 * 1024 * 1024;

    public const int MostText = 255;
    private const int MostFileName = 100;
    private const int MostScopes = 100;

    private const int MostLinkText = 140;
    public const int MostParts = 1000;

    /// <summary>The methods of money that has come, with the holder of the money.</summary>
    public static readonly IReadOnlyDictionary<PaymentMethod, string> Received = new Dictionary<PaymentMethod, string>
    {
        [PaymentMethod.Cash] = ClearingProvider.Cash,
        [PaymentMethod.Check] = ClearingProvider.Cash,
        [PaymentMethod.Voucher] = ClearingProvider.Cash,
        [PaymentMethod.BankAccountTransfer] = ClearingProvider.BankTransfer,
        [PaymentMethod.BankAccountDebit] = ClearingProvider.Gateway,
        [PaymentMethod.BankCard] = ClearingProvider.Gateway,
        [PaymentMethod.DigitalWallet] = ClearingProvider.Gateway,
    };

    // A correction without a reason helps no auditor.
    private static readonly Member Because = Required("reason", Text("Why; the audit log keeps it.", MostText, 1));

    public static readonly Resource<ReasonRequest> Reason = new("ReasonCreate", "Why it is done.", isClosed: true)
    {
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    private static readonly Dictionary<string, char> DecimalSigns = new() { ["point"] = '.', ["comma"] = ',' };

    private static readonly string[] Methods = [.. Received.Keys.Select(EnumWords.Of)];

    /// <summary>An amount as clients send it.</summary>
    public static readonly Resource<Money> Sum = new("Amount", "An amount of money.")
    {
        {
            Required("amount", Like("In major units, exact, such as `12.50`.", "^-?[0-9]+(\\.[0-9]+)?$")),
            money => money.ToText(AmountDecimals.Full)
        },
        { Required("currency", Like("The currency, by ISO 4217.", "^[A-Z]{3}$")), money => money.Currency.Code },
    };

    public static readonly Resource<AccountRequest> Account = new("AccountCreate", "An account to open.", isClosed: true)
    {
        {
            Required("reference", Text("Your own name for the customer, which nothing else has.", MostText, 1)), asked => asked.Reference,
            (asked, text) => asked.Reference = text
        },
        {
            Optional("name", Text("The customer's name.", MostText, 1)), asked => asked.Name,
            (asked, text) => asked.Name = Masked(text)
        },
        {
            Required("currency", Like("The currency in which the customer is billed, by ISO 4217.", "^[A-Z]{3}$")),
            asked => asked.Currency?.Code, (asked, text) => asked.Currency = CurrencyOf(text)
        },
    };

    public static readonly Resource<ChargeRequest> Charge = new("ChargeCreate", "A charge to raise.", isClosed: true)
    {
        {
            Required("account", Text("The account that owes it: its id or your reference.", MostText, 1)), asked => asked.Account,
            (asked, text) => asked.Account = text
        },
        {
            Optional("reference", Text("Your own name for the charge, which nothing else has.", MostText, 1)), asked => asked.Reference,
            (asked, text) => asked.Reference = text
        },
        {
            Optional("document", Text("The number printed on the bill, by which bank lines find it.", MostText, 1)),
            asked => asked.Document, (asked, text) => asked.Document = text
        },
        {
            Optional("description", Text("What it is for.", MostText)), asked => asked.Description,
            (asked, text) => asked.Description = Masked(text)
        },
        { Required("amount", Sum), Sum, asked => asked.Amount!.Value, (asked, fields) => asked.Amount = AmountIn(fields) },
        {
            Optional("due", Day("The day it is due; without it today.")), asked => asked.Due?.ToString("O", CultureInfo.InvariantCulture),
            (ChargeRequest asked, DateOnly? day) => asked.Due = day
        },
    };

    public static readonly Resource<PaymentRequest> Payment = new(
        "PaymentCreate", "A payment to record, with its method; or an instrument of the account to charge.", isClosed: true)
    {
        {
            Required("account", Text("The account that pays: its id or your reference.", MostText, 1)), asked => asked.Account,
            (asked, text) => asked.Account = text
        },
        { Required("amount", Sum), Sum, asked => asked.Amount!.Value, (asked, fields) => asked.Amount = AmountIn(fields) },
        {
            Optional("method", Word("How the money came. Cash, cheques and vouchers are in the drawer, a transfer is on the bank account, "
                + "and the rest is at your own gateway.", Methods)),
            asked => asked.Method is { } method ? EnumWords.Of(method) : null,
            (asked, text) => asked.Method = Methods.Contains(text) ? EnumWords.To<PaymentMethod>(text!) : null
        },
        {
            Optional("instrument", Uuid("The instrument of the account that its provider is to charge, by its id; without `method`.")),
            asked => asked.Instrument, (asked, text) => asked.Instrument = text
        },
        {
            Optional("charges", List(Text("A charge: its id or your reference.", MostText, 1),
                "The charges that it settles, in this order, as far as they are due; without them the oldest due first, with an empty list "
                + "none. The rest becomes credit.", MostParts)),
            asked => asked.Charges, (asked, items) => asked.Charges = [.. items.Texts(MostText)]
        },
        {
            Optional("received", Day("The day on which the money came; without it today.")),
            asked => asked.Received?.ToString("O", CultureInfo.InvariantCulture),
            (PaymentRequest asked, DateOnly? day) => asked.Received = day
        },
    };

    private static readonly Resource<AllocationRequest> Allocation = new(null, "A charge to settle.", isClosed: true)
    {
        {
            Required("charge", Text("The charge: its id or your reference.", MostText, 1)), asked => asked.Charge,
            (asked, text) => asked.Charge = text
        },
        {
            Optional("amount", Sum, "How much; without it as much as is due."), Sum, asked => asked.Amount!.Value,
            (asked, fields) => asked.Amount = AmountIn(fields)
        },
    };

    public static readonly Resource<AllocationsRequest> Allocations = new(
        "AllocationCreate", "Charges to settle with money of a payment that settles none yet: all of them or none.", isClosed: true)
    {
        {
            Required("charges", List(Allocation, "The charges.", MostParts, 1)), Allocation, asked => asked.Charges,
            (asked, items) => asked.Charges = [.. items.Objects().Select(one => Allocation.Read(one, new AllocationRequest()))]
        },
    };

    public static readonly Resource<RefundRequest> Refund = new("RefundCreate", "Money of a payment to give back.", isClosed: true)
    {
        {
            Optional("amount", Sum, "How much; without it all that has not gone back."), Sum, asked => asked.Amount!.Value,
            (asked, fields) => asked.Amount = AmountIn(fields)
        },
    };

    public static readonly Resource<CorrectionRequest> Correction = new(
        "CorrectionCreate", "A correction of what a customer owes on a charge.", isClosed: true)
    {
        {
            Required("correction", Word("What it does: `cancel` forgives the whole charge, `credit` a part, `reinstate` takes that back; "
                + "`write_off` gives up what is open as a bad debt, and `recover` takes that back.", EnumWords.All<DebtCorrection>())),
            asked => asked.Correction is { } correction ? EnumWords.Of(correction) : null,
            (asked, text) => asked.Correction =
                EnumWords.Find<DebtCorrection>(text)
        },
        {
            Optional("amount", Sum, "How much; without it all that there is. `cancel` takes none."), Sum, asked => asked.Amount!.Value,
            (asked, fields) => asked.Amount = AmountIn(fields)
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<MergeRequest> Merge = new(
        "MergeCreate", "The account of the same person that goes on.", isClosed: true)
    {
        {
            Required("into", Text("The account that goes on: its id, or your reference for it.", MostText, 1)), asked => asked.Into,
            (asked, text) => asked.Into = text
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<ChangeRequest> Change = new(
        "ChangeCreate", "What a charge is to say beside its amount; what is missing stays.", isClosed: true)
    {
        {
            Optional("due", Day("The new due day.")), asked => asked.Due?.ToString("O", CultureInfo.InvariantCulture),
            (ChangeRequest asked, DateOnly? day) => asked.Due = day
        },
        {
            Optional("document", Text("The new number printed on the bill; the former one still names the charge.", MostText, 1)),
            asked => asked.Document, (asked, text) => asked.Document = text
        },
        {
            Optional("description", Text("What it is for; empty for no description.", MostText)), asked => asked.Description,
            (asked, text) => asked.Description = Masked(text)
        },
        {
            Optional("no_dunning_until", Day("The last day without dunning and tries for it; a past one ends the pause.")),
            asked => asked.NoDunningUntil?.ToString("O", CultureInfo.InvariantCulture),
            (ChangeRequest asked, DateOnly? day) => asked.NoDunningUntil = day
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<MoveRequest> Unallocation = new(
        "UnallocationCreate", "Money of a payment to take off the charges that it settles.", isClosed: true)
    {
        {
            Optional("from", Text("The charge to take it off: its id or your reference; without it all, newest first.", MostText, 1)),
            asked => asked.From, (asked, text) => asked.From = text
        },
        {
            Optional("amount", Sum, "How much; without it all."), Sum, asked => asked.Amount!.Value,
            (asked, fields) => asked.Amount = AmountIn(fields)
        },
        {
            Optional("charges", List(Text("A charge: its id or your reference.", MostText, 1),
                "The customer's charges that it settles instead, in this order, as far as they are due. The rest is credit.", MostParts)),
            asked => asked.Charges, (asked, items) => asked.Charges = [.. items.Texts(MostText)]
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<MoveRequest> Move = new(
        "MoveCreate", "Money of a payment to move to another customer, whose money it is.", isClosed: true)
    {
        {
            Required("account", Text("The customer's account: its id or your reference.", MostText, 1)), asked => asked.Account,
            (asked, text) => asked.Account = text
        },
        {
            Optional("amount", Sum, "How much; without it all that has not gone back."), Sum, asked => asked.Amount!.Value,
            (asked, fields) => asked.Amount = AmountIn(fields)
        },
        {
            Optional("charges", List(Text("A charge: its id or your reference.", MostText, 1),
                "The charges of that customer that it settles, in this order, as far as they are due; without them the oldest due first, "
                + "with an empty list none. The rest becomes credit.", MostParts)),
            asked => asked.Charges, (asked, items) => asked.Charges = [.. items.Texts(MostText)]
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<StatementFileRequest> StatementFile = new(
        "StatementFile", "A file with statements: camt.053, CSV, or a provider's payout report as CSV.", isClosed: true)
    {
        {
            Required("file", Text("The bytes of the file in Base64; at most 20 MiB of them.", MostFile / 3 * 4 + 4, 1)),
            asked => Convert.ToBase64String(asked.File.Span), (asked, text) => asked.File = BytesOf(text)
        },
        {
            Optional("name", Text("The name of the file, for people.", MostFileName, 1)), asked => asked.Name,
            (asked, text) => asked.Name = text
        },
        {
            Optional("format", Word("Its kind, where the file does not tell.", EnumWords.All<StatementSource>())),
            asked => asked.Options.Source is { } source ? EnumWords.Of(source) : null,
            (asked, text) => asked.Options = asked.Options with
            {
                Source = EnumWords.Find<StatementSource>(text),
            }
        },
        {
            Optional("provider", Text("The provider whose payout report it is.", MostText, 1)), asked => asked.Options.Provider,
            (asked, text) => asked.Options = asked.Options with { Provider = text }
        },
        {
            Optional("account", Text("The bank account, where a CSV file names none.", MostText, 1)), asked => asked.Options.Account,
            (asked, text) => asked.Options = asked.Options with { Account = text }
        },
        {
            Optional("currency", Like("The currency by ISO 4217, where a CSV file names none.", "^[A-Z]{3}$")),
            asked => asked.Options.Currency?.Code, (asked, text) => asked.Options = asked.Options with { Currency = CurrencyOf(text) }
        },
        {
            Optional("decimal", Word("The decimal sign of a CSV file, where an amount has two readings.", [.. DecimalSigns.Keys])),
            asked => asked.Options.DecimalSign is { } sign ? DecimalSigns.First(one => one.Value == sign).Key : null,
            (asked, text) => asked.Options = asked.Options with
            {
                DecimalSign = DecimalSigns.TryGetValue(text ?? "", out var sign) ? sign : null,
            }
        },
    };

    public static readonly Resource<BookingRequest> Booking = new("BookingCreate", "What a line of a statement is.", isClosed: true)
    {
        {
            Required("as", Word("It pays `charge`s, and the rest is credit; it is money of a `customer`, and pays the oldest due first; it "
                + "is about a `payment`; it is a provider's `payout`; it is a `fee` of the bank; or the books `ignore` it.",
                EnumWords.All<SettlementChoice>())),
            asked => asked.As is { } choice ? EnumWords.Of(choice) : null,
            (asked, text) => asked.As = EnumWords.Find<SettlementChoice>(text)
        },
        {
            Optional("names", List(Text("An id; of a charge and a customer also your reference, of a payout the provider.", MostText, 1),
                "The charges, the customer's account, the payment or the provider; none of a fee, or of a line to ignore.", MostParts)),
            asked => asked.Names, (asked, items) => asked.Names = [.. items.Texts(MostText)]
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<CredentialRequest> Credential = new("CredentialCreate", "A program to let in.", isClosed: true)
    {
        {
            Required("api", Text("The API that it calls, such as `quittance`; the merchant has opened it.", MostText, 1)),
            asked => asked.Api, (asked, text) => asked.Api = text
        },
        {
            Required("name", Text("The program, for people.", MostFileName, 1)), asked => asked.Name,
            (asked, text) => asked.Name = Masked(text)
        },
        {
            Optional("scopes", List(Text("A scope of the API.", MostText, 1),
                "What it may do; without them what is usual. Only a person gives `administer`.", MostScopes, 1)),
            asked => asked.Scopes, (asked, items) => asked.Scopes = [.. items.Texts(MostText)]
        },
    };

    public static Reading<ReasonRequest, OwnApiProblem> ReadReason(ReadOnlyMemory<byte> body) =>
        Read(body, fields => Reason.Read(fields, new ReasonRequest()));

    /// <summary>Reads a file with statements.</summary>
    public static Reading<StatementFileRequest, OwnApiProblem> ReadStatementFile(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = StatementFile.Read(fields, new StatementFileRequest());
        if (fields.Has("file") && asked.File.IsEmpty)
            fields.Refuse("file", FieldProblem.Malformed, "the bytes of a file in Base64");
        else if (asked.File.Length > MostFile)
            fields.Refuse("file", FieldProblem.TooLong, "a file of at most 20 MiB");
        RefuseOther(fields, "format", asked.Options.Source);
        if (fields.Has("currency") && asked.Options.Currency is null)
            fields.Refuse("currency", FieldProblem.NotInList, "a currency of ISO 4217 in capitals, such as EUR");
        if (fields.Has("decimal") && asked.Options.DecimalSign is null)
            fields.Refuse("decimal", FieldProblem.NotInList, $"one of {string.Join(", ", DecimalSigns.Keys)}");
        return asked;
    });

    /// <summary>Reads what a line of a statement is.</summary>
    public static Reading<BookingRequest, OwnApiProblem> ReadBooking(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = Booking.Read(fields, new BookingRequest());
        RefuseOther(fields, "as", asked.As);
        if (asked is { As: SettlementChoice.Fee or SettlementChoice.Ignore, Names.Count: > 0 })
            fields.Refuse("names", FieldProblem.Unknown, "no such member beside fee and ignore");
        else if (asked is { As: SettlementChoice.Charge, Names.Count: 0 })
            fields.Refuse("names", FieldProblem.Missing, "at least one charge");
        else if (asked is { As: SettlementChoice.Customer or SettlementChoice.Payment or SettlementChoice.Payout, Names.Count: not 1 })
            fields.Refuse("names", FieldProblem.Missing, "one name");
        return asked;
    });

    /// <summary>Reads a program to let in.</summary>
    public static Reading<CredentialRequest, OwnApiProblem> ReadCredential(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = Credential.Read(fields, new CredentialRequest());
        if (asked.Scopes is [])
            fields.Refuse("scopes", FieldProblem.TooShort, "at least one scope");
        return asked;
    });

    public static readonly Resource<LinkRequest> Link = new(
        "PaymentLinkCreate", "A payment link to make: for charges of an account, or for an amount.", isClosed: true)
    {
        {
            Required("account", Text("The account that is to pay: its id or your reference.", MostText, 1)), asked => asked.Account,
            (asked, text) => asked.Account = text
        },
        {
            Optional("charges", List(Text("A charge: its id or your reference.", MostText, 1),
                "The charges that it is for: what is due on them when the customer opens it.", PaymentLink.MostCharges)),
            asked => asked.Charges, (asked, items) => asked.Charges = [.. items.Texts(MostText)]
        },
        {
            Optional("amount", Sum, "How much, without `charges`: it settles the oldest due first, and the rest becomes credit."), Sum,
            asked => asked.Amount!.Value, (asked, fields) => asked.Amount = AmountIn(fields)
        },
        {
            Optional("text", Text("What it is for, as the customer reads it; without it the name of the first charge.", MostLinkText, 1)),
            asked => asked.Text, (asked, text) => asked.Text = Masked(text)
        },
        {
            Optional("opens", Word("How often it opens; without it `many` times. What opens `once` stays with the browser that opened it.",
                EnumWords.All<LinkOpening>())),
            asked => asked.Opens is { } opens ? EnumWords.Of(opens) : null,
            (asked, text) => asked.Opens = EnumWords.Find<LinkOpening>(text)
        },
        {
            Optional("last_day", Day("The last day on which it opens, at most a year from now; without it 30 days from now.")),
            asked => asked.LastDay?.ToString("O", CultureInfo.InvariantCulture), (LinkRequest asked, DateOnly? day) => asked.LastDay = day
        },
    };

    /// <summary>Reads a payment link to make.</summary>
    public static Reading<LinkRequest, OwnApiProblem> ReadLink(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = Link.Read(fields, new LinkRequest());
        RefuseOther(fields, "opens", asked.Opens);
        if (fields.Has(Charges) == fields.Has("amount"))
            fields.Refuse(Charges, FieldProblem.Missing, "charges, or else an amount");
        else if (asked.Charges is [])
            fields.Refuse(Charges, FieldProblem.TooShort, "at least one charge");
        if (fields.Has("amount") && !fields.Has("text"))
            fields.Refuse("text", FieldProblem.Missing, "what the amount is for");
        return asked;
    });

    /// <summary>Reads a correction of a charge.</summary>
    public static Reading<CorrectionRequest, OwnApiProblem> ReadCorrection(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = Correction.Read(fields, new CorrectionRequest());
        RefuseOther(fields, "correction", asked.Correction);
        if (asked is { Correction: DebtCorrection.Cancel, Amount: not null })
            fields.Refuse("amount", FieldProblem.Unknown, "no such member beside cancel, which takes the whole charge");
        if (asked is { Correction: DebtCorrection.Credit } && !fields.Has("amount"))
            fields.Refuse("amount", FieldProblem.Missing, "the amount of the credit note");
        return asked;
    });

    public static Reading<MergeRequest, OwnApiProblem> ReadMerge(ReadOnlyMemory<byte> body) =>
        Read(body, fields => Merge.Read(fields, new MergeRequest()));

    /// <summary>Reads a change of a charge.</summary>
    public static Reading<ChangeRequest, OwnApiProblem> ReadChange(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = Change.Read(fields, new ChangeRequest());
        if (!Array.Exists(["due", "document", "description", "no_dunning_until"], fields.Has))
            fields.Refuse("due", FieldProblem.Missing, "a day, unless there is a document, a description or a pause");
        return asked;
    });

    public static Reading<MoveRequest, OwnApiProblem> ReadUnallocation(ReadOnlyMemory<byte> body) =>
        Read(body, fields => Unallocation.Read(fields, new MoveRequest()));

    public static Reading<MoveRequest, OwnApiProblem> ReadMove(ReadOnlyMemory<byte> body) =>
        Read(body, fields => Move.Read(fields, new MoveRequest()));

    /// <summary>Reads a payment to record.</summary>
    public static Reading<PaymentRequest, OwnApiProblem> ReadPayment(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = Payment.Read(fields, new PaymentRequest());
        if (fields.Has("method") && asked.Method is null)
            fields.Refuse("method", FieldProblem.NotInList, $"one of {string.Join(", ", Methods)}");
        if (fields.Has("method") == fields.Has("instrument"))
            fields.Refuse("method", FieldProblem.Missing, "the method of money that has come, or else an instrument");
        if (asked.Instrument is { } id && !Guid.TryParseExact(id, "D", out _))
            fields.Refuse("instrument", FieldProblem.Malformed, "the id of an instrument");
        if (fields.Has("instrument") && asked.Received is not null)
            fields.Refuse("received", FieldProblem.Unknown, "no such member beside an instrument");
        return asked;
    });

    public static Reading<AllocationsRequest, OwnApiProblem> ReadAllocations(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = Allocations.Read(fields, new AllocationsRequest());
        if (fields.Has("charges") && asked.Charges.Count == 0)
            fields.Refuse("charges", FieldProblem.TooShort, "at least one charge");
        return asked;
    });

    public static Reading<RefundRequest, OwnApiProblem> ReadRefund(ReadOnlyMemory<byte> body) =>
        Read(body, fields => Refund.Read(fields, new RefundRequest()));

    /// <summary>Reads an account to open.</summary>
    public static Reading<AccountRequest, OwnApiProblem> ReadAccount(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = Account.Read(fields, new AccountRequest());
        if (fields.Has("currency") && asked.Currency is null)
            fields.Refuse("currency", FieldProblem.NotInList, "a currency of ISO 4217 in capitals, such as EUR");
        return asked;
    });

    /// <summary>Reads one charge or many. One bad field refuses them all.</summary>
    public static Reading<ChargesRequest, OwnApiProblem> ReadCharges(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        if (!fields.Has(Charges))
            return new ChargesRequest([Charge.Read(fields, new ChargeRequest())], IsMany: false);
        var charges = fields.Array(Charges, MostCharges)?.Objects().Select(one => Charge.Read(one, new ChargeRequest())).ToList();
        if (charges is [])
            fields.Refuse(Charges, FieldProblem.TooShort, "at least one charge");
        fields.RefuseUnknown();
        return new ChargesRequest(charges ?? [], IsMany: true);
    });

    /// <summary>Reads a body that is one object.</summary>
    public static Reading<T, OwnApiProblem> Read<T>(ReadOnlyMemory<byte> utf8, Func<JsonFields, T> read)
        where T : class => JsonBody.Read<T, OwnApiProblem>(
        utf8, body => body.Object() is { } fields ? read(fields) : null, OwnApiErrors.Of, OwnApiErrors.Of);

    /// <summary>Refuses a member that has no word of its type.</summary>
    /// <param name="value">What was read of it.</param>
    private static void RefuseOther<T>(JsonFields fields, string name, T? value)
        where T : struct, Enum
    {
        if (fields.Has(name) && value is null)
            fields.Refuse(name, FieldProblem.NotInList, $"one of {string.Join(", ", EnumWords.All<T>())}");
    }

    /// <summary>Reads an amount above zero.</summary>
    public static Money? AmountIn(JsonFields fields)
    {
        var code = fields.Text("currency", 3, required: true);
        if (code is not null && CurrencyOf(code) is null)
            fields.Refuse("currency", FieldProblem.NotInList, "a currency of ISO 4217 in capitals, such as EUR");
        var amount = CurrencyOf(code) is { } currency ? fields.AmountText("amount", currency, required: true) : null;
        if (amount is { AmountMinor: <= 0 })
            fields.Refuse("amount", FieldProblem.OutOfRange, "an amount above zero");
        fields.Has("amount");
        fields.RefuseUnknown();
        return amount;
    }

    /// <summary>A text for people: on one line, and without numbers of cards.</summary>
    public static string? Masked(string? text) => text is null ? null : CardNumberMask.Apply(OneLine.Of(text));

    /// <summary>The bytes that a text in Base64 stands for; empty where it is none.</summary>
    private static ReadOnlyMemory<byte> BytesOf(string? text)
    {
        var bytes = new byte[((text?.Length ?? 0) * 3L / 4) + 3];
        return Convert.TryFromBase64String(text ?? "", bytes, out var length) ? bytes.AsMemory(0, length) : default;
    }

    private static Currency? CurrencyOf(string? code) => Currency.TryParse(code, out var currency) ? currency : null;
}
