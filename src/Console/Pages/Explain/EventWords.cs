using Quittance.Core.Ledger;

namespace Quittance.Console.Pages.Explain;

/// <summary>Says what happened that moved money.</summary>
internal static class EventWords
{
    /// <summary>What happened. Events that move nothing are said by their name.</summary>
    public static string Of(EventType type)
    {
        var words = string.Concat(type.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
        return words;
    }
}
