using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>The result of an operator's change to a person.</summary>
public enum PersonOutcome
{
    /// <summary>It was changed.</summary>
    Changed,

    /// <summary>There is no person with this id.</summary>
    Unknown,

    /// <summary>It is so already.</summary>
    Same,

    /// <summary>Operators can't do this to themselves.</summary>
    Oneself,

    /// <summary>Without them no admin would be left.</summary>
    LastAdmin,

    /// <summary>The same request has done it before, and nothing again.</summary>
    Repeated,
}

/// <summary>
/// The people who sign in. A password is stretched, which takes a moment of a processor on purpose, so few are tried at once; and who
/// guesses waits longer after each try.
/// </summary>
/// <param name="clock">Tells who has to wait.</param>
/// <param name="knownToEveryone">Passwords that are refused even where the database has them: the demo's, outside the demo.</param>
public sealed class People(NpgsqlDataSource database, TimeProvider clock, IReadOnlySet<string> knownToEveryone) : IPeople, IDisposable
{
    /// <summary>The longest e-mail address that is taken, characters.</summary>
    public const int LongestEmail = 254;

    /// <summary>The shortest password that people may choose, characters.</summary>
    public const int ShortestPassword = 12;

    /// <summary>The longest password that is taken, characters.</summary>
    public const int LongestPassword = 256;

    // OWASP's figure for PBKDF2 with HMAC-SHA256. More may be asked of new passwords any time: each row keeps its own.
    private const int Iterations = 600_000;
    private const int SaltLength = 16;

    // Typing errors cost nothing; from then on each try waits twice as long as the one before.
    private const int FreeTries = 5;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    // A flood of tries delays only signing in.
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(5);

