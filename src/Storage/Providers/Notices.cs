using Npgsql;
using NpgsqlTypes;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Providers;

/// <summary>
/// The notices of providers: each is kept as it was received, redacted, before it is answered, and processed after. Several processes share
/// the work: who claims a notice has it for a while.
/// </summary>
public sealed class Notices(NpgsqlDataSource database, AttemptSchedule schedule, TimeProvider clock)
{
    private static readonly TimeSpan TriedFor = TimeSpan.FromHours(24);

    /// <summary>
    /// Keeps a notice; false when it was kept before. Either way it is durable: one that was kept before is written again.
    /// </summary>
    /// <param name="merchant">The merchant whose provider account it is for.</param>
    /// <param name="id">The provider's id for it: sent again, it is the same notice.</param>
    /// <param name="redacted">The notice as JSON without anything that may not be kept.</param>
    /// <param name="cancel">Ends the work.</param>
    public Task<bool> KeepAsync(MerchantId merchant, string provider, string id, string redacted, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        var insert = batch.Statement("""
            INSERT INTO notice (merchant_id, provider, id, received_at, tries, outcome, due_at, body)
            SELECT m.id, $2, $3, $4, 0, $5, $4, $6 FROM merchant m WHERE m.id = $1
            ON CONFLICT (merchant_id, provider, id) DO UPDATE SET received_at = notice.received_at
            RETURNING xmax = 0
            """)
            .With(merchant.Value).With(provider).With(id).With(now).With(Words.Of(NoticeOutcome.Received));
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = redacted, NpgsqlDbType = NpgsqlDbType.Json });
        return await connection.DurablyAsync(() => batch.ExecuteScalarAsync(cancel)) is true;
    });

    /// <summary>The accounts of the notices whose time has come, those of the oldest.</summary>
    /// <param name="limit">How many notices are looked at.</param>
    /// <param name="busy">The accounts that are passed over.</param>
    /// <param name="cancel">Ends the work.</param>
    public Task<IReadOnlyList<NoticeAccount>> DueAsync(int limit, IEnumerable<NoticeAccount> busy, CancellationToken cancel) =>
        // Index: notice_due.
        database.LookAsync(
            among => $"""
            SELECT DISTINCT d.merchant_id, d.provider
              FROM (SELECT merchant_id, provider FROM notice
                     WHERE {among("merchant_id")} AND due_at <= $1 AND merchant_id || provider <> ALL ($3) ORDER BY due_at LIMIT $2) d
            """,
            command => command.With(clock.GetUtcNow().UtcDateTime).With(limit)
                .With(busy.Select(one => $"{one.Merchant.Value}{one.Provider}").ToArray()),
            row => new NoticeAccount(new MerchantId(row.GetInt64(0)), row.GetString(1)), cancel);

    /// <summary>Claims notices of an account whose time has come.</summary>
    /// <param name="limit">How many at most.</param>
    public Task<IReadOnlyList<KeptNotice>> ClaimAsync(NoticeAccount account, int limit, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // Rows of one merchant are locked by one node. Only an array is read once: PostgreSQL may run a table that is joined once for each
        // row, and each run locks further rows. Index: notice_due.
        return database.AllAsync(
            """
            UPDATE notice n SET due_at = $4, tries = n.tries + 1
             WHERE n.merchant_id = $1 AND n.provider = $2
               AND n.id = ANY (ARRAY(SELECT id FROM notice WHERE merchant_id = $1 AND provider = $2 AND due_at <= $3
                                      ORDER BY due_at LIMIT $5 FOR UPDATE SKIP LOCKED))
            RETURNING n.id, n.body, greatest(n.received_at, (SELECT max(released_at) FROM epoch)), n.tries, n.outcome
            """,
            command => command.With(account.Merchant.Value).With(account.Provider).With(now.UtcDateTime)
                .With((now + schedule.NoticeClaim).UtcDateTime).With(limit),
            row => new KeptNotice(
                account, row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt32(3),
                Words.To<NoticeOutcome>(row.GetString(4))),
            cancel);
    }

    /// <summary>Renews a claim, unless it is another's by now.</summary>
    public Task RenewAsync(KeptNotice notice, CancellationToken cancel) => database.WriteAsync(
        batch => Of(notice, batch, "due_at = $5").With((clock.GetUtcNow() + schedule.NoticeClaim).UtcDateTime), cancel);

    /// <summary>
    /// Notes the outcome of a notice. The server looks at a notice that it can't book yet again, for a day; false when that is over. Null
    /// where the claim is another's by now.
    /// </summary>
    public async Task<bool?> FinishAsync(KeptNotice notice, NoticeOutcome outcome, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var mayBeBookedLater = outcome is NoticeOutcome.Early or NoticeOutcome.Exceeds or NoticeOutcome.OnlyThere;
        var isRetried = mayBeBookedLater && now - notice.ReceivedAt < TriedFor;
        var rows = await database.WriteAsync(
            batch => Of(notice, batch, "outcome = $6, due_at = $5")
                .With(isRetried ? (now + schedule.PauseAfter(notice.Tries)).UtcDateTime : (DateTime?)null).With(Words.Of(outcome)),
            cancel);
        return rows == 0 ? null : isRetried || !mayBeBookedLater;
    }

    // A claim that ran out and was taken again has more tries; a notice that is done has no time.
    private static NpgsqlBatchCommand Of(KeptNotice notice, NpgsqlBatch batch, string set) =>
        batch.Statement(
            $"UPDATE notice SET {set} WHERE merchant_id = $1 AND provider = $2 AND id = $3 AND tries = $4 AND due_at IS NOT NULL")
            .With(notice.Account.Merchant.Value).With(notice.Account.Provider).With(notice.Id).With(notice.Tries);
}
