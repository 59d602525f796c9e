using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Dialects.Tmf676;
using Quittance.Providers;
using Quittance.Settlements;
using Quittance.Settlements.Reading;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>settlement</c>: statements of banks and payout reports of providers.</summary>
internal static class SettlementCommand
{
    private const int PageSize = 1000;

    private static readonly KnownProviders Providers = new(ProviderDirectory.Connected);

    private static readonly Argument<FileInfo> File = new("file") { Description = "A camt.053 statement, a CSV statement, or a payout report as CSV" };

    private static readonly Argument<Guid> Line = new("line") { Description = "The line's id, as the list shows it" };

    private static readonly Option<string> Format = CreateChoice("--format", "What the file is, where it does not tell", "camt", "csv", "payout");

    private static readonly Option<string> Decimal = CreateChoice("--decimal", "What stands before the decimals in CSV, where an amount can be read in two ways", "point", "comma");

    private static readonly Option<string> Provider = CreateChoice("--provider", "The provider whose report or payout it is", [.. Providers.Names]);

    private static readonly Option<string> BankAccount = new("--account") { Description = "The bank account, where a CSV file names none", HelpName = "IBAN" };

    private static readonly Option<string> CurrencyCode = new("--currency") { Description = "The currency, where a CSV file names none", HelpName = "code" };

    private static readonly Option<bool> Open = new("--open") { Description = "The lines that nobody knows yet, and why, instead of the statements" };

    private static readonly Option<string> Payment = new("--payment") { Description = "The payment that it is about", HelpName = "number or id" };

    private static readonly Option<string[]> Charge = new("--charge") { Description = "A charge that it pays, by a name of the charge or its number; may be said several times", HelpName = "name" };

    private static readonly Option<string> Customer = new("--customer") { Description = "The customer whose money it is, by a name or number of the account; pays what is owed, oldest due first", HelpName = "name" };

    private static readonly Option<bool> Fee = new("--fee") { Description = "A fee of the bank" };

    private static readonly Option<bool> Ignore = new("--ignore") { Description = "It does not belong into these books; needs a reason" };

    private static readonly Option<bool> Accept = new("--accept") { Description = "What is proposed, as the list of open lines shows it" };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why; kept with the line and in the audit log, so name nobody", HelpName = "text" };

