using System.Reflection;
using System.Text.Json;

namespace Quittance.Dialects.SportAlliance.Messages;

/// <summary>One of the files of texts beside this one. A variant's holds only what differs from its language.</summary>
/// <param name="DecimalPoint">Between whole units and decimals.</param>
/// <param name="GroupSeparator">Between groups of three digits.</param>
/// <param name="Money">Where <c>{amount}</c> and <c>{currency}</c> stand.</param>
/// <param name="Timestamp">A day with its time, as .NET writes such patterns; digits only, as there are no names of months here.</param>
/// <param name="Messages">The texts by the names of their messages.</param>
internal sealed record LanguageFile(
    string? DecimalPoint, string? GroupSeparator, string? Money, string? Timestamp, IReadOnlyDictionary<Message, string>? Messages)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    public string? TextOf(Message message) => Messages?.GetValueOrDefault(message);

    /// <summary>Reads the file of a tag, which is part of this assembly.</summary>
    public static LanguageFile Load(string tag)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Quittance.Dialects.SportAlliance.Messages.{tag}.json")
            ?? throw new InvalidOperationException($"There are no messages in {tag}.");
        return JsonSerializer.Deserialize<LanguageFile>(file, Options)!;
    }
}
