using Quittance.Storage.Embedded;
using Spectre.Console;

namespace Quittance.Bench;

/// <summary>Runs a benchmark; a line says what stops it.</summary>
internal static class Running
{
    public static async Task<int> RunAsync(Func<Task> benchmark)
    {
        try
        {
            await benchmark();
            return 0;
        }
        catch (Exception failure) when (failure is BenchException or EmbeddedPostgresException)
        {
            Screen.Out.MarkupLineInterpolated($"[red]✗[/] {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }
}
