using Quittance.Core.Ledger;

namespace Quittance.Console.Pages.Webhooks;

/// <summary>What an API calls what it tells of.</summary>
internal static class EventNames
{
    /// <summary>The names of what a subscription is told of.</summary>
    public static IEnumerable<string> Of(ConsoleSettings settings, string dialect, IReadOnlyList<EventType> types) =>
        Known(settings, dialect).Where(told => told.Types.Any(types.Contains)).Select(told => told.Name);

    /// <summary>The name of one event; its type where the API has none.</summary>
    public static string Of(ConsoleSettings settings, string dialect, EventType type) =>
        Known(settings, dialect).Where(told => told.Types.Contains(type)).Select(told => told.Name).FirstOrDefault() ?? type.ToString();

    private static IReadOnlyList<(string Name, IReadOnlyList<EventType> Types)> Known(ConsoleSettings settings, string dialect) =>
        settings.Apis.FirstOrDefault(api => api.Dialect == dialect)?.Events ?? [];
}
