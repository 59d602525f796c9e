using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>The second factor of a person beside passkeys.</summary>
/// <param name="CodesLeft">How many recovery codes are left.</param>
/// <param name="IsOfProvider">Whether an identity provider knows the person, and asks for a factor of its own.</param>
public readonly record struct FactorState(bool HasAuthenticator, int CodesLeft, bool IsOfProvider);

/// <summary>
/// The second factors of people: a secret that the vault seals, whose codes work once, passkeys (<see cref="Passkeys"/>), and recovery
/// codes, of which the books keep hashes.
/// </summary>
public sealed class SecondFactors(NpgsqlDataSource database, IVault vault, TimeProvider clock)
{
    /// <summary>How many recovery codes a person gets.</summary>
    public const int CodeCount = 10;

    /// <summary>The audit log's words for a second factor that is required from then on.</summary>
    internal const string Required = "second factor required";

    // 80 bits: too many to try, so that a hash without a salt protects them.
    private const int CodeLength = 10;
    private const int GroupLength = 4;

    private readonly SignInTries _tries = new(database, clock);

    /// <summary>A new secret, which no person has yet.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(OneTimeCode.SecretLength);

    /// <summary>Checks a code or a recovery code, and uses it up.</summary>
    /// <param name="kind">A code from anywhere, or from a browser that the person has used before.</param>
    /// <param name="byRecovery">Signs the use of a recovery code.</param>
    /// <returns>
    /// The outcome, or how long to wait; and after the use of a recovery code how many are left. A person without a second factor has no
    /// code.
    /// </returns>
    public async Task<(CodeOutcome? Outcome, TimeSpan? Wait, int? CodesLeft)> CheckAsync(
        Person person, string typed, TryKind kind, Origin byRecovery, CancellationToken cancel)
    {
        if (await _tries.CountAsync(person.Merchant, person.Email, kind, cancel) is { } wait)
            return (null, wait, null);
        if (await ReadAsync(person, cancel) is not { } kept)
            return (CodeOutcome.Wrong, null, null);
        var (outcome, left) = CodesIn(typed) is { } code
            ? await RecoverAsync(person, kept, code, byRecovery, cancel)
            : (await CheckAsync(person, kept, typed, cancel), null);
        if (outcome == CodeOutcome.Right)
            await _tries.ForgetAsync(person.Merchant, person.Email, kind, cancel);
        return (outcome, null, left);
    }

    /// <summary>
    /// Gives a person a second factor, in place of the one before. Their sessions end, and what they let clients do for them: a stranger
    /// who knew only the password may have opened them. Returns the recovery codes; none where the code is
    /// not right, or the same request has set it up before.
    /// </summary>
    /// <param name="secret">The secret that their device has now.</param>
    /// <param name="typed">The code that the device shows.</param>
    public async Task<(CodeOutcome Outcome, IReadOnlyList<string> Codes)> SetUpAsync(
        MerchantId merchant, Guid person, byte[] secret, string typed, Origin by, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (outcome, step) = OneTimeCode.Check(secret, typed, now, null);
        if (outcome != CodeOutcome.Right)
            return (outcome, []);
        var sealedSecret = await vault.SealTextAsync(merchant, PurposeOf(person), Base32.Write(secret), cancel);
        var codes = NewCodes();
        var change = await database.ChangeOnceAsync(
            // console_session_of_person
            """
            WITH sessions AS (DELETE FROM console_session WHERE person_id = $2 AND merchant_id = $1),
                 pending AS (DELETE FROM pending_sign_in WHERE person_id = $2 AND merchant_id = $1),
                 consents AS (UPDATE authorisation SET revoked_at = $4 WHERE subject = $2 AND merchant_id = $1 AND revoked_at IS NULL)
            UPDATE person SET sealed_secret = $3, secured_at = $4, recovery_codes = $5, last_step = $6
             WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL
            """,
            command => command.With(merchant.Value).With(person).With(sealedSecret).With(now.UtcDateTime).With(HashesOf(person, codes))
                .With(step),
            by, clock, cancel, (merchant, [SealedTables.Person]));
        return change switch
        {
            ChangeOutcome.Made => (CodeOutcome.Right, codes),
            ChangeOutcome.Repeated => (CodeOutcome.Right, []),
            ChangeOutcome.Nothing => (CodeOutcome.Wrong, []),
        };
    }

