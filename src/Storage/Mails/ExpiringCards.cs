using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Mails;
using Quittance.Storage.Debits;
using Quittance.Storage.Dues;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Mails;

/// <summary>
/// Asks for the mails that tell customers of cards that expire, in the month before the last one in which a card is good.
/// </summary>
public sealed class ExpiringCards(NpgsqlDataSource database, MailPolicies policies, LostTime lostTime, TimeProvider clock)
{
    private const int AtOnce = 500;

    // Cards that are good until a day within some days, whose customers were not told. Indexes: instrument_expires, mail_of_event, and the
    // keys of the others.
    private static readonly string Expiring = $"""
        SELECT {Tables.Instrument.Of("i", "j")}, u.nth IS NOT NULL, {Tables.Autopay.Of("u")}
          FROM instrument i
         CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = i.account_id LIMIT 1) x
          {Autopays.LastOfAccount}
          LEFT JOIN LATERAL (SELECT m.* FROM mandate m WHERE m.merchant_id = $1 AND m.instrument_id = i.id LIMIT 1) j ON true
         WHERE i.merchant_id = $1 AND i.expires_on BETWEEN $2 AND $3 AND i.id > $4
           AND i.provider IS NOT NULL AND i.standing IN ('saved', 'once', 'current') AND x.status IS NULL
           AND NOT EXISTS (SELECT FROM mail l WHERE l.subject_id = i.id AND l.kind = $5 AND l.merchant_id = $1)
         ORDER BY i.id LIMIT $6
        """;

    /// <summary>Asks for the mails of a merchant that are not asked for yet. Any number of servers may do so at once.</summary>
    public async Task AskAsync(MerchantId merchant, CancellationToken cancel)
    {
        if (!(await policies.FindAsync(merchant, cancel)).Contains(MailKind.CardExpires))
            return;
        var now = clock.GetUtcNow();
        var zone = await database.ZoneAsync(merchant, cancel);
        var today = zone.DayOf(now);
        var month = today.AddDays(1 - today.Day);
        // A mail of this month may have been sent in the time that a restore lost. Asked for at its beginning, it is left out for that.
        var begin = zone.StartOf(month);
        var asked = await lostTime.RestoredAtAsync(cancel) > begin ? begin : now;
        var (after, last) = (Guid.Empty, false);
        while (!last)
        {
            var cards = await database.AllAsync(
                Expiring,
                command => command.With(merchant.Value).With(month.AddMonths(1)).With(month.AddMonths(2).AddDays(-1)).With(after)
                    .With(Words.Of(MailKind.CardExpires)).With(AtOnce),
                Read, cancel);
            List<MailCause> causes = [.. cards.Where(one => Autopay.Pays(one.Card, one.Last)).Select(one => MailCause.Of(one.Card, now))];
            if (causes.Count > 0)
            {
                await database.WriteAsync(
                    batch => MailQueue.Ask(batch, [merchant.Value], asked.UtcDateTime, causes), cancel);
            }

            last = cards.Count < AtOnce;
            after = last ? after : cards[^1].Card.Id.Value;
        }
    }

    private static (Instrument Card, Autopay? Last) Read(NpgsqlDataReader row)
    {
        var autopay = Tables.Instrument.Width;
        return (Tables.Instrument.Read(row), row.GetBoolean(autopay) ? Tables.Autopay.Read(row, autopay + 1) : null);
    }
}
