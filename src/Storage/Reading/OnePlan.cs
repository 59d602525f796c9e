namespace Quittance.Storage.Reading;

/// <summary>
/// For statements that keys, or the order of an index, drive: no value makes another plan better. PostgreSQL, which sees how short their
/// arrays are, would plan them anew each time, and of a customer's page that took two thirds.
/// </summary>
internal static class OnePlan
{
    /// <summary>
    /// Sets it for the rest of a transaction. Distributed tables can't do with one plan: the merchant's value says which node it is for.
    /// </summary>
    public const string Set = "SET LOCAL plan_cache_mode = force_generic_plan";

    /// <summary>The same as an expression, which looks by itself whether the tables are distributed.</summary>
    public const string Setting =
        "set_config('plan_cache_mode', CASE WHEN to_regclass('pg_dist_partition') IS NULL THEN 'force_generic_plan' "
        + "ELSE current_setting('plan_cache_mode') END, true)";
}
