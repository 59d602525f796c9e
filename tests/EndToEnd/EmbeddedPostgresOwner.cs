using Quittance.Storage.Embedded;

namespace Quittance.Tests;

/// <summary>Not a test: a process that owns a folder, for a test to start and kill.</summary>
public sealed class EmbeddedPostgresOwner
{
    public const string FolderVariable = "QUITTANCE_TEST_FOLDER_OF_OWNER";

    [Fact(Explicit = true)]
    public async Task Holds_a_folder_until_killed()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var postgres = await EmbeddedPostgres.StartAsync(
            Environment.GetEnvironmentVariable(FolderVariable)!, cancellationToken: cancelled);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
    }
}
