using Npgsql;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>Rows that a demo leaves behind for a server that opens its books.</summary>
public static class DemoRemains
{
    /// <summary>
    /// Ends the console sessions of a demo's merchant, the sign-ins under way, and what the demo's own credentials have given out: tokens,
    /// authorisations and webhooks. Everyone could sign in there and use them. The demo's own secrets are refused without this; secrets,
    /// people and webhooks that were made in the demo are not.
    /// </summary>
    /// <param name="database">The books.</param>
    /// <param name="secrets">The demo's own secrets; a merchant with one of them is a demo's.</param>
    /// <param name="users">The demo's own people, who have passwords that are refused.</param>
    /// <param name="now">When it happens.</param>
    /// <returns>To what they are still open: credentials, OAuth clients, people and webhooks, in words.</returns>
    public static Task<IReadOnlyList<string>> EndAsync(
        NpgsqlDataSource database, IEnumerable<string> secrets, IEnumerable<string> users, DateTimeOffset now,
        CancellationToken cancel) => database.AllAsync(
        // Index: credential_by_secret.
        """
        WITH demo AS MATERIALIZED (SELECT DISTINCT c.merchant_id FROM credential c WHERE c.secret_hash = ANY($1)),
             ended AS (DELETE FROM console_session s USING demo d WHERE s.merchant_id = d.merchant_id),
             unfinished AS (DELETE FROM pending_sign_in s USING demo d WHERE s.merchant_id = d.merchant_id),
             own AS MATERIALIZED (SELECT c.merchant_id, c.id FROM credential c WHERE c.secret_hash = ANY($1)),
             permitted AS MATERIALIZED (
                 SELECT a.merchant_id, a.id FROM authorisation a
                   JOIN own o ON o.merchant_id = a.merchant_id AND o.id = a.credential_id),
             tokens AS (DELETE FROM token t USING permitted p WHERE t.merchant_id = p.merchant_id AND t.authorisation_id = p.id),
             authorisations AS (DELETE FROM authorisation a USING permitted p WHERE a.merchant_id = p.merchant_id AND a.id = p.id),
             hooks AS (
                 UPDATE subscription s SET ended_at = $3 FROM own o
                  WHERE s.merchant_id = o.merchant_id AND s.credential_id = o.id AND s.ended_at IS NULL)
        SELECT format('%s %s (%s)', CASE c.kind WHEN 'client' THEN 'OAuth client' ELSE 'credential' END, c.id, c.name)
          FROM demo d JOIN credential c ON c.merchant_id = d.merchant_id
         WHERE c.revoked_at IS NULL AND c.kind NOT IN ('issuer', 'customer') AND c.secret_hash <> ALL($1)
         UNION ALL
        SELECT format('webhook %s (%s)', s.id, s.address)
          FROM demo d JOIN subscription s ON s.merchant_id = d.merchant_id
          JOIN credential c ON c.merchant_id = d.merchant_id AND c.id = s.credential_id
         WHERE s.ended_at IS NULL AND c.revoked_at IS NULL AND c.secret_hash <> ALL($1)
         UNION ALL
        SELECT format('person %s (%s)', p.email, p.name)
          FROM demo d JOIN person p ON p.merchant_id = d.merchant_id
         WHERE p.ended_at IS NULL
           AND (p.email <> ALL($2) OR EXISTS (
               SELECT FROM passkey k WHERE k.merchant_id = p.merchant_id AND k.person_id = p.id AND k.ended_at IS NULL))
        """,
        command => command.With(secrets.Select(Credentials.HashOf).ToArray()).With(users.ToArray()).With(now.UtcDateTime),
        row => row.GetString(0), cancel);
}
