using System.Runtime.CompilerServices;
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
        where T : struct, Enum => Both<T>.Words.OfNumber[Unsafe.BitCast<T, int>(value)];

    public static T To<T>(string word)
        where T : struct, Enum => Unsafe.BitCast<int, T>(Both<T>.Words.Numbers[word]);

    /// <summary>The value of a word; null where it is no word of the type.</summary>
    public static T? Find<T>(string? word)
        where T : struct, Enum =>
        word is not null && Both<T>.Words.Numbers.TryGetValue(word, out var number) ? Unsafe.BitCast<int, T>(number) : null;

    /// <summary>All words, in the order of the members.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => Both<T>.Words.InOrder;

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
        public static readonly WordsOfEnum Words = new(typeof(T));
    }

    /// <summary>
    /// The words of one enum. It knows the values as numbers, so that it is compiled once and not for each of the enums, at each start.
    /// </summary>
    private sealed class WordsOfEnum
    {
        public WordsOfEnum(Type type)
        {
            var numbers = (int[])Enum.GetValuesAsUnderlyingType(type);
            InOrder = [.. numbers.Select(number => WordOf(type, Enum.GetName(type, number)!))];
            OfNumber = numbers.Zip(InOrder).ToDictionary(both => both.First, both => both.Second);
            Numbers = OfNumber.ToDictionary(word => word.Value, word => word.Key);
        }

        public IReadOnlyList<string> InOrder { get; }

        public Dictionary<int, string> OfNumber { get; }

        public Dictionary<string, int> Numbers { get; }

        private static string WordOf(Type type, string name)
        {
            var word = Snake(name);
            var first = word.IndexOf('_', StringComparison.Ordinal);
            return type == typeof(EventType) ? $"{word[..first]}.{word[(first + 1)..]}" : word;
        }
    }
}
