using Npgsql;
using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Storage.Debits;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Mails;

/// <summary>
/// Asks for the mails with the statements of the last month, in the first days of a month: to customers who have an e-mail address, and
/// of whom something was booked in it or is open.
/// </summary>
public sealed class MonthStatements(NpgsqlDataSource database, MailPolicies policies, LostTime lostTime, TimeProvider clock)
{
    // A bank's last lines of a month come on the first days of the next one. A server that stood still for days has some to catch up.
    private const int FirstDay = 3;
    private const int LastDay = 12;

    private const int AtOnce = 500;

    // Indexes: mail_of_event, charge_open, charge_listed, payment_of_account, and the keys of the others.
    private static readonly string Due = """
        SELECT x.id
          FROM account x
          JOIN account_contact c ON c.merchant_id = $1 AND c.account_id = x.id AND c.email IS NOT NULL
         WHERE x.merchant_id = $1 AND x.id > $2 AND x.merged_into_id IS NULL
           AND NOT EXISTS (SELECT FROM mail l WHERE l.subject_id = x.id AND l.kind = $3 AND l.sequence = $4 AND l.merchant_id = $1)
           AND (EXISTS (SELECT FROM charge g
                          JOIN event e ON e.merchant_id = $1 AND e.subject_id = g.id AND e.sequence = 1 AND e.occurred_at < $6
                         WHERE g.account_id = x.id AND g.merchant_id = $1 AND g.is_open)
                OR EXISTS (SELECT FROM charge g
                             JOIN event e ON e.merchant_id = $1 AND e.subject_id = g.id AND e.occurred_at >= $5 AND e.occurred_at < $6
                            WHERE g.account_id = x.id AND g.merchant_id = $1)
                OR EXISTS (SELECT FROM payment p
                             JOIN event e ON e.merchant_id = $1 AND e.subject_id = p.id AND e.occurred_at >= $5 AND e.occurred_at < $6
                            WHERE p.account_id = x.id AND p.merchant_id = $1 AND p.status = 'captured'))
         ORDER BY x.id LIMIT $7
        """;

    /// <summary>Asks for the mails of a merchant that are not asked for yet. Any number of servers may do so at once.</summary>
    public async Task AskAsync(MerchantId merchant, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var zone = await database.ZoneAsync(merchant, cancel);
        var today = zone.DayOf(now);
        if (today.Day is < FirstDay or > LastDay || !(await policies.FindAsync(merchant, cancel)).Contains(MailKind.Statement))
            return;
        var next = today.AddDays(1 - today.Day);
        var month = next.AddMonths(-1);
        // A mail of this month may have been sent in the time that a restore lost. Asked for at its beginning, it is left out for that.
        var begin = zone.StartOf(next.AddDays(FirstDay - 1));
        var asked = await lostTime.RestoredAtAsync(cancel) > begin ? begin : now;
        var (after, last) = (Guid.Empty, false);
        while (!last)
        {
            var accounts = await database.AllAsync(
                Due,
                command => command.With(merchant.Value).With(after).With(Words.Of(MailKind.Statement))
                    .With(MailCause.SequenceOf(month, today))
                    .With(zone.StartOf(month).UtcDateTime).With(zone.StartOf(next).UtcDateTime).With(AtOnce),
                row => new AccountId(merchant, row.GetGuid(0)), cancel);
            if (accounts.Count > 0)
            {
                await database.WriteAsync(
                    batch => MailQueue.Ask(
                        batch, [merchant.Value], asked.UtcDateTime,
                        [.. accounts.Select(account => MailCause.Of(account, month, today, now))]),
                    cancel);
            }

            last = accounts.Count < AtOnce;
            after = last ? after : accounts[^1].Value;
        }
    }
}
