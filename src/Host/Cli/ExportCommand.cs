using System.CommandLine;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Exporting;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>export</c>: the books for other programs.</summary>
internal static class ExportCommand
{
    private static readonly Option<DateOnly?> From = new("--from") { Description = "The first day, in UTC (default: the beginning)", HelpName = "yyyy-MM-dd" };
    private static readonly Option<DateOnly?> To = new("--to")
    {
        Description = "The last day, in UTC (default: the end). A day that has ended is closed first: the journal has all of it, for good",
        HelpName = "yyyy-MM-dd",
    };
    private static readonly Option<JournalFormat> Format = new("--format") { Description = "CSV, or plain-text accounting as hledger reads it", HelpName = "csv|hledger" };
    private static readonly Option<string?> Output = new("--output")
    {
        Description = "The file, which must not exist and which only you may read (default: standard output)",
        HelpName = "file",
    };

    public static Command Create()
    {
        var journal = new Command("journal", "All transfers of a merchant in the order of time, as of one moment; also beside a running server")
        {
            MerchantOption.Merchant, From, To, Format, Output, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        journal.SetAction((options, cancel) => Terminal.RunAsync(progress => JournalAsync(options, progress, cancel)));
        return new Command("export", "The books for other programs") { journal };
    }

    private static async Task<int> JournalAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var output = options.GetValue(Output);
        if (output is null && options.GetValue(JsonOption.Json))
            throw new CommandException("With --json the journal needs a file of its own: name it with --output.");
        if (options.GetValue(From) is { } first && options.GetValue(To) is { } last && first > last)
            throw new CommandException("--from must not be after --to.");
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var scope = await ScopeAsync(options, database.Source, merchant, cancel);
        if (!scope.IsClosed)
        {
            Terminal.Error.MarkupLineInterpolated(
                $"[yellow]![/] The journal is open: its last day may still get transactions. With --to and a day that has ended (UTC) it is complete.");
        }

        if (output is null)
        {
            await using var text = new StreamWriter(System.Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            await WriteAsync(options, database.Source, scope, text, cancel);
            return 0;
        }

        var target = Path.GetFullPath(output);
        var entries = await ToFileAsync(target, text => WriteAsync(options, database.Source, scope, text, cancel));
        Report.Print(
            options, new { File = target, Entries = entries, Format = options.GetValue(Format), scope.From, scope.To, scope.IsClosed },
            () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Transfers: [bold]{entries:N0}[/], in {target}"));
        return 0;
    }

    private static async Task<JournalScope> ScopeAsync(ParseResult options, NpgsqlDataSource database, MerchantId merchant, CancellationToken cancel)
    {
        var known = await new Merchants(database, TimeProvider.System).ListAsync(cancel);
        var closing = options.GetValue(To) is { } to
            ? await new Journal(database).CloseAsync(merchant, to, TimeProvider.System.GetUtcNow(), cancel)
            : Closing.NotEnded;
        if (closing == Closing.ClocksDiffer)
        {
            throw new CommandException(
                "The clocks of this machine and of the database differ by more than a minute, so that neither tells "
                + "whether the last day has ended. Set them, and export again.");
        }

        return new JournalScope(
            merchant, known.First(one => one.Id == merchant).Name, await new Journal(database).CurrenciesAsync(merchant, cancel),
            options.GetValue(From), options.GetValue(To), closing == Closing.Closed);
    }

    private static Task<long> WriteAsync(ParseResult options, NpgsqlDataSource database, JournalScope scope, TextWriter text, CancellationToken cancel) =>
        LongWork.WithBarAsync("Exporting", async bar =>
        {
            await using var writer = WriterOf(options.GetValue(Format), text);
            await writer.BeginAsync(scope);
            long entries = 0;
            await foreach (var entry in new Journal(database).ReadAsync(scope.Merchant, scope.From, scope.To, bar, cancel))
            {
                await writer.WriteAsync(entry);
                entries++;
            }

            return entries;
        });

    private static IJournalWriter WriterOf(JournalFormat format, TextWriter text) => format switch
    {
        JournalFormat.Csv => new JournalCsv(text),
        JournalFormat.Hledger => new HledgerJournal(text),
    };

    /// <summary>The file bears its name when it is whole.</summary>
    private static async Task<long> ToFileAsync(string target, Func<TextWriter, Task<long>> write)
    {
        if (File.Exists(target))
            throw new CommandException($"{target} exists already. Choose another name.");
        var unfinished = $"{target}.{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}.unfinished";
        try
        {
            long entries;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var text = new StreamWriter(unfinished, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), options))
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
