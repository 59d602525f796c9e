using System.CommandLine;
using Npgsql;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Dialects.Tmf676;
using Quittance.Host.Cli;
using Quittance.Providers;
using Quittance.Storage.Providers;
using Quittance.Storage.Settlements;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>settlement</c>: statements of banks and payout reports of providers.</summary>
internal static class SettlementCommands
{
    private const int PageSize = 1000;
    private const int ShortestText = 3;
    private const int MostFound = 1000;

    private static readonly KnownProviders Providers = new(ProviderDirectory.Connected);

    private static readonly Argument<FileInfo> File = new("file")
    {
        Description = "A statement (camt.053, MT940, OFX, CODA or CSV), a camt.054 notification, a pain.002 report, a payout report as "
            + "CSV, or a ZIP of them",
    };

    private static readonly Argument<Guid> Line = new("line") { Description = "The line's id, as list and find show it" };

    private static readonly Argument<string> Text = new("text")
    {
        Description = "A name, or a part of a transfer's text; upper and lower case are the same",
    };

    private static readonly Option<string> Format = Options.Choice(
        "--format", "The file's kind, where the file does not tell", isRequired: false, "camt", "mt940", "csv", "payout");

    private static readonly Option<string> Decimal = Options.Choice(
        "--decimal", "The decimal sign of the CSV file, where an amount has two readings", isRequired: false, "point", "comma");

    private static readonly Option<string> Provider = Options.Choice(
        "--provider", "The provider whose report or payout it is", isRequired: false, [.. Providers.Names]);

    private static readonly Option<string> BankAccount = Options.Of<string>(
        "--account", "IBAN", "The bank account, where a CSV file names none");

    private static readonly Option<string> CurrencyCode = Options.Of<string>(
        "--currency", "code", "The currency, where a CSV file names none");

    private static readonly Option<bool> Open = Options.Flag(
        "--open", "List the open lines, and why they are open, instead of the statements");

    private static readonly Option<string> Direction = Options.Choice(
        "--direction", "Only money in, or only money out, of the open lines", isRequired: false, [.. LineFilter.Directions]);

    private static readonly Option<string> OfBankAccount = Options.Of<string>(
        "--account", "bank account", "Only the open lines of a bank account, as the list shows it, or by its last four signs");

    private static readonly Option<string> WithText = Options.Of<string>(
        "--text", "text", "Only open lines with this in the other party's name, in the text or in a reference, or of this amount");

    private static readonly Option<DateOnly?> Until = Options.Of<DateOnly?>(
        "--until", "yyyy-MM-dd", "Only open lines that the bank booked by this day");

    private static readonly Option<FileInfo> Columns = Options.Of<FileInfo>(
        "--columns", "file", "What the columns of a CSV file are, in JSON, where their names do not tell");

    private static readonly Option<string[]> Payment = Options.Of<string[]>(
        "--payment", "number or id", "The payment that the line pays, reports or gives back; several times for debits or refunds of files "
        + "that the bank pays in one sum");

    private static readonly Option<string[]> Charge = Options.Of<string[]>(
        "--charge", "name", "A charge that it pays, by a name of the charge or its number; may be given several times");

    private static readonly Option<string> Customer = Options.Of<string>(
        "--customer", "name", "The customer whose money it is, by a name or number of the account; pays open charges, oldest due first");

    private static readonly Option<string[]> Returned = Options.Of<string[]>(
        "--return", "number or id", "A payment that the bank takes back, or gives back after it took it; may be given several times; needs "
        + "a reason");

    private static readonly Option<string[]> Collected = Options.Of<string[]>(
        "--collection", "number or group", "The collection whose debits or refunds the bank pays in one sum, or a group by its name in the "
        + "file (PmtInfId); may be given several times");

    private static readonly Option<string> Credit = Options.Of<string>(
        "--credit", "id or name", "The collective credit whose sum it is, by its report as 'list' shows it, where several have the sum");

    private static readonly Option<string> Charges = Options.Of<string>(
        "--charges", "amount", "The bank's charges inside the line, beside --return, --collection and --payment (default for --return: "
        + "what it takes above the payments); beside --provider bank and --credit what the bank kept of the sum; beside --charge and "
        + "--customer what a bank kept, within your tolerance");

