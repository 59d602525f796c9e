using System.Security.Cryptography;
using Quittance.Tests.Simulation.Bank;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation;

/// <summary>Direct debits by the bank's files while processes die and files come in any order: each is collected once.</summary>
public sealed class CollectedOnceTests(SimulationBooks books, ITestOutputHelper output)
{
    // It takes seconds, and ends then; on a busy machine more of them.
    private static readonly TimeSpan AtLongest = TimeSpan.FromMinutes(3);

    [Fact]
    public Task Debits_are_collected_once_and_the_bank_agrees_with_the_books() => AgreesAsync(losesBooks: false);

    /// <summary>The books are lost and restored in the middle, and the bank has what it got meanwhile.</summary>
    [Fact]
    public Task Debits_are_collected_once_when_books_are_lost_and_restored() => AgreesAsync(losesBooks: true);

    [Fact]
    public Task Sending_a_file_again_after_a_restore_is_found() => IsFoundAsync(losesBooks: true, BankMistake.SendsFilesAgain);

    [Fact]
    public Task Swallowing_a_second_line_is_found() => IsFoundAsync(losesBooks: false, BankMistake.SwallowsSecondLines);

    private async Task AgreesAsync(bool losesBooks)
    {
        var run = new BankRun(
            books, losesBooks, BankMistake.None, SimulationSettings.Seed ?? RandomNumberGenerator.GetInt32(1, 1_000_000_000));
        var isOne = SimulationSettings.Seed is not null;

        await run.RunAsync(
            isOne ? 1 : SimulationSettings.Schedules ?? int.MaxValue,
            isOne || SimulationSettings.Schedules is not null ? TimeSpan.MaxValue : SimulationSettings.Time);

        output.WriteLine(run.Summary);
        Assert.True(run.Failure is null, run.Failure?.Message);
    }

    private async Task IsFoundAsync(bool losesBooks, BankMistake mistake)
    {
        var run = new BankRun(books, losesBooks, mistake, RandomNumberGenerator.GetInt32(1, 1_000_000_000));

        await run.RunAsync(atMost: int.MaxValue, AtLongest);

        Assert.True(run.Failure is not null, $"{run.Begun} schedules in {run.Elapsed.TotalSeconds:0.0} s, and none of them noticed.");
        var (seed, message) = run.Failure.Value;
        output.WriteLine(
            $"Found with seed {seed} after {run.Begun} schedules in {run.Elapsed.TotalSeconds:0.0} s: {message.Split('\n')[0]}");
        Assert.Contains($"{SimulationSettings.SeedVariable}={seed}", message, StringComparison.Ordinal);
    }
}
