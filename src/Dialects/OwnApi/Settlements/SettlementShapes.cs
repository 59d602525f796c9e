using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Settlements;

/// <summary>A file with statements to import.</summary>
internal sealed class StatementFileRequest
{
    public ReadOnlyMemory<byte> File { get; set; }

    public string? Name { get; set; }

    public ReadingOptions Options { get; set; } = new();
}

/// <summary>A booking of a line of a statement.</summary>
internal sealed class BookingRequest
{
    public SettlementChoice? As { get; set; }

    public IReadOnlyList<string> Names { get; set; } = [];

    /// <summary>The bank's charges inside the line; null for what the line has above the payments.</summary>
    public Money? Charges { get; set; }

    public Money? Rounding { get; set; }

    public Money? Discount { get; set; }

    public Shortfall? Shortfall => Shortfall.Charges(Charges)
        ?? (Rounding is { } rounding ? new Shortfall(rounding, ShortfallKind.Rounding) : null)
        ?? (Discount is { } discount ? new Shortfall(discount, ShortfallKind.Discount) : null);

    public string? Reason { get; set; }
}

/// <summary>A part of a line that is split.</summary>
internal sealed class SplitPartRequest
{
    public Money? Amount { get; set; }

    public SettlementChoice? As { get; set; }

    public IReadOnlyList<string> Names { get; set; } = [];
}

/// <summary>The parts of a line that is split.</summary>
internal sealed class SplitRequest : ReasonRequest
{
    public IReadOnlyList<SplitPartRequest> Parts { get; set; } = [];
}

/// <summary>A line of a statement of a bank or a provider.</summary>
/// <param name="Choices">What an open one may be.</param>
internal sealed record ShownLine(SettlementLine Line, LineChoices Choices);

/// <summary>The requests and answers about statements of banks and providers, with their descriptions.</summary>
internal static class SettlementShapes
{
    private const string Tag = "Settlements";

    /// <summary>The most bytes of a file with statements: a whole request fits into memory.</summary>
    private const int MostFile = 20 * 1024 * 1024;
    private const int MostFileName = 100;

    public static readonly Dictionary<string, char> DecimalSigns = new() { ["point"] = '.', ["comma"] = ',' };

