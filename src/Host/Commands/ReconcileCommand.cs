using System.CommandLine;
using System.Globalization;
using Quittance.Core.Attempts;
using Quittance.Core.Collecting;
using Quittance.Host.Cli;
using Quittance.Host.Providers;
using Quittance.Providers;
using Quittance.Storage.Backups;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Commands;

/// <summary><c>reconcile</c>: compares the books with the providers, and takes over what they lack.</summary>
internal static class ReconcileCommand
{
    private static readonly Option<string?> Since = Options.Text(
        "--since", "moment",
        "From when on, such as 2026-11-21T18:00Z (default: what a restore may have lost; for other books the last 25 hours)");

    private static readonly Option<long?> Merchant = Options.Of<long?>("--merchant", "id", "One merchant (default: all)");

    private static readonly Option<bool> TakeOver = Options.Flag(
        "--take-over", "Take over what a provider has and the books lack, after a look at the list; --reason says why");

    private static readonly Option<string?> Reason = Options.Text("--reason", "text", "Why; kept in the audit log");

    private static readonly TimeSpan LooksBack = TimeSpan.FromHours(25);

    // So long a payment may be under way in healthy books.
    private static readonly TimeSpan UnderWayFor = TimeSpan.FromMinutes(15);

    public static Command Reconcile() => Act.OfBooks(
        "reconcile",
        "Compare the books with the records of every provider: what one has and the other lacks, amounts and outcomes. "
        + "Exits with 1 on a difference",
        ReconcileAsync, Since, Merchant, TakeOver, Reason, MasterKeySource.FileOption);

    private static async Task ReconcileAsync(Run run)
    {
        var reason = run.Get(Reason)?.Trim() ?? "";
        if (run.Get(TakeOver) && reason.Length is 0 or > Run.LongestReason)
            throw new CommandException($"--take-over needs a --reason of 1 to {Run.LongestReason} characters.");
        var books = await run.ChangeAsync();
        var begunAt = run.Clock.GetUtcNow();
        var epochs = new Epochs(books, run.Clock);
        var epoch = await epochs.LatestAsync(run.Cancel);
        var since = SinceOf(run, epoch is { IsHeld: true } ? epoch.LostFrom : begunAt - LooksBack);
        var all = (await new Merchants(books, run.Clock).ListAsync(run.Cancel)).Select(merchant => merchant.Id).ToList();
        var merchants = run.Get(Merchant) is { } only ? all.FindAll(merchant => merchant.Value == only) : all;
        if (merchants.Count == 0)
            throw new CommandException($"There is no merchant {run.Get(Merchant)}.");

        // Held books have nothing under way.
        var before = epoch is { IsHeld: true } ? DateTimeOffset.MaxValue : begunAt - UnderWayFor;
        var timeouts = new ProviderTimeouts();
        await using var parts = new ServiceCollection().AddLogging().AddCollecting(
            books, run.StartEngine(Composition.EngineFor(timeouts) with { ChangesHeldBooks = true }), await run.OpenVaultAsync(), run.Clock,
            new ProviderOptions { Timeouts = timeouts }, new AttemptSchedule())
            .AddSingleton<NoticeDesk>().AddSingleton<TakeOver>().AddSingleton<ReconcilingBooks>().AddSingleton<Reconciliation>()
            .BuildServiceProvider();
        var reconciliation = parts.GetRequiredService<Reconciliation>();
        run.Progress.Report("Comparing the books with the providers");
        var compared = await reconciliation.CompareAsync(merchants, since, before, run.Cancel);
        var taken = 0;
        if (run.Get(TakeOver) && compared.Any(one => CanBeTakenOver(one) > 0))
        {
            if (!run.Get(Options.Json))
                Show(compared, since);
            taken = await TakeOverAsync(run, parts.GetRequiredService<TakeOver>(), compared, reason);
            compared = await reconciliation.CompareAsync(merchants, since, before, run.Cancel);
        }

        if (merchants.Count == all.Count && epoch is not null && since <= epoch.LostFrom && compared.All(one => one.Records is not null))
            await epochs.NoteReconciledAsync(begunAt, run.Cancel);
        run.ExitCode = compared.All(one => one.Agrees) ? 0 : 1;
        run.Print(DocumentOf(compared, since, taken), () =>
        {
            if (taken > 0)
                Terminal.Line($"[green]✓[/] Taken over: {taken}.");
            Show(compared, since);
            if (taken == 0 && compared.Any(one => CanBeTakenOver(one) > 0))
            {
                Terminal.Line(
                    $"  The books can take over {compared.Sum(CanBeTakenOver)} of them from the providers: ",
                    $"look at the list, then say --take-over --reason …");
            }
        });
    }

