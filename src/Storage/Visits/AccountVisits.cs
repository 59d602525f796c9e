using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Sessions;
using Quittance.Storage.Mails;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Visits;

/// <inheritdoc/>
public sealed class AccountVisits(NpgsqlDataSource database, MailPolicies policies, TimeProvider clock) : IAccountVisits
{
    // Families share an address.
    private const int MostOfAnAddress = 5;

    /// <inheritdoc/>
    public Task<AccountVisit?> FindAsync(AccountVisitId id, CancellationToken cancel) => database.FirstAsync(
        """
        SELECT x.account_id, x.installation_id, x.asked_at, x.opened_at, x.ended_at FROM account_visit x
         WHERE x.merchant_id = $1 AND x.id = $2
        """,
        command => command.With(id.Merchant.Value).With(id.Value),
        row => new AccountVisit(
            id, new AccountId(id.Merchant, row.GetGuid(0)), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2),
            row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3), row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4)),
        cancel);

    /// <inheritdoc/>
    public async Task<long?> InstallationAsync(MerchantId merchant, CancellationToken cancel) =>
        !(await policies.FindAsync(merchant, cancel)).Contains(MailKind.AccountLink) ? null
        : await database.FirstAsync<long?>(
            "SELECT i.id FROM installation i WHERE i.merchant_id = $1 ORDER BY i.dialect <> 'quittance', i.id LIMIT 1",
            command => command.With(merchant.Value), row => row.GetInt64(0), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccountId>> CustomersAsync(MerchantId merchant, string email, CancellationToken cancel) => database.AllAsync(
        // Index: account_contact_by_email. Who was merged has its bills at the account that stays.
        """
        SELECT x.id FROM account_contact c
          JOIN account x ON x.merchant_id = $1 AND x.id = c.account_id AND x.merged_into_id IS NULL
         WHERE lower(c.email) = lower($2) AND c.merchant_id = $1 ORDER BY x.id LIMIT $3
        """,
        command => command.With(merchant.Value).With(email).With(MostOfAnAddress), row => new AccountId(merchant, row.GetGuid(0)), cancel);

    /// <inheritdoc/>
    public async Task<VisitAsked> AskAsync(AccountId account, Origin? by, CancellationToken cancel) =>
        await InstallationAsync(account.Merchant, cancel) is not { } installation ? VisitAsked.SwitchedOff
        : await database.ChangeAsync(async transaction =>
        {
            var now = clock.GetUtcNow();
            var (merchant, id) = (account.Merchant, Guid.CreateVersion7(now));
            if (by is not null && await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return VisitAsked.Repeated;
            var queued = await transaction.ExecuteAsync(
                batch =>
                {
                    // Of those who ask at once, one after the other counts.
                    batch.Statement("SELECT pg_advisory_xact_lock(hashtextextended('visits of ' || $1::text, 0))")
                        .With(account.Value);
                    // Index: account_visit_of_account.
                    batch.Statement("""
                        INSERT INTO account_visit (merchant_id, id, account_id, installation_id, asked_at)
                        SELECT $1, $2, $3, $4, $5
                         WHERE (SELECT count(*) FROM account_visit o
                                 WHERE o.account_id = $3 AND o.merchant_id = $1 AND o.asked_at > $6) < $7
                        """)
                        .With(merchant.Value).With(id).With(account.Value).With(installation).With(now.UtcDateTime)
                        .With((now - AccountVisit.OpensFor).UtcDateTime).With(AccountVisit.MostAtOnce);
                },
                cancel);
            if (queued == 0)
                return VisitAsked.TooMany;
            var mailed = await transaction.ExecuteAsync(
                batch => MailQueue.Ask(
                    batch, [merchant.Value], now.UtcDateTime,
                    [
                        new MailCause(
                            new MailId(merchant, Guid.CreateVersion7(now)), MailKind.AccountLink, account,
                            new EventId(merchant, id, Sequence: 0)),
                    ]),
                cancel);
            if (mailed == 0)
                return VisitAsked.SwitchedOff;
            if (by is null)
                await transaction.CommitAsync(cancel);
            else
                await transaction.CommitAsync(by, clock, cancel);
            return VisitAsked.Mailed;
        }, cancel);

    /// <inheritdoc/>
    public async Task<bool> OpenAsync(AccountVisitId id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return await database.FirstAsync(
            """
            UPDATE account_visit v SET opened_at = $3
             WHERE v.merchant_id = $1 AND v.id = $2 AND v.opened_at IS NULL AND v.ended_at IS NULL AND v.asked_at > $4
               -- The link went to an address that may be another person's by now.
               AND NOT EXISTS (SELECT FROM event e
                                WHERE e.merchant_id = $1 AND e.subject_id = v.account_id AND e.type = 'account.contact_changed'
                                  AND e.occurred_at > v.asked_at)
            RETURNING true
            """,
            command => command.With(id.Merchant.Value).With(id.Value).With(now.UtcDateTime)
                .With((now - AccountVisit.OpensFor).UtcDateTime),
            row => row.GetBoolean(0), cancel);
    }

    /// <inheritdoc/>
    public Task EndAsync(AccountVisitId id, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement(
            "UPDATE account_visit SET ended_at = $3 WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL")
            .With(id.Merchant.Value).With(id.Value).With(clock.GetUtcNow().UtcDateTime),
        cancel);
}
