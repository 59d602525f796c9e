using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>The passkeys of people. A person who has one has a second factor.</summary>
public sealed class Passkeys(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How many a person may have.</summary>
    public const int Most = 20;

    /// <summary>The longest name, characters.</summary>
    public const int LongestName = 100;

    private readonly SignInTries _tries = new(database, clock);

    /// <summary>The passkeys of a person, the oldest first.</summary>
    public Task<IReadOnlyList<Passkey>> ListAsync(MerchantId merchant, Guid person, CancellationToken cancel) => database.AllAsync(
        // Of people: few enough to be looked at one by one.
        """
        SELECT id, name, credential_id, public_key, signatures, is_shared, transports, created_at, asked_at
          FROM passkey WHERE merchant_id = $1 AND person_id = $2 AND ended_at IS NULL ORDER BY created_at, id
        """,
        command => command.With(merchant.Value).With(person),
        row => new Passkey(row.GetGuid(0), row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3))
        {
            Signatures = (uint)row.GetInt64(4),
            IsShared = row.GetBoolean(5),
            Transports = row.GetFieldValue<string[]>(6),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(7),
            AskedAt = row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
        },
        cancel);

    /// <summary>
    /// Gives a person a passkey. Their sessions end, and what they let clients do for them. Returns recovery codes where it is their first
    /// second factor. Nothing changes where they have too many, or the merchant knows it.
    /// </summary>
    public async Task<(ChangeOutcome Outcome, IReadOnlyList<string> Codes)> AddAsync(
        MerchantId merchant, Guid person, Passkey passkey, Origin by, CancellationToken cancel)
    {
        var codes = SecondFactors.NewCodes();
        var hashes = SecondFactors.HashesOf(person, codes);
        var outcome = await database.ChangeOnceAsync(
            // console_session_of_person
            """
            WITH sessions AS (DELETE FROM console_session WHERE person_id = $2 AND merchant_id = $1),
                 pending AS (DELETE FROM pending_sign_in WHERE person_id = $2 AND merchant_id = $1),
                 consents AS (UPDATE authorisation SET revoked_at = $9 WHERE subject = $2 AND merchant_id = $1 AND revoked_at IS NULL),
                 added AS (
                     INSERT INTO passkey (
                         merchant_id, id, person_id, name, credential_id, public_key, is_shared, transports, created_at, signatures)
                     SELECT p.merchant_id, $3, p.id, $4, $5, $6, $7, $8, $9, $11 FROM person p
                      -- People of an identity provider meet it at each sign-in, and a passkey would pass it by.
                      WHERE p.merchant_id = $1 AND p.id = $2 AND p.ended_at IS NULL AND p.issuer IS NULL
                        AND (SELECT count(*) FROM passkey k WHERE k.merchant_id = $1 AND k.person_id = $2 AND k.ended_at IS NULL) < $12
                     ON CONFLICT (merchant_id, credential_id) DO NOTHING RETURNING person_id)
            UPDATE person
               SET secured_at = coalesce(secured_at, $9),
                   recovery_codes = CASE WHEN secured_at IS NULL THEN $10 ELSE recovery_codes END
              FROM added WHERE person.merchant_id = $1 AND person.id = $2 AND person.id = added.person_id
            """,
            command => command.With(merchant.Value).With(person).With(passkey.Id).With(passkey.Name).With(passkey.Credential)
                .With(passkey.PublicKey).With(passkey.IsShared).With(passkey.Transports.ToArray()).With(passkey.CreatedAt.UtcDateTime)
                .With(hashes).With((long)passkey.Signatures).With(Most),
            by, clock, cancel, (merchant, [SealedTables.Person, SealedTables.Passkey]));
        // Of two first passkeys at once, one has brought the codes.
        var isFirst = outcome == ChangeOutcome.Made && await database.FirstAsync(
            "SELECT recovery_codes = $3 FROM person WHERE merchant_id = $1 AND id = $2",
            command => command.With(merchant.Value).With(person).With(hashes), row => row.GetBoolean(0), cancel);
        return (outcome, isFirst ? codes : []);
    }

    /// <summary>
    /// Takes a passkey away. The sessions of its owner end, and what they let clients do for them. Without another passkey or an
    /// authenticator they have no second factor any more; nothing changes where one is required.
    /// </summary>
    public Task<ChangeOutcome> RemoveAsync(MerchantId merchant, Guid person, Guid passkey, Origin by, CancellationToken cancel) =>
        database.ChangeOnceAsync(
            // console_session_of_person
            """
            WITH sessions AS (DELETE FROM console_session WHERE person_id = $2 AND merchant_id = $1),
                 pending AS (DELETE FROM pending_sign_in WHERE person_id = $2 AND merchant_id = $1),
                 consents AS (UPDATE authorisation SET revoked_at = $4 WHERE subject = $2 AND merchant_id = $1 AND revoked_at IS NULL),
                 kept AS (SELECT p.sealed_secret IS NOT NULL OR EXISTS (
                                     SELECT FROM passkey k
                                      WHERE k.merchant_id = $1 AND k.person_id = $2 AND k.id <> $3 AND k.ended_at IS NULL) AS another
                            FROM person p WHERE p.merchant_id = $1 AND p.id = $2),
                 gone AS (UPDATE passkey SET ended_at = $4
                            FROM kept, merchant m
                           WHERE passkey.merchant_id = $1 AND passkey.person_id = $2 AND passkey.id = $3 AND passkey.ended_at IS NULL
                             AND m.id = $1 AND (kept.another OR NOT m.requires_second_factor)
                          RETURNING kept.another)
            UPDATE person
               SET secured_at = CASE WHEN gone.another THEN secured_at END,
                   recovery_codes = CASE WHEN gone.another THEN recovery_codes ELSE '' END
              FROM gone
             WHERE person.merchant_id = $1 AND person.id = $2
            """,
            command => command.With(merchant.Value).With(person).With(passkey).With(clock.GetUtcNow().UtcDateTime), by, clock, cancel,
            (merchant, [SealedTables.Person, SealedTables.Passkey]));

    /// <summary>
    /// Counts an answer that proved nothing. Returns whether it gets a row in the audit log: the first ones do, and then ever fewer.
    /// </summary>
    public async Task<bool> CountFailureAsync(Person person, CancellationToken cancel) =>
        await _tries.CountAsync(person.Merchant, person.Email, TryKind.Passkey, cancel) is null;

    /// <summary>Notes an answer. False where the question, or a later one, was answered before: of two at once, one is let in.</summary>
    /// <param name="passkey">The passkey as it was read.</param>
    /// <param name="signatures">How often it has signed with this answer.</param>
    /// <param name="askedAt">When the question was asked.</param>
    public async Task<bool> UseAsync(
        MerchantId merchant, Passkey passkey, uint signatures, DateTimeOffset askedAt, CancellationToken cancel) =>
        await database.WriteAsync(
            batch => batch.Statement("""
                UPDATE passkey SET signatures = $3, asked_at = $4
                 WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL AND signatures = $5 AND (asked_at IS NULL OR asked_at < $4)
                """).With(merchant.Value).With(passkey.Id).With((long)signatures).With(askedAt.UtcDateTime).With((long)passkey.Signatures),
            cancel) == 1;
}