    public static Command Create()
    {
        var import = new Command("import", "Import a statement and book what its lines certainly are; safe to repeat, also when it was cut off")
        {
            File, MerchantOption.Merchant, Format, Provider, BankAccount, CurrencyCode, Decimal, JsonOption.Json, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        import.SetAction((options, cancel) => Terminal.RunAsync(progress => ImportAsync(options, progress, cancel)));
        var list = new Command("list", "List the statements, or the lines that are open")
        {
            MerchantOption.Merchant, Open, JsonOption.Json, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        var match = new Command("match", "Say what a line is, and book it")
        {
            Line, MerchantOption.Merchant, Payment, Charge, Customer, Provider, Fee, Accept, Ignore, Reason, JsonOption.Json, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        match.SetAction((options, cancel) => Terminal.RunAsync(progress => MatchAsync(options, progress, cancel)));
        return new Command("settlement", "Statements of banks and payout reports of providers") { import, list, match, SettlementFind.Create(), SettlementErase.Create() };
    }

    private static Option<string> CreateChoice(string name, string description, params string[] choices)
    {
        var option = new Option<string>(name) { Description = description };
        return option.AcceptOnlyFromAmong(choices);
    }

    private static async Task<int> ImportAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var file = options.GetRequiredValue(File);
        await using var stream = Opened(file);
        var reading = ReadingOf(options);
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        await using var engine = database.StartEngine();
        var outcome = await Terminal.Error.Progress().HideCompleted(true).StartAsync(async bars =>
        {
            var bar = bars.AddTask("Matching lines", autoStart: true, maxValue: 1);
            return await DeskOf(database, engine).ImportAsync(
                stream, file.Name, reading, CommandLineOrigin.Of(merchant, "settlement.import", $"statement {file.Name}"),
                new Now<DeskProgress>(far => (bar.MaxValue, bar.Value) = (Math.Max(1, far.Lines), far.Done)), cancel);
        });
        Report.Print(options, SettlementText.DocumentOf(outcome), () => SettlementText.Write(outcome, file.Name));
        return outcome.Faults.Count == 0 ? 0 : 1;
    }

    private static FileStream Opened(FileInfo file)
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

    private static ReadingOptions ReadingOf(ParseResult options)
    {
        Currency? currency = null;
        if (options.GetValue(CurrencyCode) is { } code && !Currency.TryParse(code, out currency))
            throw new CommandException("--currency is an ISO 4217 code in capitals, such as EUR.");
        return new ReadingOptions
        {
            Source = options.GetValue(Format) switch
            {
                "camt" => StatementSource.Camt,
                "csv" => StatementSource.Csv,
                "payout" => StatementSource.Payout,
                _ => null,
            },
            Provider = options.GetValue(Provider),
            Account = options.GetValue(BankAccount),
            Currency = currency,
            DecimalSign = options.GetValue(Decimal) switch { "point" => '.', "comma" => ',', _ => null },
        };
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var statements = new Statements(database.Source, TimeProvider.System);
        var isJson = options.GetValue(JsonOption.Json);
        if (options.GetValue(Open))
        {
            var (lines, isAll) = await PagesAsync<SettlementLine>((last, limit) => statements.LinesAsync(merchant, SettlementStatus.Open, last, limit, cancel), isJson);
            Dictionary<SettlementLineId, LineProposal> proposals = [];
            foreach (var some in lines.Chunk(PageSize))
            {
                foreach (var (id, proposal) in await new LineMatching(database.Source, TimeProvider.System).ProposalsAsync(merchant, some, cancel))
                    proposals.Add(id, proposal);
            }

            Report.Print(
                options, lines.Select(line => SettlementText.DocumentOf(line, proposals.GetValueOrDefault(line.Id))), () => SettlementText.Write(lines, isAll, proposals));
        }
        else
        {
            var (listed, isAll) = await PagesAsync<ListedStatement>((last, limit) => statements.ListAsync(merchant, last?.Statement, limit, cancel), isJson);
            Report.Print(options, listed.Select(one => SettlementText.DocumentOf(one)), () => SettlementText.Write(listed, isAll));
        }

        return 0;
    }

    /// <summary>The first page for people, who are told where there is more; all for programs.</summary>
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

    private static async Task<int> MatchAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var ways = new[]
        {
            options.GetValue(Payment) is not null, options.GetValue(Charge) is { Length: > 0 }, options.GetValue(Customer) is not null,
            options.GetValue(Provider) is not null, options.GetValue(Fee), options.GetValue(Accept), options.GetValue(Ignore),
        };
        if (ways.Count(isAsked => isAsked) != 1)
            throw new CommandException("Say one of --payment, --charge, --customer, --provider, --fee, --accept and --ignore.");
        var reason = options.GetValue(Reason);
        if (options.GetValue(Ignore) && string.IsNullOrWhiteSpace(reason))
            throw new CommandException("--ignore needs a --reason.");
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var statements = new Statements(database.Source, TimeProvider.System);
        var line = await statements.FindAsync(new SettlementLineId(merchant, options.GetValue(Line)), cancel)
            ?? throw new CommandException($"Merchant {merchant.Value} has no such line. See: quittance settlement list --open --merchant {merchant.Value}");
        await using var engine = database.StartEngine();
        var (choice, names) = options.GetValue(Accept) ? await ProposedAsync(database, line, cancel) : ChoiceOf(options);
        var origin = CommandLineOrigin.Of(merchant, choice == SettlementChoice.Ignore ? "settlement.match" : "settlement.book", $"line {line.Id.Value:D}", reason ?? "");
        var (outcome, problem) = await DeskOf(database, engine).BookAsync(line, choice, names, origin, reason, cancel);
        if (outcome is not { Accepted: true })
            throw new CommandException($"Nothing was changed: {problem ?? Refused.Text(outcome!)}.");
        var now = (await statements.FindAsync(line.Id, cancel))!;
        Report.Print(
            options, new[] { SettlementText.DocumentOf(now) },
            () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] The line of {now.Amount} is [bold]{now.Status.ToString().ToLowerInvariant()}[/]."));
        return 0;
    }

    private static async Task<(SettlementChoice Choice, IReadOnlyList<string> Names)> ProposedAsync(OpenDatabase database, SettlementLine line, CancellationToken cancel)
    {
        var proposed = await new LineMatching(database.Source, TimeProvider.System).ProposalsAsync(line.Id.Merchant, [line], cancel);
        return proposed.TryGetValue(line.Id, out var proposal)
            ? (proposal.Choice, proposal.Names)
            : throw new CommandException("Nothing is proposed for the line. Say what it is.");
    }

    private static (SettlementChoice Choice, IReadOnlyList<string> Names) ChoiceOf(ParseResult options)
    {
        if (options.GetValue(Charge) is { Length: > 0 } charges)
            return (SettlementChoice.Charge, charges);
        if (options.GetValue(Customer) is { } customer)
            return (SettlementChoice.Customer, [customer]);
        if (options.GetValue(Payment) is { } payment)
            return (SettlementChoice.Payment, [payment]);
        if (options.GetValue(Provider) is { } provider)
            return (SettlementChoice.Payout, [provider]);
        return (options.GetValue(Fee) ? SettlementChoice.Fee : SettlementChoice.Ignore, []);
    }

    private static SettlementDesk DeskOf(OpenDatabase database, PaymentEngine engine) =>
        new(database.Source, engine, TimeProvider.System, Tmf676Requests.PartsOf, Providers);

    /// <summary>Tells at once, and not from another thread as the framework's own does.</summary>
    private sealed class Now<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
