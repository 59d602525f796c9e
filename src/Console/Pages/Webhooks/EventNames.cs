using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Webhooks;

/// <summary>The names that an API gives to its events.</summary>
internal static class EventNames
{
    /// <summary>The names of a subscription's events.</summary>
    public static string Of(ConsoleSettings settings, Subscription subscription) => subscription.Events is { } types
        ? string.Join(
            ", ", Known(settings, subscription.Dialect).Where(known => known.Types.Any(types.Contains)).Select(known => known.Name))
        : Say("every event");

    /// <summary>The name of one event; its type where the API has none.</summary>
    public static string Of(ConsoleSettings settings, string dialect, EventType type) =>
        Known(settings, dialect).FirstOrDefault(known => known.Types.Contains(type)).Name ?? type.ToString();

    private static IReadOnlyList<(string Name, IReadOnlyList<EventType> Types)> Known(ConsoleSettings settings, string dialect) =>
        settings.Apis.FirstOrDefault(api => api.Dialect == dialect)?.Events ?? [];
}
