using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Hosting;
using Quittance.Bench.Books;
using Quittance.Bench.Providers;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Lanes;
using Quittance.Storage.Vault;

using Command = System.CommandLine.Command;

namespace Quittance.Bench.Servers;

/// <summary>Quittance with a provider in its memory, so that a card costs all that it costs but the wire.</summary>
internal static class MemoryProviderServer
{
    private const string Name = "memory-provider-server";
    private const string ReadyLine = "ready";

    private static readonly Option<string> Database = new("--database") { Required = true };
    private static readonly Option<int> Port = new("--port") { Required = true };
    private static readonly Option<string> MasterKey = new("--master-key-file") { Required = true };

    public static Command Command()
    {
        var command = new Command(Name, "Quittance with a provider in its memory") { Database, Port, MasterKey };
        command.Hidden = true;
        command.SetAction((options, cancel) => ServeAsync(
            options.GetRequiredValue(Database), options.GetValue(Port), options.GetRequiredValue(MasterKey), cancel));
        return command;
    }

    public static Task<ServerProcess> StartAsync(BenchDatabase database, CancellationToken cancel)
    {
        Screen.Progress.Report("Starting Quittance with a provider in its memory");
        var address = LocalPort.Free();
        return ServerProcess.StartAsync(
            "Quittance.bench", address, ReadyLine,
            [Name, "--database", database.ConnectionString, "--port", $"{address.Port}", "--master-key-file", database.MasterKeyPath],
            cancel);
    }

    private static async Task ServeAsync(string connectionString, int port, string masterKeyFile, CancellationToken cancel)
    {
        await using var database = Storage.Database.Open(connectionString);
        var vault = await PostgresVault.OpenAsync(database, new MasterKeyFile(masterKeyFile).Read()!, TimeProvider.System, cancel);
        var settings = new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false);
        await using var engine = new PaymentEngine(
            new PostgresStore(database), TimeProvider.System, Composition.EngineFor(settings.ProviderTimeouts));
        await using var app = HostedServer.Build(settings, database, engine, vault, providers: new MemoryProvider());
        await app.StartAsync(cancel);
        System.Console.WriteLine(ReadyLine);
        await app.WaitForShutdownAsync(cancel);
    }
}
