using System.CommandLine;
using System.Text;
using Npgsql;
using Quittance.BackOffice.Exports;
using Quittance.BackOffice.Ledger;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Host.Cli;
using Quittance.Storage.Exporting;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>export</c>: the books for other programs.</summary>
internal static class ExportCommands
{
    private static readonly Option<DateOnly?> From = Options.Of<DateOnly?>(
        "--from", "yyyy-MM-dd", "The first day (default: the beginning)");

    private static readonly Option<DateOnly?> To = Options.Of<DateOnly?>(
        "--to", "yyyy-MM-dd",
        "The last day (default: the end). A day that has ended is closed first: the journal has all of it, for good");

    private static readonly Option<JournalFormat> Format = Options.Of<JournalFormat>(
        "--format", "csv|hledger|datev",
        "CSV, plain-text accounting as hledger reads it, or a batch of postings for DATEV, of the days of one fiscal year");

    private static readonly Option<string?> OneCurrency = Options.Text(
        "--currency", "code", "For DATEV: the currency, where the days have several");

    private static readonly Option<string?> Output = Options.Text(
        "--output", "file", "The file, which must not exist and which only you may read (default: standard output)");

    public static Command Export() => new("export", "The books for other programs")
    {
        CommandMaker.OfMerchant(
            "journal", "All transfers of a merchant in the order of time, as of one moment; also beside a running server", JournalAsync,
            From, To, Format, OneCurrency, Output),
        ActCommand.Of(DatevActs.Set, "datev-accounts"),
    };

    private static async Task JournalAsync(Run run)
    {
        var (first, last, output) = (run.Get(From), run.Get(To), run.Get(Output));
        if (output is null && run.Get(Options.Json))
            throw new CommandException("With --json the journal needs a file of its own: name it with --output.");
        if (first > last)
            throw new CommandException("--from must not be after --to.");
        var (books, merchant) = await run.ReadMerchantAsync();
        if (run.Get(Format) == JournalFormat.Datev)
            await BatchAsync(run, books, merchant);
        var mayWrite = await run.NoteAsync("journal.export", "the journal", merchant);
        var scope = await ScopeAsync(run, books, merchant, mayWrite);
        // Once more: until its days were closed, a commit could bring a line without a number.
        var batch = run.Get(Format) == JournalFormat.Datev ? await BatchAsync(run, books, merchant) : null;
        if (!scope.IsClosed)
        {
            Terminal.Error.MarkupLine(
                "[yellow]![/] The journal is open: its last day may still get transactions. With --to and a day that has ended it "
                + "is complete.");
        }

        if (output is null)
        {
            await using var text = new StreamWriter(System.Console.OpenStandardOutput(), EncodingOf(run));
            await WriteAsync(run, books, scope, text, batch);
            return;
        }

        var target = Path.GetFullPath(output);
        var entries = await ToFileAsync(run, target, text => WriteAsync(run, books, scope, text, batch));
        run.Print(
            new { File = target, Entries = entries, Format = run.Get(Format), scope.From, scope.To, scope.IsClosed },
            $"[green]✓[/] Transfers: [bold]{entries:N0}[/], in {target}");
    }

    private static async Task<JournalScope> ScopeAsync(Run run, NpgsqlDataSource books, MerchantId merchant, bool mayWrite)
    {
        var (known, journal) = (await new Merchants(books, run.Clock).ListAsync(run.Cancel), new Journal(books));
        var closing = run.Get(To) is { } to
            ? await journal.CloseAsync(merchant, to, run.Clock.GetUtcNow(), run.Cancel, mayWrite) : Closing.NotEnded;
        if (closing == Closing.ClocksDiffer)
        {
            throw new CommandException(
                "The clocks of this machine and of the database differ by more than a minute, so that neither tells "
                + "whether the last day has ended. Set them, and export again.");
        }

        return new JournalScope(
            merchant, known.First(one => one.Id == merchant).Name, await journal.CurrenciesAsync(merchant, run.Cancel),
            run.Get(From), run.Get(To), closing == Closing.Closed);
    }

    /// <summary>What a batch for DATEV needs, where DATEV can read one of these days.</summary>
    private static async Task<(DatevChart Chart, Currency Currency)?> BatchAsync(Run run, NpgsqlDataSource books, MerchantId merchant)
    {
        Currency? currency = null;
        if (run.Get(OneCurrency) is { } code)
        {
            currency = Currency.TryParse(code.ToUpperInvariant(), out var known) ? known
                : throw new CommandException($"--currency: {code} is no currency.");
        }

        var (chart, only, problem) = await DatevBatch.OfAsync(
            books, run.Clock, merchant, run.Get(From), run.Get(To), currency, run.Cancel);
        if (problem is not null)
            throw new CommandException($"{problem}{(chart is null ? " See: quittance export datev-accounts --help" : "")}");
        return (chart!, only);
    }

    private static Encoding EncodingOf(Run run) => run.Get(Format) == JournalFormat.Datev
        ? DatevBatch.Encoding : new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    private static Task<long> WriteAsync(
        Run run, NpgsqlDataSource books, JournalScope scope, TextWriter text, (DatevChart Chart, Currency Currency)? batch) =>
        Terminal.WithBarAsync("Exporting", async bar =>
        {
            IJournalWriter writer = run.Get(Format) switch
            {
                JournalFormat.Csv => new JournalCsv(text),
                JournalFormat.Hledger => new HledgerJournal(text),
                JournalFormat.Datev => new DatevBatch(text, batch!.Value.Chart, batch.Value.Currency, run.Clock.GetUtcNow()),
            };
            await writer.BeginAsync(scope);
            long entries = 0;
            await foreach (var entry in new Journal(books).ReadAsync(scope.Merchant, scope.From, scope.To, bar, run.Cancel))
            {
                if (!writer.Has(entry))
                    continue;
                await writer.WriteAsync(entry);
                entries++;
            }

            return entries;
        });

    /// <summary>The file has its name once it is complete.</summary>
    private static async Task<long> ToFileAsync(Run run, string target, Func<TextWriter, Task<long>> write)
    {
        if (File.Exists(target))
            throw new CommandException($"{target} exists already. Choose another name.");
        var unfinished = $"{target}.{run.NewId():N}.unfinished";
        try
        {
            long entries;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var text = new StreamWriter(unfinished, EncodingOf(run), options))
                entries = await write(text);
            File.Move(unfinished, target);
            return entries;
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The journal can't be written to {target}: {unwritable.Message}");
        }
        finally
        {
            if (File.Exists(unfinished))
                File.Delete(unfinished);
        }
    }
}
