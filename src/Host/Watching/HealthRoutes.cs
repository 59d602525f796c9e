using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Quittance.Host.Watching;

/// <summary><c>/health/live</c> and <c>/health/ready</c>: whether the server runs, and whether it can do its work, in words.</summary>
internal static class HealthRoutes
{
    // Whoever watches asks every few seconds, and a late answer is none.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    /// <summary>Adds what is looked at.</summary>
    public static void Add(IServiceCollection services, NpgsqlDataSource database, TimeProvider clock) => services.AddHealthChecks()
        .AddCheck<DatabaseCheck>("database", failureStatus: null, tags: [], timeout: Longest)
        .AddCheck("migrations", new MigrationsCheck(database), timeout: Longest)
        .AddCheck("deliveries", new BacklogCheck(database, clock), HealthStatus.Degraded, timeout: Longest);

    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
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
            json.WriteString("says", check.Exception is null && check.Description is { } words ? words : "It could not be looked at in time.");
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
