using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>The days of a merchant: all begin in its one time zone.</summary>
public static class MerchantDays
{
    /// <summary>The zone of merchant $1, in SQL.</summary>
    internal const string Zone = "(SELECT m.time_zone FROM merchant m WHERE m.id = $1)";

    /// <summary>The zone in which a merchant's days begin.</summary>
    public static async Task<TimeZoneInfo> ZoneAsync(this NpgsqlDataSource database, MerchantId merchant, CancellationToken cancel) =>
        Named(await database.FirstAsync(
            "SELECT m.time_zone FROM merchant m WHERE m.id = $1",
            command => command.With(merchant.Value), row => row.GetString(0), cancel));

    /// <summary>A merchant's day of a moment.</summary>
    public static async Task<DateOnly> DayAsync(
        this NpgsqlDataSource database, MerchantId merchant, DateTimeOffset moment, CancellationToken cancel) =>
        (await database.ZoneAsync(merchant, cancel)).DayOf(moment);

    /// <summary>The zone of a name. One that this machine does not know was kept by another, and its days are those of UTC here.</summary>
    internal static TimeZoneInfo Named(string? name) =>
        name is not (null or "Etc/UTC") && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}
