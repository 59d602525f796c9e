using System.CommandLine;
using Quittance.BackOffice.BankStatements;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Host.Cli;
using Quittance.Storage.Settlements;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>settlement format</c>: what the columns of a bank's CSV are, once for all of its files.</summary>
internal static class FormatCommands
{
    private static readonly Argument<FileInfo> File = new("file")
    {
        Description = "What the columns are, in JSON, as 'settlement import --columns' takes it",
    };

    private static readonly Option<string> Name = Options.Required("--name", "name", "By it people know the format, such as the bank");

    private static readonly Option<string?> Reason = Options.Reason(isRequired: false);

    public static Command Format() => new("format", "What the columns of a bank's CSV are, once for all files with its header line")
    {
        CommandMaker.OfMerchant("list", "List the formats that are kept", ListAsync),
        CommandMaker.OfMerchant("set", FormatActs.Set.Title, SetAsync, File, Name, Reason),
        ActCommand.Of(FormatActs.End, "end"),
    };

    /// <summary>Reads a format from a file.</summary>
    public static StatementFormat In(FileInfo file, string option)
    {
        using var text = new StreamReader(SettlementCommands.Opened(file));
        if (file.Length > FormatActs.MostBytes)
            throw new CommandException($"{option}: {file.Name} has more than {FormatActs.MostBytes} bytes.");
        var (format, problem) = CsvFormat.Read(text.ReadToEnd());
        return format ?? throw new CommandException($"{option}: {problem}.");
    }

    private static async Task SetAsync(Run run)
    {
        var name = run.Required(Name).Trim();
        if (name.Length is 0 or > FormatActs.LongestName || !OneLine.IsName(name))
            throw new CommandException($"--name has 1 to {FormatActs.LongestName} characters, {OneLine.Rule}.");
        var format = In(run.Required(File), "file");
        var result = await run.DoAsync(FormatActs.Set, FormatActs.AskedOf(name, format), run.Get(Reason));
        run.Print(new { Act = FormatActs.Set.Word, Said = result.Sentence }, $"[green]✓[/] {result.Sentence}");
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var formats = await StatementFormats.ShownAsync(books, merchant, run.Cancel);
        run.Print(formats.Select(DocumentOf), () =>
        {
            if (formats.Count == 0)
                Terminal.Line($"No format is kept: files of CSV are read by the names of their columns.");
            foreach (var one in formats)
            {
                Terminal.Line($"[bold]{one.Title}[/]: {one.Format.Account ?? "the account is in a column"}");
                foreach (var column in one.Format.Columns)
                    Terminal.Line($"  {column.Name}: {EnumWords.Of(column.Use)}");
            }
        });
    }

    private static object DocumentOf(KeptFormat kept) => new
    {
        kept.Number,
        kept.Name,
        Columns = kept.Format.Columns.Select(column => new { column.Name, Use = EnumWords.Of(column.Use) }),
        Days = kept.Format.Order is { } order ? EnumWords.Of(order) : null,
        Decimal = kept.Format.DecimalSign,
        Currency = kept.Format.Currency?.Code,
        kept.Format.Account,
    };
}
