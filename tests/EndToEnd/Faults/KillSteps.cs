namespace Quittance.Tests.Faults;

/// <summary>The steps between which a test kills the server: three by a seed that the run prints, unless a setting names others.</summary>
internal static class KillSteps
{
    private const string StepsVariable = "QUITTANCE_KILL_STEPS";
    private const string SeedVariable = "QUITTANCE_KILL_SEED";
    private const int Sampled = 3;

    /// <summary>
    /// Kills the server at each step. <c>QUITTANCE_KILL_STEPS</c> is <c>all</c>, or names steps by commas; <c>QUITTANCE_KILL_SEED</c>
    /// repeats a sample.
    /// </summary>
    public static async Task AtEachAsync<TStep>(Func<TStep, Task> kill)
        where TStep : struct, Enum
    {
        // The servers mostly wait.
        var options = new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(Chosen<TStep>(), options, async (step, _) => await kill(step));
    }

    private static TStep[] Chosen<TStep>()
        where TStep : struct, Enum
    {
        var named = Environment.GetEnvironmentVariable(StepsVariable);
        if (named == "all")
            return Enum.GetValues<TStep>();
        if (named is not null)
            return [.. named.Split(',').Where(name => Enum.TryParse<TStep>(name, out _)).Select(Enum.Parse<TStep>)];
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { } given ? int.Parse(given) : Random.Shared.Next();
        var steps = Enum.GetValues<TStep>();
        new Random(seed).Shuffle(steps);
        System.Console.Out.WriteLine($"{SeedVariable}={seed} kills the server at {string.Join(", ", steps[..Sampled])}");
        return steps[..Sampled];
    }
}
