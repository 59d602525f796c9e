using System.CommandLine;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>settlement find</c>: the lines of statements that name somebody.</summary>
internal static class SettlementFind
{
    private const int ShortestText = 3;
    private const int Most = 1000;

    private static readonly Argument<string> Text = new("text") { Description = "A name, or a part of what was written to a transfer; letters of either case are the same" };

    public static Command Create()
    {
        var find = new Command("find", "List the lines in whose texts something stands, open or not. Reads every line of the merchant")
        {
            Text, MerchantOption.Merchant, JsonOption.Json, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        find.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, progress, cancel)));
        return find;
    }

    private static async Task<int> RunAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var text = options.GetRequiredValue(Text).Trim();
        if (text.Length < ShortestText)
            throw new CommandException($"Say at least {ShortestText} characters.");
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var lines = await new LineTexts(database.Source, TimeProvider.System).FindAsync(merchant, text, Most + 1, cancel);
        if (lines.Count > Most)
            throw new CommandException($"It stands in more than {Most} lines. Say more of it.");
        Report.Print(options, lines.Select(line => SettlementText.DocumentOf(line)), () =>
        {
            if (lines.Count == 0)
                Terminal.Out.MarkupLine("It stands in no line.");
            else
                SettlementText.Write(lines, isAll: true);
        });
        return 0;
    }
}
