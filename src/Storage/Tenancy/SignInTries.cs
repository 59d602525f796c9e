using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
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
    private const string OfOne = "WHERE merchant_id = $1 AND email_hash = $2 AND kind = $3";
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    /// <summary>Has the tries of a person forgotten.</summary>
    public static void Forget(NpgsqlBatch batch, MerchantId merchant, string email) =>
        batch.Statement("DELETE FROM sign_in_try WHERE merchant_id = $1 AND email_hash = $2").With(merchant.Value).With(HashOf(email));

    /// <summary>Counts a try; null when it may be made, else how long to wait.</summary>
    /// <param name="email">The address, in lower case.</param>
    public Task<TimeSpan?> CountAsync(MerchantId merchant, string email, TryKind kind, CancellationToken cancel) =>
        database.ChangeAsync<TimeSpan?>(async transaction =>
        {
            var now = clock.GetUtcNow();
            var isFirst = await transaction.ExecuteAsync(
                batch => batch.Statement("""
                    INSERT INTO sign_in_try (merchant_id, email_hash, kind, tries, not_before)
                    SELECT m.id, $2, $3, 1, $4 FROM merchant m WHERE m.id = $1 ON CONFLICT (merchant_id, email_hash, kind) DO NOTHING
                    """)
                    .With(merchant.Value).With(HashOf(email)).With(Words.Of(kind)).With(now.UtcDateTime),
                cancel) == 1;
            if (!isFirst)
            {
                // Tries at the same time take turns at the row.
                var known = await transaction.Connection!.AllAsync(
                    $"SELECT tries, not_before FROM sign_in_try {OfOne} FOR UPDATE",
                    command => command.With(merchant.Value).With(HashOf(email)).With(Words.Of(kind)),
                    row => (Tries: row.GetInt32(0), NotBefore: row.GetFieldValue<DateTimeOffset>(1)), cancel);
                // Forgotten meanwhile.
                if (known is not [var (tries, notBefore)])
                    return TimeSpan.FromSeconds(1);
                if (notBefore > now)
                    return notBefore - now;
                await transaction.ExecuteAsync(
                    batch => batch.Statement($"UPDATE sign_in_try SET tries = $4, not_before = $5 {OfOne}")
                        .With(merchant.Value).With(HashOf(email)).With(Words.Of(kind)).With(tries + 1)
                        .With((now + WaitAfter(tries + 1)).UtcDateTime),
                    cancel);
            }

            await transaction.CommitAsync(cancel);
            return null;
        }, cancel);

    /// <summary>Forgets the tries of a kind: the person knows the password, or has the code.</summary>
    public Task ForgetAsync(MerchantId merchant, string email, TryKind kind, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement($"DELETE FROM sign_in_try {OfOne}")
            .With(merchant.Value).With(HashOf(email)).With(Words.Of(kind));
        return await batch.ExecuteNonQueryAsync(cancel);
    });

    private static TimeSpan WaitAfter(int tries) => tries switch
    {
        <= FreeTries => TimeSpan.Zero,
        < MostTries => TimeSpan.FromSeconds(1 << (tries - 1 - FreeTries)),
        _ => LongestWait,
    };

    private static byte[] HashOf(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(email));
}
