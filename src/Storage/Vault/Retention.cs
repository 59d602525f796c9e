using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Vault;

/// <summary>For how long the vault keeps the number of an instrument that is not used.</summary>
/// <param name="Unused">The time since its last payment, or since it was registered; null for ever.</param>
public sealed record RetentionSettings(TimeSpan? Unused)
{
    /// <summary>A SEPA mandate that no debit has used for 36 months is void.</summary>
    public const int DefaultDays = 36 * 31;
}

/// <summary>
/// Deletes the numbers of the vault whose use is over. The lanes delete the number of a declined or approved card in the commit of the
/// answer; this is for what they leave: bank accounts, which the widget still shows, and saved instruments without use.
/// </summary>
public sealed class Retention(NpgsqlDataSource database, Merchants merchants, RetentionSettings settings, TimeProvider clock)
{
    private const int AtOnce = 200;

    // An instrument x of merchant $1: a provider may still be asked about it, or a session shows it. The unsettled attempts and
    // the open sessions are few. Indexes: attempt_unsettled, session_to_expire.
    // The number of a bank account goes to the bank with the file of a collection, days after the authorisation.
    private const string IsNeeded = """
        EXISTS (SELECT 1 FROM attempt a
                 WHERE a.merchant_id = $1 AND a.instrument_id = x.id AND a.status IN ('open', 'unknown', 'pending'))
        OR EXISTS (SELECT 1 FROM attempt c
                     JOIN attempt a ON a.merchant_id = $1 AND a.id = c.authorisation_id AND a.instrument_id = x.id
                    WHERE c.merchant_id = $1 AND c.verb = 'capture' AND c.provider = 'bank'
                      AND c.status IN ('open', 'unknown', 'pending'))
        OR EXISTS (SELECT 1 FROM session s WHERE s.merchant_id = $1 AND s.instrument_id = x.id AND s.status = 'open')
        """;

    // An entry v of the vault, and its instrument x. Ids begin with their time; $2 is the smallest id of the moment.
    // Index: payment_of_account.
    private const string Unused = $"""
        SELECT x.id, a.slot FROM vault_entry v
          JOIN instrument x ON x.merchant_id = $1 AND x.id = v.instrument_id
          JOIN account a ON a.merchant_id = $1 AND a.id = x.account_id
         WHERE v.merchant_id = $1 AND v.instrument_id < $2 AND NOT v.is_once
           AND NOT EXISTS (SELECT 1 FROM payment p
                 WHERE p.merchant_id = $1 AND p.account_id = x.account_id AND p.id >= $2 AND p.instrument_id = x.id)
           AND NOT ({IsNeeded})
        """;

    /// <summary>
    /// Deletes the numbers that were entered for one payment and that nothing needs any more. Returns how many. Safe in several processes
    /// at once.
    /// </summary>
    public async Task<int> ForgetUsedAsync(CancellationToken cancel)
    {
        var forgotten = 0;
        foreach (var merchant in await merchants.ReachedAsync(cancel))
        {
            // Index: vault_entry_once. A lane that deletes the same row goes first.
            forgotten += await database.WriteAsync(batch => batch.Statement($"""
                DELETE FROM vault_entry WHERE merchant_id = $1 AND instrument_id IN (
                    SELECT v.instrument_id FROM vault_entry v, LATERAL (SELECT v.instrument_id AS id) x
                     WHERE v.merchant_id = $1 AND v.is_once AND NOT ({IsNeeded})
                       FOR UPDATE OF v SKIP LOCKED)
                """).With(merchant.Value), cancel);
        }

        return forgotten;
    }

    /// <summary>
    /// Deletes the numbers of saved instruments that were not used for so long, and ends the instruments: no customer is offered them.
    /// Returns how many.
    /// </summary>
    public async Task<int> ForgetUnusedAsync(CancellationToken cancel)
    {
        if (settings.Unused is not { } unused)
            return 0;
        var before = IdTime.First(clock.GetUtcNow() - unused);
        var forgotten = 0;
        foreach (var merchant in await merchants.ReachedAsync(cancel))
        {
            IReadOnlyList<(Guid Id, int Slot)> found;
            var after = Guid.Empty;
            do
            {
                found = await UnusedAsync(merchant, before, after, cancel);
                foreach (var slot in found.GroupBy(one => one.Slot, one => one.Id))
                    forgotten += await EndAsync(merchant, slot.Key, [.. slot], before, cancel);
                after = found.Count == 0 ? after : found[^1].Id;
            }
            while (found.Count == AtOnce);
        }

        return forgotten;
    }

    private Task<IReadOnlyList<(Guid Id, int Slot)>> UnusedAsync(
        MerchantId merchant, Guid before, Guid after, CancellationToken cancel) =>
        database.AllAsync(
            $"{Unused} AND v.instrument_id > $3 ORDER BY v.instrument_id LIMIT $4",
            command => command.With(merchant.Value).With(before).With(after).With(AtOnce),
            row => (row.GetGuid(0), (int)row.GetInt16(1)), cancel);

    /// <summary>Ends instruments under the lock of their slot, where nothing begins meanwhile.</summary>
    private Task<int> EndAsync(MerchantId merchant, int slot, Guid[] ids, Guid before, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var change = new SealedChange(transaction.Connection!, merchant, slot);
            await change.LockAsync(cancel);
            var unused = (await transaction.Connection!.AllAsync(
                $"{Unused} AND v.instrument_id = ANY($3)",
                command => command.With(merchant.Value).With(before).With(ids), row => row.GetGuid(0), cancel)).ToArray();
            if (unused.Length == 0)
                return 0;
            await ReadAsync(change.BeforeAsync);
            await transaction.ExecuteAsync(batch =>
            {
                batch.Statement("""
                    UPDATE instrument SET standing = 'inactive' WHERE merchant_id = $1 AND id = ANY($2) AND standing <> 'removed'
                    """)
                    .With(merchant.Value).With(unused);
                batch.Statement("DELETE FROM vault_entry WHERE merchant_id = $1 AND instrument_id = ANY($2)")
                    .With(merchant.Value).With(unused);
            }, cancel);
            await ReadAsync(change.AfterAsync);
            await transaction.CommitAsync(by: null, clock, cancel, change);
            return unused.Length;

            Task ReadAsync(Func<SealedTable, string, Action<NpgsqlBatchCommand>, CancellationToken, Task> read) =>
                read(Tables.Instrument.Sealed, "x.id = ANY($2)", command => command.With(unused), cancel);
        }, cancel);
}
