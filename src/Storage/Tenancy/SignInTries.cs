using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>The kind of a try. Each kind is counted apart.</summary>
public enum TryKind
{
    /// <summary>A password from anywhere.</summary>
    Password,

    /// <summary>A password from a browser that the person has used before: a stranger's tries do not make it wait.</summary>
    Device,

    /// <summary>A code of the second factor, from anywhere.</summary>
    Code,

    /// <summary>A code from a browser that the person has used before, or in a session of theirs.</summary>
    DeviceCode,

    /// <summary>A passkey that proved nothing. Its owner never waits: the count says which of them have a row in the audit log.</summary>
    Passkey,
}

/// <summary>
/// Counts tries to sign in. Typing errors cost nothing; from the sixth try on each waits twice as long as the one before, and after the
/// tenth it is half an hour (PCI DSS 8.3.4).
/// </summary>
internal sealed class SignInTries(NpgsqlDataSource database, TimeProvider clock)
{
    private const int FreeTries = 5;
    private const int MostTries = 10;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    /// <summary>Has the tries of a person forgotten.</summary>
    public static void Forget(NpgsqlBatch batch, MerchantId merchant, string email) =>
        batch.Statement("DELETE FROM sign_in_try WHERE merchant_id = $1 AND email_hash = $2").With(merchant.Value).With(HashOf(email));

    /// <summary>Counts a try; null when it may be made, else how long to wait.</summary>
    /// <param name="email">The address, in lower case.</param>
    public Task<TimeSpan?> CountAsync(MerchantId merchant, string email, TryKind kind, CancellationToken cancel) =>
        SqlStates.ReachingAsync<TimeSpan?>(async () =>
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            INSERT INTO sign_in_try (merchant_id, email_hash, kind, tries, not_before)
            SELECT m.id, $2, $3, 1, $4 FROM merchant m WHERE m.id = $1
            ON CONFLICT (merchant_id, email_hash, kind) DO UPDATE
               SET tries = sign_in_try.tries + 1,
                   not_before = CASE WHEN sign_in_try.tries < $5 THEN $4
                                     WHEN sign_in_try.tries >= $6 - 1 THEN $4 + interval '1 second' * $7
                                     ELSE $4 + interval '1 second' * (1 << (sign_in_try.tries - $5)) END
             WHERE sign_in_try.not_before <= $4
            """)
            .With(merchant.Value).With(HashOf(email)).With(Words.Of(kind)).With(now.UtcDateTime).With(FreeTries).With(MostTries)
            .With((int)LongestWait.TotalSeconds);
        if (await batch.ExecuteNonQueryAsync(cancel) == 1)
            return null;

        await using var read = new NpgsqlBatch(connection);
        read.Statement("SELECT not_before FROM sign_in_try WHERE merchant_id = $1 AND email_hash = $2 AND kind = $3")
            .With(merchant.Value).With(HashOf(email)).With(Words.Of(kind));
        return await read.ExecuteScalarAsync(cancel) is DateTime until && until > now.UtcDateTime ? until - now.UtcDateTime
            : TimeSpan.FromSeconds(1);
    });

    /// <summary>Forgets the tries of a kind: the person knows the password, or has the code.</summary>
    public Task ForgetAsync(MerchantId merchant, string email, TryKind kind, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("DELETE FROM sign_in_try WHERE merchant_id = $1 AND email_hash = $2 AND kind = $3")
            .With(merchant.Value).With(HashOf(email)).With(Words.Of(kind));
        return await batch.ExecuteNonQueryAsync(cancel);
    });

    private static byte[] HashOf(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(email));
}
