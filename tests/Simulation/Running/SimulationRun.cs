using System.Diagnostics;
using Npgsql;
using Quittance.Storage.Lanes;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Simulation.Business;

namespace Quittance.Tests.Simulation.Running;

/// <summary>Runs schedule after schedule, several at once, until time or their number is up or one fails.</summary>
internal sealed class SimulationRun(SimulationBooks books, string provider, Mistake mistake, int firstSeed)
{
    // More than the machine has cores: while one waits for the database another decides.
    private static readonly int Workers = 2 * Environment.ProcessorCount;

    private readonly Stopwatch _watch = new();
    private readonly Lock _gate = new();
    private World? _last;
    private int _begun;
    private int _done;
    private (int Seed, string Message)? _failure;

    /// <summary>How many schedules came to their end.</summary>
    public int Done => _done;

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>The seed of the first schedule.</summary>
    public int FirstSeed => firstSeed;

    /// <summary>The seed of the last schedule.</summary>
    public int LastSeed => unchecked(firstSeed + _begun - 1);

    /// <summary>The events of the schedule that began last.</summary>
    public string? LastStory => _last?.Story;

    /// <summary>The schedule that failed, with what it did and what was wrong; null when none did.</summary>
    public (int Seed, string Message)? Failure => _failure;

    /// <summary>Runs.</summary>
    /// <param name="atMost">How many schedules at most.</param>
    /// <param name="time">For how long at most.</param>
    public async Task RunAsync(int atMost, TimeSpan time)
    {
        _watch.Start();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(Workers, atMost)).Select(_ => Task.Run(() => WorkAsync(atMost, time))));
        _watch.Stop();
    }

    private async Task WorkAsync(int atMost, TimeSpan time)
    {
        await using var database = await books.CreateAsync();
        var vault = await PostgresVault.OpenAsync(database, MasterKey.Generate(), TimeProvider.System, CancellationToken.None);
        await using var store = new LastingStore(new PostgresStore(database));
        while (Next(atMost, time) is { } seed)
        {
            await RunAsync(seed, database, store, vault);
            Interlocked.Increment(ref _done);
        }
    }

    private int? Next(int atMost, TimeSpan time)
    {
        lock (_gate)
            return _failure is null && _begun < atMost && _watch.Elapsed < time ? unchecked(firstSeed + _begun++) : null;
    }

    private async Task RunAsync(int seed, NpgsqlDataSource database, LastingStore store, PostgresVault vault)
    {
        var merchant = await new Merchants(database, TimeProvider.System).CreateAsync($"{seed}", CancellationToken.None);
        using var world = new World(seed, database, store, merchant, vault, mistake, provider);
        _last = world;
        try
        {
            await new Schedule(world).RunAsync();
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                _failure ??= (seed, $"""
                    {(failure is SimulationException ? failure.Message : failure)}
                    Seed {seed}. To run it again: {SimulationSettings.SeedVariable}={seed} dotnet test tests/Simulation
                    What happened:
                    {world.Story}
                    """);
            }
        }
    }
}
