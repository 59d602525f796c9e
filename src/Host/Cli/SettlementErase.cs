using System.CommandLine;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>settlement erase</c>: what a line of a statement says of a person goes, its day and amount stay.</summary>
internal static class SettlementErase
{
    private static readonly Argument<Guid> Line = new("line") { Description = "The line's id, as find shows it" };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why; kept in the audit log, so name nobody", HelpName = "text", Required = true };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it without asking: nothing brings it back but a backup" };

    public static Command Create()
    {
        var erase = new Command("erase", "Erase the texts of a line that is booked or ignored: the other party, what was written, the note. Its day and amount stay. Safe to repeat")
        {
            Line, MerchantOption.Merchant, Reason, Yes, JsonOption.Json, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        erase.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, progress, cancel)));
        return erase;
    }

    private static async Task<int> RunAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var reason = options.GetRequiredValue(Reason).Trim();
        if (reason.Length is 0 or > AccountErase.LongestReason)
            throw new CommandException($"--reason has 1 to {AccountErase.LongestReason} characters.");
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var id = new SettlementLineId(merchant, options.GetValue(Line));
        var line = await new Statements(database.Source, TimeProvider.System).FindAsync(id, cancel)
            ?? throw new CommandException($"Merchant {merchant.Value} has no such line. See: quittance settlement find <text> --merchant {merchant.Value}");
        if (line.Status == SettlementStatus.Open)
            throw new CommandException("The line is open, and its texts are what it can be matched by. Say first what it is, or leave it out: quittance settlement match");
        if (!options.GetValue(Yes) && !Terminal.IsConfirmed($"Erase the texts of the line of {line.Amount} on {line.BookedOn:yyyy-MM-dd}? Nothing brings them back but a backup."))
            throw new CommandException("Nothing was erased. Say --yes to do it without being asked.");

        var isErased = await new LineTexts(database.Source, TimeProvider.System)
            .EraseAsync(id, CommandLineOrigin.Of(merchant, "settlement.erase", $"line {id.Value:D}", reason), cancel);
        Report.Print(options, new { Line = id.Value, Erased = isErased }, () => Terminal.Out.MarkupLineInterpolated(isErased
            ? (FormattableString)$"[green]✓[/] Erased the texts of the line of [bold]{line.Amount}[/] on {line.BookedOn:yyyy-MM-dd}. Backups made until now still hold them."
            : $"[green]✓[/] There was nothing left to erase of this line."));
        return 0;
    }
}
