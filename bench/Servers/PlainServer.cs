using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quittance.Bench.Books;
using Quittance.Core;

namespace Quittance.Bench.Servers;

/// <summary>
/// The server that a good programmer writes without batching: an endpoint that does each payment in a transaction of its own. It
/// asks for no credential and checks less than Quittance does.
/// </summary>
internal static class PlainServer
{
    private const string Name = "plain-server";
    private const string ReadyLine = "ready";

    // A usual size for a pool: the requests beyond it wait in the server instead of in PostgreSQL.
    private const int Connections = 32;

    private static readonly Option<string> Database = new("--database") { Required = true };
    private static readonly Option<int> Port = new("--port") { Required = true };
    private static readonly Option<long> Merchant = new("--merchant") { Required = true };

    public static Command Command()
    {
        var command = new Command(Name, "The plain implementation that the benchmark compares with") { Database, Port, Merchant };
        command.Hidden = true;
        command.SetAction((options, cancel) => ServeAsync(
            options.GetRequiredValue(Database), options.GetValue(Port), new MerchantId(options.GetValue(Merchant)), cancel));
        return command;
    }

    public static Task<ServerProcess> StartAsync(BenchDatabase database, MerchantId merchant, CancellationToken cancel)
    {
        Screen.Progress.Report("Starting the plain implementation");
        var address = LocalPort.Free();
        return ServerProcess.StartAsync(
            "Quittance.bench", address, ReadyLine,
            [Name, "--database", database.ConnectionString, "--port", $"{address.Port}", "--merchant", $"{merchant.Value}"], cancel);
    }

    private static async Task ServeAsync(string connectionString, int port, MerchantId merchant, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = Connections };
        await using var database = Storage.Database.Open(settings.ConnectionString);
        var payments = new PlainPayments(database, TimeProvider.System, merchant);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        app.MapPost("/paymentManagement/v4/payment", async (PlainPaymentRequest request, CancellationToken gone) =>
            await payments.CreateAsync(request, gone) is { } created
                ? Results.Created(created.Href, created)
                : Results.NotFound());
        await app.StartAsync(cancel);
        await System.Console.Out.WriteLineAsync(ReadyLine);
        await app.WaitForShutdownAsync(cancel);
    }
}
