using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Quittance.Storage.Rows;

/// <summary>
/// The conditions by which a database of several nodes sends a statement to the node of its merchant. Each table of a statement has one,
/// for the distinct merchants of its keys, beside the condition that joins it to the keys. A batch of several merchants has no single node,
/// and an index look-up would sort the array of the merchants for each key; so there the statement goes without them.
/// </summary>
internal static class Routing
{
    private static readonly Regex Condition = new(@"\s+AND \w+\.merchant_id = ANY\(\$\d+\)", RegexOptions.NonBacktracking);

    private static readonly ConcurrentDictionary<string, string> OfSeveral = new(StringComparer.Ordinal);

    /// <summary>A statement whose keys are of these merchants.</summary>
    public static string For(long[] merchants, string sql) =>
        merchants.Length == 1 ? sql : OfSeveral.GetOrAdd(sql, whole => Condition.Replace(whole, ""));
}
