using Quittance.Bench.Books;

namespace Quittance.Bench.Servers;

/// <summary>The sandbox as a program of its own: what it takes of the machine is told apart from the server's.</summary>
internal static class SandboxProcess
{
    public static Task<ServerProcess> StartAsync(BenchDatabase database, CancellationToken cancel)
    {
        Screen.Progress.Report("Starting the sandbox");
        var address = LocalPort.Free();
        return ServerProcess.StartAsync(
            "Quittance.Sandbox", address, "The sandbox is ready",
            ["--port", $"{address.Port}", "--data", Path.Combine(database.Folder!, "sandbox")], cancel);
    }
}
