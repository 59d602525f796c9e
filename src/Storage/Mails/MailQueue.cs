using Npgsql;
using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Mails;

/// <summary>The result of sending a mail again.</summary>
public enum MailResend
{
    /// <summary>A new mail of the same event waits to be sent.</summary>
    Queued,

    /// <summary>The same request has done it before.</summary>
    Repeated,

    /// <summary>The mail, or one that was sent again for it, waits.</summary>
    Waits,

    /// <summary>The merchant has no such mail.</summary>
    Unknown,
}

/// <summary>The mails to customers: those that wait, and those that have ended.</summary>
public sealed class MailQueue(NpgsqlDataSource database, TimeProvider clock) : IMails
{
    private const string Columns = """
        x.merchant_id, x.id, x.kind, x.account_id, x.subject_id, x.sequence, x.status, x.recipient, x.failures, x.failure, x.queued_at,
        x.due_at, x.ended_at, x.nth
        """;

    /// <summary>Whether a mail that a person sent again was taken for the address of a mail (x) that was refused, after that.</summary>
    internal const string IsTakenSince = """
        EXISTS (SELECT FROM mail s WHERE s.merchant_id = x.merchant_id AND s.account_id = x.account_id AND s.recipient = x.recipient
                   AND s.status = 'sent' AND s.nth > 0 AND s.ended_at > x.ended_at)
        """;

    /// <summary>
    /// Adds the mails that are asked for and that the merchants send. As with deliveries, the statement itself reads the policy. A thing
    /// has one mail of a kind and a sequence, however often it is asked for.
    /// </summary>
    internal static void Ask(NpgsqlBatch batch, long[] merchants, DateTime at, IReadOnlyList<MailCause> causes) =>
        batch.Statement($"""
            INSERT INTO mail (merchant_id, id, kind, account_id, subject_id, sequence, nth, status, failures, queued_at, due_at)
            SELECT p.merchant_id, u.id, u.kind, u.account, u.subject, u.sequence, 0, 'waiting', 0, $2, $2
              FROM ({MailPolicies.InForce}) p
              JOIN unnest($3::bigint[], $4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::int[])
                   u(m, id, kind, account, subject, sequence)
                   ON u.m = p.merchant_id AND u.kind = ANY(p.kinds)
            ON CONFLICT DO NOTHING
            """)
            .With(merchants)
            .With(at)
            .With(causes.ToColumn(cause => cause.Id.Merchant.Value))
            .With(causes.ToColumn(cause => cause.Id.Value))
            .With(causes.ToColumn(cause => Words.Of(cause.Kind)))
            .With(causes.ToColumn(cause => cause.Account.Value))
            .With(causes.ToColumn(cause => cause.Event.Subject))
            .With(causes.ToColumn(cause => cause.Event.Sequence));

    /// <summary>
    /// Adds the mails to the people of merchants that events ask for and that the merchants send: one to each person who may act, for all
    /// of a kind that happens within a window.
    /// </summary>
    internal static void AskPeople(
        NpgsqlBatch batch, long[] merchants, DateTimeOffset at, IReadOnlyList<(MerchantId Merchant, MailKind Kind)> asked) =>
        batch.Statement($"""
            INSERT INTO mail (merchant_id, id, kind, account_id, subject_id, sequence, nth, status, failures, queued_at, due_at)
            SELECT p.merchant_id, (left(u.id::text, 19) || substr(gen_random_uuid()::text, 20))::uuid, u.kind, NULL, w.id, u.within, 0,
                   'waiting', 0, $2, u.due
              FROM ({MailPolicies.InForce}) p
              JOIN unnest($3::bigint[], $4::uuid[], $5::text[], $6::int[], $7::timestamptz[]) u(m, id, kind, within, due)
                   ON u.m = p.merchant_id AND u.kind = ANY(p.kinds)
              JOIN person w ON w.merchant_id = p.merchant_id AND w.merchant_id = ANY($1) AND {OperatorNews.MayAct}
             -- Lanes that ask for the same mails wait for one another in one order.
             ORDER BY p.merchant_id, u.kind, w.id
            ON CONFLICT DO NOTHING
            """)
            .With(merchants)
            .With(at.UtcDateTime)
            .With(asked.ToColumn(one => one.Merchant.Value))
            // Ids are in the order of their time: each has the moment of this one.
            .With(asked.ToColumn(_ => Guid.CreateVersion7(at)))
            .With(asked.ToColumn(one => Words.Of(one.Kind)))
            .With(asked.ToColumn(one => OperatorMail.WindowOf(one.Kind, at)))
            .With(asked.ToColumn(one => OperatorMail.DueOf(one.Kind, at).UtcDateTime));

