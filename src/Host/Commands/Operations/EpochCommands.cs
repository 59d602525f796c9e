using System.CommandLine;
using Quittance.Core;
using Quittance.Host.Cli;
using Quittance.Host.Commands.Business;
using Quittance.Storage.Backups;
using Quittance.Storage.Debits;
using Quittance.Storage.Tenancy;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>epoch</c> and <c>release</c>: what follows a restore.</summary>
internal static class EpochCommands
{
    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    private static readonly Option<string?> LostFrom = Options.Text(
        "--lost-from", "moment", "From when on commits are lost, such as 2026-11-21T18:00Z (default: the last commit that the books have)");

    private static readonly Option<bool> Force = Options.Flag(
        "--force", "Release books that were not compared with their providers since the restore");

    public static Command Epoch() => new("epoch", "Restores of the books")
    {
        CommandMaker.OfBooks("show", "Show the last restore: when, what is lost, and whether the books are held", ShowAsync),
        CommandMaker.OfBooks(
            "begin",
            "After a restore with other tools than quittance restore: hold the books, and never again give out an id or a number that "
            + "the lost books may have given out",
            BeginAsync, Reason, LostFrom),
    };

    public static Command Release() => CommandMaker.OfBooks(
        "release", "Let restored books take changes again, after quittance reconcile has compared them with the providers",
        ReleaseAsync, Reason, Force);

    /// <summary>An epoch as programs get it.</summary>
    public static object DocumentOf(Epoch epoch) => new
    {
        epoch.Number,
        epoch.BeganAt,
        epoch.LostFrom,
        epoch.ReconciledAt,
        epoch.Differences,
        epoch.ReleasedAt,
        epoch.IsHeld,
    };

    /// <summary>Says what an operator does with books that are held.</summary>
    public static void ShowHeld(Epoch epoch)
    {
        Terminal.Line(
            $"[yellow]·[/] The books are [bold]held[/]: what was committed from {epoch.LostFrom:yyyy-MM-dd HH:mm:ss} UTC on is lost. ",
            $"A server reads them and refuses changes.");
        Terminal.Line($"  Compare them with the providers: quittance reconcile. Then let them go: quittance release --reason …");
    }

    private static async Task ShowAsync(Run run)
    {
        var epochs = new Epochs(await run.ReadAsync(), run.Clock);
        var epoch = await epochs.LatestAsync(run.Cancel);
        run.Print(new { Epoch = epoch is null ? null : DocumentOf(epoch) }, () =>
        {
            if (epoch is null)
            {
                Terminal.Line($"[green]✓[/] These books were never restored.");
            }
            else if (epoch.IsHeld)
            {
                ShowHeld(epoch);
            }
            else
            {
                Terminal.Line(
                    $"[green]✓[/] Restored at {epoch.BeganAt:yyyy-MM-dd HH:mm:ss} UTC, ",
                    $"released at {epoch.ReleasedAt:yyyy-MM-dd HH:mm:ss} UTC.");
            }
        });
    }

    private static async Task BeginAsync(Run run)
    {
        var (epochs, reason) = (new Epochs(await run.ChangeAsync(), run.Clock), Run.ReasonOf(run.Required(Reason)));
        var lostFrom = run.PastMoment(LostFrom);
        var epoch = await RefusedAsync(
            epochs.BeginAsync(lostFrom, merchant => run.By(merchant, "books.hold", "the books", reason), run.Cancel));
        run.Print(DocumentOf(epoch), () => ShowHeld(epoch));
    }

    private static async Task ReleaseAsync(Run run)
    {
        var (epochs, reason) = (new Epochs(await run.ChangeAsync(), run.Clock), Run.ReasonOf(run.Required(Reason)));
        var request = run.NewId();
        var epoch = await RefusedAsync(epochs.ReleaseAsync(
            run.Get(Force), merchant => run.By(merchant, "books.release", "the books", reason) with { Request = request }, run.Cancel));
        var perhapsSent = await PerhapsSentAsync(run);
        run.Print(new { Released = true, epoch.Differences, PerhapsSent = LostFileCommands.DocumentOf(perhapsSent) }, () =>
        {
            LostFileCommands.Show(perhapsSent);
            if (epoch.ReconciledAt is null)
                Terminal.Line($"[yellow]·[/] The books were not compared with their providers since the restore.");
            else if (epoch.Differences > 0)
                Terminal.Line($"[yellow]·[/] Differences that the last comparison left: {epoch.Differences:N0}. See: quittance reconcile");
            Terminal.Line($"[green]✓[/] The books take changes. Running servers know it within seconds.");
        });
    }

    /// <summary>The items that may have gone to banks in the time that was lost, by merchant; merchants without any are left out.</summary>
    public static async Task<IReadOnlyList<PerhapsSentList>> PerhapsSentAsync(Run run, IEnumerable<MerchantId>? merchants = null)
    {
        var books = run.Database.Source;
        merchants ??= (await new Merchants(books, run.Clock).ListAsync(run.Cancel)).Select(merchant => merchant.Id);
        List<PerhapsSentList> lists = [];
        foreach (var merchant in merchants)
        {
            if (await new LostTime(books).OfAsync(merchant, run.Cancel) is { IsEmpty: false } list)
                lists.Add(list);
        }

        return lists;
    }

    private static async Task<Epoch> RefusedAsync(Task<Epoch> change)
    {
        try
        {
            return await change;
        }
        catch (EpochException refused)
        {
            throw new CommandException(refused.Message);
        }
    }
}
