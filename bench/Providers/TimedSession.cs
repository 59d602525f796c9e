using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.Bench.Providers;

/// <summary>Times what a lane reads and commits.</summary>
internal sealed class TimedSession(IStoreSession session, StepTimes times) : IStoreSession
{
    public Task<bool> TakesOneMerchantAsync() => session.TakesOneMerchantAsync();

    public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) =>
        times.TimeAsync("names looked up", () => session.ResolveAsync(references, state));

    public Task PrefetchAsync(Wanted wanted, State state) =>
        times.TimeAsync("rows locked and read", () => session.PrefetchAsync(wanted, state));

    public async Task<CommitFate> CommitAsync(Batch batch)
    {
        var fate = await times.TimeAsync("rows written and committed", () => session.CommitAsync(batch));
        times.Committed();
        return fate;
    }

    public Task ConfirmAsync() => session.ConfirmAsync();

    public Task ReleaseAsync() => session.ReleaseAsync();

    public Task<bool> WasCommittedAsync(Batch batch) => session.WasCommittedAsync(batch);

    public void BreakOff() => session.BreakOff();

    public ValueTask DisposeAsync() => session.DisposeAsync();
}
