using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Rows;

/// <summary>
/// Deletes the sealed numbers that were entered for one payment and are used, and those of removed instruments, unless a payment under way
/// needs them still. The row itself says whether it was entered for one payment, so that no command reads the instrument for it.
/// </summary>
internal sealed class UsedNumbers : ShelfTable
{
    public override IEnumerable<(KeyedQuery Query, IEnumerable<(Core.MerchantId Merchant, Guid Id)> Keys)> Searches(Wanted wanted) => [];

    public override IRow Read(NpgsqlDataReader row) => throw new InvalidOperationException("It finds no rows.");

    public override void Write(NpgsqlBatch batch, long[] merchants, State state, LaneSeal seal)
    {
        var used = state.Added(NumberUsed.Shelf);
        if (used.Count == 0)
            return;
        batch.Statement(Routing.For(merchants, """
            DELETE FROM vault_entry v USING unnest($2::bigint[], $3::uuid[], $4::boolean[], $5::boolean[]) u(m, id, removed, needed)
             WHERE v.merchant_id = u.m AND v.instrument_id = u.id AND (v.is_once OR u.removed) AND NOT u.needed
               AND v.merchant_id = ANY($1)
            """))
            .With(merchants)
            .With(used.ToColumn(number => number.Instrument.Merchant.Value))
            .With(used.ToColumn(number => number.Instrument.Value))
            .With(used.ToColumn(number => number.IsRemoved))
            .With(used.ToColumn(number => number.IsNeeded));
        var needed = used.Where(number => number.IsNeeded).ToList();
        if (needed.Count == 0)
            return;
        batch.Statement(Routing.For(merchants, """
            UPDATE vault_entry v SET is_once = true FROM unnest($2::bigint[], $3::uuid[]) u(m, id)
             WHERE v.merchant_id = u.m AND v.instrument_id = u.id AND v.merchant_id = ANY($1)
            """))
            .With(merchants)
            .With(needed.ToColumn(number => number.Instrument.Merchant.Value))
            .With(needed.ToColumn(number => number.Instrument.Value));
    }
}
