using Quittance.Core.Executing;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Provider;

/// <summary>Carries the provider's notices: at once, late, twice, in another order, or not at all, so that they are sent again.</summary>
internal sealed class Post(World world, Random random)
{
    private readonly HashSet<string> _forged = [];

    /// <summary>From now on everything arrives at once and in order.</summary>
    public bool IsFair { get; set; }

    /// <summary>Lets happen at the provider what is due, and takes along what it sends.</summary>
    public async Task CollectAsync(SimulatedProcess process)
    {
        foreach (var notice in world.Counterpart.TakeDue())
        {
            var late = IsFair ? 0 : random.Next(10);
            for (var copy = 0; copy < notice.Copies + (late == 1 ? 1 : 0); copy++)
            {
                if (late < 5)
                    await process.DoAsync(() => DeliverAsync(notice, process));
                else if (late == 5)
                    notice.Failed();
                else
                    Delay(notice, TimeSpan.FromSeconds(random.Next(1, late == 9 ? 1200 : 200)));
            }
        }
    }

    /// <summary>Brings a notice to a process, which keeps and processes it.</summary>
    public static async Task DeliverAsync(SentNotice notice, SimulatedProcess process)
    {
        // No process is alive to take it: the provider sends it again.
        if (!process.IsDead && await process.KeepAsync(notice))
            notice.Arrived();
        else
            notice.Failed();
        process.ThrowIfDead();
        await process.ProcessNoticesAsync();
    }

    /// <summary>Sends something that the provider never said.</summary>
    public async Task ForgeAsync(SentNotice notice, SimulatedProcess process)
    {
        _forged.Add(notice.Id);
        await process.DoAsync(async () =>
        {
            if (await process.KeepAsync(notice))
                throw new SimulationException($"A forged notice was taken in: {notice.Body}");
        });
    }

    /// <summary>Checks the outcome of a notice.</summary>
    public void Processed(string id, NoticeOutcome outcome)
    {
        if (_forged.Any(forged => id.StartsWith(forged, StringComparison.Ordinal)))
            throw new SimulationException($"A forged notice was processed: {id} {outcome}");
    }

    private void Delay(SentNotice notice, TimeSpan by) => world.Time.At(by, () =>
    {
        if (world.Alive is { } process)
            process.Begin(() => DeliverAsync(notice, process));
        else
            notice.Failed();
    });
}
