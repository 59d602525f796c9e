using System.CommandLine;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Host.Cli;
using Quittance.Host.Commands.Business;
using Quittance.Host.Providers;
using Quittance.Providers;
using Quittance.Storage.Backups;
using Quittance.Storage.Debits;
using Quittance.Storage.Lanes;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>reconcile</c>: compares the books with the providers, and takes over what they lack.</summary>
internal static class ReconcileCommand
{
    private static readonly Option<string?> Since = Options.Text(
        "--since", "moment",
        "From when on, such as 2026-11-21T18:00Z (default: what a restore may have lost; for other books the last 25 hours)");

    private static readonly Option<bool> TakeOver = Options.Flag(
        "--take-over", "Take over what a provider has and the books lack, after a look at the list; --reason says why");

    private static readonly Option<string?> DisputesAs = Options.Text(
        "--disputes-as", "open|won|lost",
        "With --take-over: how disputes stand that the provider describes in a word that is not known here. Look at them there first");

    private static readonly Option<string?> Reason = Options.Text("--reason", "text", "Why; kept in the audit log");

    // A list that people read; what follows shows when these are taken over or mended.
    private const int MostDifferences = 1000;

    public static Command Reconcile() => CommandMaker.OfBooks(
        "reconcile",
        "Compare the books with the records of every provider: what one has and the other lacks, amounts and outcomes. "
        + "Exits with 1 on a difference",
        ReconcileAsync, Since, Options.OneMerchant, TakeOver, DisputesAs, Reason);

    private static async Task ReconcileAsync(Run run)
    {
        var reason = run.Get(TakeOver)
            ? Run.ReasonOf(run.Get(Reason) ?? throw new CommandException("--take-over needs a --reason."))
            : null;
        var disputesAs = DisputesAsOf(run.Get(DisputesAs), run.Get(TakeOver));
        var books = await run.ChangeAsync();
        var begunAt = run.Clock.GetUtcNow();
        var epochs = new Epochs(books, run.Clock);
        var epoch = await epochs.LatestAsync(run.Cancel);
        var since = run.PastMoment(Since) ?? (epoch is { IsHeld: true } ? epoch.LostFrom : begunAt - Reconciliation.LooksBack);
        // Held books have nothing under way.
        var until = epoch is { IsHeld: true } ? begunAt + Reconciliation.ClocksDiffer : begunAt - Reconciliation.UnderWayFor;
        var all = (await new Merchants(books, run.Clock).ListAsync(run.Cancel)).Select(merchant => merchant.Id).ToList();
        var merchants = run.Get(Options.OneMerchant) is { } only ? all.FindAll(merchant => merchant.Value == only) : all;
        if (merchants.Count == 0 && run.Get(Options.OneMerchant) is { } unknown)
            throw new CommandException($"There is no merchant {unknown}.");

        var (compared, taken) = await ReconcileAsync(
            run, books, await run.OpenVaultAsync(), merchants, since, until, reason,
            before => ShowUnless(run.Get(Options.Json), before, since), disputesAs);
        var left = compared.Sum(one => one.Differences.Count);
        var whyNotNoted = WhyNotNoted(compared, epoch, since, isOfAll: merchants.Count == all.Count);
        if (epoch is not null && whyNotNoted is null)
            await epochs.NoteReconciledAsync(begunAt, left, run.Cancel);
        var perhapsSent = await EpochCommands.PerhapsSentAsync(run, merchants);
        run.ExitCode = compared.All(one => one.Agrees) ? 0 : 1;
        run.Print(DocumentOf(compared, since, taken, countsForRelease: epoch is { IsHeld: true } && whyNotNoted is null, perhapsSent), () =>
        {
            if (taken > 0)
                Terminal.Line($"[green]✓[/] Taken over: {taken:N0}.");
            Show(compared, since, hasNone: perhapsSent.Count == 0);
            LostFileCommands.Show(perhapsSent);
            if (taken == 0 && compared.Sum(one => one.CanBeTakenOver) is > 0 and var takeable)
            {
                Terminal.Line(
                    $"  The books can take over {takeable:N0} of them from the providers: ",
                    $"look at the list, then say --take-over --reason …");
            }

            if (epoch is { IsHeld: true } && whyNotNoted is not null)
                Terminal.Line($"[yellow]·[/] This comparison does not count for the release: {whyNotNoted}.");
        });
    }

