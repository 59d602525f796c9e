using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quittance.Core;

namespace Quittance.Host.Cli;

/// <summary>
/// The words and documents of results. Amounts in JSON are text in major units, so that no program reads them as floating point.
/// </summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        // No page contains it, and people read the names in it.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new MoneyConverter() },
    };

    /// <summary>Prints one document for programs.</summary>
    public static void WriteJson(object document) => System.Console.Out.WriteLine(JsonSerializer.Serialize(document, Format));

    /// <summary>A word of the code as it is written everywhere: in small letters, its parts joined by underscores.</summary>
    public static string Word<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());

    /// <summary>In UTC.</summary>
    public static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    private sealed class MoneyConverter : JsonConverter<Money>
    {
        public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("amount", value.ToText(AmountDecimals.Full));
            writer.WriteString("currency", value.Currency.Code);
            writer.WriteEndObject();
        }
    }
}
