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
    private static readonly int Workers = 2 * Environment.ProcessorCount;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly int _firstSeed = SimulationSettings.Seed ?? RandomNumberGenerator.GetInt32(1, 1_000_000_000);
    private int _begun;
    private string? _failure;

    [Fact]
    public async Task Debits_are_collected_once_and_the_bank_agrees_with_the_books()
    {
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync)));

        output.WriteLine(
            $"{_begun} schedules in {_watch.Elapsed.TotalSeconds:0.0} s, with seeds from {_firstSeed} to {_firstSeed + _begun - 1}.");
        Assert.True(_failure is null, _failure);
    }

    private async Task WorkAsync()
    {
        await using var database = await books.CreateAsync();
        var vault = await PostgresVault.OpenAsync(database, MasterKey.Generate(), TimeProvider.System, CancellationToken.None);
        await using var store = new LastingStore(new PostgresStore(database));
        while (Next() is { } seed)
        {
            var merchant = await new Merchants(database, TimeProvider.System).CreateAsync($"{seed}", CancellationToken.None);
            var schedule = new BankSchedule(seed, database, store, vault, merchant);
            try
            {
                await schedule.RunAsync();
            }
            catch (Exception failure)
            {
                _failure ??= $"""
                    {(failure is SimulationException ? failure.Message : failure)}
                    Seed {seed}. To run it again: {SimulationSettings.SeedVariable}={seed} dotnet test tests/Simulation
                    What happened:
                    {schedule.Story}
                    """;
            }
        }
    }

    /// <summary>The seed of the next schedule; null where time or their number is up, or one failed.</summary>
    private int? Next()
    {
        var atMost = SimulationSettings.Seed is null ? SimulationSettings.Schedules ?? int.MaxValue : 1;
        var isTime = SimulationSettings.Seed is not null || SimulationSettings.Schedules is not null
            || _watch.Elapsed < SimulationSettings.Time;
        lock (_watch)
            return _failure is null && isTime && _begun < atMost ? unchecked(_firstSeed + _begun++) : null;
    }
}
