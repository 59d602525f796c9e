using Npgsql;
using Quittance.Core.Engine;

namespace Quittance.Storage;

/// <summary>Writes the charges that a batch raises, and what it settles and forgives of charges.</summary>
internal static class ChargeWriting
{
    public static void AddRaised(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var charges = batch.Changes.ToRows(changes => changes.Charges);
        if (charges.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO charge (merchant_id, id, account_id, order_id, number, label, reference, document, description, due_on,
                                currency, amount_minor, reference_number, allocated_minor, credited_minor)
            SELECT m.id, u.id, u.account, u.ord, u.number, u.label, u.reference, u.document, u.description, u.due, u.currency, u.amount,
                   u.reference_number, 0, 0
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::text[], $8::text[], $9::text[],
                          $10::text[], $11::date[], $12::text[], $13::bigint[], $14::bigint[])
                   u(m, id, account, ord, number, label, reference, document, description, due, currency, amount, reference_number)
                   ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(merchants)
            .With(charges.ToColumn(charge => charge.Id.Merchant.Value))
            .With(charges.ToColumn(charge => charge.Id.Value))
            .With(charges.ToColumn(charge => charge.Account.Value))
            .With(charges.ToColumn(charge => charge.Order?.Value))
            .With(charges.ToColumn(charge => charge.Number))
            .With(charges.ToColumn(charge => charge.Label))
            .With(charges.ToColumn(charge => charge.Reference))
            .With(charges.ToColumn(charge => charge.Document))
            .With(charges.ToColumn(charge => charge.Description))
            .With(charges.ToColumn(charge => charge.DueOn))
            .With(charges.ToColumn(charge => charge.Amount.Currency.Code))
            .With(charges.ToColumn(charge => charge.Amount.AmountMinor))
            .With(charges.ToColumn(charge => charge.ReferenceNumber));
    }

    public static void AddSettled(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        // Both at once: a charge is never settled and forgiven by more than it is, not even between two statements.
        var settled = batch.Changes.ToRows(changes => changes.Settled).Select(settling => (settling.Charge.Id, settling.AmountMinor, 0L))
            .Concat(batch.Changes.ToRows(changes => changes.Forgiven).Select(forgiving => (forgiving.Charge.Id, 0L, forgiving.AmountMinor)))
            .GroupBy(row => row.Id)
            .Select(charge => (Charge: charge.Key, Minor: charge.Sum(row => row.Item2), ForgivenMinor: charge.Sum(row => row.Item3))).ToList();
        if (settled.Count == 0)
            return;
        statements.Statement("""
            UPDATE charge c SET allocated_minor = c.allocated_minor + u.minor, credited_minor = c.credited_minor + u.forgiven
              FROM unnest($2::bigint[], $3::uuid[], $4::bigint[], $5::bigint[]) u(m, id, minor, forgiven)
             WHERE c.merchant_id = u.m AND c.id = u.id AND c.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(merchants)
            .With(settled.ToColumn(row => row.Charge.Merchant.Value))
            .With(settled.ToColumn(row => row.Charge.Value))
            .With(settled.ToColumn(row => row.Minor))
            .With(settled.ToColumn(row => row.ForgivenMinor));
    }
}
