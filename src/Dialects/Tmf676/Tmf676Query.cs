using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>The query of a subscription: events by their names, and filters on the resource that they tell of (TMF676 5.15).</summary>
/// <param name="Events">The events.</param>
/// <param name="Parameters">The filters, not read yet: what they mean depends on the resource.</param>
internal sealed record Tmf676Query(IReadOnlyList<WebhookEvent> Events, IReadOnlyList<(string Name, string?[] Values)> Parameters)
{
    private const string EventType = "eventType";

    /// <summary>Reads a query; null when it can't be meant.</summary>
    /// <param name="text">The query as the client wrote it; null or empty for all events.</param>
    public static Tmf676Query? Read(string? text)
    {
        IReadOnlyList<WebhookEvent> events = Tmf676Events.All;
        List<(string Name, string?[] Values)> parameters = [];
        foreach (var (name, values) in QueryHelpers.ParseQuery(text))
        {
            if (name != EventType)
            {
                parameters.Add((name, [.. values]));
                continue;
            }

            string[] names = [.. values.SelectMany(value => (value ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))];
            events = [.. Tmf676Events.All.Where(told => names.Contains(told.Name))];
            if (!names.All(asked => events.Any(told => told.Name == asked)))
                return null;
        }

        var query = new Tmf676Query(events, parameters);
        return parameters.TrueForAll(parameter => IsReadable(parameter, TmfAttributes.Payment) || IsReadable(parameter, TmfAttributes.Refund)) ? query : null;
    }

    /// <summary>Whether a resource passes, as the API shows it. One that lacks an attribute that is asked for does not.</summary>
    public bool Passes(TmfAttributes attributes, Action<Utf8JsonWriter> resource)
    {
        if (Parameters.Count == 0)
            return true;
        using var shown = TmfSelection.Shown(resource);
        return Parameters.All(parameter => TmfFilter.Read(parameter.Name, parameter.Values, attributes).Filter?.Passes(shown.RootElement) == true);
    }

    private static bool IsReadable((string Name, string?[] Values) parameter, TmfAttributes attributes) =>
        TmfFilter.Read(parameter.Name, parameter.Values, attributes).Filter is not null;
}