    private static readonly Option<string> Rounding = Options.Of<string>(
        "--rounding", "amount", "What did not come, beside --charge and --customer, within your tolerance: cents that are not worth a "
        + "reminder");

    private static readonly Option<string> Discount = Options.Of<string>(
        "--discount", "amount", "What did not come, beside --charge and --customer, within your tolerance: the customer deducted it");

    private static readonly Option<string[]> Part = Options.Of<string[]>(
        "--part", "amount use name", "A part, such as '30.00 charge INV-1', '-2.50 fee' or '12.00': an amount in the line's own direction "
        + "(below zero against it), what it is in the word of a choice of 'match', and its name; an amount alone waits. Twice or more");

    private static readonly Option<bool> Fee = Options.Flag("--fee", "A fee of the bank");

    private static readonly Option<bool> Ignore = Options.Flag("--ignore", "It does not belong in these books; needs a reason");

    private static readonly Option<bool> Accept = Options.Flag("--accept", "Book the line as the list of open lines proposes");

    private static readonly Option<string> Reason = Options.Of<string>(
        "--reason", "text", "Why; kept with the line and in the audit log, so do not name the person");

    public static Command Settlement() => new("settlement", "Statements of banks and payout reports of providers")
    {
        CommandMaker.OfMerchant(
            "import", "Import a statement and book the lines that are certain; safe to repeat, also after an interruption", ImportAsync,
            File, Format, Provider, BankAccount, CurrencyCode, Decimal, Columns),
        CommandMaker.OfMerchant("list", "List the statements, or the open lines", ListAsync, Open, Direction, OfBankAccount,
            WithText, Until),
        CommandMaker.OfMerchant(
            "match", "Say what a line is, and book it",
            MatchAsync, Line, Payment, Charge, Customer, Returned, Collected, Credit, Charges, Rounding, Discount, Provider, Fee, Accept,
            Ignore, Reason),
        CommandMaker.OfMerchant(
            "split", "Split a line into parts that add up to it, and book each for what it is; 'unbook' takes all of them back", SplitAsync,
            Line, Part, Reason),
        ActCommand.Of(LineActs.Accept, "accept"), ActCommand.Of(LineActs.Ignore, "ignore"), ToleranceCommand.Tolerance(),
        RuleCommands.Rule(), FormatCommands.Format(),
        CorrectionCommands.OfLine(Line), UndoCommand.Undo(),
        CommandMaker.OfMerchant(
            "find", "List the lines whose texts contain a text, open or not. Reads every line of the merchant", FindAsync, Text),
        CommandMaker.OfMerchant(
            "erase",
            "Erase the texts of a line that is booked or ignored: the other party, the transfer's text, the note. Its day and amount "
            + "stay. Safe to repeat",
            EraseAsync, Line, Options.ErasingReason, Options.Yes),
    };

    private static async Task ImportAsync(Run run)
    {
        var file = run.Required(File);
        await using var stream = Opened(file);
        var reading = ReadingOf(run);
        var (books, merchant) = await run.ChangeMerchantAsync();
        var desk = await DeskOfAsync(run, books);
        var outcome = await Terminal.Error.Progress().HideCompleted(true).StartAsync(async bars =>
        {
            var bar = bars.AddTask("Matching lines", autoStart: true, maxValue: 1);
            return await desk.ImportAsync(
                stream, file.Name, reading, run.By(merchant, "settlement.import", $"statement {file.Name}"),
                new Now<DeskProgress>(far => (bar.MaxValue, bar.Value) = (Math.Max(1, far.Lines), far.Done)), run.Cancel);
        });
        run.ExitCode = outcome.Faults.Count == 0 ? 0 : 1;
        run.Print(SettlementText.DocumentOf(outcome), () => SettlementText.Write(outcome, file.Name));
    }

    /// <summary>A file that can be read twice.</summary>
    public static FileStream Opened(FileInfo file)
    {
        if (Directory.Exists(file.FullName))
            throw new CommandException($"{file.FullName} is a directory: name a file.");
        if (!file.Exists)
            throw new CommandException($"There is no file {file.FullName}.");
        try
        {
            var stream = file.OpenRead();
            if (stream.CanSeek)
                return stream;
            stream.Dispose();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file.FullName} can't be read: {unreadable.Message}");
        }

