using System.Collections.Concurrent;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>How far a merchant is that has no payment yet.</summary>
/// <param name="HasProfile">Whether it has said who it is.</param>
/// <param name="TakesMoney">Whether a provider or a bank account can take money.</param>
/// <param name="HasWay">Whether a program is let in, or a payment link was made.</param>
public sealed record FirstSteps(bool HasProfile, bool TakesMoney, bool HasWay);

/// <summary>Reads how far merchants are before their first payment.</summary>
public sealed class FirstStepsReading(NpgsqlDataSource database)
{
    private readonly ConcurrentDictionary<MerchantId, bool> _paid = new();

    /// <summary>The steps of a merchant; null once money has come.</summary>
    public async Task<FirstSteps?> FindAsync(MerchantId merchant, CancellationToken cancel)
    {
        if (_paid.ContainsKey(merchant))
            return null;
        var found = await database.AllAsync(
            // Indexes: the primary keys. The first payment that was captured ends its search.
            """
            SELECT EXISTS (SELECT FROM payment p WHERE p.merchant_id = $1 AND p.status = 'captured'),
                   EXISTS (SELECT FROM merchant_profile f WHERE f.merchant_id = $1),
                   EXISTS (SELECT FROM provider_account a WHERE a.merchant_id = $1)
                       OR EXISTS (SELECT FROM payee y WHERE y.merchant_id = $1),
                   EXISTS (SELECT FROM credential c WHERE c.merchant_id = $1 AND c.revoked_at IS NULL)
                       OR EXISTS (SELECT FROM payment_link l WHERE l.merchant_id = $1)
            """,
            command => command.With(merchant.Value),
            row => (IsPaid: row.GetBoolean(0), Steps: new FirstSteps(row.GetBoolean(1), row.GetBoolean(2), row.GetBoolean(3))), cancel);
        if (!found[0].IsPaid)
            return found[0].Steps;
        _paid[merchant] = true;
        return null;
    }
}
