using System.Security.Cryptography;
using Quittance.Providers.Sandbox;
using Quittance.Providers.Stripe;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation;

/// <summary>
/// Payments through a provider while everything fails that can fail: our books stay right, and no customer is charged twice.
/// </summary>
public sealed class NeverChargedTwiceTests(SimulationBooks books, ITestOutputHelper output)
{
    [Theory]
    [InlineData(SandboxProvider.ProviderName)]
    [InlineData(StripeProvider.ProviderName)]
    public async Task Whatever_happens_on_the_way_nobody_is_charged_twice(string provider)
    {
        var run = new SimulationRun(
            books, provider, Mistake.None, SimulationSettings.Seed ?? RandomNumberGenerator.GetInt32(1, 1_000_000_000));
        var (atMost, time) = (SimulationSettings.Seed, SimulationSettings.Schedules) switch
        {
            ({ }, _) => (1, TimeSpan.MaxValue),
            (null, { } schedules) => (schedules, TimeSpan.MaxValue),
            (null, null) => (int.MaxValue, SimulationSettings.Time),
        };

        await run.RunAsync(atMost, time);

        output.WriteLine($"{run.Done} schedules in {run.Elapsed.TotalSeconds:0.0} s, with seeds from {run.FirstSeed} to {run.LastSeed}.");
        if (SimulationSettings.Seed is not null)
            output.WriteLine(run.LastStory!);
        Assert.True(run.Failure is null, run.Failure?.Message);
    }
}
