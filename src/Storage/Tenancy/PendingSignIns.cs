using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>Sign-ins whose password or passkey was right and that lack a step. They open nothing, and end after ten minutes.</summary>
public sealed class PendingSignIns(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How long a person may take for the rest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>The next step of a person whose password or passkey was right; null for none.</summary>
    /// <param name="isProven">Whether a code or a passkey was right.</param>
    public async Task<SignInStep?> NextOfAsync(Person person, bool isProven, CancellationToken cancel)
    {
        if (person.HasSecondFactor && !isProven)
            return SignInStep.Code;
        if (person.HasInitialPassword)
            return SignInStep.NewPassword;
        if (person.HasSecondFactor || person.Role is null)
            return null;
        return await SecondFactors.IsRequiredAsync(database, person.Merchant, cancel) ? SignInStep.SecondFactor : null;
    }

    /// <summary>Keeps a sign-in. Returns its new token.</summary>
    /// <param name="isProven">Whether a code or a passkey was right.</param>
    public async Task<string> OpenAsync(Person person, bool isProven, CancellationToken cancel)
    {
        var token = AccessToken.New(person.Merchant);
        var now = clock.GetUtcNow().UtcDateTime;
        await database.WriteAsync(
            batch => batch.Statement("""
                INSERT INTO pending_sign_in (merchant_id, token_hash, person_id, opened_at, proven_at)
                SELECT m.id, $2, $3, $4, $5 FROM merchant m WHERE m.id = $1
                """)
                .With(person.Merchant.Value).With(AccessToken.HashOf(token)).With(person.Id).With(now)
                .With(isProven ? now : (DateTime?)null),
            cancel);
        return token;
    }

    /// <summary>The person of a sign-in, and whether a code or a passkey was right; null when it has ended, or was never one.</summary>
    public async Task<(Person Person, bool IsProven)?> FindAsync(string token, CancellationToken cancel)
    {
        if (AccessToken.MerchantOf(token) is not { } merchant)
            return null;
        var found = await database.AllAsync(
            $"""
            SELECT {PersonRows.Columns}, s.proven_at IS NOT NULL
              FROM pending_sign_in s
              JOIN person p ON p.merchant_id = s.merchant_id AND p.id = s.person_id AND p.merchant_id = $1
             WHERE s.merchant_id = $1 AND s.token_hash = $2 AND s.opened_at >= $3 AND p.ended_at IS NULL
            """,
            command => command.With(merchant.Value).With(AccessToken.HashOf(token)).With(clock.GetUtcNow().UtcDateTime - Longest),
            row => (PersonRows.Read(merchant, row), row.GetBoolean(PersonRows.ColumnCount)), cancel);
        return found.Count > 0 ? found[0] : null;
    }

    /// <summary>Notes that a code or a passkey was right.</summary>
    public Task ProveAsync(string token, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement("UPDATE pending_sign_in SET proven_at = $3 WHERE merchant_id = $1 AND token_hash = $2")
            .With(AccessToken.MerchantOf(token)?.Value ?? 0).With(AccessToken.HashOf(token)).With(clock.GetUtcNow().UtcDateTime),
        cancel);

    /// <summary>Ends a sign-in. False where it has ended.</summary>
    public async Task<bool> EndAsync(string token, CancellationToken cancel) => await database.WriteAsync(
        batch => batch.Statement("DELETE FROM pending_sign_in WHERE merchant_id = $1 AND token_hash = $2")
            .With(AccessToken.MerchantOf(token)?.Value ?? 0).With(AccessToken.HashOf(token)),
        cancel) == 1;
}

/// <summary>The tokens of people: long and random, after the number of the merchant. The books keep SHA-256 of them.</summary>
internal static class AccessToken
{
    private const int Length = 32;

    public static string New(MerchantId merchant) => string.Create(
        CultureInfo.InvariantCulture, $"{merchant.Value}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Length))}");

    /// <summary>The merchant that a token names; null for none.</summary>
    public static MerchantId? MerchantOf(string token) =>
        token.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && long.TryParse(token.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var merchant)
            ? new MerchantId(merchant)
            : null;

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
