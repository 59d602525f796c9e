using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>The bank accounts to which customers transfer money.</summary>
public sealed class Payees(NpgsqlDataSource database, TimeProvider clock) : IPayees
{
    /// <inheritdoc/>
    public Task<Payee?> FindAsync(MerchantId merchant, CancellationToken cancel) => database.FirstAsync<Payee?>(
        "SELECT iban, name, street, postcode, town, country FROM payee WHERE merchant_id = $1",
        command => command.With(merchant.Value),
        row => new Payee(
            row.GetString(0), row.GetString(1),
            row.IsDBNull(4)
                ? null
                : new PayeeAddress(row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5))),
        cancel);

    /// <summary>Names a merchant's account, in place of the one before.</summary>
    public Task<ChangeOutcome> SaveAsync(MerchantId merchant, Payee payee, Origin? by, CancellationToken cancel) =>
        database.ChangeOnceAsync(
        """
        INSERT INTO payee (merchant_id, iban, name, street, postcode, town, country, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (merchant_id) DO UPDATE
           SET iban = excluded.iban, name = excluded.name, street = excluded.street, postcode = excluded.postcode,
               town = excluded.town, country = excluded.country, changed_at = excluded.changed_at
        """,
        command => command.With(merchant.Value).With(payee.Iban).With(payee.Name).With(payee.Address?.Street)
            .With(payee.Address?.Postcode).With(payee.Address?.Town).With(payee.Address?.Country).With(clock.GetUtcNow().UtcDateTime),
        by, clock, cancel, (merchant, [SealedTables.Payee]));
}
