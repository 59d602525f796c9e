using Quittance.Bench.Books;
using Quittance.Bench.Servers;
using Quittance.Core;

namespace Quittance.Bench.Revisions;

/// <summary>The demo of one build: its database, programs and credentials are there in every revision.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private readonly string _folder;

    private DemoServer(ServerProcess process, string folder) => (Process, _folder) = (process, folder);

    /// <summary>The client of TMF676 that a demo lets in.</summary>
    public static BenchMerchant Telco { get; } = new(new MerchantId(1), ["Authorization: Bearer demo-telco"]);

    /// <summary>The client of our own API that a demo lets in.</summary>
    public static BenchMerchant OwnApi { get; } = new(new MerchantId(1), ["Authorization: Bearer demo-api"]);

    public ServerProcess Process { get; }

    /// <summary>Its PostgreSQL's processes.</summary>
    public PostgresProcesses Postgres => PostgresProcesses.In(_folder);

    public static async Task<DemoServer> StartAsync(BuiltRevision build, CancellationToken cancel)
    {
        Screen.Progress.Report($"Starting {build.Commit}");
        var folder = Directory.CreateTempSubdirectory("quittance-bench-").FullName;
        var address = LocalPort.Free();
        var process = await ServerProcess.StartAsync(
            build.Program, address, "Quittance is ready", ["demo", "--port", $"{address.Port}", "--data", folder], cancel);
        return new DemoServer(process, folder);
    }

    /// <summary>Ends it as an operator does, so that its PostgreSQL ends with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Process.EndAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