        throw new CommandException($"{file.FullName} is no file that can be read twice: save its contents in one.");
    }

    private static ReadingOptions ReadingOf(Run run)
    {
        Currency? currency = null;
        if (run.Get(CurrencyCode) is { } code && !Currency.TryParse(code, out currency))
            throw new CommandException("--currency is an ISO 4217 code in capitals, such as EUR.");
        return new ReadingOptions
        {
            Source = run.Get(Format) switch
            {
                "camt" => StatementSource.Camt,
                "csv" => StatementSource.Csv,
                "payout" => StatementSource.Payout,
                "mt940" => StatementSource.Mt940,
                _ => null,
            },
            Provider = run.Get(Provider),
            Account = run.Get(BankAccount),
            Currency = currency,
            DecimalSign = run.Get(Decimal) switch { "point" => '.', "comma" => ',', _ => null },
            Formats = run.Get(Columns) is { } file ? [FormatCommands.In(file, "--columns")] : [],
        };
    }

    private static LineFilter FilterOf(Run run) => new(LineFilter.SignOf(run.Get(Direction)), run.Get(WithText))
    {
        Account = run.Get(OfBankAccount),
        Until = run.Get(Until),
    };

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var statements = new Statements(books);
        var isJson = run.Get(Options.Json);
        var filter = FilterOf(run);
        if (!run.Get(Open))
        {
            if (filter != LineFilter.None)
                throw new CommandException("--direction, --account, --text and --until narrow the open lines: add --open.");
            var (listed, all) = await PagesAsync<ListedStatement>(
                (last, limit) => statements.ListAsync(merchant, last?.Statement, limit, run.Cancel), isJson);
            run.Print(listed.Select(one => SettlementText.DocumentOf(one)), () => SettlementText.Write(listed, all));
            return;
        }

        if (filter.Account is { } typed)
        {
            var accounts = await new LineRules(books, run.Clock).AccountsAsync(merchant, run.Cancel);
            filter = filter with
            {
                Account = LineFilter.AccountOf(typed, accounts) ?? throw new CommandException(LineFilter.NoSuchAccount(accounts)),
            };
        }

        var (lines, isAll) = await PagesAsync<SettlementLine>(
            (last, limit) => statements.LinesAsync(merchant, SettlementStatus.Open, last, limit, run.Cancel, filter), isJson);
        Dictionary<SettlementLineId, LineChoices> choices = [];
        foreach (var some in lines.Chunk(PageSize))
        {
            foreach (var (id, ofLine) in await new LineMatching(books).ChoicesAsync(merchant, some, run.Cancel))
                choices.Add(id, ofLine);
        }

        run.Print(
            lines.Select(line => SettlementText.DocumentOf(line, choices.GetValueOrDefault(line.Id))), () =>
                SettlementText.Write(lines, isAll, choices));
    }

    /// <summary>The first page for people, with a hint where there is more; all for programs.</summary>
    private static async Task<(IReadOnlyList<T> Rows, bool IsAll)> PagesAsync<T>(Func<T?, int, Task<IReadOnlyList<T>>> read, bool wantsAll)
        where T : class
    {
        List<T> rows = [];
        while (true)
        {
            var page = await read(rows.LastOrDefault(), PageSize);
            rows.AddRange(page);
            if (page.Count < PageSize)
                return (rows, true);
            if (!wantsAll)
                return (rows, false);
        }
    }

    private static async Task MatchAsync(Run run)
    {
        var ways = new[]
        {
            run.Get(Payment) is { Length: > 0 }, run.Get(Charge) is { Length: > 0 }, run.Get(Customer) is not null,
            run.Get(Provider) is not null, run.Get(Returned) is { Length: > 0 }, run.Get(Collected) is { Length: > 0 },
            run.Get(Credit) is not null, run.Get(Fee), run.Get(Accept), run.Get(Ignore),
        };
        if (ways.Count(isAsked => isAsked) != 1)
        {
            throw new CommandException(
                "Say one of --payment, --charge, --customer, --return, --collection, --credit, --provider, --fee, --accept and --ignore.");
        }

        var reason = run.Get(Reason) is { } typed ? Run.ReasonOf(typed) : null;
        if (run.Get(Ignore) && reason is null)
            throw new CommandException("--ignore needs a --reason.");
        if (run.Get(Returned) is { Length: > 0 } && reason is null)
            throw new CommandException("--return needs a --reason: the payment is reversed by your word alone.");
        var (books, merchant) = await run.ChangeMerchantAsync();
        var statements = new Statements(books);
        var line = await FindLineAsync(run, statements, merchant, $"list --open --merchant {merchant.Value}");
        var proposal = run.Get(Accept) ? await ProposedAsync(run, books, line) : null;
        var (choice, names) = proposal is null ? ChoiceOf(run) : (proposal.Choice, proposal.Names);
        if (proposal is null && await new NamedThings(books).ProblemOfTypedAsync(merchant, choice, names, run.Cancel) is { } unclear)
            throw CommandException.Unchanged($"{unclear}.");
        var origin = run.By(
            merchant, choice == SettlementChoice.Ignore ? "settlement.match" : "settlement.book", $"line {line.Id.Value:D}", reason ?? "");
        // A proposal has its evidence as its reason.
        var (outcome, problem) = await (await DeskOfAsync(run, books)).BookAsChosenAsync(
            line, choice, names, origin, reason ?? (run.Get(Accept) ? "accepted as proposed" : null), run.Cancel,
            shortfall: ShortfallOf(run, line) ?? proposal?.Shortfall);
        if (outcome is not { Accepted: true })
            throw CommandException.Unchanged($"{problem ?? CommandException.ReasonOf(outcome!)}.");
        var now = (await statements.FindAsync(line.Id, run.Cancel))!;
        run.Print(new[] { SettlementText.DocumentOf(now) }, $"[green]✓[/] The line of {now.Amount} is [bold]{Report.Word(now.Status)}[/].");
    }

    private static async Task SplitAsync(Run run)
    {
        var typed = run.Get(Part) ?? [];
        var reason = run.Get(Reason) is { } why ? Run.ReasonOf(why) : null;
        var (books, merchant) = await run.ChangeMerchantAsync();
        var statements = new Statements(books);
        var line = await FindLineAsync(run, statements, merchant, $"list --open --merchant {merchant.Value}");
        List<SplitPart> parts = [];
        foreach (var text in typed)
        {
            if (SplitPart.Read(text, line.Amount.Currency, out var part) is { } wrong)
                throw new CommandException($"--part '{text}': {wrong}");
            if (part!.Choice is { } use
                && await new NamedThings(books).ProblemOfTypedAsync(merchant, use, part.Names, run.Cancel) is { } unclear)
            {
                throw CommandException.Unchanged($"--part '{text}': {unclear}.");
            }

            parts.Add(part);
        }

        var desk = await DeskOfAsync(run, books);
        var (outcome, problem) = await desk.SplitAsync(
            line, parts, run.By(merchant, "settlement.book", $"line {line.Id.Value:D}", reason ?? ""), reason, key: null, run.Cancel);
        if (outcome is not { Accepted: true })
            throw CommandException.Unchanged($"{problem ?? CommandException.ReasonOf(outcome!)}.");
        var now = (await statements.FindAsync(line.Id, run.Cancel))!;
        var made = await desk.Lines.PartsOfAsync(now, run.Cancel);
        run.Print(
            new[] { SettlementText.DocumentOf(now) }.Concat(made.Select(part => SettlementText.DocumentOf(part))), () =>
            {
                Terminal.Line($"[green]✓[/] The line of {now.Amount} is split.");
                SettlementText.Write(made, isAll: true);
            });
    }

    private static async Task<SettlementLine> FindLineAsync(Run run, Statements statements, MerchantId merchant, string list) =>
        await statements.FindAsync(new SettlementLineId(merchant, run.Required(Line)), run.Cancel)
        ?? throw new CommandException($"Merchant {merchant.Value} has no such line. See: quittance settlement {list}");

    private static async Task<LineProposal> ProposedAsync(Run run, NpgsqlDataSource books, SettlementLine line) =>
        (await new LineMatching(books).ProposalsAsync(line.Id.Merchant, [line], run.Cancel)).GetValueOrDefault(line.Id)
        ?? throw new CommandException("Nothing is proposed for the line. Say what it is.");

    private static Shortfall? ShortfallOf(Run run, SettlementLine line)
    {
        (Option<string> Option, ShortfallKind Kind)[] options =
            [(Charges, ShortfallKind.Fee), (Rounding, ShortfallKind.Rounding), (Discount, ShortfallKind.Discount)];
        var said = options.Where(each => run.Get(each.Option) is not null).ToList();
        if (said.Count == 0)
            return null;
        if (said is not [var (option, kind)])
            throw new CommandException("Say one of --charges, --rounding and --discount.");
        return new Shortfall(
            Run.AmountOf(option.Name, run.Required(option), line.Amount.Currency, mayBeZero: true)!.Value, kind);
    }

    private static (SettlementChoice Choice, IReadOnlyList<string> Names) ChoiceOf(Run run)
    {
        if (run.Get(Returned) is { Length: > 0 } returned)
            return (SettlementChoice.Return, returned);
        if (run.Get(Collected) is { Length: > 0 } collections)
            return (SettlementChoice.Collection, collections);
        if (run.Get(Charge) is { Length: > 0 } charges)
            return (SettlementChoice.Charge, charges);
        if (run.Get(Customer) is { } customer)
            return (SettlementChoice.Customer, [customer]);
        if (run.Get(Payment) is { Length: > 0 } payments)
            return (SettlementChoice.Payment, payments);
        if ((run.Get(Provider) ?? run.Get(Credit)) is { } payout)
            return (SettlementChoice.Payout, [payout]);
        return (run.Get(Fee) ? SettlementChoice.Fee : SettlementChoice.Ignore, []);
    }

    public static async Task<SettlementDesk> DeskOfAsync(Run run, NpgsqlDataSource books) => new(
        books, run.StartEngine(), run.Clock, Tmf676Requests.PartsOf, Providers,
        new ProviderAccounts(books, await run.OpenVaultAsync(), run.Clock),
        new StatementFormats(books, await run.OpenVaultAsync(), run.Clock));

    private static async Task FindAsync(Run run)
    {
        var text = run.Required(Text).Trim();
        if (text.Length < ShortestText)
            throw new CommandException($"Say at least {ShortestText} characters.");
        var (books, merchant) = await run.ReadMerchantAsync();
        var lines = await new LineTexts(books, run.Clock).FindAsync(merchant, text, MostFound + 1, run.Cancel);
        if (lines.Count > MostFound)
            throw new CommandException($"More than {MostFound} lines contain it. Say more of it.");
        run.Print(lines.Select(line => SettlementText.DocumentOf(line)), () =>
        {
            if (lines.Count == 0)
                Terminal.Line($"No line contains it.");
            else
                SettlementText.Write(lines, isAll: true);
        });
    }

    private static async Task EraseAsync(Run run)
    {
        var reason = Run.ReasonOf(run.Required(Options.ErasingReason));
        var (books, merchant) = await run.ReadMerchantAsync();
        await run.OpenVaultAsync();
        var line = await FindLineAsync(run, new Statements(books), merchant, $"find <text> --merchant {merchant.Value}");
        if (line.Status == SettlementStatus.Open)
        {
            throw new CommandException(
                "The line is open, and only its texts can match it. Say first what it is, or ignore it: quittance settlement match");
        }

        run.ConfirmErasing(
            $"Erase the texts of the line of {line.Amount} on {line.BookedOn:yyyy-MM-dd}? Only a backup can bring them back.");
        var isErased = await new LineTexts(books, run.Clock)
            .EraseAsync(line.Id, run.By(merchant, "settlement.erase", $"line {line.Id.Value:D}", reason), run.Cancel);
        var which = $"the line of {line.Amount} on {line.BookedOn:yyyy-MM-dd}";
        run.Print(new { Line = line.Id.Value, Erased = isErased }, isErased
            ? $"[green]✓[/] Erased the texts of {which}. Backups made until now still hold them."
            : (FormattableString)$"[green]✓[/] There was nothing left to erase of this line.");
    }

    /// <summary>Reports at once, and not from another thread as the framework's own does.</summary>
    private sealed class Now<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
