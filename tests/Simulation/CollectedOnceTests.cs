using System.Diagnostics;
using System.Security.Cryptography;
using Quittance.Storage.Lanes;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Simulation.Bank;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation;

/// <summary>Direct debits by the bank's files while processes die and files come in any order: each is collected once.</summary>
public sealed class CollectedOnceTests(SimulationBooks books, ITestOutputHelper output)
{
    [Fact]
    public async Task Debits_are_collected_once_and_the_bank_agrees_with_the_books()
    {
        var seed = SimulationSettings.Seed ?? RandomNumberGenerator.GetInt32(1, 1_000_000_000);
        var atMost = SimulationSettings.Seed is null ? SimulationSettings.Schedules ?? int.MaxValue : 1;
        await using var database = await books.CreateAsync();
        var vault = await PostgresVault.OpenAsync(database, MasterKey.Generate(), TimeProvider.System, CancellationToken.None);
        await using var store = new LastingStore(new PostgresStore(database));
        var watch = Stopwatch.StartNew();
        var done = 0;
        for (; done < atMost && (SimulationSettings.Schedules is not null || watch.Elapsed < SimulationSettings.Time); done++)
        {
            var merchant = await new Merchants(database, TimeProvider.System).CreateAsync($"{seed + done}", CancellationToken.None);
            var schedule = new BankSchedule(seed + done, database, store, vault, merchant);
            try
            {
                await schedule.RunAsync();
            }
            catch (Exception failure)
            {
                Assert.Fail($"""
                    {(failure is SimulationException ? failure.Message : failure)}
                    Seed {seed + done}. To run it again: {SimulationSettings.SeedVariable}={seed + done} dotnet test tests/Simulation
                    What happened:
                    {schedule.Story}
                    """);
            }
        }

        output.WriteLine($"{done} schedules in {watch.Elapsed.TotalSeconds:0.0} s, with seeds from {seed} to {seed + done - 1}.");
    }
}
