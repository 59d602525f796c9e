using System.CommandLine;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>charge</c>: what customers owe.</summary>
internal static class ChargeCommand
{
    private static readonly Argument<FileInfo> File = new("file")
    {
        Description = "A CSV file in UTF-8 with a header line, of commas or semicolons. Columns: account, amount, currency, reference; and if wanted due_on (yyyy-MM-dd), label, document, description, order, order_number",
    };

    public static Command Create()
    {
        var import = new Command("import", "Raise charges from a CSV file; safe to repeat, as a reference is taken in once")
        {
            File, MerchantOption.Merchant, MerchantOption.Api, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        import.SetAction((options, cancel) => Terminal.RunAsync(progress => ImportAsync(options, progress, cancel)));
        return new Command("charge", "What customers owe") { import };
    }

    private static async Task<int> ImportAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var file = options.GetRequiredValue(File);
        if (!file.Exists)
            throw new CommandException($"There is no file {file.FullName}.");
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        await using var engine = database.StartEngine();
        using var text = file.OpenText();
        var origin = CommandLineOrigin.Of(merchant, "charge.import", file.Name);
        var result = await LongWork.WithBarAsync("Raising charges", bar =>
            new ChargeImport(engine, origin, MerchantOption.ApiOf(options), TimeProvider.System).RunAsync(text, bytes => bar.Report(bytes / (double)Math.Max(1, file.Length)), cancel));

        foreach (var (line, problem) in result.Problems)
            Terminal.Error.MarkupLineInterpolated($"[red]✗[/] line {line}: {problem}");
        Report.Print(
            options,
            new { result.Raised, result.Repeated, Refused = result.Problems.Count, Problems = result.Problems.Select(problem => new { problem.Line, problem.Problem }) },
            () => Terminal.Out.MarkupLineInterpolated(
                $"{(result.Problems.Count == 0 ? "✓" : "✗")} Lines taken in: [bold]{result.Raised}[/]; there already: {result.Repeated}; refused: {result.Problems.Count}."));
        return result.Problems.Count == 0 ? 0 : 1;
    }
}
