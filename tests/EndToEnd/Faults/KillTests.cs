using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>The server is killed between any two steps of a payment, with every behaviour of the provider under way at once.</summary>
public sealed class KillTests(BooksFixture books)
{
    private const string StepsVariable = "QUITTANCE_KILL_STEPS";
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(90);

    // Less than the provider's time-out, so that what stands still is still waited for.
    private static readonly TimeSpan StandsFor = TimeSpan.FromMilliseconds(800);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_KilledBetweenAnyTwoSteps_ChargesNothingTwiceAndNothingUnbooked()
    {
        var chosen = Environment.GetEnvironmentVariable(StepsVariable);
        KillStep[] steps = chosen is null or "all" ? Enum.GetValues<KillStep>() : [.. chosen.Split(',').Select(Enum.Parse<KillStep>)];
        // They mostly wait.
        await Parallel.ForEachAsync(steps, new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = Cancel }, async (step, _) => await KillAtAsync(step));
    }

    private async Task KillAtAsync(KillStep step)
    {
        await using var shop = await KilledShop.CreateAsync(books);
        var isCutting = false;
        var (database, unused) = CuttingProxy.To(shop.ConnectionString, _ => isCutting ? (Cut)Random.Shared.Next(1, 4) : Cut.None);
        await using (database)
        await using (unused)
        {
            await shop.StartAsync(step == KillStep.BookingIsCut ? database.ConnectionString : null);
            var (path, answers) = StopOf(step);
            var gate = shop.Proxy.Stop(path, answers);
            Task<Told?>[] paying = [.. shop.Purchases.Select(shop.PayAsync)];
            await gate.UntilQuietAsync(StandsFor);
            if (step is KillStep.AuthorisationIsAnswered or KillStep.CaptureIsAnswered or KillStep.BookingIsCut)
            {
                isCutting = true;
                gate.Open();
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(40)), TimeProvider.System, Cancel);
            }

            await shop.KillAsync();
            var told = await Task.WhenAll(paying);
            shop.Proxy.LetPass();
            await KillRecoveryAsync(shop, step);

            await shop.StartAsync();
            await shop.RestartSandboxAsync();
            // What was on its way may be lost, or arrive only now, when it has been asked for again.
            var late = Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(4000)), TimeProvider.System, Cancel)
                .ContinueWith(_ => gate.Open(() => Random.Shared.Next(2) == 0), Cancel, TaskContinuationOptions.None, TaskScheduler.Default);
            await AssertAnswersHoldAsync(shop, step, told);
            await late;
            await AssertSettledAsync(shop, step);
        }
    }

    private static (string Path, bool Answers) StopOf(KillStep step) => step switch
    {
        KillStep.AuthorisationIsOnItsWay or KillStep.RecoveryIsAnswered => ("/v1/authorisations", false),
        KillStep.AuthorisationIsDecided or KillStep.AuthorisationIsAnswered => ("/v1/authorisations", true),
        KillStep.CaptureIsOnItsWay => ("/v1/captures", false),
        KillStep.CaptureIsDecided or KillStep.CaptureIsAnswered or KillStep.BookingIsCut or KillStep.RecoveryAsks => ("/v1/captures", true),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <summary>Kills the server again while it finishes what the first kill has left.</summary>
    private static async Task KillRecoveryAsync(KilledShop shop, KillStep step)
    {
        if (step is not (KillStep.RecoveryAsks or KillStep.RecoveryIsAnswered))
            return;
        var gate = step == KillStep.RecoveryAsks ? shop.Proxy.Stop("/v1/requests", answers: false) : shop.Proxy.Stop("/v1/authorisations", answers: true);
        await shop.StartAsync();
        await gate.UntilQuietAsync(StandsFor);
        if (step == KillStep.RecoveryIsAnswered)
        {
            gate.Open();
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(40)), TimeProvider.System, Cancel);
        }

        await shop.KillAsync();
        shop.Proxy.LetPass();
        gate.Open();
    }

    /// <summary>Whoever was told something is told the same again, and everybody gets an answer in the end.</summary>
    private static async Task AssertAnswersHoldAsync(KilledShop shop, KillStep step, IReadOnlyList<Told?> told)
    {
        var again = await Task.WhenAll(shop.Purchases.Select(shop.PayPatientlyAsync));
        for (var index = 0; index < told.Count; index++)
        {
            var place = $"{step}, {shop.Purchases[index].Name}";
            if (again[index]?.Status != HttpStatusCode.Created)
                Assert.Fail($"{place}: {again[index]}\n{string.Join('\n', await shop.DifferencesAsync())}");
            if (told[index] is { Status: HttpStatusCode.Created } first)
                Assert.True(first == again[index], $"{place}: first {first}, then {again[index]}");
        }
    }

    private static async Task AssertSettledAsync(KilledShop shop, KillStep step)
    {
        var until = TimeProvider.System.GetUtcNow() + SettlesWithin;
        IReadOnlyList<string> differences;
        while ((differences = await shop.DifferencesAsync()).Count > 0 && TimeProvider.System.GetUtcNow() < until)
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, Cancel);
        Assert.True(differences.Count == 0, $"Killed at {step}:\n{string.Join('\n', differences)}");
        var (exitCode, output, error) = await RunningProgram.RunAsync("verify", "--database", shop.ConnectionString);
        Assert.True(exitCode == 0, $"Killed at {step}: {output}{error}");
    }
}
