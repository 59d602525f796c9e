using Npgsql;
using Quittance.Storage.Mails;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage;

/// <summary>
/// Forgets rows that have served their time: kept answers after their 30 days, processed notices after 90, deliveries 30 days after they
/// were made and 90 days where they never were, tries to sign in after a day, codes and tokens when they have expired, sessions at the
/// console and sign-ins under way when they have ended.
/// </summary>
public sealed class Pruning(NpgsqlDataSource database, Merchants merchants, TimeProvider clock)
{
    private static readonly TimeSpan NoticesAreKeptFor = TimeSpan.FromDays(90);
    /// <summary>How long deliveries that were received are kept.</summary>
    public static readonly TimeSpan DeliveriesAreKeptFor = TimeSpan.FromDays(30);
    private static readonly TimeSpan DeadLettersAreKeptFor = TimeSpan.FromDays(90);
    private static readonly TimeSpan MailsAreKeptFor = TimeSpan.FromDays(90);
    private static readonly TimeSpan TriesAreKeptFor = TimeSpan.FromDays(1);

    /// <summary>Deletes what is old, however long that takes. Returns how many rows that were. Safe in several processes at once.</summary>
    public async Task<int> PruneAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync(cancel);
        var rows = 0;
        foreach (var merchant in await merchants.ReachedAsync(cancel))
        {
            await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
            // Indexes: kept_answer_by_age, token_by_age, authorisation_by_age, sign_in_try_by_age, delivery_by_age,
            // delivery_dead, mail_by_age, account_visit_by_age.
            batch.Statement("DELETE FROM kept_answer WHERE merchant_id = $1 AND kept_until < $2").With(merchant.Value).With(now);
            batch.Statement("DELETE FROM notice WHERE merchant_id = $1 AND due_at IS NULL AND received_at < $2").With(merchant.Value)
                .With(now - NoticesAreKeptFor);
            batch.Statement("DELETE FROM token WHERE merchant_id = $1 AND expires_at < $2").With(merchant.Value).With(now);
            batch.Statement("DELETE FROM authorisation WHERE merchant_id = $1 AND expires_at < $2").With(merchant.Value).With(now);
            // Of people: few enough to be looked at one by one.
            batch.Statement("DELETE FROM console_session WHERE merchant_id = $1 AND (opened_at < $2 OR used_at < $3)")
                .With(merchant.Value).With(now - ConsoleSessions.Longest).With(now - ConsoleSessions.LongestPause);
            batch.Statement("DELETE FROM pending_sign_in WHERE merchant_id = $1 AND opened_at < $2")
                .With(merchant.Value).With(now - PendingSignIns.Longest);
            batch.Statement("DELETE FROM sign_in_try WHERE merchant_id = $1 AND not_before < $2").With(merchant.Value)
                .With(now - TriesAreKeptFor);
            batch.Statement("DELETE FROM delivery WHERE merchant_id = $1 AND status = 'delivered' AND ended_at < $2").With(merchant.Value)
                .With(now - DeliveriesAreKeptFor);
            batch.Statement("DELETE FROM delivery WHERE merchant_id = $1 AND status = 'dead' AND ended_at < $2").With(merchant.Value)
                .With(now - DeadLettersAreKeptFor);
            // An address that was refused is known as long as no mail was taken for it.
            batch.Statement($"""
                DELETE FROM mail x WHERE x.merchant_id = $1 AND x.status <> 'waiting' AND x.ended_at < $2
                   AND (x.failure IS DISTINCT FROM 'address_refused' OR x.account_id IS NULL OR {MailQueue.IsTakenSince})
                """).With(merchant.Value).With(now - MailsAreKeptFor);
            batch.Statement("DELETE FROM account_visit WHERE merchant_id = $1 AND asked_at < $2").With(merchant.Value)
                .With(now - MailsAreKeptFor);
            rows += await batch.ExecuteNonQueryAsync(cancel);
        }

        return rows;
    }
}
