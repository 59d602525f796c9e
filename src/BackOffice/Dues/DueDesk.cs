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

/// <summary>
/// Collects what is due. A run is begun at once and carried out beside requests. It can be interrupted between any two steps: the next look
/// goes on with it, and no charge is asked for twice.
/// </summary>
public sealed class DueDesk(DueReading dues, DueRuns runs, LostTime lostTime, PaymentEngine engine, Collector collector, TimeProvider clock)
{
    // Do not flood the provider. The merchant's own bank is asked by a file later.
    private const int Together = 4;
    private const int TogetherAtBank = 32;

    // What changes while it is read is read again, and then left to the next run.
    private const int MostLooks = 3;

    /// <summary>The day of runs.</summary>
    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>Begins a run of what is due now. Begun again by the same request, it is the same run.</summary>
    public async Task<Outcome> BeginAsync(MerchantId merchant, DueFilter filter, Origin by, KeyUse? key, CancellationToken cancel)
    {
        var planned = (await dues.PreviewAsync(merchant, filter, Today, cancel)).Count;
        return await engine.SubmitAsync(new BeginDues(by, new DueRunId(merchant, by.Request), filter, planned) { Key = key });
    }

    /// <summary>Asks for all of a run that is due and was not asked for, and ends it.</summary>
    /// <returns>The charges that the books refused to the end; null where another server does it.</returns>
    /// <exception cref="StoreUnavailableException">The books take no changes now: the next look goes on.</exception>
    public async Task<IReadOnlyList<RefusedDue>?> CarryOutAsync(DueRunId id, CancellationToken cancel)
    {
        IReadOnlyList<RefusedDue> refused = [];
        var isDoneHere = await runs.AloneAsync(id.Merchant, async () =>
        {
            if (await dues.FindAsync(id, cancel) is not { Status: DueRunStatus.Running } run
                || run.IsCutOff(await lostTime.RestoredAtAsync(cancel)))
            {
                return;
            }

            var look = 0;
            do
                refused = await AskAsync(run, cancel);
            while (++look < MostLooks && refused.Any(one => one.Why is Refusal.AccountChanged or Refusal.ChargeClaimed));
            RequireReached(await engine.SubmitAsync(new EndDues(By(run), run.Id), patient: true));
        }, cancel);
        return isDoneHere ? refused : null;
    }

    /// <summary>Asks for what is due.</summary>
    /// <returns>What the books refused, as where something has changed since it was read.</returns>
    private async Task<IReadOnlyList<RefusedDue>> AskAsync(DueRun run, CancellationToken cancel)
    {
        var (today, refused) = (Today, new ConcurrentBag<RefusedDue>());
        await foreach (var some in dues.EachAsync(run.Id.Merchant, run.Filter, today, after: 0, cancel).Chunk(DueReading.AtOnce))
        {
            var asked = some.Where(customer => customer.Verdicts.Any(one => one.Why is null)).ToLookup(
                customer => customer.Case.Instrument!.Vaulted!.Provider == ClearingProvider.Bank);
            await Task.WhenAll(EachAsync(asked[true], TogetherAtBank), EachAsync(asked[false], Together));
        }

        return [.. refused.OrderBy(one => one.Charge)];

        Task EachAsync(IEnumerable<DueCustomer> customers, int together) => Parallel.ForEachAsync(
            customers, new ParallelOptions { MaxDegreeOfParallelism = together, CancellationToken = cancel }, async (customer, _) =>
            {
                foreach (var one in customer.Verdicts.Where(one => one.Why is null))
                {
                    var id = new PaymentId(run.Id.Merchant, Guid.CreateVersion7(clock.GetUtcNow()));
                    var outcome = await collector.SubmitAsync(customer.CommandFor(one, run, today, By(run), id), patient: true);
                    RequireReached(outcome);
                    if (outcome.Faults is [{ Refusal: not Refusal.UnderWay and var why }, ..])
                        refused.Add(new RefusedDue(one.Due.Charge.Number, why));
                    // What declined the first charge would decline the others, and each refusal costs a fee: the next run asks again.
                    if (outcome.Payment?.Payment.Status is PaymentStatus.Declined or PaymentStatus.Failed)
                        break;
                }
            });
    }

    private Origin By(DueRun run) => new(run.Id.Merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));

    private static void RequireReached(Outcome outcome)
    {
        if (outcome.Faults is [{ Refusal: Refusal.Unavailable or Refusal.Overloaded or Refusal.Held }, ..])
            throw new StoreUnavailableException("The books take no changes now: the run goes on later.");
    }
}
