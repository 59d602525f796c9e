using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage;

/// <summary>
/// Erases what the books hold of a person, in one transaction, while amounts, transfers and events stay. The account's slot is held meanwhile, as
/// by the engine, so that nothing begins beside it.
/// </summary>
public sealed class Erasing(NpgsqlDataSource database, TimeProvider clock)
{
    private const string UnderWaySql = $"""
        SELECT format('payment %s is %s: complete or cancel it, or wait for its provider', number, status)
          FROM payment WHERE merchant_id = $1 AND account_id = $2 AND status IN ('pending', 'unknown', 'authorised', 'settling')
        UNION ALL
        SELECT format('a provider was asked to %s and has not answered: attempt %s', verb, id)
          FROM attempt WHERE merchant_id = $1 AND account_id = $2 AND status IN ('open', 'unknown', 'pending')
        UNION ALL
        SELECT format('a payment session is open until %s: %s', to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), id)
          FROM session WHERE merchant_id = $1 AND account_id = $2 AND status = 'open'
        UNION ALL
        SELECT format('a seat is held until %s: booking %s', to_char(held_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), id)
          FROM booking WHERE merchant_id = $1 AND account_id = $2 AND status = 'held'
        UNION ALL
        SELECT format('payment %s is disputed: dispute %s is open', p.number, d.reference)
          FROM payment p JOIN dispute d ON d.merchant_id = $1 AND d.payment_id = p.id AND d.status = 'open'
         WHERE p.merchant_id = $1 AND p.account_id = $2
        UNION ALL
        SELECT format('a notice of %s waits to be processed: %s', n.provider, n.id)
          FROM notice n WHERE n.merchant_id = $1 AND n.due_at IS NOT NULL AND {ErasureSteps.NoticeOfAccount}
        """;

    /// <summary>The accounts that are called so: by their number, or by clients of an API.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="name">The number, or what clients call it.</param>
    /// <param name="dialect">The API whose clients call it so; null for any, and for the number.</param>
    /// <param name="cancel">Ends the work.</param>
    public Task<IReadOnlyList<(AccountId Id, long Number)>> FindAsync(MerchantId merchant, string name, string? dialect, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyList<(AccountId, long)>>(async () =>
        {
            await using var batch = database.CreateBatch();
            // The primary key of reference begins with the merchant; its name is looked for in every API.
            batch.Statement("""
                SELECT a.id, a.number FROM account a
                 WHERE a.merchant_id = $1
                   AND (($3::text IS NULL AND a.number::text = $2)
                        OR a.id IN (SELECT r.object_id FROM reference r
                                     WHERE r.merchant_id = $1 AND r.value = $2 AND r.object_id = r.account_id AND ($3 IS NULL OR r.dialect = $3)))
                 ORDER BY a.number
                """).With(merchant.Value).With(name).With(dialect);
            List<(AccountId, long)> found = [];
            await using var row = await batch.ExecuteReaderAsync(cancel);
            while (await row.ReadAsync(cancel))
                found.Add((new AccountId(merchant, row.GetGuid(0)), row.GetInt64(1)));
            return found;
        });

    /// <summary>Erases a person's data, or says what has to end first. Done again it changes nothing.</summary>
    /// <param name="account">The account that is kept for the person.</param>
    /// <param name="by">Who erases it, and why.</param>
    /// <param name="cancel">Ends the work; nothing was erased.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<Erasure> EraseAsync(AccountId account, Origin by, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var hold = new NpgsqlBatch(connection, transaction))
        {
            hold.Statement("""
                SELECT s.slot FROM slot s JOIN account a ON a.merchant_id = $1 AND a.id = $2 AND a.slot = s.slot WHERE s.merchant_id = $1 FOR UPDATE OF s
                """).With(account.Merchant.Value).With(account.Value);
            await hold.ExecuteNonQueryAsync(cancel);
        }

        var underWay = await UnderWayAsync(connection, account, cancel);
        if (underWay.Count > 0)
            return new Erasure(underWay, []);
        List<(string Table, long Rows)> erased = [];
        foreach (var step in ErasureSteps.All)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.Statement(step.Sql).With(account.Merchant.Value).With(account.Value);
            erased.Add((step.Table, await batch.ExecuteNonQueryAsync(cancel)));
        }

        var changed = erased.Any(step => step.Rows > 0);
        await transaction.CommitAsync(changed ? by : null, clock, cancel);
        return new Erasure([], erased);
    });

    private static async Task<IReadOnlyList<string>> UnderWayAsync(NpgsqlConnection connection, AccountId account, CancellationToken cancel)
    {
        List<string> found = [];
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement(UnderWaySql).With(account.Merchant.Value).With(account.Value);
        await using var row = await batch.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            found.Add(row.GetString(0));
        return found;
    }
}
