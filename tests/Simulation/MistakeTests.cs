using System.Collections.Concurrent;
using System.Security.Cryptography;
using Quittance.Core;
using Quittance.Providers.Sandbox;
using Quittance.Tests.Simulation.Mistakes;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation;

/// <summary>The simulation finds a server with one of these classic mistakes, and prints the seed.</summary>
public sealed class MistakeTests(SimulationBooks books, ITestOutputHelper output)
{
    // It takes seconds, and ends then; on a busy machine more of them.
    private static readonly TimeSpan AtLongest = TimeSpan.FromMinutes(3);

    [Fact]
    public Task Sending_again_under_another_id_is_found()
    {
        // Processes of one server: what was sent last is in its books.
        var lastIds = new ConcurrentDictionary<AttemptId, AttemptId>();
        return IsFoundAsync(new Mistake(Provider: provider => new SendsUnderFreshIds(provider, lastIds)));
    }

    [Fact]
    public Task Taking_silence_for_a_refusal_is_found() =>
        IsFoundAsync(new Mistake(Provider: provider => new TakesUnknownForDeclined(provider)));

    [Fact]
    public Task Not_committing_an_outcome_is_found() => IsFoundAsync(new Mistake(Store: store => new LosesOutcomes(store)));

    [Fact]
    public Task Using_a_session_again_is_found() => IsFoundAsync(new Mistake(Store: store => new ForgetsThatSessionsAreUsed(store)));

    [Fact]
    public Task Telling_a_failure_after_the_commit_is_found() =>
        IsFoundAsync(new Mistake(Answers: process => new TellsFailuresAfterTheCommit(process).SubmitAsync));

    [Fact]
    public Task Booking_a_second_payment_for_a_transfer_is_found() => IsFoundAsync(new Mistake(Brings: BooksASecondPayment.For));

    [Fact]
    public Task Completing_another_announced_transfer_is_found() => IsFoundAsync(new Mistake(Completes: CompletesAnotherTransfer.ForAsync));

    [Fact]
    public Task Believing_a_word_that_is_not_known_is_found() => IsFoundAsync(new Mistake(BelievesUnknownWords: true));

    private async Task IsFoundAsync(Mistake mistake)
    {
        var run = new SimulationRun(books, SandboxProvider.ProviderName, mistake, RandomNumberGenerator.GetInt32(1, 1_000_000_000));

        await run.RunAsync(atMost: int.MaxValue, AtLongest);

        Assert.True(run.Failure is not null, $"{run.Done} schedules in {run.Elapsed.TotalSeconds:0.0} s, and none of them noticed.");
        var (seed, message) = run.Failure.Value;
        output.WriteLine(
            $"Found with seed {seed} after {run.Done} schedules in {run.Elapsed.TotalSeconds:0.0} s: {message.Split('\n')[0]}");
        Assert.Contains($"{SimulationSettings.SeedVariable}={seed}", message);
    }
}
