using Quittance.Core.Collecting;
using Quittance.Sandbox.Notices;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Provider;

/// <summary>Carries the sandbox's notices: at once, late, twice, in another order, or not at all, so that they are sent again.</summary>
internal sealed class Post(World world, Random random)
{
    private readonly HashSet<string> _forged = [];

    /// <summary>From now on everything arrives at once and in order.</summary>
    public bool IsFair { get; set; }

    /// <summary>Lets happen at the sandbox what is due, and takes along what it sends.</summary>
    public async Task CollectAsync(SimulatedProcess process)
    {
        world.Sandbox.Tick();
        foreach (var notice in world.Sandbox.TakeDueNotices())
        {
            var late = IsFair ? 0 : random.Next(10);
            for (var copy = 0; copy < notice.Copies + (late == 1 ? 1 : 0); copy++)
            {
                if (late < 5)
                    await process.DoAsync(() => DeliverAsync(notice, process));
                else if (late == 5)
                    world.Sandbox.NoticeFailed(notice);
                else
                    Delay(notice, TimeSpan.FromSeconds(random.Next(1, late == 9 ? 1200 : 200)));
            }
        }
    }

    /// <summary>Brings a notice to a process, which keeps and processes it.</summary>
    public async Task DeliverAsync(SignedNotice notice, SimulatedProcess process)
    {
        // No process is alive to take it: the provider sends it again.
        if (!process.IsDead && await process.KeepAsync(notice.Id, notice.Timestamp, notice.Signature, notice.Body))
            world.Sandbox.NoticeArrived(notice);
        else
            world.Sandbox.NoticeFailed(notice);
        process.ThrowIfDead();
        await process.ProcessNoticesAsync();
    }

    /// <summary>Sends something that the sandbox never said.</summary>
    public async Task ForgeAsync(string body, SimulatedProcess process)
    {
        var id = $"msg_{world.Id($"forged {body}"):N}";
        _forged.Add(id);
        var timestamp = world.Time.GetUtcNow().ToUnixTimeSeconds();
        await process.DoAsync(async () =>
        {
            if (await process.KeepAsync(id, timestamp, $"v1,{Convert.ToBase64String(new byte[32])}", body))
                throw new SimulationException($"A forged notice was taken in: {body}");
        });
    }

    /// <summary>Checks the outcome of a notice.</summary>
    public void Processed(string id, NoticeOutcome outcome)
    {
        if (_forged.Contains(id))
            throw new SimulationException($"A forged notice was processed: {id} {outcome}");
    }

    private void Delay(SignedNotice notice, TimeSpan by) => world.Time.At(by, () =>
    {
        if (world.Alive is { } process)
            process.Begin(() => DeliverAsync(notice, process));
        else
            world.Sandbox.NoticeFailed(notice);
    });
}