    /// <summary>
    /// Gives a person new recovery codes; those before them end. None where they have no second factor, or the same request has made them.
    /// </summary>
    public async Task<(ChangeOutcome Outcome, IReadOnlyList<string> Codes)> RenewCodesAsync(
        MerchantId merchant, Guid person, Origin by, CancellationToken cancel)
    {
        var codes = NewCodes();
        var outcome = await database.ChangeOnceAsync(
            """
            UPDATE person SET recovery_codes = $3
             WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL AND secured_at IS NOT NULL
            """,
            command => command.With(merchant.Value).With(person).With(HashesOf(person, codes)),
            by, clock, cancel, (merchant, [SealedTables.Person]));
        return (outcome, outcome == ChangeOutcome.Made ? codes : []);
    }

    /// <summary>
    /// Takes the second factor of a person away, with all passkeys. Their sessions end, and what they let clients do for them. False where
    /// they have none.
    /// </summary>
    public async Task<bool> RemoveAsync(MerchantId merchant, Guid person, Origin by, CancellationToken cancel) =>
        await database.ChangeOnceAsync(
            // console_session_of_person
            """
            WITH sessions AS (DELETE FROM console_session WHERE person_id = $2 AND merchant_id = $1),
                 pending AS (DELETE FROM pending_sign_in WHERE person_id = $2 AND merchant_id = $1),
                 consents AS (UPDATE authorisation SET revoked_at = $3 WHERE subject = $2 AND merchant_id = $1 AND revoked_at IS NULL),
                 passkeys AS (UPDATE passkey SET ended_at = $3 WHERE person_id = $2 AND merchant_id = $1 AND ended_at IS NULL)
            UPDATE person SET sealed_secret = NULL, secured_at = NULL, recovery_codes = '', last_step = NULL
             WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL AND secured_at IS NOT NULL
            """,
            command => command.With(merchant.Value).With(person).With(clock.GetUtcNow().UtcDateTime), by, clock, cancel,
            (merchant, [SealedTables.Person, SealedTables.Passkey])) != ChangeOutcome.Nothing;

    /// <summary>The second factors of a person beside passkeys.</summary>
    public Task<FactorState> StateAsync(MerchantId merchant, Guid person, CancellationToken cancel) => database.FirstAsync(
        "SELECT sealed_secret IS NOT NULL, octet_length(recovery_codes), issuer IS NOT NULL FROM person WHERE merchant_id = $1 AND id = $2",
        command => command.With(merchant.Value).With(person),
        row => new FactorState(row.GetBoolean(0), row.GetInt32(1) / SHA256.HashSizeInBytes, row.GetBoolean(2)), cancel);

    /// <summary>Whether the merchant requires a second factor of the people of its console.</summary>
    public Task<bool> IsRequiredAsync(MerchantId merchant, CancellationToken cancel) => IsRequiredAsync(database, merchant, cancel);

    internal static Task<bool> IsRequiredAsync(NpgsqlDataSource database, MerchantId merchant, CancellationToken cancel) =>
        database.FirstAsync(
            "SELECT requires_second_factor FROM merchant WHERE id = $1", command => command.With(merchant.Value),
            row => row.GetBoolean(0), cancel);

