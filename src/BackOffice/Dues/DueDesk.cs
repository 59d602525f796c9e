using System.Collections.Concurrent;
using Quittance.Core;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Storage.Debits;
using Quittance.Storage.Dues;

namespace Quittance.BackOffice.Dues;

/// <summary>A charge that a run was to ask for, and that the books refused.</summary>
/// <param name="Charge">The charge's number.</param>
public sealed record RefusedDue(long Charge, Refusal Why);

/// <summary>What came of a run besides its payments.</summary>
/// <param name="Refused">The charges that the books refused to the end.</param>
/// <param name="Broken">The charges that a bug of ours has kept from being asked for, by their numbers.</param>
public sealed record DueReport(IReadOnlyList<RefusedDue> Refused, IReadOnlyList<(long Charge, Exception Why)> Broken);

/// <summary>
/// Collects what is due. A run is begun at once and carried out beside requests. It can be interrupted between any two steps: the next look
/// goes on with it, and no charge is asked for twice.
/// </summary>
public sealed class DueDesk(DueReading dues, DueRuns runs, LostTime lostTime, PaymentEngine engine, Collector collector, TimeProvider clock)
{
    // Do not flood the provider. The merchant's own bank is asked by a file later.
    private const int Together = 4;
    private const int TogetherAtBank = 32;

