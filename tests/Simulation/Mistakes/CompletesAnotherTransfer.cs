using Quittance.Core.Attempts;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Mistakes;

/// <summary>Completes another announced payment of the same amount than the one that the bank's line names.</summary>
internal static class CompletesAnotherTransfer
{
    public static async Task<Attempt> ForAsync(Attempt named, World world)
    {
        var waiting = await new Quittance.Storage.Reading.Attempts(world.Database).UnsettledAsync(
            onlyUnknown: false, CancellationToken.None);
        return waiting.Where(attempt => attempt.Id.Merchant == world.Merchant && attempt.WaitsForTransfer)
            .Where(attempt => attempt.Id != named.Id && attempt.Amount == named.Amount)
            .OrderBy(world.PaymentOf).FirstOrDefault(named);
    }
}
