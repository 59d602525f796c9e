using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

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

    // A statement with a merchant's own number is prepared for that merchant alone, which pays off where many rows come at once.
    private const int FewKeys = 64;

    private static readonly Regex Routed = new(
        @"\b(?<column>\w+\.merchant_id|m\.id) = ANY\(\$(?<place>\d+)\)", RegexOptions.NonBacktracking);

    /// <summary>
    /// Puts the merchant's number itself into the large statements of one merchant. Then Citus knows the node without the values of
    /// parameters, so it plans a read or an update once, and not each time.
    /// </summary>
    public static void NameMerchant(NpgsqlBatch batch)
    {
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            if (command.Parameters.Any(parameter => parameter.Value is Array { Length: > FewKeys }))
                command.CommandText = Routed.Replace(command.CommandText, found => Named(command, found));
        }
    }

    private static string Named(NpgsqlBatchCommand command, Match condition)
    {
        var place = int.Parse(condition.Groups["place"].Value, CultureInfo.InvariantCulture);
        return command.Parameters[place - 1].Value is long[] and [var merchant]
            ? string.Create(CultureInfo.InvariantCulture, $"{condition.Groups["column"].Value} = {merchant}")
            : condition.Value;
    }
}