    /// <summary>Sends, unless another server does.</summary>
    /// <returns>Whether it was done here.</returns>
    public Task<bool> AloneAsync(Func<Task> work, CancellationToken cancel) => database.AloneAsync("mail", work, cancel);

    /// <summary>The merchants of whom mail is due: it looks at all mails that wait. Index: mail_due_of_merchant.</summary>
    public Task<IReadOnlyList<MerchantId>> DueAsync(CancellationToken cancel) => database.LookAsync(
        among => $"SELECT DISTINCT x.merchant_id FROM mail x WHERE {among("x.merchant_id")} AND x.status = 'waiting' AND x.due_at <= $1",
        command => command.With(clock.GetUtcNow().UtcDateTime), row => new MerchantId(row.GetInt64(0)), cancel);

    /// <summary>Takes the mail of a merchant that has been due longest; null where none is. Index: mail_due_of_merchant.</summary>
    /// <param name="lease">How long no other server takes it.</param>
    public Task<Mail?> ClaimAsync(MerchantId merchant, TimeSpan lease, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return database.FirstAsync(
            $"""
            UPDATE mail x SET due_at = $3
             WHERE x.merchant_id = $1 AND x.id = (
                   SELECT d.id FROM mail d WHERE d.merchant_id = $1 AND d.status = 'waiting' AND d.due_at <= $2
                    ORDER BY d.due_at, d.id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """,
            command => command.With(merchant.Value).With(now).With(now + lease), Read, cancel);
    }

    /// <summary>
    /// Notes the result of a try. Where the lease had run out and another server has taken the mail, it changes nothing unless the mail was
    /// sent.
    /// </summary>
    /// <param name="mail">The mail, as it was claimed.</param>
    /// <param name="recipient">The address; null where it was not tried.</param>
    /// <param name="customer">The customer whose it is, who may have been erased meanwhile; null for a person of the merchant's.</param>
    /// <returns>How the mail stands by it.</returns>
    public async Task<MailStatus> NoteAsync(
        Mail mail, MailResult result, string? recipient, AccountId? customer, CancellationToken cancel)
    {
        var pause = result is { Failure: not null, IsFinal: false, IsLeftOut: false } ? MailSchedule.PauseAfter(mail.Failures + 1) : null;
        var status = result switch
        {
            { Failure: null } => MailStatus.Sent,
            { IsLeftOut: true } => MailStatus.LeftOut,
            _ => pause is null ? MailStatus.Failed : MailStatus.Waiting,
        };
        var now = clock.GetUtcNow().UtcDateTime;
        await database.WriteAsync(
            batch =>
            {
                // An erasure comes before, so that the address is gone, or afterwards, so that it finds the address here.
                batch.Statement("SELECT FROM account_contact WHERE merchant_id = $1 AND account_id = $2 FOR SHARE")
                    .With(mail.Id.Merchant.Value).With(customer?.Value);
                batch.Statement("""
                    UPDATE mail SET status = $3, failure = $4, failures = failures + $5, due_at = $6, ended_at = $7,
                           recipient = CASE WHEN $10::uuid IS NULL OR EXISTS (
                               SELECT FROM account_contact c WHERE c.merchant_id = $1 AND c.account_id = $10 AND c.email IS NOT NULL)
                               THEN $8 END
                     WHERE merchant_id = $1 AND id = $2 AND status = 'waiting' AND (due_at = $9 OR $3 = 'sent')
                    """)
                    .With(mail.Id.Merchant.Value).With(mail.Id.Value).With(Words.Of(status))
                    .With(result.Failure is { } why ? Words.Of(why) : null)
                    .With(status is MailStatus.Waiting or MailStatus.Failed ? 1 : 0)
                    .With(now + pause).With(status == MailStatus.Waiting ? null : (DateTime?)now).With(recipient)
                    .With(mail.DueAt!.Value.UtcDateTime).With(customer?.Value);
            },
            cancel);
        return status;
    }

