using Npgsql;
using Quittance.Core;
using Quittance.Core.Dues;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Dues;

/// <summary>Sees to it that of several servers one at a time asks for what is due of a merchant.</summary>
public sealed class DueRuns(NpgsqlDataSource database)
{
    /// <summary>The runs that ask for what is due, the oldest of each merchant first. Index: due_run_open.</summary>
    public Task<IReadOnlyList<DueRun>> RunningAsync(CancellationToken cancel) => database.LookAsync(
        among => $"SELECT {Tables.DueRun.Selected} FROM due_run x WHERE {among("x.merchant_id")} AND x.status = 'running' "
            + "ORDER BY x.merchant_id, x.begun_at, x.number",
        _ => { }, Tables.DueRun.Read, cancel);

    /// <summary>Does a merchant's work, unless another server does it.</summary>
    /// <returns>Whether it was done here.</returns>
    /// <exception cref="Core.Engine.StoreUnavailableException">The database can't be reached.</exception>
    public Task<bool> AloneAsync(MerchantId merchant, Func<Task> work, CancellationToken cancel) =>
        database.AloneAsync($"dues of merchant {merchant.Value}", work, cancel);
}
