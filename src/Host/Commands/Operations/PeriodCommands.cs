using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Host.Cli;
using Quittance.Storage;
using Quittance.Storage.Exporting;
using Quittance.Storage.Moments;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>period</c>: closes months of the books.</summary>
internal static class PeriodCommands
{
    private static readonly Argument<string> Month = new("month") { Description = "The month, in UTC, such as 2026-10" };

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    public static Command Period() => new("period", "Closed months: nothing is booked into them any more")
    {
        Act.OfMerchant(
            "close",
            "Close a month that is over. What takes effect in it later is booked on the first open day. Its trial balance and the hash of "
            + "its journal are kept",
            CloseAsync, Month),
        Act.OfMerchant("reopen", "Open the last closed month again; the closing stays on record", ReopenAsync, Month, Reason),
        Act.OfMerchant("list", "List the closings, the newest month first", ListAsync),
    };

    private static async Task CloseAsync(Run run)
    {
        var month = MonthOf(run);
        var (books, merchant) = await run.ChangeMerchantAsync();
        var periods = new Periods(books, run.Clock);
        await RefuseAsync(run, periods, merchant, month);
        var journal = new Journal(books);
        switch (await journal.CloseAsync(merchant, month.LastDay, run.Clock.GetUtcNow(), run.Cancel))
        {
            case Closing.NotEnded:
                throw new CommandException($"{month} is not over: it ends with {month.LastDay:yyyy-MM-dd}, in UTC.");
            case Closing.ReadOnly:
                throw new CommandException("The database permits only to read.");
            case Closing.ClocksDiffer:
                throw new CommandException("The clocks of this machine and of the database differ by more than a minute. Set them first.");
            case Closing.Closed:
                break;
        }

        var reading = new MomentReading(books, new SlotLead(books, run.Clock));
        var balances = await reading.TrialBalanceAsync(merchant, AsOf.Of(month.LastDay), run.Cancel);
        var (transfers, hash) = await HashAsync(run, journal, merchant, month);
        // The audit log is sealed, and with it the hash.
        var origin = run.By(merchant, "period.close", $"{month}", $"SHA-256 of its journal {Convert.ToHexStringLower(hash)}");
        var seal = await new Seals(books, run.Clock).OfAsync(merchant, run.Cancel);
        switch (await periods.KeepAsync(merchant, month, balances.Lines, transfers, hash, seal, origin, run.Cancel))
        {
            case ChangeOutcome.Repeated:
                throw new CommandException($"{month} is closed already.");
            case ChangeOutcome.Nothing:
                throw new CommandException($"The month before {month} was opened again meanwhile. Close it first, and then {month}.");
            case ChangeOutcome.Made:
                break;
        }

        run.Print(
            new
            {
                Month = $"{month}",
                Transfers = transfers,
                JournalSha256 = Convert.ToHexStringLower(hash),
                Seal = Convert.ToHexStringLower(seal.Hash.Span),
            },
            $"[green]✓[/] [bold]{month}[/] is closed: {transfers:N0} transfers, SHA-256 of its journal {Convert.ToHexStringLower(hash)}");
    }

    /// <summary>Months are closed one after the other, each once.</summary>
    private static async Task RefuseAsync(Run run, Periods periods, MerchantId merchant, Month month)
    {
        var closed = (await periods.ListAsync(merchant, run.Cancel)).Where(period => period.Reopened is null).ToList();
        if (closed.Any(period => period.Month == month))
            throw new CommandException($"{month} is closed already.");
        if (closed.Count > 0 && month.FirstDay < closed[0].Month.FirstDay)
            throw new CommandException($"{month} is closed already: all days up to the end of {closed[0].Month} are.");
        if (closed.Count > 0 && closed[0].Month.Next != month)
            throw new CommandException($"{closed[0].Month.Next} is open. Close it first.");
        if (await periods.FirstDayAsync(merchant, run.Cancel) is not { } first || first > month.LastDay)
            throw new CommandException($"There is nothing to close: nothing is booked up to the end of {month}.");
    }

    private static async Task ReopenAsync(Run run)
    {
        var (month, reason) = (MonthOf(run), Run.ReasonOf(run.Required(Reason)));
        var (books, merchant) = await run.ChangeMerchantAsync();
        var periods = new Periods(books, run.Clock);
        if (!await periods.ReopenAsync(merchant, month, run.By(merchant, "period.reopen", $"{month}", reason), run.Cancel))
        {
            var last = (await periods.ListAsync(merchant, run.Cancel)).FirstOrDefault(period => period.Reopened is null);
            throw new CommandException(last is null ? $"{month} is not closed: no month is."
                : last.Month.FirstDay < month.FirstDay ? $"{month} is not closed. The last closed month is {last.Month}."
                : $"Only the last closed month can be opened again: {last.Month}.");
        }

        run.Print(
            new { Month = $"{month}", OpenFrom = month.FirstDay, Reason = reason },
            $"[green]✓[/] [bold]{month}[/] is open again: each event from {month.FirstDay:yyyy-MM-dd} on is booked on its effective day.");
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

    /// <summary>The hash of the month's journal, as <c>export journal</c> writes it as CSV.</summary>
    private static Task<(long Transfers, byte[] Hash)> HashAsync(Run run, Journal journal, MerchantId merchant, Month month) =>
        Terminal.WithBarAsync("Adding up the month", async bar =>
        {
            var known = await new Merchants(run.Database.Source, run.Clock).ListAsync(run.Cancel);
            using var sha = SHA256.Create();
            long transfers = 0;
            await using (var hashed = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write))
            await using (var text = new StreamWriter(hashed, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
            {
                var writer = new JournalCsv(text);
                await writer.BeginAsync(new JournalScope(
                    merchant, known.First(one => one.Id == merchant).Name, [], month.FirstDay, month.LastDay, IsClosed: true));
                await foreach (var entry in journal.ReadAsync(merchant, month.FirstDay, month.LastDay, bar, run.Cancel))
                {
                    await writer.WriteAsync(entry);
                    transfers++;
                }
            }

            return (transfers, sha.Hash!);
        });
}