    private static int CanBeTakenOver(ReconciledProvider one) => one.Differences.Count(difference => difference.CanBeTakenOver);

    private static async Task<int> TakeOverAsync(Run run, TakeOver takeOver, IReadOnlyList<ReconciledProvider> compared, string reason)
    {
        var taken = 0;
        foreach (var (merchant, difference, records) in compared
            .SelectMany(one => one.Differences.Select(difference => (one.Merchant, difference, one.Records!)))
            .Where(one => one.difference.CanBeTakenOver))
        {
            run.Progress.Report($"Taking over {difference.Subject} {difference.Name}");
            var by = run.By(merchant, "books.take_over", $"{difference.Subject} {difference.Name}", reason);
            taken += await takeOver.TakeAsync(by, difference, records, run.NewId, run.Cancel) ? 1 : 0;
        }

        return taken;
    }

    private static DateTimeOffset SinceOf(Run run, DateTimeOffset usual)
    {
        if (run.Get(Since) is not { } text)
            return usual;
        if (!DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since))
        {
            throw new CommandException("--since must be a moment, such as 2026-11-21T18:00Z.");
        }

        return since <= run.Clock.GetUtcNow() ? since : throw new CommandException("--since lies in the future.");
    }

    private static object DocumentOf(IReadOnlyList<ReconciledProvider> compared, DateTimeOffset since, int taken) => new
    {
        Agrees = compared.All(one => one.Agrees),
        Since = since,
        TakenOver = taken,
        Providers = compared.Select(one => new
        {
            Merchant = one.Merchant.Value,
            one.Provider,
            Answered = one.Records is not null,
            Requests = one.Records?.Requests.Count,
            Disputes = one.Records?.Disputes.Count,
            Differences = one.Differences.Select(difference => new
            {
                difference.Kind,
                difference.Subject,
                difference.Name,
                Payment = difference.Payment?.Value,
                difference.Amount,
                difference.Here,
                difference.There,
                difference.CanBeTakenOver,
            }),
        }),
    };

    private static void Show(IReadOnlyList<ReconciledProvider> compared, DateTimeOffset since)
    {
        if (compared.Count == 0)
            Terminal.Line($"[green]✓[/] No merchant has an account at a provider.");
        foreach (var one in compared)
        {
            Terminal.Line($"[bold]{one.Provider}[/] [dim]· merchant {one.Merchant.Value} · since {since:yyyy-MM-dd HH:mm:ss} UTC[/]");
            if (one.Records is not { } records)
            {
                Terminal.Line($"[red]✗[/] The provider does not answer: nothing was compared.");
            }
            else if (one.Differences.Count == 0)
            {
                Terminal.Line(
                    $"[green]✓[/] The books and the provider agree: ",
                    $"requests {records.Requests.Count:N0}, disputes {records.Disputes.Count:N0}.");
            }
            else
            {
                Terminal.Out.Write(TableOf(one));
            }
        }
    }

    private static Table TableOf(ReconciledProvider one)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("What").AddColumn("Id")
            .AddColumn(new TableColumn("Amount").RightAligned()).AddColumn("Books").AddColumn("Provider").AddColumn("Taken over");
        foreach (var difference in one.Differences)
        {
            table.AddRow(
                Markup.Escape(difference.Subject), Markup.Escape(difference.Name), difference.Amount?.ToString() ?? "",
                difference.Here ?? "–", difference.There ?? "–", difference.CanBeTakenOver ? "can be" : "by hand");
        }

        return table;
    }
}
