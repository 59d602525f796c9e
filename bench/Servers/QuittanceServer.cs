using Quittance.Bench.Books;

namespace Quittance.Bench.Servers;

/// <summary>The real program, as an operator starts it.</summary>
internal static class QuittanceServer
{
    /// <param name="more">Further options of the command.</param>
    public static Task<ServerProcess> StartAsync(BenchDatabase database, CancellationToken cancel, params string[] more)
    {
        Screen.Progress.Report("Starting Quittance");
        var address = LocalPort.Free();
        // The server's master key goes with the database.
        string[] folder = database.Folder is { } own ? ["--data", own] : [];
        return ServerProcess.StartAsync(
            "quittance", address, "Quittance is ready",
            ["serve", "--database", database.ConnectionString, "--port", $"{address.Port}", .. folder, .. more], cancel);
    }
}
