using Npgsql;
using Quittance.Core.Settlements;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>
/// Finds customers by any part of their names: whole words by an index, in any order and without accents, and other parts by looking
/// through the merchant's names. The two are read apart, as one condition of both would use no index.
/// </summary>
internal static class NameSearch
{
    /// <summary>Whether the name of a row h of account_holder has a text in it.</summary>
    /// <param name="pattern">The number of the first parameter that <see cref="WithPartOfName"/> adds.</param>
    public static string HasPart(int pattern) => $"lower(h.name) LIKE ${pattern}";

    /// <summary>Whether it has all words of the text, and not the text as it is. Index: account_holder_by_word.</summary>
    public static string HasWords(int pattern) =>
        $"name_words(h.name) @> ${pattern + 1}::text[] AND cardinality(${pattern + 1}::text[]) > 0 AND NOT {HasPart(pattern)}";

    /// <summary>Adds what these ask.</summary>
    public static NpgsqlBatchCommand WithPartOfName(this NpgsqlBatchCommand command, string search)
    {
        var words = PayerName.WordsOf(search);
        // A number, or the first letter of a word that is still being typed, is no word: then the others would find too many.
        var isWhole = words.Count == search.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return command.With(LikePattern.Containing(search.ToLowerInvariant())).With(isWhole ? words.ToArray() : []);
    }
}
