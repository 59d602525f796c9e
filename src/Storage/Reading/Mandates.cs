using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Finds instruments by their mandates.</summary>
public sealed class Mandates(NpgsqlDataSource database) : IMandates
{
    /// <inheritdoc/>
    public async Task<(InstrumentId Instrument, AccountTarget Account)?> FindAsync(
        MerchantId merchant, string provider, string reference, CancellationToken cancel) =>
        // Index: mandate_pkey, by the merchant alone. Mandates end seldom.
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
}
