using Quittance.Core.Ledger;

namespace Quittance.Console.Pages.Webhooks;

/// <summary>The names that an API gives to its events.</summary>
internal static class EventNames
{
    public static IEnumerable<string> Of(ConsoleSettings settings, string dialect, IReadOnlyList<EventType> types) =>
        Known(settings, dialect).Where(known => known.Types.Any(types.Contains)).Select(known => known.Name);

    /// <summary>The name of one event; its type where the API has none.</summary>
    public static string Of(ConsoleSettings settings, string dialect, EventType type) =>
        Of(settings, dialect, [type]).FirstOrDefault() ?? type.ToString();

    private static IReadOnlyList<(string Name, IReadOnlyList<EventType> Types)> Known(ConsoleSettings settings, string dialect) =>
        settings.Apis.FirstOrDefault(api => api.Dialect == dialect)?.Events ?? [];
}
