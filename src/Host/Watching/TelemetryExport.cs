using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Host.Cli;

namespace Quittance.Host.Watching;

/// <summary>
/// Sends spans, measures and log lines to a collector by OTLP. It is set by the standard's own variables alone
/// (OTEL_EXPORTER_OTLP_ENDPOINT and those beside it); without an address it makes nothing.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private const string Service = "quittance";

    private const string Everywhere = "OTEL_EXPORTER_OTLP_ENDPOINT", OfSpans = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        OfMeasures = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", OfLogs = "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT";

    private readonly TracerProvider? _spans;
    private readonly MeterProvider? _measures;

    private TelemetryExport(TracerProvider? spans, MeterProvider? measures) => (_spans, _measures) = (spans, measures);

    /// <summary>Lets a server send its log too; null where the variables ask for none.</summary>
    public Action<ILoggingBuilder>? LogTo { get; private init; }

    /// <summary>Begins where the variables ask for it; else null.</summary>
    public static TelemetryExport? Start()
    {
        var everywhere = IsSet(Everywhere);
        var (spans, measures, logs) = (everywhere || IsSet(OfSpans), everywhere || IsSet(OfMeasures), everywhere || IsSet(OfLogs));
        if (bool.TryParse(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), out var isOff) && isOff)
            return null;
        foreach (var variable in (string[])[Everywhere, OfSpans, OfMeasures, OfLogs])
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
                && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && SecretAddress.Allows(address)))
            {
                throw new CommandException(
                    $"{variable} must be an absolute https address, or http on this machine: spans and logs say who pays when.");
            }
        }

        return spans || measures || logs
            ? new TelemetryExport(spans ? Spans() : null, measures ? Measures() : null) { LogTo = logs ? Logs : null } : null;
    }

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _spans?.Dispose();
        _measures?.Dispose();
    }

    private static TracerProvider Spans() => Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(Resource())
        .AddSource(Telemetry.Name, "System.Net.Http", "Npgsql")
        // The framework's own span of a request names neither its method nor its route nor its status.
        .AddAspNetCoreInstrumentation()
        .AddProcessor(new SpanScrubber())
        .AddOtlpExporter(to => Address(to, OfSpans))
        .Build();

    private static MeterProvider Measures() => Sdk.CreateMeterProviderBuilder()
        .SetResourceBuilder(Resource())
        .AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http",
            "System.Runtime", "Npgsql")
        .AddOtlpExporter(to => Address(to, OfMeasures))
        .Build();

    /// <summary>The lines that the server logs anyway, with their values. The server's end sends what is left.</summary>
    private static void Logs(ILoggingBuilder logging)
    {
        // So the framework makes an activity of each request, also where no spans are sent: the lines have its trace.
        logging.AddFilter(HostedServer.RequestLog, LogLevel.Warning);
        logging.AddOpenTelemetry(lines =>
        {
            lines.SetResourceBuilder(Resource());
            lines.IncludeFormattedMessage = true;
            lines.AddOtlpExporter(to => Address(to, OfLogs));
        });
    }

    /// <summary>An address of one kind goes before the one of all. The library reads only the latter.</summary>
    private static void Address(OtlpExporterOptions to, string variable)
    {
        if (IsSet(variable))
            to.Endpoint = new Uri(Environment.GetEnvironmentVariable(variable)!);
    }

    /// <summary>The variables' own words for the service win.</summary>
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService(Service, serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version!.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static bool IsSet(string variable) => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(variable));
}

/// <summary>
/// Removes from spans what must not leave the server: queries and paths of addresses, which may hold tokens and names, and the origin of a
/// request. Of a path its pattern stays. Statements of the database are long, and internal.
/// </summary>
internal sealed class SpanScrubber : BaseProcessor<Activity>
{
    private static readonly string[] Private =
    [
        "url.query", "url.path", "http.target", "http.url", "client.address", "network.peer.address", "user_agent.original",
        "db.connection_string", "db.user",
        "db.query.text", "db.statement",
    ];

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var tag in Private)
        {
            if (data.GetTagItem(tag) is not null)
                data.SetTag(tag, null);
        }

        // Of our own requests the host stays, but not the path.
        if (data.GetTagItem("url.full") is string address)
        {
            data.SetTag("url.full", Uri.TryCreate(address, UriKind.Absolute, out var asked) ? asked.GetLeftPart(UriPartial.Authority)
                : null);
        }
    }
}
