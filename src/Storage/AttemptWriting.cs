using Npgsql;
using Quittance.Core.Engine;

namespace Quittance.Storage;

/// <summary>Writes what a batch changes of attempts at providers, of claims on charges, and of disputes.</summary>
internal static class AttemptWriting
{
    public static void AddTo(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        // Settled before opened, released before claimed: what ends in a batch makes room for what begins in it.
        AddChanged(statements, batch, merchants);
        AddReleased(statements, batch, merchants);
        AddOpened(statements, batch, merchants);
        AddClaims(statements, batch, merchants);
        AddDisputes(statements, batch, merchants);
    }

    private static void AddOpened(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var opened = batch.Changes.ToRows(changes => changes.Attempts);
        if (opened.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO attempt (merchant_id, id, payment_id, account_id, slot, provider, verb, amount_minor, currency, opened_at,
                                 authorisation_id, instrument_id, mandate, captures_at_once, remainder, due_at, return_to, status, unanswered, events)
            SELECT m.id, u.id, u.payment, u.account, u.slot, u.provider, u.verb, u.amount, u.currency, u.opened, u.authorisation,
                   u.instrument, u.mandate, u.captures, u.remainder, u.due, u.return_to, 'open', 0, 0
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::smallint[], $7::text[], $8::text[], $9::bigint[], $10::text[],
                          $11::timestamptz[], $12::uuid[], $13::uuid[], $14::text[], $15::boolean[], $16::text[], $17::timestamptz[], $18::text[])
                   u(m, id, payment, account, slot, provider, verb, amount, currency, opened, authorisation, instrument, mandate, captures,
                     remainder, due, return_to) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(merchants)
            .With(opened.ToColumn(attempt => attempt.Id.Merchant.Value))
            .With(opened.ToColumn(attempt => attempt.Id.Value))
            .With(opened.ToColumn(attempt => attempt.Payment.Value))
            .With(opened.ToColumn(attempt => attempt.Account.Value))
            .With(opened.ToColumn(attempt => (short)attempt.Slot))
            .With(opened.ToColumn(attempt => attempt.Provider))
            .With(opened.ToColumn(attempt => Words.Of(attempt.Verb)))
            .With(opened.ToColumn(attempt => attempt.Amount.AmountMinor))
            .With(opened.ToColumn(attempt => attempt.Amount.Currency.Code))
            .With(opened.ToColumn(attempt => attempt.OpenedAt.UtcDateTime))
            .With(opened.ToColumn(attempt => attempt.Authorisation?.Value))
            .With(opened.ToColumn(attempt => attempt.Instrument?.Value))
            .With(opened.ToColumn(attempt => attempt.Mandate))
            .With(opened.ToColumn(attempt => attempt.CapturesAtOnce))
            .With(opened.ToColumn(attempt => Words.Of(attempt.Remainder)))
            .With(opened.ToColumn(attempt => attempt.DueAt?.UtcDateTime))
            .With(opened.ToColumn(attempt => attempt.ReturnTo));
    }

    private static void AddChanged(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        // Two pieces of news in one batch: the last says where the attempt stands.
        var changed = batch.Changes.ToRows(changes => changes.AttemptsChanged)
            .GroupBy(attempt => attempt.Id).Select(attempt => attempt.Last()).ToList();
        if (changed.Count == 0)
            return;
        statements.Statement("""
            UPDATE attempt a
               SET status = u.status, reason = u.reason, note = u.note, unanswered = u.unanswered, events = u.events, due_at = u.due, redirect_to = u.redirect,
                   is_judged = u.judged
              FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[], $9::timestamptz[], $10::text[], $11::bool[])
                   u(m, id, status, reason, note, unanswered, events, due, redirect, judged)
             WHERE a.merchant_id = u.m AND a.id = u.id AND a.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(merchants)
            .With(changed.ToColumn(attempt => attempt.Id.Merchant.Value))
            .With(changed.ToColumn(attempt => attempt.Id.Value))
            .With(changed.ToColumn(attempt => Words.Of(attempt.Status)))
            .With(changed.ToColumn(attempt => attempt.Reason is { } reason ? Words.Of(reason) : null))
            .With(changed.ToColumn(attempt => attempt.Note))
            .With(changed.ToColumn(attempt => attempt.Unanswered))
            .With(changed.ToColumn(attempt => attempt.Events))
            .With(changed.ToColumn(attempt => attempt.DueAt?.UtcDateTime))
            .With(changed.ToColumn(attempt => attempt.RedirectTo))
            .With(changed.ToColumn(attempt => attempt.IsJudged));
    }

    private static void AddClaims(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var claims = batch.Changes.ToRows(changes => changes.Claims);
        if (claims.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO claim (merchant_id, payment_id, line, charge_id, amount_minor, is_live)
            SELECT m.id, u.payment, u.line, u.charge, u.amount, true
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::int[], $5::uuid[], $6::bigint[]) u(m, payment, line, charge, amount) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(merchants)
            .With(claims.ToColumn(claim => claim.Payment.Merchant.Value))
            .With(claims.ToColumn(claim => claim.Payment.Value))
            .With(claims.ToColumn(claim => claim.Line))
            .With(claims.ToColumn(claim => claim.Charge.Value))
            .With(claims.ToColumn(claim => claim.AmountMinor));
    }

    private static void AddReleased(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var released = batch.Changes.ToRows(changes => changes.ClaimsReleased);
        if (released.Count == 0)
            return;
        statements.Statement("""
            UPDATE claim c SET is_live = false
              FROM unnest($2::bigint[], $3::uuid[]) u(m, payment)
             WHERE c.merchant_id = u.m AND c.payment_id = u.payment AND c.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(merchants)
            .With(released.ToColumn(payment => payment.Merchant.Value))
            .With(released.ToColumn(payment => payment.Value));
    }

    private static void AddDisputes(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var disputes = batch.Changes.ToRows(changes => changes.Disputes)
            .GroupBy(dispute => dispute.Id).Select(dispute => dispute.Last()).ToList();
        if (disputes.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO dispute AS d (merchant_id, id, payment_id, provider, reference, kind, status, amount_minor, fee_minor, reversed_minor,
                                      opened_at)
            SELECT m.id, u.id, u.payment, u.provider, u.reference, u.kind, u.status, u.amount, u.fee, u.reversed, u.opened
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[],
                          $11::bigint[], $12::timestamptz[])
                   u(m, id, payment, provider, reference, kind, status, amount, fee, reversed, opened) ON u.m = m.id
             WHERE m.id = ANY($1)
            ON CONFLICT (merchant_id, id) DO UPDATE SET status = excluded.status, reversed_minor = excluded.reversed_minor
            """)
            .With(merchants)
            .With(disputes.ToColumn(dispute => dispute.Id.Merchant.Value))
            .With(disputes.ToColumn(dispute => dispute.Id.Value))
            .With(disputes.ToColumn(dispute => dispute.Payment.Value))
            .With(disputes.ToColumn(dispute => dispute.Provider))
            .With(disputes.ToColumn(dispute => dispute.Reference))
            .With(disputes.ToColumn(dispute => Words.Of(dispute.Kind)))
            .With(disputes.ToColumn(dispute => Words.Of(dispute.Status)))
            .With(disputes.ToColumn(dispute => dispute.AmountMinor))
            .With(disputes.ToColumn(dispute => dispute.FeeMinor))
            .With(disputes.ToColumn(dispute => dispute.ReversedMinor))
            .With(disputes.ToColumn(dispute => dispute.OpenedAt.UtcDateTime));
    }
}