    private static ListedDisputeState? DisputesAsOf(string? word, bool takesOver) => (word, takesOver) switch
    {
        (null, _) => null,
        (_, false) => throw new CommandException("--disputes-as goes with --take-over."),
        ("open", _) => ListedDisputeState.Open,
        ("won", _) => ListedDisputeState.Won,
        ("lost", _) => ListedDisputeState.Lost,
        _ => throw new CommandException("--disputes-as is open, won or lost."),
    };

    /// <summary>Compares books with the providers, and takes over what they lack.</summary>
    /// <param name="reason">Why it is taken over; null to take nothing over.</param>
    /// <param name="show">Gets what is taken over before it is.</param>
    public static async Task<(List<ReconciledProvider> Compared, int Taken)> ReconcileAsync(
        Run run, NpgsqlDataSource books, IVault vault, IReadOnlyCollection<MerchantId> merchants, DateTimeOffset since,
        DateTimeOffset until, string? reason, Action<List<ReconciledProvider>> show, ListedDisputeState? disputesAs = null)
    {
        var timeouts = new ProviderTimeouts();
        await using var engine = new PaymentEngine(
            new PostgresStore(books), run.Clock, Composition.EngineFor(timeouts) with { ChangesHeldBooks = true });
        await using var parts = new ServiceCollection().AddLogging().AddCollecting(
            books, engine, vault, run.Clock, new ProviderOptions { Timeouts = timeouts }, new AttemptSchedule())
            // Taking a difference over sends no provider anything: a running server goes on with it.
            .AddSingleton<IHold>(new Hold(IsHeld: true))
            .AddSingleton<ILinks, Links>().AddSingleton<ISessions, Storage.Reading.Sessions>().AddSingleton<NoticeDesk>()
            .AddSingleton<TakeOver>().AddSingleton<ReconcilingBooks>().AddSingleton<Reconciliation>()
            .BuildServiceProvider();
        var reconciliation = parts.GetRequiredService<Reconciliation>();
        Task<List<ReconciledProvider>> CompareAsync() =>
            ReconcileCommand.CompareAsync(run, reconciliation, merchants, since - Reconciliation.ClocksDiffer, until, disputesAs);

        var (compared, taken) = (await CompareAsync(), 0);
        while (reason is not null && compared.Any(one => one.CanBeTakenOver > 0))
        {
            show(compared);
            await TakeOverAsync(run, parts.GetRequiredService<TakeOver>(), compared, reason);
            var before = compared;
            compared = await CompareAsync();
            var now = before.Sum(
                one => one.Differences.Count(difference => !compared.Exists(other => other.Has(one.Merchant, difference))));
            taken += now;
            if (now == 0 || !before.Exists(one => one.IsCutShort))
                break;
        }

        return (compared, taken);
    }

    private static void ShowUnless(bool isJson, List<ReconciledProvider> compared, DateTimeOffset since)
    {
        if (!isJson)
            Show(compared, since);
    }

    /// <summary>Why a comparison says too little for a release; null where it says enough.</summary>
    private static string? WhyNotNoted(List<ReconciledProvider> compared, Epoch? epoch, DateTimeOffset since, bool isOfAll)
    {
        if (!isOfAll)
            return "it is of one merchant";
        if (since > epoch?.LostFrom)
            return $"commits from {epoch.LostFrom.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC on are lost";
        if (compared.Any(one => one.IsSilent))
            return "a provider does not answer";
        return compared.Any(one => one.IsCutShort) ? "there are too many differences" : null;
    }

    private static async Task<List<ReconciledProvider>> CompareAsync(
        Run run, Reconciliation reconciliation, IEnumerable<MerchantId> merchants, DateTimeOffset from, DateTimeOffset until,
        ListedDisputeState? disputesAs)
    {
        run.Progress.Report("Comparing the books with the providers");
        List<ReconciledProvider> compared = [];
        foreach (var merchant in merchants)
        {
            foreach (var provider in await reconciliation.ProvidersOfAsync(merchant, run.Cancel))
            {
                var one = new ReconciledProvider(merchant, provider.Name);
                compared.Add(one);
                await foreach (var window in reconciliation.CompareAsync(
                    merchant, provider, from, until, run.Cancel, disputesAs))
                {
                    one.Add(window);
                    if (one.IsCutShort)
                        break;
                }

                one.IsSilent = !one.IsCutShort && one.Until != until;
            }
        }

        return compared;
    }

