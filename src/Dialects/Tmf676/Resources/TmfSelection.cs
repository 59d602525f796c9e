using System.Buffers;
using System.Text.Json;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>Which first-level attributes of a resource are shown: the parameter <c>fields</c> (TMF676 5.6).</summary>
public sealed class TmfSelection
{
    /// <summary>The parameter.</summary>
    public const string Parameter = "fields";

    private const string None = "none";

    private readonly HashSet<string>? _names;

    private TmfSelection(HashSet<string>? names) => _names = names;

    /// <summary>Everything.</summary>
    public static TmfSelection All { get; } = new(null);

    /// <summary>These attributes.</summary>
    public static TmfSelection Of(params IEnumerable<string> names) => new([.. names]);

    /// <summary>Reads what was asked for. Names that the resource does not have are passed over, unless none is left.</summary>
    /// <param name="asked">The values of the parameter; none for everything.</param>
    /// <param name="attributes">What the resource has.</param>
    /// <param name="always">What is shown whatever was asked for.</param>
    /// <returns>The selection; null when nothing of what was asked for is known.</returns>
    public static TmfSelection? Read(IEnumerable<string?> asked, TmfAttributes attributes, params ReadOnlySpan<string> always)
    {
        string[] names = [.. asked.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))];
        if (names.Length == 0)
            return All;
        HashSet<string> selected = [.. always];
        if (names is [None])
            return new TmfSelection(selected);
        string[] known = [.. names.Select(name => name.Split('.')[0]).Where(attributes.Has)];
        selected.UnionWith(known);
        return known.Length == 0 ? null : new TmfSelection(selected);
    }

    /// <summary>Writes what is selected of a resource.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="resource">Writes the whole resource.</param>
    public void Write(Utf8JsonWriter json, Action<Utf8JsonWriter> resource)
    {
        if (_names is null)
        {
            resource(json);
            return;
        }

        using var whole = Shown(resource);
        json.WriteStartObject();
        foreach (var member in whole.RootElement.EnumerateObject())
        {
            if (_names.Contains(member.Name))
                member.WriteTo(json);
        }

        json.WriteEndObject();
    }

    /// <summary>A resource as it is shown.</summary>
    public static JsonDocument Shown(Action<Utf8JsonWriter> resource)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, JsonOutput.Options))
            resource(writer);
        return JsonDocument.Parse(buffer.WrittenMemory);
    }
}
