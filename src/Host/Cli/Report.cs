using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quittance.Core;

namespace Quittance.Host.Cli;

/// <summary>
/// How commands tell what they have done or found: to people in lines, or to programs in one JSON document. Amounts are text in major
/// units, so that no program reads them as floating point.
/// </summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        // Nothing of it ends up in a page, and names are to be read.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new MoneyConverter() },
    };

    /// <summary>Tells the result.</summary>
    /// <param name="options">Whether as JSON.</param>
    /// <param name="document">What programs are told.</param>
    /// <param name="text">Writes what people are told to <see cref="Terminal.Out"/>.</param>
    public static void Print(ParseResult options, object document, Action text)
    {
        if (options.GetValue(JsonOption.Json))
            System.Console.Out.WriteLine(JsonSerializer.Serialize(document, Format));
        else
            text();
    }

    /// <summary>A word of ours as it is written everywhere: in small letters, its parts joined by underscores.</summary>
    public static string Word<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());

    /// <summary>A time as people read it, in UTC.</summary>
    public static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    private sealed class MoneyConverter : JsonConverter<Money>
    {
        public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("amount", value.ToText(AmountDecimals.Full));
            writer.WriteString("currency", value.Currency.Code);
            writer.WriteEndObject();
        }
    }
}