    // Who is unknown costs the same time as who is not.
    private static readonly Kept Nobody =
        new(null, RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes), RandomNumberGenerator.GetBytes(SaltLength), Iterations);

    private readonly SemaphoreSlim _stretching = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <inheritdoc/>
    public async Task<SignIn> SignInAsync(MerchantId merchant, string email, string password, CancellationToken cancel)
    {
        email = email.Trim().ToLowerInvariant();
        if (email.Length > LongestEmail || password.Length > LongestPassword)
            return default;
        var emailHash = SHA256.HashData(Encoding.UTF8.GetBytes(email));

        // Counted before it is looked at, so that many tries at once count too.
        if (await CountAsync(merchant, emailHash, cancel) is { } wait)
            return new SignIn(null, wait);
        var kept = await ReadAsync(merchant, email, cancel) ?? Nobody;
        if (await StretchAsync(password, kept.Salt, kept.Iterations, LongestQueue, cancel) is not { } hash)
            return new SignIn(null, LongestQueue);
        if (!CryptographicOperations.FixedTimeEquals(hash, kept.PasswordHash) || kept.Person is null || knownToEveryone.Contains(password))
            return new SignIn(null, null) { Named = kept.Person };
        await ForgetTriesAsync(merchant, emailHash, cancel);
        return new SignIn(kept.Person, null) { Named = kept.Person };
    }

    /// <inheritdoc/>
    public async Task<SignIn> AdmitAsync(MerchantId merchant, ProvenIdentity? identity, CancellationToken cancel)
    {
        if (identity is null)
            return default;
        var email = identity.Email.Trim().ToLowerInvariant();
        return await database.ChangeAsync(async transaction =>
        {
            // Two first sign-ins of one person take turns.
            await Merchants.LockAsync(transaction.Connection!, merchant, cancel);
            var known = await IdentifiedAsync(transaction, merchant, identity, email, cancel);
            var own = known.Find(one => one.IsNamed);
            var ofAddress = known.Find(one => one.Person.Email == email);
            var meant = own ?? (identity.IsEmailVerified ? ofAddress : null);
            if (meant is { HasLeft: true } || (ofAddress is not null && ofAddress != meant) || meant is { IsNamed: false, HasIssuer: true })
                return new SignIn(null, null) { Named = meant?.Person };
            var person = new Person(
                merchant, meant?.Person.Id ?? Guid.CreateVersion7(clock.GetUtcNow()), email, identity.Name, identity.Role);
            if (meant is not { IsNamed: true } || meant.Person != person)
                await FollowAsync(transaction, person, identity, isNew: meant is null, cancel);
            return new SignIn(person, null) { Named = person };
        }, cancel);
    }

    /// <summary>The people with this subject or this address, also those who have left.</summary>
    private static async Task<List<Identified>> IdentifiedAsync(
        NpgsqlTransaction transaction, MerchantId merchant, ProvenIdentity identity, string email, CancellationToken cancel)
    {
        await using var read = new NpgsqlBatch(transaction.Connection, transaction);
        read.Statement("""
            SELECT id, email, name, role, coalesce(subject = $3 AND issuer = $4, false), issuer IS NOT NULL, ended_at IS NOT NULL
              FROM person WHERE merchant_id = $1 AND (email = $2 OR (subject = $3 AND issuer = $4))
            """)
            .With(merchant.Value).With(email).With(identity.Subject).With(identity.Issuer);
        List<Identified> known = [];
        await using var row = await read.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            var person = new Person(
                merchant, row.GetGuid(0), row.GetString(1), row.GetString(2),
                row.IsDBNull(3) ? null : Words.To<OperatorRole>(row.GetString(3)));
            known.Add(new Identified(person, row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6)));
        }

        return known;
    }

    /// <summary>Writes what the identity provider says of a person, and the audit log's row of it.</summary>
    private async Task FollowAsync(
        NpgsqlTransaction transaction, Person person, ProvenIdentity identity, bool isNew, CancellationToken cancel)
    {
        var sealing = await SealedChange.OfWholeAsync(transaction.Connection!, person.Merchant, cancel, SealedTables.Person);
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var now = clock.GetUtcNow();
        if (isNew)
        {
            // No password leads to these bytes.
            batch.Statement("""
                INSERT INTO person (merchant_id, id, email, name, password_hash, salt, iterations, created_at, role, issuer, subject)
                SELECT m.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM merchant m WHERE m.id = $1
                """)
                .With(person.Merchant.Value).With(person.Id).With(person.Email).With(person.Name)
                .With(RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes)).With(RandomNumberGenerator.GetBytes(SaltLength))
                .With(Iterations).With(now.UtcDateTime).With(Words.Of(identity.Role)).With(identity.Issuer).With(identity.Subject);
        }
        else
        {
            batch.Statement("""
                UPDATE person SET email = $3, name = $4, role = $5, issuer = $6, subject = $7 WHERE merchant_id = $1 AND id = $2
                """)
                .With(person.Merchant.Value).With(person.Id).With(person.Email).With(person.Name).With(Words.Of(identity.Role))
                .With(identity.Issuer).With(identity.Subject);
        }

        await batch.ExecuteNonQueryAsync(cancel);
        var origin = new Origin(person.Merchant, Credential: 0, Guid.CreateVersion7(now))
        {
            Action = new OperatorAction(
                person.Id, person.Name, "person.follow", $"person {person.Email}",
                $"{identity.Issuer} says: {Words.Of(identity.Role)}"),
        };
        await transaction.CommitAsync(origin, clock, cancel, sealing);
    }

    /// <summary>Lets someone sign in. Returns false where the address belongs to a person already.</summary>
    /// <param name="merchant">With whom.</param>
    /// <param name="email">The address; letters of either case are the same.</param>
    /// <param name="name">What they are called.</param>
    /// <param name="password">The password; only a salted hash is kept.</param>
    /// <param name="role">What they may do in the console; null: nothing.</param>
    public async Task<bool> EnsureAsync(
        MerchantId merchant, string email, string name, string password, CancellationToken cancel, OperatorRole? role = null,
        Origin? by = null)
    {
        email = email.Trim().ToLowerInvariant();
        if (await ReadAsync(merchant, email, cancel) is not null)
            return false;
        var now = clock.GetUtcNow();
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = (await StretchAsync(password, salt, Iterations, Timeout.InfiniteTimeSpan, cancel))!;
        return await database.ChangedAsync(
            """
            INSERT INTO person (merchant_id, id, email, name, password_hash, salt, iterations, created_at, role)
            SELECT m.id, $2, $3, $4, $5, $6, $7, $8, $9 FROM merchant m WHERE m.id = $1 ON CONFLICT (merchant_id, email) DO NOTHING
            """,
            command => command.With(merchant.Value).With(Guid.CreateVersion7(now)).With(email).With(name).With(hash).With(salt)
                .With(Iterations)
                .With(now.UtcDateTime).With(role is { } given ? Words.Of(given) : null),
            by, clock, cancel, (merchant, SealedTables.Person));
    }

    /// <summary>The people who sign in with a merchant, by their addresses, and since when.</summary>
    public Task<IReadOnlyList<(Person Person, DateTimeOffset CreatedAt)>> ListAsync(MerchantId merchant, CancellationToken cancel) =>
        database.AllAsync(
        "SELECT id, email, name, role, created_at FROM person WHERE merchant_id = $1 AND ended_at IS NULL ORDER BY email",
        command => command.With(merchant.Value),
        row => (
            new Person(
                merchant, row.GetGuid(0), row.GetString(1), row.GetString(2),
                row.IsDBNull(3) ? null : Words.To<OperatorRole>(row.GetString(3))),
            row.GetFieldValue<DateTimeOffset>(4)),
        cancel);

    /// <summary>The person with this id; null where there is none.</summary>
    public Task<Person?> FindAsync(MerchantId merchant, Guid id, CancellationToken cancel) => database.FirstAsync(
        "SELECT email, name, role FROM person WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL",
        command => command.With(merchant.Value).With(id),
        row => new Person(
            merchant, id, row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : Words.To<OperatorRole>(row.GetString(2))), cancel);

    /// <summary>Gives someone another role in the console. Their sessions there end.</summary>
    /// <param name="merchant">With whom they sign in.</param>
    /// <param name="id">Who.</param>
    /// <param name="role">The role; null: nothing.</param>
    public Task<PersonOutcome> SetRoleAsync(MerchantId merchant, Guid id, OperatorRole? role, Origin by, CancellationToken cancel) =>
        ChangeAsync(merchant, id, by, (person, isLast, batch) =>
        {
            if (person.Role == role)
                return PersonOutcome.Same;
            if (id == by.Action?.Person)
                return PersonOutcome.Oneself;
            if (isLast)
                return PersonOutcome.LastAdmin;
            batch.Statement("UPDATE person SET role = $3 WHERE merchant_id = $1 AND id = $2")
                .With(merchant.Value).With(id).With(role is { } given ? Words.Of(given) : null);
            return PersonOutcome.Changed;
        }, cancel);

    /// <summary>
    /// Gives someone another password. Their sessions in the console end, and what they let clients do for them: a stranger who knew the
    /// former one may have opened them. Failed tries are forgotten.
    /// </summary>
    /// <param name="merchant">With whom they sign in.</param>
    /// <param name="id">Who.</param>
    /// <param name="password">The password; only a salted hash is kept.</param>
    public async Task<PersonOutcome> SetPasswordAsync(MerchantId merchant, Guid id, string password, Origin by, CancellationToken cancel)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = (await StretchAsync(password, salt, Iterations, Timeout.InfiniteTimeSpan, cancel))!;
        return await ChangeAsync(merchant, id, by, (person, _, batch) =>
        {
            batch.Statement("UPDATE person SET password_hash = $3, salt = $4, iterations = $5 WHERE merchant_id = $1 AND id = $2")
                .With(merchant.Value).With(id).With(hash).With(salt).With(Iterations);
            batch.Statement("DELETE FROM sign_in_try WHERE merchant_id = $1 AND email_hash = $2")
                .With(merchant.Value).With(SHA256.HashData(Encoding.UTF8.GetBytes(person.Email)));
            EndAuthorisations(batch, merchant, id);
            return PersonOutcome.Changed;
        }, cancel);
    }

    /// <summary>Lets someone sign in no more. Their sessions in the console end, and what they let clients do for them.</summary>
    /// <param name="merchant">With whom they sign in.</param>
    /// <param name="id">Who.</param>
    public Task<PersonOutcome> EndAsync(MerchantId merchant, Guid id, Origin by, CancellationToken cancel) =>
        ChangeAsync(merchant, id, by, (_, isLast, batch) =>
        {
            if (id == by.Action?.Person)
                return PersonOutcome.Oneself;
            if (isLast)
                return PersonOutcome.LastAdmin;
            batch.Statement("UPDATE person SET ended_at = $3 WHERE merchant_id = $1 AND id = $2").With(merchant.Value).With(id)
                .With(clock.GetUtcNow().UtcDateTime);
            EndAuthorisations(batch, merchant, id);
            return PersonOutcome.Changed;
        }, cancel);

    /// <inheritdoc/>
    public void Dispose() => _stretching.Dispose();

    /// <summary>
    /// Looks through all that clients may do just now for this merchant: people leave, and change their passwords, rarely.
    /// </summary>
    private void EndAuthorisations(NpgsqlBatch batch, MerchantId merchant, Guid id) =>
        batch.Statement("UPDATE authorisation SET revoked_at = $3 WHERE merchant_id = $1 AND subject = $2 AND revoked_at IS NULL")
            .With(merchant.Value).With(id).With(clock.GetUtcNow().UtcDateTime);

    private Task<PersonOutcome> ChangeAsync(
        MerchantId merchant, Guid id, Origin by, Func<Person, bool, NpgsqlBatch, PersonOutcome> change, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            // Two admins who end each other take turns.
            await Merchants.LockAsync(transaction.Connection!, merchant, cancel);
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return PersonOutcome.Repeated;
            await using var read = new NpgsqlBatch(transaction.Connection, transaction);
            read.Statement(
                "SELECT id, email, name, role FROM person WHERE merchant_id = $1 AND ended_at IS NULL AND (id = $2 OR role = 'admin')")
                .With(merchant.Value).With(id);
            List<Person> known = [];
            await using (var row = await read.ExecuteReaderAsync(cancel))
            {
                while (await row.ReadAsync(cancel))
                {
                    known.Add(new Person(merchant, row.GetGuid(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null
                        : Words.To<OperatorRole>(row.GetString(3))));
                }
            }

            if (known.Find(one => one.Id == id) is not { } person)
                return PersonOutcome.Unknown;
            var sealing = await SealedChange.OfWholeAsync(transaction.Connection!, merchant, cancel, SealedTables.Person);
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            var isLast = person.Role == OperatorRole.Admin && !known.Exists(one => one.Role == OperatorRole.Admin && one.Id != id);
            var outcome = change(person, isLast, batch);
            if (outcome != PersonOutcome.Changed)
                return outcome;
            // console_session_of_person
            batch.Statement("DELETE FROM console_session WHERE person_id = $2 AND merchant_id = $1")
                .With(merchant.Value).With(id);
            await batch.ExecuteNonQueryAsync(cancel);
            await transaction.CommitAsync(by, clock, cancel, sealing);
            return outcome;
        }, cancel);

    /// <summary>Counts a try; null when it may be made, else how long to wait.</summary>
    private Task<TimeSpan?> CountAsync(MerchantId merchant, byte[] emailHash, CancellationToken cancel) =>
        SqlStates.ReachingAsync<TimeSpan?>(async () =>
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            INSERT INTO sign_in_try (merchant_id, email_hash, tries, not_before) SELECT m.id, $2, 1, $3 FROM merchant m WHERE m.id = $1
            ON CONFLICT (merchant_id, email_hash) DO UPDATE
               SET tries = sign_in_try.tries + 1,
                   not_before = CASE WHEN sign_in_try.tries < $4 THEN $3
                                     ELSE $3 + interval '1 second' * least(1 << least(sign_in_try.tries - $4, 20), $5) END
             WHERE sign_in_try.not_before <= $3
            """)
            .With(merchant.Value).With(emailHash).With(now.UtcDateTime).With(FreeTries).With((int)LongestWait.TotalSeconds);
        if (await batch.ExecuteNonQueryAsync(cancel) == 1)
            return null;

        await using var read = new NpgsqlBatch(connection);
        read.Statement("SELECT not_before FROM sign_in_try WHERE merchant_id = $1 AND email_hash = $2").With(merchant.Value)
            .With(emailHash);
        return await read.ExecuteScalarAsync(cancel) is DateTime until && until > now.UtcDateTime ? until - now.UtcDateTime
            : TimeSpan.FromSeconds(1);
    });

    private Task<int> ForgetTriesAsync(MerchantId merchant, byte[] emailHash, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("DELETE FROM sign_in_try WHERE merchant_id = $1 AND email_hash = $2").With(merchant.Value).With(emailHash);
        return await batch.ExecuteNonQueryAsync(cancel);
    });

    private Task<Kept?> ReadAsync(MerchantId merchant, string email, CancellationToken cancel) => database.FirstAsync(
        "SELECT id, email, name, role, password_hash, salt, iterations FROM person WHERE merchant_id = $1 AND email = $2 AND ended_at IS "
        + "NULL",
        command => command.With(merchant.Value).With(email),
        row => new Kept(
            new Person(merchant, row.GetGuid(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null
                : Words.To<OperatorRole>(row.GetString(3))),
            row.GetFieldValue<byte[]>(4), row.GetFieldValue<byte[]>(5), row.GetInt32(6)),
        cancel);

    /// <summary>The hash; null when others take longer than that.</summary>
    private async Task<byte[]?> StretchAsync(string password, byte[] salt, int iterations, TimeSpan longest, CancellationToken cancel)
    {
        if (!await _stretching.WaitAsync(longest, cancel))
            return null;
        try
        {
            return await Task.Run(
                () => Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
                CancellationToken.None);
        }
        finally
        {
            _stretching.Release();
        }
    }

    /// <param name="IsNamed">Whether the identity provider names this person by the subject.</param>
    /// <param name="HasIssuer">Whether an identity provider has let the person in before.</param>
    private sealed record Identified(Person Person, bool IsNamed, bool HasIssuer, bool HasLeft);

    private sealed record Kept(Person? Person, byte[] PasswordHash, byte[] Salt, int Iterations);
}
