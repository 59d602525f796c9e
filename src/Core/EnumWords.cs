using System.Text;
using Quittance.Core.Ledger;

namespace Quittance.Core;

/// <summary>
/// The words for our enums in the database and in our own API: the member's name in snake case; in the types of events the first
/// underscore is a dot. Old rows keep their words, and clients know them, so a member is never renamed.
/// </summary>
public static class EnumWords
{
    public static string Of<T>(T value)
        where T : struct, Enum => Both<T>.Words[value];

    public static T To<T>(string word)
        where T : struct, Enum => Both<T>.Values[word];

    /// <summary>The value of a word; null where it is no word of the type.</summary>
    public static T? Find<T>(string? word)
        where T : struct, Enum => word is not null && Both<T>.Values.TryGetValue(word, out var value) ? value : null;

    /// <summary>All words, in the order of the members.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    private static string Snake(string name)
    {
        var word = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && word.Length > 0)
                word.Append('_');
            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }

    private static class Both<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Words = Enum.GetValues<T>().ToDictionary(value => value, WordOf);

        public static readonly Dictionary<string, T> Values = Words.ToDictionary(word => word.Value, word => word.Key);

        private static string WordOf(T value)
        {
            var word = Snake(value.ToString());
            var first = word.IndexOf('_', StringComparison.Ordinal);
            return typeof(T) == typeof(EventType) ? $"{word[..first]}.{word[(first + 1)..]}" : word;
        }
    }
}
