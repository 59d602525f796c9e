using System.Text.Json;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiRequests;

namespace Quittance.Dialects.OwnApi;

/// <summary>
/// What a client says about a payment or a refund in its own words, and gets back with it. The books keep it as the details of the payment
/// or refund, where an erasure finds it. Its own reference stands there as in the other APIs, so that each search finds it.
/// </summary>
internal sealed class OwnWords
{
    /// <summary>The scope within which the references of payments are unique, beside the account.</summary>
    public const string OfPayments = OwnApiNames.Dialect;

    /// <summary>The scope within which the references of refunds are unique, beside the account.</summary>
    public const string OfRefunds = $"{OwnApiNames.Dialect} refund";

    private const string ReferenceMember = "reference";
    private const string Correlator = "correlatorId";
    private const string ReasonMember = "reason";
    private const string MetadataMember = "metadata";
    private const int MostMetadata = 20;
    private const int LongestName = 40;
    private const int LongestText = 500;

    private static readonly Shape MetadataShape = Map(
        Text("A text of yours.", LongestText), "What you want to find with it again, each text by its name.", MostMetadata, LongestName);

    /// <summary>The members of a request.</summary>
    public static readonly Resource<OwnWords> Asked = new(null, "What you say about it.")
    {
        {
            Optional(ReferenceMember, NameText("Your own name for it, which no other one of its kind has at the account.", MostText, 1)),
            asked => asked.Reference, (asked, text) => asked.Reference = text
        },
        {
            Optional(MetadataMember, MetadataShape), asked => asked.ShownMetadata,
            (asked, given) => asked.Metadata = Read(given)
        },
        {
            Optional(ReasonMember, NameText("Why, in your words.", MostText, 1)), asked => asked.Reason,
            (asked, text) => asked.Reason = Masked(text)
        },
    };

    /// <summary>The members of an answer.</summary>
    public static readonly Resource<OwnWords> Shown = new(null, "What its client says about it.")
    {
        { Optional(ReferenceMember, Text("The name that its client has for it.")), words => words.Reference },
        { Optional(MetadataMember, MetadataShape, "The texts that its client gave with it."), words => words.ShownMetadata },
        { Optional(ReasonMember, Text("Why, as its client said it.")), words => words.Reason },
    };

    private static readonly OwnWords None = new();

    public string? Reference { get; private set; }

    public string? Reason { get; private set; }

    private IReadOnlyList<KeyValuePair<string, string>> Metadata { get; set; } = [];

    private Action<Utf8JsonWriter>? ShownMetadata => Metadata.Count == 0 ? null : WriteMetadata;

    /// <summary>The words in the details of a payment or refund. Those of another API have only its reference.</summary>
    public static OwnWords In(string? dialect, string? details)
    {
        if (details is null)
            return None;
        using var document = JsonDocument.Parse(details);
        var (root, isOurs) = (document.RootElement, dialect == OwnApiNames.Dialect);
        return new OwnWords
        {
            Reference = TextOf(root, Correlator),
            Reason = isOurs ? TextOf(root, ReasonMember) : null,
            Metadata = isOurs && root.TryGetProperty(MetadataMember, out var metadata)
                ? [.. metadata.EnumerateObject().Select(one => KeyValuePair.Create(one.Name, one.Value.GetString()!))] : [],
        };
    }

    /// <summary>The words as details; null where there are none.</summary>
    public string? ToDetails() => Reference is null && Reason is null && Metadata.Count == 0 ? null : JsonOutput.Text(json =>
    {
        json.WriteStartObject();
        if (Reference is not null)
            json.WriteString(Correlator, Reference);
        if (Reason is not null)
            json.WriteString(ReasonMember, Reason);
        if (Metadata.Count > 0)
        {
            json.WritePropertyName(MetadataMember);
            WriteMetadata(json);
        }

        json.WriteEndObject();
    });

    /// <summary>Refuses a reference that has the form of an id.</summary>
    public void RefuseIds(JsonFields fields) => OwnApiRequests.RefuseIds(fields, ReferenceMember, Reference);

    private void WriteMetadata(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, text) in Metadata)
            json.WriteString(name, text);
        json.WriteEndObject();
    }

    private static List<KeyValuePair<string, string>> Read(JsonFields given)
    {
        List<KeyValuePair<string, string>> read = [];
        foreach (var (name, text) in given.NamedTexts(MostMetadata, LongestName, LongestText))
        {
            // Two names of cards may be one name once they are masked.
            if (read.Exists(one => one.Key == Masked(name)))
                given.Refuse(name, FieldProblem.Malformed, "a name without the number of a card");
            else
                read.Add(new(Masked(name)!, Masked(text)!));
        }

        return read;
    }

    private static string? TextOf(JsonElement details, string name) =>
        details.ValueKind == JsonValueKind.Object && details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;
}
