using Quittance.Bench.Books;

namespace Quittance.Bench.Servers;

/// <summary>The real program, as an operator starts it.</summary>
internal static class QuittanceServer
{
    public static Task<ServerProcess> StartAsync(BenchDatabase database, CancellationToken cancel)
    {
        Screen.Progress.Report("Starting Quittance");
        var address = LocalPort.Free();
        return ServerProcess.StartAsync(
            "quittance", address, "Quittance is ready", ["serve", "--database", database.ConnectionString, "--port", $"{address.Port}"], cancel);
    }
}