    /// <summary>
    /// Requires a second factor of the people of the console, or no longer. Where it is required, the sessions of those without one end,
    /// and what they let clients do: they set it up at their next sign-in. The sessions of an identity provider's people go on: it asks
    /// for its own. False where it was so before.
    /// </summary>
    public Task<bool> RequireAsync(MerchantId merchant, bool isRequired, Origin by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            // The last action of the audit log says what is required: of two at once, the second is later there too.
            var change = new SealedChange(transaction.Connection!, merchant, 0);
            await change.LockAsync(cancel);
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return false;
            var rows = await transaction.ExecuteAsync(
                batch => batch.Statement(
                    "UPDATE merchant SET requires_second_factor = $2 WHERE id = $1 AND requires_second_factor <> $2")
                    .With(merchant.Value).With(isRequired),
                cancel);
            if (rows == 0)
                return false;
            if (isRequired)
            {
                await transaction.ExecuteAsync(
                    batch => batch.Statement("""
                        DELETE FROM console_session s USING person p
                         WHERE s.merchant_id = $1 AND p.merchant_id = $1 AND p.id = s.person_id AND p.secured_at IS NULL
                           AND p.issuer IS NULL
                        """).With(merchant.Value),
                    cancel);
                await transaction.ExecuteAsync(
                    batch => batch.Statement("""
                        UPDATE authorisation a SET revoked_at = $2 FROM person p
                         WHERE a.merchant_id = $1 AND a.revoked_at IS NULL AND p.merchant_id = $1 AND p.id = a.subject
                           AND p.secured_at IS NULL AND p.role IS NOT NULL
                        """).With(merchant.Value).With(clock.GetUtcNow().UtcDateTime),
                    cancel);
            }

            await transaction.CommitAsync(by, new DateTimeOffset(change.TimeOf(clock.GetUtcNow())), cancel, change);
            return true;
        }, cancel);

    /// <summary>The subject of such a change in the audit log.</summary>
    public static string SubjectOf(bool isRequired) => isRequired ? Required : "second factor not required";

    private async Task<CodeOutcome> CheckAsync(Person person, Kept kept, string typed, CancellationToken cancel)
    {
        if (kept.SealedSecret is null)
            return CodeOutcome.Wrong;
        var secret = Base32.Read(await vault.OpenTextAsync(person.Merchant, PurposeOf(person.Id), kept.SealedSecret, cancel))!;
        var (outcome, step) = OneTimeCode.Check(secret, typed, clock.GetUtcNow(), kept.LastStep);
        if (outcome != CodeOutcome.Right)
            return outcome;
        // Of two who send one code at once, one is let in.
        var used = await database.WriteAsync(
            batch => batch.Statement("""
                UPDATE person SET last_step = $3 WHERE merchant_id = $1 AND id = $2 AND (last_step IS NULL OR last_step < $3)
                """).With(person.Merchant.Value).With(person.Id).With(step),
            cancel);
        return used == 1 ? CodeOutcome.Right : CodeOutcome.Used;
    }

    private async Task<(CodeOutcome Outcome, int? Left)> RecoverAsync(
        Person person, Kept kept, string code, Origin by, CancellationToken cancel)
    {
        var hash = HashOf(person.Id, code);
        var left = kept.RecoveryCodes.Chunk(hash.Length).Where(one => !CryptographicOperations.FixedTimeEquals(one, hash)).ToList();
        if (left.Count * hash.Length == kept.RecoveryCodes.Length)
            return (CodeOutcome.Wrong, null);
        var use = await database.ChangeOnceAsync(
            "UPDATE person SET recovery_codes = $4 WHERE merchant_id = $1 AND id = $2 AND recovery_codes = $3",
            command => command.With(person.Merchant.Value).With(person.Id).With(kept.RecoveryCodes)
                .With(left.SelectMany(one => one).ToArray()),
            by, clock, cancel, (person.Merchant, [SealedTables.Person]));
        return use == ChangeOutcome.Made ? (CodeOutcome.Right, left.Count) : (CodeOutcome.Used, null);
    }

    private Task<Kept?> ReadAsync(Person person, CancellationToken cancel) => database.FirstAsync(
        """
        SELECT sealed_secret, recovery_codes, last_step FROM person
         WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL AND secured_at IS NOT NULL
        """,
        command => command.With(person.Merchant.Value).With(person.Id),
        row => new Kept(
            row.IsDBNull(0) ? null : row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1), row.IsDBNull(2) ? null : row.GetInt64(2)),
        cancel);

    /// <summary>The recovery code that a person typed, in capitals and without hyphens; null where it is none by its length.</summary>
    private static string? CodesIn(string typed) => Base32.Read(typed) is { Length: CodeLength } bytes ? Base32.Write(bytes) : null;

    internal static IReadOnlyList<string> NewCodes() =>
    [
        .. Enumerable.Range(0, CodeCount).Select(_ => string.Join(
            '-', Base32.Write(RandomNumberGenerator.GetBytes(CodeLength)).Chunk(GroupLength).Select(group => new string(group)))),
    ];

    internal static byte[] HashesOf(Guid person, IEnumerable<string> codes) =>
        [.. codes.SelectMany(code => HashOf(person, CodesIn(code)!))];

    private static byte[] HashOf(Guid person, string code) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"recovery code {person:D} {code}"));

    internal static string PurposeOf(Guid person) => $"second factor {person:D}";

    /// <param name="SealedSecret">Null for a person with passkeys alone.</param>
    private sealed record Kept(byte[]? SealedSecret, byte[] RecoveryCodes, long? LastStep);
}
