using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Overdue;
using Quittance.Storage.Overdue;

namespace Quittance.BackOffice.Overdue;

/// <summary>An account in the run of a day.</summary>
/// <param name="Outcome">Null where nothing was to happen, or where the run is only shown.</param>
public sealed record DunnedAccount(DunningCandidate Candidate, DunningVerdict Verdict, Outcome? Outcome)
{
    /// <summary>What happened, or would happen; <see cref="DunningMove.Wait"/> where it is refused.</summary>
    public DunningMove Move => Outcome is null or { Accepted: true } ? Verdict.Move : DunningMove.Wait;
}

/// <summary>The dunning of a merchant on a day. An account that another server has dunned meanwhile is refused.</summary>
public sealed class DunningRun(Dunnings dunnings, PaymentEngine? engine)
{
    private const int AtOnce = 200;

    /// <summary>Each account that owes something overdue or is dunned, with what was done.</summary>
    /// <param name="origin">The origin of an account's command; null only to show what would be done.</param>
    public async IAsyncEnumerable<DunnedAccount> OfAsync(
        MerchantId merchant, DateOnly today, Func<DunningCandidate, Origin>? origin,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = Guid.Empty; ;)
        {
            var candidates = await dunnings.CandidatesAsync(merchant, today, after, AtOnce, cancel);
            foreach (var done in await Task.WhenAll(candidates.Select(one => DoAsync(one, today, origin))))
                yield return done;
            if (candidates.Count < AtOnce)
                yield break;
            after = candidates[^1].Account.Id.Value;
        }
    }

    private async Task<DunnedAccount> DoAsync(DunningCandidate candidate, DateOnly today, Func<DunningCandidate, Origin>? origin)
    {
        var command = origin is null ? null : candidate.CommandOn(today, origin(candidate));
        return new DunnedAccount(candidate, candidate.Case.On(today), command is null ? null : await engine!.SubmitAsync(command));
    }
}
