using Quittance.Host.Watching;
using Quittance.Storage.Moments;

namespace Quittance.Host;

/// <summary>Adds up the hours of the books that have ended. Balances of a moment are right without it.</summary>
internal sealed class CheckpointService(
    Checkpoints checkpoints, OutageService outages, TimeProvider clock, ILogger<CheckpointService> log)
    : RecurringService(TimeSpan.Zero, TimeSpan.FromMinutes(10), "The hours of the books were not added up", outages, clock, log)
{
    protected override Task WorkAsync(CancellationToken cancel) => checkpoints.AddUpAsync(cancel);
}
