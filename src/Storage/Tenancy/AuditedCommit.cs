using Npgsql;
using Quittance.Core.Access;

namespace Quittance.Storage.Tenancy;

/// <summary>Commits what an operator has changed beside the engine, together with the word of it.</summary>
internal static class AuditedCommit
{
    /// <summary>Commits, with a row that tells of the operator's action where there was one.</summary>
    /// <param name="transaction">What was changed.</param>
    /// <param name="by">Who changed it; null where no operator did.</param>
    /// <param name="clock">Tells when.</param>
    /// <param name="cancel">Ends the work.</param>
    public static async Task CommitAsync(this NpgsqlTransaction transaction, Origin? by, TimeProvider clock, CancellationToken cancel)
    {
        if (by?.Action is not null)
        {
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            OperatorActions.AddTo(batch, by, clock.GetUtcNow());
            await batch.ExecuteNonQueryAsync(cancel);
        }

        await transaction.CommitDurablyAsync(cancel);
    }
}
