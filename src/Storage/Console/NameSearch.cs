using Npgsql;
using Quittance.Core.Settlements;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>
/// Finds customers by any part of their names. Whole words are found by an index, in any order and without accents; other parts by looking
/// through the merchant's names, which takes some tenths of a microsecond for each.
/// </summary>
internal static class NameSearch
{
    /// <summary>
    /// Whether the name of a row h of account_holder has the text: two parameters that <see cref="WithPartOfName"/> adds. Index:
    /// account_holder_by_word.
    /// </summary>
    /// <param name="first">The number of the first of them.</param>
    public static string Has(int first) =>
        $"(lower(h.name) LIKE ${first} OR (cardinality(${first + 1}::text[]) > 0 AND name_words(h.name) @> ${first + 1}::text[]))";

    /// <summary>Adds what <see cref="Has"/> asks.</summary>
    public static NpgsqlBatchCommand WithPartOfName(this NpgsqlBatchCommand command, string search)
    {
        var words = PayerName.WordsOf(search);
        // A number, or the first letter of a word that is still being typed, is no word: then the others would find too many.
        var isWhole = words.Count == search.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return command.With(LikePattern.Containing(search.ToLowerInvariant())).With(isWhole ? words.ToArray() : []);
    }
}
