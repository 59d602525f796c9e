using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quittance.Sandbox;

/// <summary>How the sandbox writes JSON: snake_case throughout, enums too.</summary>
internal static class Json
{
    /// <summary>For answers and notices, which write null.</summary>
    public static readonly JsonSerializerOptions Full = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>For the journal, where it is left out.</summary>
    public static readonly JsonSerializerOptions Short = new(Full) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
