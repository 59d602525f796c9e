using System.Numerics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>A request for a list, read from its query (TMF676 3.1, 5.6 to 5.8).</summary>
public sealed record TmfListRequest
{
    /// <summary>The parameter by which the address of the next page says where it begins: behind an item, by our own id.</summary>
    public const string AfterParameter = "after";

    /// <summary>The parameter by which clients pass over items.</summary>
    public const string OffsetParameter = "offset";

    /// <summary>The parameter by which clients say how many items they want.</summary>
    public const string LimitParameter = "limit";
    private const int UsualLimit = 100;
    private const int HighestLimit = 1000;

    /// <summary>The filters that items must pass, all of them.</summary>
    public IReadOnlyList<TmfFilter> Filters { get; private init; } = [];

    /// <summary>The attributes to show of each item.</summary>
    public TmfSelection Selection { get; init; } = TmfSelection.All;

    /// <summary>How many to pass over.</summary>
    public long Offset { get; private init; }

    /// <summary>How many to show at most.</summary>
    public int Limit { get; private init; } = UsualLimit;

    /// <summary>The item behind which to begin; null for the first.</summary>
    public Guid? After { get; private init; }

    /// <summary>Whether all matches are to be counted, however many they are: <c>Prefer: count=exact</c>.</summary>
    public bool CountsAll { get; private init; }

    /// <summary>Reads a request.</summary>
    /// <param name="attributes">The attributes of the items.</param>
    /// <param name="always">The attributes that are always shown.</param>
    /// <returns>The request, or what is wrong with it.</returns>
    public static Reading<TmfListRequest, TmfError> Read(HttpRequest request, TmfAttributes attributes, params ReadOnlySpan<string> always)
    {
        if (TmfSelection.Read(request.Query[TmfSelection.Parameter], attributes, always) is not { } selection)
            return NothingSelected;
        if (!ReadPage(request).TryGet(out var page, out var wrong))
            return wrong;

        List<TmfFilter> filters = [];
        foreach (var (name, values) in request.Query)
        {
            if (name is TmfSelection.Parameter or OffsetParameter or LimitParameter or AfterParameter)
                continue;
            var filter = TmfFilter.Read(name, values, attributes);
            if (filter.Error is { } error)
                return error;
            filters.Add(filter.Value);
        }

        return page with { Filters = filters, Selection = selection };
    }

    /// <summary>Reads which page a request is for, and nothing else of it.</summary>
    /// <returns>The page, or what is wrong with it.</returns>
    public static Reading<TmfListRequest, TmfError> ReadPage(HttpRequest request)
    {
        var query = request.Query;
        if (Number(query[OffsetParameter], 0) is not { } offset)
            return NoNumber(OffsetParameter);
        if (Number(query[LimitParameter], UsualLimit) is not { } limit)
            return NoNumber(LimitParameter);
        Guid after = default;
        if (query[AfterParameter] is { Count: > 0 } begins && !(begins is [{ } only] && Guid.TryParseExact(only, "D", out after)))
            return TmfError.Invalid($"{AfterParameter} is not the end of a page.", "Follow the address in the header Link as it is.");

        return new TmfListRequest
        {
            Offset = (long)BigInteger.Min(offset, long.MaxValue),
            Limit = (int)BigInteger.Min(limit, HighestLimit),
            After = after == default ? null : after,
            CountsAll = request.Headers["Prefer"]
                .Any(preferences => preferences!.Split(',', ';').Any(preference => preference.Trim() == "count=exact")),
        };
    }

    /// <summary>The error where <c>fields</c> names nothing that there is.</summary>
    internal static TmfError NothingSelected { get; } =
        TmfError.Invalid("fields names no attribute that is known here.", "Name first-level attributes, with commas between them.");

    private static BigInteger? Number(IReadOnlyList<string?> values, int otherwise) => values switch
    {
        [] => otherwise,
        [{ Length: > 0 and <= 100 } text] when text.All(char.IsAsciiDigit) => BigInteger.Parse(text),
        _ => null,
    };

    private static TmfError NoNumber(string name) =>
        TmfError.Invalid($"{name} is not a whole number from zero.", $"Send {name} once, as digits.");
}

/// <summary>The first-level attributes of a resource to show: the parameter <c>fields</c> (TMF676 5.6).</summary>
public sealed class TmfSelection
{
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
    /// <param name="attributes">The attributes of the resource.</param>
    /// <param name="always">The members that are always shown.</param>
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

    public static JsonDocument Shown(Action<Utf8JsonWriter> resource) => JsonDocument.Parse(JsonOutput.Bytes(resource));
}
