using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage;

/// <summary>Sets a policy of a merchant: each change is a row of its own, and the latest is in force.</summary>
internal static class PolicyChange
{
    /// <param name="isInForceAsync">Whether the merchant has the policy already.</param>
    /// <param name="writeAsync">Writes the row of a moment, and tells the change of it.</param>
    public static Task<KeyState> SetPolicyAsync(
        this NpgsqlDataSource database, MerchantId merchant, Origin by, KeyUse? key, TimeProvider clock,
        Func<NpgsqlConnection, Task<bool>> isInForceAsync, Func<NpgsqlTransaction, SealedChange, DateTime, Task> writeAsync,
        CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var connection = transaction.Connection!;
            var change = await SealedChange.InAllSlotsAsync(connection, merchant, cancel);
            var keyState = await KeptKeys.TakeAsync(connection, key, clock, cancel);
            if (keyState != KeyState.New)
                return keyState;
            if (await OperatorActions.IsDoneAsync(connection, by, cancel))
                return KeyState.Repeated;
            if (await isInForceAsync(connection))
                return KeyState.New;
            var since = change.TimeOf(clock.GetUtcNow());
            await writeAsync(transaction, change, since);
            await transaction.CommitAsync(by, new DateTimeOffset(since), cancel, change);
            return KeyState.New;
        }, cancel);
}
