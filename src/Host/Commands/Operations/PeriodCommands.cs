using System.CommandLine;
using Quittance.BackOffice.Ledger;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Host.Cli;
using Quittance.Storage.Moments;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>period</c>: closes months of the books.</summary>
internal static class PeriodCommands
{
    private static readonly Argument<string> Month = new("month") { Description = "The month, such as 2026-10" };

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    public static Command Period() => new("period", "Closed months: nothing is booked into them any more")
    {
        CommandMaker.OfMerchant(
            "close",
            "Close a month that is over. What takes effect in it later is booked on the first open day. Its trial balance and the hash of "
            + "its journal are kept",
            CloseAsync, Month),
        CommandMaker.OfMerchant("reopen", "Open the last closed month again; the closing stays on record", ReopenAsync, Month, Reason),
        CommandMaker.OfMerchant("list", "List the closings, the newest month first", ListAsync),
    };

    private static async Task CloseAsync(Run run)
    {
        var month = MonthOf(run);
        var result = await run.DoAsync(MonthActs.Close, new Asked().With(MonthActs.Name, $"{month}"), reason: null);
        var closed = (await new Periods(run.Database.Source, run.Clock).ListAsync(new MerchantId(run.Get(Options.Merchant)), run.Cancel))
            .First(period => period.Month == month);
        run.Print(
            new { Month = $"{month}", closed.Transfers, JournalSha256 = closed.JournalHash, closed.Seal },
            $"[green]✓[/] {result.Sentence}");
    }

    private static async Task ReopenAsync(Run run)
    {
        var (month, reason) = (MonthOf(run), run.Required(Reason));
        var result = await run.DoAsync(MonthActs.Reopen, new Asked().With(MonthActs.Name, $"{month}"), reason);
        run.Print(new { Month = $"{month}", OpenFrom = month.FirstDay, Reason = Run.ReasonOf(reason) }, $"[green]✓[/] {result.Sentence}");
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var all = await new Periods(books, run.Clock).ListAsync(merchant, run.Cancel);
        run.Print(
            new
            {
                Periods = all.Select(period => new
                {
                    Month = $"{period.Month}",
                    period.Closing,
                    period.ClosedAt,
                    period.ClosedBy,
                    period.Transfers,
                    JournalSha256 = period.JournalHash,
                    period.Seal,
                    period.Reopened,
                }),
            },
            () =>
            {
                if (all.Count == 0)
                    Terminal.Line($"No month is closed. Close one with: quittance period close 2026-10");
                foreach (var period in all)
                {
                    Terminal.Line($"[bold]{period.Month}[/]  closed {period.ClosedAt:yyyy-MM-dd HH:mm} by {period.ClosedBy}");
                    Terminal.Line($"  {period.Transfers:N0} transfers, SHA-256 of the journal {period.JournalHash}");
                    if (period.Reopened is { } reopened)
                        Terminal.Line($"  [yellow]opened again[/] {reopened.At:yyyy-MM-dd HH:mm} by {reopened.By}: {reopened.Reason}");
                }
            });
    }

    private static Month MonthOf(Run run) => Storage.Moments.Month.Parse(run.Required(Month))
        ?? throw new CommandException($"{run.Required(Month)} is no month. Name one such as 2026-10.");
}