    /// <summary>
    /// Forgets a mail to a person of which nothing is to be told any more: what happens later within its window asks for it anew. Changes
    /// nothing where another server has taken it.
    /// </summary>
    public Task DropAsync(Mail mail, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement("DELETE FROM mail WHERE merchant_id = $1 AND id = $2 AND status = 'waiting' AND due_at = $3")
            .With(mail.Id.Merchant.Value).With(mail.Id.Value).With(mail.DueAt!.Value.UtcDateTime),
        cancel);

    /// <summary>
    /// Whether a mail server has refused the address for good, and neither has the customer's contact changed since, nor was a mail taken
    /// for it that a person had sent again. Indexes: mail_of_account, and the primary key of event.
    /// </summary>
    public async Task<bool> IsRefusedAsync(AccountId account, string address, CancellationToken cancel) => await database.FirstAsync(
        $"""
        SELECT true FROM mail x
         WHERE x.merchant_id = $1 AND x.account_id = $2 AND x.failure = 'address_refused' AND x.recipient = $3
           AND NOT EXISTS (SELECT FROM event v
                            WHERE v.merchant_id = $1 AND v.subject_id = $2 AND v.type = 'account.contact_changed'
                              AND v.occurred_at > x.ended_at)
           AND NOT {IsTakenSince}
         LIMIT 1
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(address), row => row.GetBoolean(0), cancel);

    /// <summary>Has a mail sent again, by a new one about the same event.</summary>
    public Task<MailResend> ResendAsync(MailId id, Origin by, CancellationToken cancel) => database.ChangeAsync(async transaction =>
    {
        var now = clock.GetUtcNow();
        var queued = await transaction.ExecuteAsync(
            batch => batch.Statement("""
                INSERT INTO mail (merchant_id, id, kind, account_id, subject_id, sequence, nth, status, failures, queued_at, due_at)
                SELECT x.merchant_id, $3, x.kind, x.account_id, x.subject_id, x.sequence, max(o.nth) + 1, 'waiting', 0, $4, $4
                  FROM mail x
                  JOIN mail o ON o.merchant_id = $1 AND o.subject_id = x.subject_id AND o.kind = x.kind AND o.sequence = x.sequence
                 WHERE x.merchant_id = $1 AND x.id = $2
                 GROUP BY x.merchant_id, x.id HAVING count(*) FILTER (WHERE o.status = 'waiting') = 0
                ON CONFLICT DO NOTHING
                """)
                .With(id.Merchant.Value).With(id.Value).With(Guid.CreateVersion7(now)).With(now.UtcDateTime),
            cancel);
        if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
            return MailResend.Repeated;
        if (queued == 0)
            return await FindAsync(id, cancel) is null ? MailResend.Unknown : MailResend.Waits;
        await transaction.CommitAsync(by, clock, cancel);
        return MailResend.Queued;
    }, cancel);

    /// <summary>Notes that a mail came back, once. Its address is refused from then on where that is the address's fault.</summary>
    /// <param name="written">An address as reports name it.</param>
    public Task<BounceNote> BounceAsync(
        BounceReport report, Origin by, Func<string, string> written, CancellationToken cancel) => database.ChangeAsync(async transaction =>
    {
        if (report is not { HasFailed: true, Mail: { } id })
            return report.HasFailed ? BounceNote.Unknown : BounceNote.Nothing;
        var mail = await transaction.Connection!.FirstAsync(
            $"SELECT {Columns} FROM mail x WHERE x.merchant_id = $1 AND x.id = $2 FOR UPDATE",
            command => command.With(by.Merchant.Value).With(id), Read, cancel);
        if (mail is not { Status: MailStatus.Sent })
        {
            return mail?.Status switch
            {
                MailStatus.Waiting => BounceNote.Early,
                MailStatus.Bounced => BounceNote.Repeated,
                _ => BounceNote.Unknown,
            };
        }

        var isRefused = report.IsOfAddress && mail.Recipient is { } recipient && report.Names(written(recipient));
        await transaction.ExecuteAsync(
            batch => batch.Statement(
                "UPDATE mail SET status = 'bounced', failure = $3, ended_at = $4 WHERE merchant_id = $1 AND id = $2")
                .With(by.Merchant.Value).With(id).With(Words.Of(isRefused ? MailFailure.AddressRefused : MailFailure.Refused))
                .With(clock.GetUtcNow().UtcDateTime),
            cancel);
        await transaction.CommitAsync(by, clock, cancel);
        return BounceNote.Noted;
    }, cancel);

    /// <inheritdoc/>
    public Task<Mail?> FindAsync(MailId id, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Columns} FROM mail x WHERE x.merchant_id = $1 AND x.id = $2",
        command => command.With(id.Merchant.Value).With(id.Value), Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Mail>> ListAsync(
        MerchantId merchant, MailQuery query, Guid? after, int limit, CancellationToken cancel) => database.AllAsync(
        // The primary key, from its end; of a customer the index mail_of_account, of a thing mail_of_event.
        $"""
        SELECT {Columns} FROM mail x
         WHERE x.merchant_id = $1 AND ($2::text IS NULL OR x.status = $2) AND ($3::uuid IS NULL OR x.account_id = $3)
           AND ($4::uuid IS NULL OR x.subject_id = $4) AND ($5::uuid IS NULL OR x.id < $5)
         ORDER BY x.id DESC LIMIT $6
        """,
        command => command.With(merchant.Value).With(query.Status is { } status ? Words.Of(status) : null).With(query.Account?.Value)
            .With(query.About).With(after).With(limit),
        Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Mail>> AboutAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> subjects, int limit, CancellationToken cancel) => database.AllAsync(
        // Index: mail_of_event.
        $"""
        SELECT {Columns} FROM mail x WHERE x.subject_id = ANY($2) AND x.merchant_id = $1 ORDER BY x.id DESC LIMIT $3
        """,
        command => command.With(merchant.Value).With(subjects.ToArray()).With(limit), Read, cancel);

    /// <summary>Has the statement of a month sent to a customer, whether or not the merchant sends all of them.</summary>
    /// <param name="month">The first day of the month.</param>
    public async Task<MailResend> SendStatementAsync(AccountId account, DateOnly month, Origin by, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var cause = MailCause.Of(account, month, await database.DayAsync(account.Merchant, now, cancel), now);
        return await database.ChangeAsync(async transaction =>
        {
            var queued = await transaction.ExecuteAsync(
                batch => batch.Statement("""
                    INSERT INTO mail (merchant_id, id, kind, account_id, subject_id, sequence, nth, status, failures, queued_at, due_at)
                    SELECT $1, $2, $3, $4, $4, $5, coalesce(max(o.nth) + 1, 0), 'waiting', 0, $6, $6
                      FROM mail o
                     WHERE o.merchant_id = $1 AND o.subject_id = $4 AND o.kind = $3 AND o.sequence = $5
                    HAVING count(*) FILTER (WHERE o.status = 'waiting') = 0
                    ON CONFLICT DO NOTHING
                    """)
                    .With(account.Merchant.Value).With(cause.Id.Value).With(Words.Of(cause.Kind)).With(account.Value)
                    .With(cause.Event.Sequence).With(now.UtcDateTime),
                cancel);
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return MailResend.Repeated;
            if (queued == 0)
                return MailResend.Waits;
            await transaction.CommitAsync(by, clock, cancel);
            return MailResend.Queued;
        }, cancel);
    }

    private static Mail Read(NpgsqlDataReader row)
    {
        var merchant = new MerchantId(row.GetInt64(0));
        return new Mail(
            new MailId(merchant, row.GetGuid(1)), Words.To<MailKind>(row.GetString(2)),
            row.IsDBNull(3) ? null : new AccountId(merchant, row.GetGuid(3)),
            row.GetGuid(4), row.GetInt32(5), Words.To<MailStatus>(row.GetString(6)), Text(7), row.GetInt32(8),
            Text(9) is { } why ? Words.To<MailFailure>(why) : null, row.GetFieldValue<DateTimeOffset>(10), Moment(11), Moment(12))
        {
            IsAgain = row.GetInt32(13) > 0,
        };

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        DateTimeOffset? Moment(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }
}
