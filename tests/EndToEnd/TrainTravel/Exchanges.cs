using System.Text.Json;

namespace Quittance.Tests.TrainTravel;

/// <summary>
/// Keeps what was asked and answered, one JSON object a line, in the file that <c>QUITTANCE_TRAIN_TRAVEL_EXCHANGES</c> names, for the check
/// against the API's own document (tests/conformance). Without it nothing is kept.
/// </summary>
internal static class Exchanges
{
    private static readonly string? File = Environment.GetEnvironmentVariable("QUITTANCE_TRAIN_TRAVEL_EXCHANGES");
    private static readonly Lock Writing = new();

    public static void Keep(HttpMethod method, string path, TravelAnswer answer)
    {
        if (File is null)
            return;
        var line = JsonSerializer.Serialize(new { method = method.Method, path, status = (int)answer.Status, headers = answer.Headers, body = answer.Text });
        lock (Writing)
            System.IO.File.AppendAllText(File, line + "\n");
    }
}
