using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Instruments;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Finds instruments by their mandates.</summary>
public sealed class Mandates(NpgsqlDataSource database) : IMandates
{
    /// <inheritdoc/>
    public async Task<(InstrumentId Instrument, AccountTarget Account)?> FindAsync(
        MerchantId merchant, string provider, string reference, CancellationToken cancel) =>
        // Index: mandate_by_reference.
        await database.FirstAsync<(InstrumentId, AccountTarget)?>(
            """
            SELECT i.id, i.account_id, a.slot
              FROM mandate m
              JOIN instrument i ON i.merchant_id = m.merchant_id AND i.id = m.instrument_id
              JOIN account a ON a.merchant_id = i.merchant_id AND a.id = i.account_id
             WHERE m.merchant_id = $1 AND m.reference = $3 AND i.provider = $2
             ORDER BY i.id DESC
             LIMIT 1
            """,
            command => command.With(merchant.Value).With(provider).With(reference),
            row => (
                new InstrumentId(merchant, row.GetGuid(0)), AccountTarget.Of(new AccountId(merchant, row.GetGuid(1)), row.GetInt16(2))),
            cancel);

    /// <summary>The accounts of customers by their names, as far as there are such.</summary>
    public async Task<IReadOnlyDictionary<Reference, Account>> CustomersAsync(
        MerchantId merchant, IReadOnlyCollection<Reference> names, CancellationToken cancel) => (await database.AllAsync(
            // Indexes: the keys of reference and account.
            $"""
            SELECT {Tables.Account.Selected}, r.dialect, r.kind, r.value
              FROM unnest($2::text[], $3::text[], $4::text[]) k(dialect, kind, value)
              JOIN reference r ON r.merchant_id = $1 AND r.dialect = k.dialect AND r.kind = k.kind AND r.value = k.value
              JOIN account x ON x.merchant_id = $1 AND x.id = r.account_id
              {Tables.Account.Join} AND j.merchant_id = $1
            """,
            command => command.With(merchant.Value).With(names.Select(name => name.Dialect).ToArray())
                .With(names.Select(name => name.Kind).ToArray()).With(names.Select(name => name.Value).ToArray()),
            row =>
            {
                var at = Tables.Account.Width;
                var name = new Reference(merchant, row.GetString(at), row.GetString(at + 1), row.GetString(at + 2));
                return (name, Tables.Account.Read(row));
            }, cancel)).ToDictionary();

    /// <summary>The mandates of a customer that are in force, each with its fingerprint; null where the vault has no number.</summary>
    public Task<IReadOnlyList<(Instrument Instrument, byte[]? Fingerprint)>> InForceAsync(AccountId account, CancellationToken cancel) =>
        database.AllAsync<(Instrument, byte[]?)>(
            // Index: instrument_of_account; the keys of mandate and vault_entry.
            $"""
            SELECT {Tables.Instrument.Of("x", "m")}, v.fingerprint
              FROM instrument x
              JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = x.id AND m.status = 'active'
              LEFT JOIN vault_entry v ON v.merchant_id = $1 AND v.instrument_id = x.id
             WHERE x.account_id = $2 AND x.merchant_id = $1 AND x.standing <> 'removed'
            """,
            command => command.With(account.Merchant.Value).With(account.Value),
            row =>
            {
                var at = Tables.Instrument.Width;
                return (Tables.Instrument.Read(row), row.IsDBNull(at) ? null : row.GetFieldValue<byte[]>(at));
            }, cancel);

    /// <summary>
    /// The instruments of mandates that have these references, or had them before they were amended, each with its fingerprint; null where
    /// the vault has no number.
    /// </summary>
    public Task<IReadOnlyList<(string Reference, Instrument Instrument, byte[]? Fingerprint)>> OfReferencesAsync(
        MerchantId merchant, string[] references, CancellationToken cancel) => database.AllAsync<(string, Instrument, byte[]?)>(
            // Indexes: mandate_by_reference; the keys of reference, mandate, instrument and vault_entry.
            $"""
            SELECT {Tables.Instrument.Of("x", "m")}, v.fingerprint, k.reference
              FROM (SELECT m.instrument_id, m.reference FROM mandate m WHERE m.merchant_id = $1 AND m.reference = ANY($2)
                    UNION
                    SELECT r.object_id, r.value FROM reference r
                     WHERE r.merchant_id = $1 AND r.dialect = $3 AND r.kind = $4 AND r.value = ANY($2)) k
              JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = k.instrument_id
              JOIN instrument x ON x.merchant_id = $1 AND x.id = m.instrument_id
              LEFT JOIN vault_entry v ON v.merchant_id = $1 AND v.instrument_id = x.id
            """,
            command => command.With(merchant.Value).With(references).With(Reference.House).With(AmendMandate.Kind),
            row =>
            {
                var at = Tables.Instrument.Width;
                return (row.GetString(at + 1), Tables.Instrument.Read(row), row.IsDBNull(at) ? null : row.GetFieldValue<byte[]>(at));
            }, cancel);
}
