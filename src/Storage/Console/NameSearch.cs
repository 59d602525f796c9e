namespace Quittance.Storage.Console;

/// <summary>
/// Finds customers by any part of any word of their names, the words in any order, without case and accents. The functions of the index
/// do the work, so that a name and a typed text are read in one way.
/// </summary>
internal static class NameSearch
{
    /// <summary>Whether the name of a row h of account_holder has all words of a typed text. Index: account_holder_by_part.</summary>
    /// <param name="typed">The number of the parameter with the text.</param>
    public static string Has(int typed) => $"name_parts(h.name) @@ search_query(${typed})";
}
