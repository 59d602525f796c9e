using Npgsql;
using NpgsqlTypes;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Collecting;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Providers;

/// <summary>
/// The notices of providers: each is kept as it was received, redacted, before it is answered, and processed after. Several processes share
/// the work: who claims a notice has it for a while.
/// </summary>
public sealed class Notices(NpgsqlDataSource database, AttemptSchedule schedule, TimeProvider clock)
{
    private static readonly TimeSpan ClaimedFor = TimeSpan.FromSeconds(30);
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

    /// <summary>Claims notices whose time has come, of one provider account after the other.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="ofEach">How many of each account.</param>
    /// <param name="busy">The accounts that are passed over.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task<IReadOnlyList<KeptNotice>> ClaimAsync(
        int limit, int ofEach, IEnumerable<(MerchantId Merchant, string Provider)> busy, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        // Index: notice_due.
        var accounts = await database.AllAsync(
            """
            SELECT DISTINCT d.merchant_id, d.provider
              FROM (SELECT merchant_id, provider FROM notice
                     WHERE due_at <= $1 AND merchant_id || provider <> ALL ($3) ORDER BY due_at LIMIT $2) d
            """,
            command => command.With(now).With(limit).With(busy.Select(one => $"{one.Merchant.Value}{one.Provider}").ToArray()),
            row => (Merchant: new MerchantId(row.GetInt64(0)), Provider: row.GetString(1)), cancel);
        List<KeptNotice> claimed = [];
        foreach (var (merchant, provider) in accounts)
            claimed.AddRange(await ClaimAsync(merchant, provider, now, Math.Min(ofEach, limit - claimed.Count), cancel));
        return claimed;
    }

    // Rows of one merchant are locked by one node. Index: notice_due.
    private Task<IReadOnlyList<KeptNotice>> ClaimAsync(
        MerchantId merchant, string provider, DateTime now, int limit, CancellationToken cancel) =>
        database.AllAsync(
            """
            UPDATE notice n SET due_at = $4, tries = n.tries + 1
              FROM (SELECT id FROM notice
                     WHERE merchant_id = $1 AND provider = $2 AND due_at <= $3 ORDER BY due_at LIMIT $5 FOR UPDATE SKIP LOCKED) d
             WHERE n.merchant_id = $1 AND n.provider = $2 AND n.id = d.id
            RETURNING n.id, n.body, greatest(n.received_at, (SELECT max(released_at) FROM epoch)), n.tries, n.outcome
            """,
            command => command.With(merchant.Value).With(provider).With(now).With(now + ClaimedFor).With(limit),
            row => new KeptNotice(
                merchant, provider, row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt32(3),
                Words.To<NoticeOutcome>(row.GetString(4))),
            cancel);

    /// <summary>
    /// Notes the outcome of a notice. The server looks at a notice that it can't book yet again, for a day; false when that is over.
    /// </summary>
    public async Task<bool> FinishAsync(KeptNotice notice, NoticeOutcome outcome, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var mayBeBookedLater = outcome is NoticeOutcome.Early or NoticeOutcome.Exceeds;
        var isRetried = mayBeBookedLater && now - notice.ReceivedAt < TriedFor;
        await database.WriteAsync(
            batch => batch.Statement("UPDATE notice SET outcome = $4, due_at = $5 WHERE merchant_id = $1 AND provider = $2 AND id = $3")
                .With(notice.Merchant.Value).With(notice.Provider).With(notice.Id).With(Words.Of(outcome))
                .With(isRetried ? (now + schedule.PauseAfter(notice.Tries)).UtcDateTime : (DateTime?)null),
            cancel);
        return isRetried || !mayBeBookedLater;
    }
}