    private static async Task TakeOverAsync(Run run, TakeOver takeOver, IEnumerable<ReconciledProvider> compared, string reason)
    {
        foreach (var one in compared)
        {
            foreach (var difference in Core.Executing.TakeOver.InOrder(one.Differences))
            {
                run.Progress.Report($"Taking over {difference.Subject} {difference.Name}");
                await takeOver.TakeAsync(
                    run.By(one.Merchant, "books.take_over", $"{difference.Subject} {difference.Name}", reason), difference, run.Cancel);
            }
        }
    }

    private static object DocumentOf(
        IReadOnlyList<ReconciledProvider> compared, DateTimeOffset since, int taken, bool countsForRelease,
        IReadOnlyList<PerhapsSentList> perhapsSent) => new
        {
            PerhapsSent = LostFileCommands.DocumentOf(perhapsSent),
            Agrees = compared.All(one => one.Agrees),
            Since = since,
            TakenOver = taken,
            CountsForRelease = countsForRelease,
            Providers = compared.Select(one => new
            {
                Merchant = one.Merchant.Value,
                one.Provider,
                Answered = !one.IsSilent,
                one.IsCutShort,
                one.Requests,
                one.Disputes,
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

    private static void Show(IReadOnlyList<ReconciledProvider> compared, DateTimeOffset since, bool hasNone = false)
    {
        if (compared.Count == 0 && hasNone)
            Terminal.Line($"[green]✓[/] No merchant has an account at a provider, and nothing may have gone to a bank in lost time.");
        foreach (var one in compared)
        {
            Terminal.Line($"[bold]{one.Provider}[/] [dim]· merchant {one.Merchant.Value} · since {since:yyyy-MM-dd HH:mm:ss} UTC[/]");
            if (one.Differences.Count > 0)
                Terminal.Out.Write(TableOf(one));
            if (one.IsSilent)
            {
                Terminal.Line(one.Until is { } reached
                    ? (FormattableString)$"[red]✗[/] The provider does not answer: compared until {reached:yyyy-MM-dd HH:mm:ss} UTC."
                    : $"[red]✗[/] The provider does not answer: nothing was compared.");
            }
            else if (one.IsCutShort)
            {
                Terminal.Line(
                    $"[red]✗[/] The comparison stops after {one.Differences.Count:N0} differences. ",
                    $"Take them over or mend them, then compare again.");
            }
            else if (one.Differences.Count == 0)
            {
                Terminal.Line(
                    $"[green]✓[/] The books and the provider agree: requests {one.Requests:N0}, disputes {one.Disputes:N0}.");
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
                [
                    .. new[]
                    {
                        difference.Subject, difference.Name, difference.Amount?.ToString() ?? "", difference.Here ?? "–",
                        difference.There ?? "–", difference.CanBeTakenOver ? "can be" : "by hand",
                    }.Select(cell => new Text(cell)),
                ]);
        }

        return table;
    }

    /// <summary>The result of comparing a merchant's books with one provider.</summary>
    internal sealed record ReconciledProvider(MerchantId Merchant, string Provider)
    {
        public List<ProviderDifference> Differences { get; } = [];

        public int Requests { get; private set; }

        public int Disputes { get; private set; }

        /// <summary>Until when they were compared; null for not at all.</summary>
        public DateTimeOffset? Until { get; private set; }

        /// <summary>Whether the provider gave no clear answer before the end.</summary>
        public bool IsSilent { get; set; }

        /// <summary>Whether there are so many differences that the comparison stopped.</summary>
        public bool IsCutShort => Differences.Count >= MostDifferences;

        public bool Agrees => !IsSilent && Differences.Count == 0;

        public int CanBeTakenOver => Differences.Count(difference => difference.CanBeTakenOver);

        public bool Has(MerchantId merchant, ProviderDifference difference) => merchant == Merchant
            && Provider == difference.Provider
            && Differences.Exists(one => (one.Subject, one.Name) == (difference.Subject, difference.Name));

        public void Add(ComparedWindow window)
        {
            Differences.AddRange(window.Differences);
            (Requests, Disputes, Until) = (Requests + window.Requests, Disputes + window.Disputes, window.Until);
        }
    }
}
