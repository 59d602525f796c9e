using System.Diagnostics;
using Quittance.Storage.Lanes;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Bank;

/// <summary>A mistake planted in a server that collects by the bank's files.</summary>
internal enum BankMistake
{
    None,

    /// <summary>Restored books do not know that they were restored, so what may have gone to the bank goes again.</summary>
    SendsFilesAgain,

    /// <summary>A second line of a debit counts as the bank's payment of it, and no person hears of it.</summary>
    SwallowsSecondLines,
}

/// <summary>Runs schedules of a bank, several at once, until time or their number is up or one fails.</summary>
/// <param name="losesBooks">Whether the books are lost and restored in the middle of each schedule.</param>
internal sealed class BankRun(SimulationBooks books, bool losesBooks, BankMistake mistake, int firstSeed)
{
    private static readonly int Workers = 2 * Environment.ProcessorCount;

    private readonly Stopwatch _watch = new();
    private readonly Lock _gate = new();
    private int _begun;
    private (int Seed, string Message)? _failure;

    public int Begun => _begun;

    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>The schedule that failed, with what it did and what was wrong; null when none did.</summary>
    public (int Seed, string Message)? Failure => _failure;

    /// <summary>What was run, in words.</summary>
    public string Summary =>
        $"{_begun} schedules in {_watch.Elapsed.TotalSeconds:0.0} s, with seeds from {firstSeed} to {unchecked(firstSeed + _begun - 1)}.";

    /// <param name="atMost">How many schedules at most.</param>
    /// <param name="time">For how long at most.</param>
    public async Task RunAsync(int atMost, TimeSpan time)
    {
        _watch.Start();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(Workers, atMost)).Select(
            _ => Task.Run(() => losesBooks ? RestoreAsync(atMost, time) : WorkAsync(atMost, time))));
        _watch.Stop();
    }

    private async Task WorkAsync(int atMost, TimeSpan time)
    {
        await using var database = await books.CreateAsync();
        var vault = await PostgresVault.OpenAsync(database, MasterKey.Generate(), TimeProvider.System, CancellationToken.None);
        await using var store = new LastingStore(new PostgresStore(database));
        while (Next(atMost, time) is { } seed)
        {
            var merchant = await new Merchants(database, TimeProvider.System).CreateAsync($"{seed}", CancellationToken.None);
            await RunAsync(seed, new BankSchedule(seed, database, store, vault, merchant, mistake));
        }
    }

    private async Task RestoreAsync(int atMost, TimeSpan time)
    {
        while (Next(atMost, time) is { } seed)
        {
            await using var restored = new RestoredBooks(books, forgets: mistake == BankMistake.SendsFilesAgain);
            await restored.CreateAsync();
            var merchant = await new Merchants(restored.Database, TimeProvider.System).CreateAsync($"{seed}", CancellationToken.None);
            await RunAsync(seed, new BankSchedule(seed, restored.Database, restored.Store, restored.Vault, merchant, mistake, restored));
        }
    }

    private async Task RunAsync(int seed, BankSchedule schedule)
    {
        try
        {
            await schedule.RunAsync();
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                _failure ??= (seed, $"""
                    {(failure is SimulationException ? failure.Message : failure)}
                    Seed {seed}. To run it again: {SimulationSettings.SeedVariable}={seed} dotnet test tests/Simulation
                    What happened:
                    {schedule.Story}
                    """);
            }
        }
    }

    private int? Next(int atMost, TimeSpan time)
    {
        lock (_gate)
            return _failure is null && _begun < atMost && _watch.Elapsed < time ? unchecked(firstSeed + _begun++) : null;
    }
}
