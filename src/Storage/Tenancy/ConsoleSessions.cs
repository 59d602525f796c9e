using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>
/// Who is signed in at the console. What someone may do is looked up each time, so that taking a role away works at once.
/// </summary>
/// <param name="clock">Tells which have ended.</param>
public sealed class ConsoleSessions(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How long a session lasts, however much it is used.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>How long an unused session lasts.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);
    private const int TokenLength = 32;

    /// <summary>Opens a session. Returns its new token.</summary>
    public Task<string> OpenAsync(Person person, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        var token = string.Create(
            CultureInfo.InvariantCulture,
            $"{person.Merchant.Value}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenLength))}");
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        var now = clock.GetUtcNow().UtcDateTime;
        // console_session_of_person
        batch.Statement("DELETE FROM console_session WHERE person_id = $2 AND merchant_id = $1 AND (opened_at < $3 OR used_at < $4)")
            .With(person.Merchant.Value).With(person.Id).With(now - Longest).With(now - LongestPause);
        batch.Statement("""
            INSERT INTO console_session (merchant_id, token_hash, person_id, opened_at, used_at)
            SELECT m.id, $2, $3, $4, $4 FROM merchant m WHERE m.id = $1
            """)
            .With(person.Merchant.Value).With(HashOf(token)).With(person.Id).With(now);
        await batch.ExecuteNonQueryAsync(cancel);
        return token;
    });

    /// <summary>Whose session it is; null when it has ended, or was never one.</summary>
    public Task<ConsoleUser?> FindAsync(string token, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        if (MerchantOf(token) is not { } merchant)
            return null;
        var now = clock.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            UPDATE console_session SET used_at = $3
             WHERE merchant_id = $1 AND token_hash = $2 AND opened_at >= $4 AND used_at BETWEEN $5 AND $6
            """)
            .With(merchant).With(HashOf(token)).With(now).With(now - Longest).With(now - LongestPause).With(now - Precision);
        batch.Statement("""
            SELECT m.name, p.id, p.name, p.role,
                   coalesce((SELECT i.time_zone FROM installation i WHERE i.merchant_id = $1
                       ORDER BY i.time_zone = 'Etc/UTC', i.id LIMIT 1), 'Etc/UTC')
              FROM console_session s
              JOIN person p ON p.merchant_id = s.merchant_id AND p.id = s.person_id AND p.merchant_id = $1
              JOIN merchant m ON m.id = s.merchant_id AND m.id = $1
             WHERE s.merchant_id = $1 AND s.token_hash = $2 AND s.opened_at >= $3 AND s.used_at >= $4 AND p.role IS NOT NULL
                 AND p.ended_at IS NULL
            """)
            .With(merchant).With(HashOf(token)).With(now - Longest).With(now - LongestPause);
        await using var row = await batch.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new ConsoleUser(
                new MerchantId(merchant), row.GetString(0), row.GetString(4), row.GetGuid(1), row.GetString(2),
                Words.To<OperatorRole>(row.GetString(3)))
            : null;
    });

    /// <summary>Ends a session. One that has ended stays ended.</summary>
    public Task EndAsync(string token, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement("DELETE FROM console_session WHERE merchant_id = $1 AND token_hash = $2")
            .With(MerchantOf(token) ?? 0).With(HashOf(token)),
        cancel);

    private static long? MerchantOf(string token) =>
        token.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && long.TryParse(token.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var merchant)
            ? merchant
            : null;

    /// <summary>What is kept of a token.</summary>
    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
