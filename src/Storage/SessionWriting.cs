using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;

namespace Quittance.Storage;

/// <summary>Writes what a batch changes of payment sessions and of what instruments may be used for.</summary>
internal static class SessionWriting
{
    public static void AddTo(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        // One after the other: an account never has two instruments of its own, not even between two rows.
        var changed = batch.Changes.ToRows(changes => changes.InstrumentsChanged)
            .GroupBy(instrument => instrument.Id).Select(instrument => instrument.Last()).ToLookup(instrument => instrument.Standing == InstrumentStanding.Current);
        AddStandings(statements, [.. changed[false]], merchants);
        AddStandings(statements, [.. changed[true]], merchants);
        AddOpened(statements, batch.Changes.ToRows(changes => changes.Sessions), merchants);
        AddChanged(statements, batch, merchants);
    }

    private static void AddStandings(NpgsqlBatch statements, List<Instrument> instruments, long[] merchants)
    {
        if (instruments.Count == 0)
            return;
        statements.Statement("""
            UPDATE instrument i SET standing = u.standing
              FROM unnest($2::bigint[], $3::uuid[], $4::text[]) u(m, id, standing)
             WHERE i.merchant_id = u.m AND i.id = u.id AND i.merchant_id = ANY($1)
            """)
            .With(merchants)
            .With(instruments.ToColumn(instrument => instrument.Id.Merchant.Value))
            .With(instruments.ToColumn(instrument => instrument.Id.Value))
            .With(instruments.ToColumn(instrument => Words.Of(instrument.Standing)));
    }

    private static void AddOpened(NpgsqlBatch statements, List<Session> sessions, long[] merchants)
    {
        if (sessions.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO session (merchant_id, id, account_id, slot, installation_id, scope, amount_minor, currency, reference_text, choices,
                                 requires_signature, shows_instruments, expires_at, status, events)
            SELECT m.id, u.id, u.account, u.slot, u.installation, u.scope, u.amount, u.currency, u.reference, string_to_array(u.choices, ' '),
                   u.signature, u.shows, u.expires, 'open', 1
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::smallint[], $6::bigint[], $7::text[], $8::bigint[], $9::text[], $10::text[],
                          $11::text[], $12::boolean[], $13::boolean[], $14::timestamptz[])
                   u(m, id, account, slot, installation, scope, amount, currency, reference, choices, signature, shows, expires) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(merchants)
            .With(sessions.ToColumn(session => session.Id.Merchant.Value))
            .With(sessions.ToColumn(session => session.Id.Value))
            .With(sessions.ToColumn(session => session.Account.Value))
            .With(sessions.ToColumn(session => (short)session.Slot))
            .With(sessions.ToColumn(session => session.Installation))
            .With(sessions.ToColumn(session => Words.Of(session.Scope)))
            .With(sessions.ToColumn(session => session.Amount.AmountMinor))
            .With(sessions.ToColumn(session => session.Amount.Currency.Code))
            .With(sessions.ToColumn(session => session.ReferenceText))
            .With(sessions.ToColumn(session => string.Join(' ', session.Choices.Select(Words.Of))))
            .With(sessions.ToColumn(session => session.RequiresSignature))
            .With(sessions.ToColumn(session => session.ShowsInstruments))
            .With(sessions.ToColumn(session => session.ExpiresAt.UtcDateTime));
    }

    private static void AddChanged(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var changed = batch.Changes.ToRows(changes => changes.SessionsChanged)
            .GroupBy(session => session.Id).Select(session => session.Last()).ToList();
        if (changed.Count == 0)
            return;
        statements.Statement("""
            UPDATE session s SET status = u.status, payment_id = u.payment, instrument_id = u.instrument, events = u.events
              FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::int[]) u(m, id, status, payment, instrument, events)
             WHERE s.merchant_id = u.m AND s.id = u.id AND s.merchant_id = ANY($1)
            """)
            .With(merchants)
            .With(changed.ToColumn(session => session.Id.Merchant.Value))
            .With(changed.ToColumn(session => session.Id.Value))
            .With(changed.ToColumn(session => Words.Of(session.Status)))
            .With(changed.ToColumn(session => session.Payment?.Value))
            .With(changed.ToColumn(session => session.Instrument?.Value))
            .With(changed.ToColumn(session => session.Events));
    }
}
