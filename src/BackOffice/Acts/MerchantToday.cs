using Npgsql;
using Quittance.Core.Acts;
using Quittance.Storage.Tenancy;

namespace Quittance.BackOffice.Acts;

internal static class MerchantToday
{
    /// <summary>The day of the merchant who acts.</summary>
    public static Task<DateOnly> TodayAsync(this ActRequest request) =>
        request.Part<NpgsqlDataSource>().DayAsync(request.Merchant, request.Part<TimeProvider>().GetUtcNow(), request.Cancel);
}
