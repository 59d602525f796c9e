namespace Quittance.Storage.Reading;

/// <summary>
/// Where merges of merchant $1 lead, in SQL: from a merged account to the one that goes on, and from its charges to those that they became.
/// </summary>
internal static class MergeSql
{
    /// <summary>The account of an id (step 0), and those that its merges lead to, one after the other.</summary>
    /// <param name="id">The id in the statement.</param>
    public static string AccountsFrom(string id) => $"""
        WITH RECURSIVE led AS (
            SELECT x.id, x.merged_into_id, 0 AS step FROM account x WHERE x.merchant_id = $1 AND x.id = {id}
             UNION ALL
            SELECT x.id, x.merged_into_id, led.step + 1
              FROM led JOIN account x ON x.merchant_id = $1 AND x.id = led.merged_into_id)
        SELECT led.id, led.step FROM led
        """;

    /// <summary>
    /// The charge of an id (step 0), and those that it became by merges that stand. Index: charge_merged_from. Of several that a charge
    /// became one after the other, the open one counts, else the last.
    /// </summary>
    /// <param name="id">The id in the statement.</param>
    public static string ChargesFrom(string id) => $"""
        WITH RECURSIVE led AS (
            SELECT x.id, x.account_id, 0 AS step FROM charge x WHERE x.merchant_id = $1 AND x.id = {id}
             UNION ALL
            SELECT m.id, m.account_id, led.step + 1
              FROM led
              JOIN account x ON x.merchant_id = $1 AND x.id = led.account_id AND x.merged_into_id IS NOT NULL
             CROSS JOIN LATERAL (
                SELECT y.id, y.account_id FROM charge y
                 WHERE y.merchant_id = $1 AND y.merged_from_id = led.account_id AND y.moved_from_id = led.id
                    AND y.account_id = x.merged_into_id
                 ORDER BY y.is_open DESC, y.number DESC LIMIT 1) m)
        SELECT led.id, led.step FROM led
        """;
}
