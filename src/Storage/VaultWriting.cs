using Npgsql;
using Quittance.Core.Instruments;

namespace Quittance.Storage;

/// <summary>Writes what the vault took in with the instruments of a batch: their sealed numbers and their mandates.</summary>
internal static class VaultWriting
{
    public static void Add(NpgsqlBatch statements, long[] merchants, List<Instrument> instruments, List<VaultEntry> entries)
    {
        AddEntries(statements, merchants, entries);
        AddMandates(statements, merchants, instruments.FindAll(instrument => instrument.Vaulted?.Mandate is not null));
    }

    private static void AddEntries(NpgsqlBatch statements, long[] merchants, List<VaultEntry> entries)
    {
        if (entries.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO vault_entry (merchant_id, instrument_id, data_key_id, sealed, fingerprint)
            SELECT m.id, u.instrument, u.key, u.sealed, u.fingerprint
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::int[], $5::bytea[], $6::bytea[]) u(m, instrument, key, sealed, fingerprint) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(merchants)
            .With(entries.ToColumn(entry => entry.Instrument.Merchant.Value))
            .With(entries.ToColumn(entry => entry.Instrument.Value))
            .With(entries.ToColumn(entry => entry.Sealed.DataKey))
            .With(entries.ToColumn(entry => entry.Sealed.Bytes.ToArray()))
            .With(entries.ToColumn(entry => entry.Sealed.Fingerprint.ToArray()));
    }

    private static void AddMandates(NpgsqlBatch statements, long[] merchants, List<Instrument> instruments)
    {
        if (instruments.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO mandate (merchant_id, instrument_id, reference, scheme, signed_on, status)
            SELECT m.id, u.instrument, u.reference, u.scheme, u.signed_on, u.status
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::text[])
                   u(m, instrument, reference, scheme, signed_on, status) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(merchants)
            .With(instruments.ToColumn(instrument => instrument.Id.Merchant.Value))
            .With(instruments.ToColumn(instrument => instrument.Id.Value))
            .With(instruments.ToColumn(instrument => instrument.Vaulted!.Mandate!.Reference))
            .With(instruments.ToColumn(instrument => Words.Of(instrument.Vaulted!.Mandate!.Scheme)))
            .With(instruments.ToColumn(instrument => instrument.Vaulted!.Mandate!.SignedOn))
            .With(instruments.ToColumn(instrument => Words.Of(instrument.Vaulted!.Mandate!.Status)));
    }
}