    // How long a run that was stopped may go on, beside what it asks for at that moment.
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);

    // What changes while it is read is read again, and then left to the next run.
    private const int MostLooks = 3;

    /// <summary>The merchant's day, by which runs go.</summary>
    public Task<DateOnly> TodayAsync(MerchantId merchant, CancellationToken cancel) => dues.DayAsync(merchant, clock.GetUtcNow(), cancel);

    /// <summary>Begins a run of what is due now. Begun again by the same request, it is the same run.</summary>
    public async Task<Outcome> BeginAsync(MerchantId merchant, DueFilter filter, Origin by, KeyUse? key, CancellationToken cancel)
    {
        var planned = await dues.PreviewAsync(merchant, filter, await TodayAsync(merchant, cancel), cancel);
        return await engine.SubmitAsync(new BeginDues(by, new DueRunId(merchant, by.Request), planned) { Key = key });
    }

    /// <summary>Begins the run of this month by a policy, which is due by now. Of two servers one begins it.</summary>
    /// <returns>Why it has not begun; null where it has, also before.</returns>
    public async Task<Refusal?> BeginMonthAsync(DuePolicy policy, CancellationToken cancel)
    {
        var (today, merchant) = (await TodayAsync(policy.Merchant, cancel), policy.Merchant);
        var planned = await dues.PreviewAsync(merchant, policy.Filter with { Until = today }, today, cancel);
        var id = DueRunId.OfMonth(merchant, DuePolicy.MonthOf(today));
        var outcome = await engine.SubmitAsync(
            new BeginDues(new Origin(merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow())), id, planned) { Policy = policy },
            patient: true);
        RequireReached(outcome);
        return outcome.Faults is [{ Refusal: not Refusal.ReferenceTaken and var why }, ..] ? why : null;
    }

    /// <summary>
    /// Asks for all of a run that is due and was not asked for, and ends it. What fails for one customer keeps no other one waiting.
    /// </summary>
    /// <returns>Null where another server does it.</returns>
    /// <exception cref="StoreUnavailableException">The books take no changes now: the next look goes on.</exception>
    public async Task<DueReport?> CarryOutAsync(DueRunId id, CancellationToken cancel)
    {
        DueReport report = new([], []);
        var isDoneHere = await runs.AloneAsync(id.Merchant, async () =>
        {
            if (await dues.FindAsync(id, cancel) is not { Status: DueRunStatus.Running } run
                || run.IsCutOff(await lostTime.RestoredAtAsync(cancel)))
            {
                return;
            }

            var look = 0;
            do
                report = await AskAsync(run, cancel);
            while (++look < MostLooks && report.Refused.Any(one => one.Why is Refusal.AccountChanged or Refusal.ChargeClaimed));
            RequireReached(await engine.SubmitAsync(new EndDues(By(run), run.Id), patient: true));
        }, cancel);
        return isDoneHere ? report : null;
    }

    /// <summary>Asks for what is due.</summary>
    /// <returns>What the books refused, as where something has changed since it was read, and what failed.</returns>
    private async Task<DueReport> AskAsync(DueRun run, CancellationToken cancel)
    {
        var today = await TodayAsync(run.Id.Merchant, cancel);
        var declined = await DeclinedAsync(run.Id, cancel);
        var (refused, broken) = (new ConcurrentBag<RefusedDue>(), new ConcurrentBag<(long Charge, Exception Why)>());
        var goesOn = GoesOn(run.Id, cancel);
        await foreach (var some in dues.EachAsync(run.Id.Merchant, run.Filter, today, after: 0, cancel).Chunk(DueReading.AtOnce))
        {
            var asked = some
                .Where(customer => !declined.Contains(customer.Case.Account.Id) && customer.Verdicts.Any(one => one.Why is null))
                .ToLookup(customer => customer.Case.Instrument!.Vaulted!.Provider == ClearingProvider.Bank);
            await Task.WhenAll(EachAsync(asked[true], TogetherAtBank), EachAsync(asked[false], Together));
        }

        return new([.. refused.OrderBy(one => one.Charge)], [.. broken.OrderBy(one => one.Charge)]);

        Task EachAsync(IEnumerable<DueCustomer> customers, int together) => Parallel.ForEachAsync(
            customers, new ParallelOptions { MaxDegreeOfParallelism = together, CancellationToken = cancel }, async (customer, _) =>
            {
                foreach (var one in customer.Verdicts.Where(one => one.Why is null))
                {
                    if (!await goesOn())
                        return;
                    try
                    {
                        var id = new PaymentId(run.Id.Merchant, Guid.CreateVersion7(clock.GetUtcNow()));
                        var outcome = await collector.SubmitAsync(customer.CommandFor(one, run, today, By(run), id), patient: true);
                        RequireReached(outcome);
                        if (outcome.Faults is [{ Refusal: not Refusal.UnderWay and var why }, ..])
                            refused.Add(new RefusedDue(one.Due.Charge.Number, why));
                        if (outcome.Payment is { } made && IsDeclined(made.Payment))
                            return;
                    }
                    catch (Exception why)
                        when (why is not (StoreUnavailableException or OutcomeUnknownException or OperationCanceledException))
                    {
                        broken.Add((one.Due.Charge.Number, why));
                        return;
                    }
                }
            });
    }

    /// <summary>
    /// The customers of whom a payment of the run was declined, also in an earlier look or before a restart: what declined one charge would
    /// decline the others, and each refusal costs a fee. The next run asks again.
    /// </summary>
    private async Task<HashSet<AccountId>> DeclinedAsync(DueRunId id, CancellationToken cancel)
    {
        HashSet<AccountId> declined = [];
        var after = Guid.Empty;
        while (await dues.PaymentsAsync(id, DueResult.Failed, after, DueReading.AtOnce, cancel) is [.., var last] some)
        {
            declined.UnionWith(some.Where(one => IsDeclined(one.Payment)).Select(one => one.Payment.Account));
            after = last.Payment.Id.Value;
        }

        return declined;
    }

    private static bool IsDeclined(Payment payment) => payment.Status is PaymentStatus.Declined or PaymentStatus.Failed;

    /// <summary>Says whether a run goes on, by a look into the books each second: a person may stop it.</summary>
    private Func<ValueTask<bool>> GoesOn(DueRunId id, CancellationToken cancel)
    {
        var (isRunning, lookedAt, looks) = (true, clock.GetTimestamp(), new Lock());
        return async () =>
        {
            lock (looks)
            {
                if (!isRunning || clock.GetElapsedTime(lookedAt) < LooksEvery)
                    return isRunning;
                lookedAt = clock.GetTimestamp();
            }

            var isStill = await dues.FindAsync(id, cancel) is { Status: DueRunStatus.Running };
            lock (looks)
                return isRunning &= isStill;
        };
    }

    private Origin By(DueRun run) => new(run.Id.Merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));

    private static void RequireReached(Outcome outcome)
    {
        if (outcome.Faults is [{ Refusal: Refusal.Unavailable or Refusal.Overloaded or Refusal.Held }, ..])
            throw new StoreUnavailableException("The books take no changes now: the run goes on later.");
    }
}
