using System.Runtime.CompilerServices;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Overdue;
using Quittance.Storage.Overdue;

namespace Quittance.BackOffice.Overdue;

/// <summary>A failed payment in the run of a day.</summary>
/// <param name="Outcome">Null where it was not to be tried again, or where the run is only shown.</param>
public sealed record TriedPayment(RetryCandidate Candidate, RetryVerdict Verdict, Outcome? Outcome)
{
    /// <summary>Whether it is tried again, or would be; one whose answer is outstanding is.</summary>
    public bool IsTried => Outcome is null ? Verdict.Why is null : Refused is null;

    /// <summary>Why it is not tried again, though it was to be; null where nothing was refused.</summary>
    public Refusal? Refused => Outcome is { Accepted: false } outcome && outcome.Faults[0].Refusal is var why && why != Refusal.UnderWay
        ? why : null;
}

/// <summary>The fee of a returned debit.</summary>
/// <param name="Outcome">Null where the run is only shown.</param>
public sealed record ChargedFee(ReturnFee Fee, Outcome? Outcome);

/// <summary>The tries of a merchant on a day. A payment that another server has tried meanwhile is refused.</summary>
public sealed class RetryRun(Retries retries, Collector? collector, TimeProvider clock)
{
    private const int AtOnce = 200;

    // Do not flood the provider.
    private const int Together = 4;

    /// <summary>Each failed payment whose charges are open, with what was done.</summary>
    /// <param name="origin">The origin of a payment's command; null only to show what would be done.</param>
    public async IAsyncEnumerable<TriedPayment> OfAsync(
        MerchantId merchant, DateOnly today, Func<RetryCandidate, Origin>? origin, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = Guid.Empty; ;)
        {
            var candidates = await retries.CandidatesAsync(merchant, today, after, AtOnce, cancel);
            foreach (var some in candidates.Chunk(Together))
            {
                foreach (var done in await Task.WhenAll(some.Select(one => DoAsync(one, today, origin))))
                    yield return done;
            }

            if (candidates.Count < AtOnce)
                yield break;
            after = candidates[^1].First.Id.Value;
        }
    }

    /// <summary>Charges the fees of returned debits that customers pay, and gives the result of each.</summary>
    /// <param name="origin">The origin of a fee's command; null only to show what would be charged.</param>
    public async Task<IReadOnlyList<ChargedFee>> ChargeFeesAsync(
        MerchantId merchant, DateOnly today, Func<ReturnFee, Origin>? origin, CancellationToken cancel)
    {
        List<ChargedFee> all = [];
        foreach (var fee in await retries.FeesAsync(merchant, today, cancel))
        {
            var id = new ChargeId(merchant, Guid.CreateVersion7(clock.GetUtcNow()));
            all.Add(new ChargedFee(
                fee, origin is null ? null : await collector!.SubmitAsync(fee.CommandOn(today, origin(fee), id), patient: true)));
        }

        return all;
    }

    private async Task<TriedPayment> DoAsync(RetryCandidate candidate, DateOnly today, Func<RetryCandidate, Origin>? origin)
    {
        var id = new PaymentId(candidate.First.Id.Merchant, Guid.CreateVersion7(clock.GetUtcNow()));
        var command = origin is null ? null : candidate.CommandOn(today, origin(candidate), id);
        return new TriedPayment(
            candidate, candidate.Case.On(today), command is null ? null : await collector!.SubmitAsync(command, patient: true));
    }
}
