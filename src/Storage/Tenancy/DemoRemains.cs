using Npgsql;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>What a demo leaves behind for a server that opens its books.</summary>
public static class DemoRemains
{
    /// <summary>
    /// Ends the console sessions of a demo's merchant: everyone could sign in there. The demo's own secrets are refused without this, and
    /// secrets that somebody made in the demo are not.
    /// </summary>
    /// <param name="database">The books.</param>
    /// <param name="secrets">The demo's own secrets; a merchant with one of them is a demo's.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The credentials of such merchants that still open, by their numbers and names.</returns>
    public static async Task<IReadOnlyList<(long Number, string Name)>> EndAsync(
        NpgsqlDataSource database, IEnumerable<string> secrets, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        // Index: credential_by_secret.
        batch.Statement("""
            WITH demo AS MATERIALIZED (SELECT DISTINCT c.merchant_id FROM credential c WHERE c.secret_hash = ANY($1)),
                 ended AS (DELETE FROM console_session s USING demo d WHERE s.merchant_id = d.merchant_id)
            SELECT c.id, c.name FROM demo d JOIN credential c ON c.merchant_id = d.merchant_id
             WHERE c.revoked_at IS NULL AND c.kind NOT IN ('client', 'issuer', 'customer') AND c.secret_hash <> ALL($1)
             ORDER BY c.merchant_id, c.id
            """).With(secrets.Select(Credentials.HashOf).ToArray());
        List<(long, string)> open = [];
        await using var row = await batch.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            open.Add((row.GetInt64(0), row.GetString(1)));
        return open;
    }
}