    public static readonly Resource<StatementFileRequest> StatementFile = new(
        "StatementFile",
        "A file of a bank or a provider: camt.053, camt.054, pain.002, MT940, OFX, CODA, CSV, a payout report as CSV, or a ZIP of them.",
        isClosed: true)
    {
        {
            Required("file", Text("The bytes of the file in Base64; at most 20 MiB of them.", MostFile / 3 * 4 + 4, 1)),
            asked => Convert.ToBase64String(asked.File.Span), (asked, text) => asked.File = BytesOf(text)
        },
        {
            Optional("name", NameText("The name of the file, for people.", MostFileName, 1)), asked => asked.Name,
            (asked, text) => asked.Name = text
        },
        {
            Optional("format", Word(
                "Its kind, where the file does not tell; mt940 is for OFX and CODA too.", EnumWords.All<StatementSource>())),
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

    private static readonly SettlementChoice[] OfOneName = [SettlementChoice.Customer, SettlementChoice.Payout];

    public static readonly Resource<BookingRequest> BookingCreate = new("BookingCreate", "What a line of a statement is.", isClosed: true)
    {
        {
            Required("as", Word("It pays `charge`s, and the rest is credit; it is money of a `customer`, and pays the oldest due first; it "
                + "is about a `payment`, or pays the debits or refunds of several; the bank takes payments back, or gives one back after "
                + "it took it (`return`); the bank pays a `collection` of debits or refunds, or several; it is a provider's `payout`, or "
                + "the sum of a collective credit; it is a `fee` of the bank; or the books `ignore` it.",
                EnumWords.All<SettlementChoice>())),
            asked => asked.As is { } choice ? EnumWords.Of(choice) : null,
            (asked, text) => asked.As = EnumWords.Find<SettlementChoice>(text)
        },
        {
            Optional("names", List(
                Text(
                    "An id; of a charge and a customer also your reference, of a collection its number or a group's name in its file, of a "
                    + "payout the provider, or the id of the report of a collective credit.",
                    MostText, 1),
                "The charges, the customer's account, the payments, the collections or the payout; none of a fee, or of a line to ignore.",
                MostParts)),
            asked => asked.Names, (asked, items) => asked.Names = [.. items.Texts(MostText)]
        },
        {
            Optional("charges", Sum, "The bank's charges inside the line, of a `return`, a `collection` or `payment`s; without them what "
                + "the bank takes above the payments of a `return`. Of the sum of a collective credit what the bank kept of it. Of "
                + "`charge`s and a `customer` what a bank kept, within the merchant's tolerance."),
            Sum, asked => asked.Charges!.Value, (asked, fields) => asked.Charges = AmountIn(fields)
        },
        {
            Optional("rounding", Sum, "What did not come of `charge`s or of a `customer`'s debts, within the merchant's tolerance: cents "
                + "that are not worth a reminder. Not beside `charges`."),
            Sum, asked => asked.Rounding!.Value, (asked, fields) => asked.Rounding = AmountIn(fields)
        },
        {
            Optional("discount", Sum, "What did not come, in the same way: the customer deducted it. Not beside `charges` or `rounding`."),
            Sum, asked => asked.Discount!.Value, (asked, fields) => asked.Discount = AmountIn(fields)
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    private static readonly Resource<SplitPartRequest> Part = new(null, "A part of the line.", isClosed: true)
    {
        {
            Required(
                "amount", Sum,
                "In the line's own direction, so also above zero of a line of money that went out; below zero for what goes against it, "
                + "such as the fee that a bank kept of money that came."),
            Sum, asked => asked.Amount!.Value, (asked, fields) => asked.Amount = AmountIn(fields, mayBeBelow: true)
        },
        {
            Optional("as", Word("What it is, as `bookLine` has it; a `collection` is no part. Without it the part waits as an open line.",
                EnumWords.All<SettlementChoice>())),
            asked => asked.As is { } choice ? EnumWords.Of(choice) : null,
            (asked, text) => asked.As = EnumWords.Find<SettlementChoice>(text)
        },
        {
            Optional("names", List(
                Text("An id; of a charge and a customer also your reference, of a payout the provider.", MostText, 1),
                "The charges of one customer, or the one customer, payment or provider; none of a fee, and of a part that waits or that "
                + "the books ignore.", MostParts)),
            asked => asked.Names, (asked, items) => asked.Names = [.. items.Texts(MostText)]
        },
    };

    public static readonly Resource<SplitRequest> SplitCreate = new("SplitCreate", "The parts of a line.", isClosed: true)
    {
        {
            Required("parts", List(Part, "They add up to the line, to the cent.", SplitPart.Most, SplitPart.Fewest)), Part,
            asked => asked.Parts,
            (asked, items) => asked.Parts = [.. items.Objects().Select(ReadPart)]
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    private static readonly Resource<Statement> ImportedStatement = new(null, "A statement of a bank, or a provider's payout report.")
    {
        { Required("id", Uuid("Its id.")), statement => statement.Id.Value },
        { Required("format", Word("Its kind; mt940 is for CODA too.", Statement.Formats)), statement => statement.Format },
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
        { Optional("undone_at", Moment("When its import was taken back.")), statement => statement.UndoneAt is { } at ? TextOf(at) : null },
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
            Required("undone_count", Whole("How many were taken back with the import: the books do not count them.", 0)),
            listed => listed.Undone
        },
        {
            Required("shared_count", Whole("How many are lines of an earlier statement, and are listed there.", 0)),
            listed => listed.Elsewhere
        },
    };

    private static readonly Resource<LineProposal> Proposal = new(null, "What the line may be.")
    {
        { Required("as", Word("What.", EnumWords.All<SettlementChoice>())), proposal => EnumWords.Of(proposal.Choice) },
        {
            Required("names", List(Uuid("An id."), "The charges, the customer or the payment, as `bookLine` takes them.")),
            proposal => [.. proposal.Ids.Select(id => id.ToString("D"))]
        },
        {
            Optional("charges", Sum, "What did not come, as `bookLine` takes it: a bank kept it."),
            proposal => Missing(proposal, ShortfallKind.Fee)
        },
        {
            Optional("rounding", Sum, "What did not come, as `bookLine` takes it: cents that are not worth a reminder."),
            proposal => Missing(proposal, ShortfallKind.Rounding)
        },
        {
            Optional("discount", Sum, "What did not come, as `bookLine` takes it: the customer deducted it."),
            proposal => Missing(proposal, ShortfallKind.Discount)
        },
        { Required("text", Text("Why.")), proposal => proposal.Text },
    };

    private static Action<Utf8JsonWriter>? Missing(LineProposal proposal, ShortfallKind kind) =>
        proposal.Shortfall is { Amount: { } amount } missing && missing.Kind == kind
            ? Shown(amount.AmountMinor, amount.Currency) : null;

    private static readonly Resource<ProposedCharge> CandidateCharge = new(null, "A charge that the line may pay.")
    {
        { Required("id", Uuid("Its id.")), charge => charge.Id.Value },
        { Required("number", Whole("Its human number.", 1)), charge => charge.Number },
        { Optional("reference", Text("The client's own name for it.")), charge => charge.Reference },
        { Required("name", Text("Its printed number, else the client's name for it, else its human number.")), charge => charge.Name },
        { Required("amount", Sum, "The whole charge."), Sum, charge => charge.Amount },
        { Required("open", Sum, "What is open of it."), Sum, charge => charge.Open },
        { Optional("due", Day("When it is due.")), charge => TextOf(charge.DueOn) },
    };

    private static readonly Resource<LineCandidate> Candidate = new(null, "What the line may be, without being proposed.")
    {
        { Required("as", Word("What.", EnumWords.All<SettlementChoice>())), candidate => EnumWords.Of(candidate.Choice) },
        {
            Required("names", List(Text("An id, or the provider of a payout."), "What `bookLine` takes to book the line so.")),
            candidate => [.. candidate.Ids.Count == 0 ? candidate.Names : candidate.Ids.Select(id => id.ToString("D"))]
        },
        { Optional("customer", Text("The name of the customer whose money it would be.")), candidate => candidate.Customer?.Name },
        { Optional("account", Uuid("The customer's account.")), candidate => candidate.Customer?.Account.Value },
        {
            Optional("amount", Sum, "What is open of the charges together, or the amount of the payment."),
            candidate => candidate.Amount is { } amount ? Shown(amount.AmountMinor, amount.Currency) : null
        },
        {
            Optional("charges", List(CandidateCharge, "The charges that it would pay, all of one customer.")), CandidateCharge,
            candidate => candidate.Charges.Count == 0 ? null : [.. candidate.Charges]
        },
        { Required("why", Text("Why it is one.")), candidate => candidate.Why },
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
            shown => TextOf(shown.Line.BookedOn)
        },
        {
            Optional("value_on", Day("The day from which the bank counts the money.")),
            shown => TextOf(shown.Line.ValueOn)
        },
        { Required("amount", Sum, "What it adds to the account; below zero for money out."), Sum, shown => shown.Line.Amount },
        {
            Optional("fee", Sum, "The provider's fee, or the charges that banks kept, which the amount is less already."),
            shown => shown.Line.FeeMinor == 0 ? null : Shown(shown.Line.FeeMinor, shown.Line.Amount.Currency)
        },
        { Optional("counterparty", Text("The payer or the payee, as the bank names them.")), shown => shown.Line.Counterparty },
        { Optional("text", Text("The transfer's text; of a report's line the provider's reference.")), shown => shown.Line.Remittance },
        { Optional("end_to_end", Text("The payer's own reference.")), shown => shown.Line.EndToEnd },
        { Required("status", Word("Where it stands.", EnumWords.All<SettlementStatus>())), shown => EnumWords.Of(shown.Line.Status) },
        { Optional("payment", Uuid("The payment that it is booked for.")), shown => shown.Line.Payment?.Value },
        {
            Optional("parts", Uuid("The statement whose lines are its parts, where it is booked as the sum of several, or as a payout.")),
            shown => shown.Line.Use == SettlementUse.Payout ? shown.Line.Settles : null
        },
        {
            Optional("note", Text("Why it is open; of another one the reason of its booking.")),
            shown => shown.Line.NoteBeside(shown.Choices.Proposal)
        },
        { Optional("proposal", Proposal, "What it may be; only of an open one."), Proposal, shown => shown.Choices.Proposal },
        {
            Optional("candidates", List(Candidate, $"What else it may be, the likeliest first, at most {LineCandidate.Most}; only of an "
                + "open one. Nothing books them by itself.")), Candidate,
            shown => shown.Line.Status == SettlementStatus.Open ? [.. shown.Choices.Candidates] : null
        },
    };

    public static readonly Resource<EventNews> LineNews = new("LineChange", "What was done with a line; it never changes.")
    {
        { Required("line", Uuid("The line.")), news => news.Subject },
        { Required("type", Word("What happened.", EnumWords.All<EventType>())), news => EnumWords.Of(news.Type) },
        { Required("sequence", Whole("Which event of the line it is.", 1)), news => (long)news.Sequence },
        { Required("at", Moment("When it was committed.")), news => TextOf(news.At) },
    };

    public static readonly Resource<ShownPage<ListedStatement>> StatementPage = PageOf("BankStatementPage", ListedStatement);

    public static readonly Resource<ShownPage<ShownLine>> LinePage = PageOf("StatementLinePage", SettlementLine);

    public static Operation ImportStatements { get; } = new("importStatements", Tag, "Imports a file with statements")
    {
        Description = "All of the file is imported, or nothing. Lines with a certain match are booked at once. A file can be imported "
            + "again: each line is booked once, and lines whose charge came later are matched.",
        Body = StatementFile,
        Replies =
        [
            new(201, "The statements.", Import),
            new(409, "Another file is being imported, or the Idempotency-Key was used for another file."),
        ],
    };

    public static Operation ListStatements { get; } = new("listStatements", Tag, "Lists statements, the newest first")
    {
        Description = "Statements that were imported in the console or on the command line are in it too.",
        Parameters = OfPages,
        Replies = [new(200, "A part of the list.", StatementPage), Invalid],
    };

    public static Operation FindBankStatement { get; } = new("findBankStatement", Tag, "Gives a statement of a bank or a provider")
    {
        Description = "It counts the lines as they are now.",
        Parameters = [OfId],
        Replies = [new(200, "The statement.", ListedStatement), NoSuch("statement")],
    };

    public static Operation ListLinesOfStatement { get; } = new("listLinesOfStatement", Tag, "Lists the lines of a statement")
    {
        Description = "They come in the order of the statement. Open ones have a proposal where the evidence is good, and candidates.",
        Parameters =
        [
            OfId, InQuery(OwnApiSettlements.Status, Word("Only those that stand so.", EnumWords.All<SettlementStatus>())), .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", LinePage), Invalid, NoSuch("statement")],
    };

    public static Operation ListLines { get; } = new("listLines", Tag, "Lists the lines of all statements, the newest first")
    {
        Description = "Open ones have a proposal where the evidence is good, and up to five candidates, with whose charges they are: "
            + "`bookLine` takes what one has as `as` and `names`.",
        Parameters =
        [
            InQuery(OwnApiSettlements.Status, Word("Those that stand so; `open` without it.", EnumWords.All<SettlementStatus>())),
            InQuery(OwnApiSettlements.Direction, Word("Only money in, or only money out.", LineFilter.Directions)),
            InQuery(OwnApiSettlements.BankAccount, Text("Only of this bank account, as `account` shows it, or by its last four signs.")),
            InQuery(
                OwnApiSettlements.Text,
                Text("Only with this in the other party's name, in the text or in a reference, or of this amount.")),
            InQuery(OwnApiSettlements.Until, Text("Only those that the bank booked by this day, such as `2026-11-30`.")),
            .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", LinePage), Invalid],
    };

    public static Operation FindLine { get; } = new("findLine", Tag, "Gives a line of a statement")
    {
        Description = "An open one has a proposal where the evidence is good, and candidates.",
        Parameters = [OfId],
        Replies =
        [
            new(200, "The line.", SettlementLine) { Headers = [TagOf("line")] },
            new(304, "You have the line as it is: your `If-None-Match` names it.") { Headers = [TagOf("line")] }, NoSuch("line"),
        ],
    };

    public static Operation BookLine { get; } = new("bookLine", Tag, "Says what a line is, and books it")
    {
        Description = "The audit log keeps the reason. A line that the books ignore can be booked later.",
        Parameters = [OfId],
        Body = BookingCreate,
        Replies =
        [
            new(200, "What was done.", LineNews) { Headers = [TagOf("line")] },
            NoSuch("line, charge, account or payment"),
            Conflict("The line is booked, is something else, or the account is closed"),
            new(422, "The names do not go together, or the money is in another currency."),
        ],
    };

    public static Operation SplitLine { get; } = new("splitLine", Tag, "Splits a line into parts, and books each for what it is")
    {
        Description = "What the books do not take as they are refuses the whole, and changes nothing. A part that they refuse only then, "
            + "because something came between, waits as an open line with the reason, and so does a part without a use: the line's `parts` "
            + "is the statement that lists them. `unbookLine` takes the line back with all its parts.",
        Parameters = [OfId],
        Body = SplitCreate,
        Replies =
        [
            new(200, "What was done.", LineNews) { Headers = [TagOf("line")] },
            NoSuch("line, charge, account or payment"),
            Conflict("The line is booked, or is something else"),
            new(422, "The parts do not add up to the line, or one can't be what it is to be."),
        ],
    };

    public static Operation UnbookLine { get; } = new("unbookLine", Tag, "Takes the booking of a line back")
    {
        Description = "The line is open again; the parts of a line that is split are gone with their bookings. A payment that the line had "
            + "brought has no money any more, and its charges are open again. "
            + "`If-Match` has the `ETag` of the line that you looked at, so that no later booking is taken back.",
        Parameters = [OfId, InHeader(OwnApiTags.IfMatch, Text("The `ETag` of the line."))],
        Body = Reason,
        Replies =
        [
            new(200, "What was done.", LineNews) { Headers = [TagOf("line")] }, NoSuch("line"),
            Conflict("The line is not booked, its booking is final, or the account is closed"),
            new(412, "The line has changed since you looked at it."), new(428, "The header `If-Match` is missing."),
        ],
    };

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
        var asked = BookingCreate.Read(fields, new BookingRequest());
        RefuseOther(fields, "as", asked.As);
        if (asked is { As: SettlementChoice.Fee or SettlementChoice.Ignore, Names.Count: > 0 })
            fields.Refuse("names", FieldProblem.Unknown, "no such member beside fee and ignore");
        else if (asked is { As: SettlementChoice.Charge, Names.Count: 0 })
            fields.Refuse("names", FieldProblem.Missing, "at least one charge");
        else if (asked is { As: SettlementChoice.Return or SettlementChoice.Payment, Names.Count: 0 })
            fields.Refuse("names", FieldProblem.Missing, "at least one payment");
        else if (asked is { As: SettlementChoice.Collection, Names.Count: 0 })
            fields.Refuse("names", FieldProblem.Missing, "at least one collection");
        else if (asked.As is { } choice && OfOneName.Contains(choice) && asked.Names.Count != 1)
            fields.Refuse("names", FieldProblem.Missing, "one name");
        var mayDiffer = asked.As is SettlementChoice.Charge or SettlementChoice.Customer;
        if (asked.Charges is not null && asked.As is SettlementChoice.Fee or SettlementChoice.Ignore)
            fields.Refuse("charges", FieldProblem.Unknown, "no such member beside fee and ignore");
        if (asked.Rounding is not null && (!mayDiffer || asked.Charges is not null))
            fields.Refuse("rounding", FieldProblem.Unknown, "no such member but beside charge and customer, without charges");
        if (asked.Discount is not null && (!mayDiffer || asked.Charges is not null || asked.Rounding is not null))
            fields.Refuse("discount", FieldProblem.Unknown, "no such member but beside charge and customer, without charges and rounding");
        return asked;
    });

    /// <summary>Reads the parts of a line.</summary>
    public static Reading<SplitRequest, OwnApiProblem> ReadSplit(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = SplitCreate.Read(fields, new SplitRequest());
        if (fields.Has("parts") && asked.Parts.Count < SplitPart.Fewest)
            fields.Refuse("parts", FieldProblem.Missing, $"at least {SplitPart.Fewest} parts");
        return asked;
    });

    private static SplitPartRequest ReadPart(JsonFields fields)
    {
        var asked = Part.Read(fields, new SplitPartRequest());
        RefuseOther(fields, "as", asked.As);
        if (asked.Amount is { AmountMinor: 0 })
            fields.Refuse("amount", FieldProblem.OutOfRange, "an amount that is not zero");
        return asked;
    }

    /// <summary>The bytes that a text in Base64 stands for; empty where it is none.</summary>
    private static ReadOnlyMemory<byte> BytesOf(string? text)
    {
        var bytes = new byte[((text?.Length ?? 0) * 3L / 4) + 3];
        return Convert.TryFromBase64String(text ?? "", bytes, out var length) ? bytes.AsMemory(0, length) : default;
    }
}
