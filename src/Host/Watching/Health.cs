using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Storage;
using Quittance.Storage.Migrating;

namespace Quittance.Host.Watching;

/// <summary><c>/health/live</c> and <c>/health/ready</c>: whether the server runs, and whether it can do its work, in words.</summary>
internal static class HealthRoutes
{
    /// <summary>The path above them.</summary>
    public const string Path = "/health";

    // Monitors ask every few seconds, so a late answer is useless.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    /// <summary>Adds what is looked at.</summary>
    public static void Add(IServiceCollection services, NpgsqlDataSource database, TimeProvider clock) => services.AddHealthChecks()
        .AddCheck<DatabaseCheck>("database", failureStatus: null, tags: [], timeout: Longest)
        .AddCheck("migrations", new MigrationsCheck(database), timeout: Longest)
        .AddCheck<HoldCheck>("books", HealthStatus.Degraded, tags: [], timeout: Longest)
        .AddCheck("deliveries", new BacklogCheck(database, clock), HealthStatus.Degraded, timeout: Longest);

    private static readonly HttpMethodMetadata Reading = new([HttpMethods.Get, HttpMethods.Head]);

    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        // Without methods they would answer TRACE, too.
        app.MapHealthChecks($"{Path}/live", new HealthCheckOptions { Predicate = _ => false }).WithMetadata(Reading);
        app.MapHealthChecks($"{Path}/ready", new HealthCheckOptions { ResponseWriter = WriteAsync }).WithMetadata(Reading);
    }

    /// <summary>Words of ours alone: nothing that an exception says.</summary>
    private static async Task WriteAsync(HttpContext http, HealthReport report)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", WordOf(report.Status));
        json.WriteStartObject("checks");
        foreach (var (name, check) in report.Entries)
        {
            json.WriteStartObject(name);
            json.WriteString("status", WordOf(check.Status));
            json.WriteString(
                "says", check.Exception is null && check.Description is { } words ? words : "The check did not end in time.");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string WordOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ok",
        HealthStatus.Degraded => "degraded",
        HealthStatus.Unhealthy => "failing",
    };
}

/// <summary>
/// Whether the database takes commits: a small one is tried, unless those of the lanes fail already. A cluster whose coordinator takes it
/// goes on for the merchants of the other nodes.
/// </summary>
internal sealed class DatabaseCheck(WriteProof proof, OutageService outages, Topology topology) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // One commit that takes long is no reason to send no more requests here.
        var seen = outages.Fault is StoreFault.Slow ? null : outages.Fault;
        if (((topology.IsCluster ? null : seen) ?? await proof.ProveAsync()) is { } why)
            return HealthCheckResult.Unhealthy(OutageService.WordsOf(why));
        return !outages.LacksNodes ? HealthCheckResult.Healthy("It answers, and can be written to.")
            : HealthCheckResult.Degraded("It answers, and payments of some merchants do not get through: a node of the cluster is away.");
    }
}

/// <summary>Whether the database has this version's schema: another version may have changed it since the server started.</summary>
internal sealed class MigrationsCheck(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await Migrations.OfThisVersion.MissingAsync(database, cancellationToken)).Count is > 0 and var missing
                ? HealthCheckResult.Unhealthy($"Migrations that the database lacks: {missing}.")
                : HealthCheckResult.Healthy("The schema is this version's.");
        }
        catch (MigrationException)
        {
            return HealthCheckResult.Unhealthy("The schema is another version's.");
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("Unknown: the database can't be reached.");
        }
    }
}

/// <summary>Whether the books take changes. Held books are read all the same.</summary>
internal sealed class HoldCheck(IHold hold) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(hold.IsHeld
            ? HealthCheckResult.Degraded("They were restored, and take no changes until an operator releases them.")
            : HealthCheckResult.Healthy("They take changes."));
}

/// <summary>Whether deliveries are made. Where they are not, requests are served all the same.</summary>
internal sealed class BacklogCheck(NpgsqlDataSource database, TimeProvider clock) : IHealthCheck
{
    /// <summary>A delivery that has been due for longer is late: the server tries within seconds.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Backlog.ReadAsync(database, clock.GetUtcNow() - LateAfter, cancellationToken) is { Late: > 0 and var late }
                ? HealthCheckResult.Degraded(
                    $"{(late < Backlog.CountedTo ? late : $"At least {late}")} webhook deliveries have been due for more than "
                    + $"{LateAfter.TotalMinutes} minutes.")
                : HealthCheckResult.Healthy("The server sends webhook deliveries as they become due.");
        }
        catch (Exception broken) when (broken is StoreUnavailableException or NpgsqlException)
        {
            return HealthCheckResult.Degraded("Unknown: the database can't be reached.");
        }
    }
}
