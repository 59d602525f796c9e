using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Console;

namespace Quittance.Host.Watching;

/// <summary>
/// Logs for programs: each line of standard error is one JSON object with Timestamp, LogLevel, Category, Message and the message's
/// values. A server's first steps are reported in the same shape.
/// </summary>
internal sealed class LogLines(TimeProvider clock) : IProgress<string>
{
    /// <summary>Logs for people.</summary>
    public const string Text = "text";

    /// <summary>Logs for programs.</summary>
    public const string Json = "json";

    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Lets a server log so.</summary>
    public static void LogTo(ILoggingBuilder logging)
    {
        logging.ClearProviders().AddJsonConsole(json =>
        {
            json.TimestampFormat = TimeFormat;
            json.UseUtcTimestamp = true;
            json.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
        // Standard output is for the one line that programs wait for.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <inheritdoc/>
    public void Report(string value) => System.Console.Error.WriteLine(JsonSerializer.Serialize(new
    {
        Timestamp = clock.GetUtcNow().ToString(TimeFormat),
        EventId = 0,
        LogLevel = nameof(LogLevel.Information),
        Category = "Quittance.Start",
        Message = value,
    }));
}
