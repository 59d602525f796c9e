using System.Security.Cryptography;
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

    /// <summary>The link to a new password was used, was replaced, or has ended.</summary>
    LinkEnded,
}

/// <summary>
/// The people who sign in. A password is stretched, which takes a moment of a processor on purpose, so few are tried at once; and the wait
/// grows after each wrong one.
/// </summary>
/// <param name="clock">Tells who has to wait.</param>
/// <param name="knownToEveryone">Passwords that are refused even where the database has them: the demo's, outside the demo.</param>
public sealed class People(NpgsqlDataSource database, TimeProvider clock, IReadOnlySet<string> knownToEveryone) : IDisposable
{
    /// <summary>The longest e-mail address that is taken, characters.</summary>
    public const int LongestEmail = 254;

    /// <summary>How long a link to a new password works.</summary>
    public static readonly TimeSpan ResetLinkLasts = TimeSpan.FromHours(1);

    // OWASP's figure for PBKDF2 with HMAC-SHA256. More may be asked of new passwords any time: each row keeps its own.
    private const int Iterations = 600_000;
    private const int SaltLength = 16;

    // A flood of tries delays only signing in.
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(5);

    // An unknown address costs the same time as a known one.
    private static readonly Kept Unknown =
        new(null, RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes), RandomNumberGenerator.GetBytes(SaltLength), Iterations);

    private readonly SignInTries _tries = new(database, clock);

    private readonly SemaphoreSlim _stretching = new(Math.Max(1, Environment.ProcessorCount / 2));

    // A flood of strangers does not delay the people who work here.
    private readonly SemaphoreSlim _stretchingOfDevices = new(1);

    /// <summary>Checks an e-mail address and a password. After wrong passwords the wait grows, also for an unknown address.</summary>
    /// <param name="kind">A password from anywhere, or from a browser that this person has used before.</param>
    public async Task<SignIn> CheckAsync(MerchantId merchant, string email, string password, TryKind kind, CancellationToken cancel)
    {
        email = email.Trim().ToLowerInvariant();
        if (email.Length > LongestEmail || password.Length > PasswordRules.Longest)
            return default;
        var places = kind == TryKind.Device ? _stretchingOfDevices : _stretching;
        // A try that finds no place in time is not counted.
        if (!await places.WaitAsync(LongestQueue, cancel))
            return new SignIn(null, LongestQueue);
        try
        {
            // Counted before it is looked at, so that many tries at once count too.
            if (await _tries.CountAsync(merchant, email, kind, cancel) is { } wait)
                return new SignIn(null, wait);
            var kept = await ReadAsync(merchant, email, cancel) ?? Unknown;
            var hash = await StretchAsync(password, kept.Salt, kept.Iterations);
            if (!CryptographicOperations.FixedTimeEquals(hash, kept.PasswordHash) || kept.Person is null
                || knownToEveryone.Contains(password))
            {
                return new SignIn(null, null) { Named = kept.Person };
            }

            await _tries.ForgetAsync(merchant, email, kind, cancel);
            return new SignIn(kept.Person, null) { Named = kept.Person };
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>
    /// Lets in the person whom an identity provider names. A person whom it names for the first time is made, or is the one who has that
    /// address; the name, the address and the role are the provider's from then on. A person to whom it gives no role any more stays
    /// outside, loses the role here as well, and with it what clients do for them.
    /// </summary>
    public async Task<SignIn> AdmitAsync(MerchantId merchant, ProvenIdentity? identity, CancellationToken cancel)
    {
        if (identity is null)
            return default;
        var email = identity.Email.Trim().ToLowerInvariant();
        return await database.ChangeAsync(async transaction =>
        {
            // Two first sign-ins of one person take turns.
            await Merchants.LockAsync(transaction.Connection!, merchant, cancel);
            var identified = await IdentifiedAsync(transaction, merchant, identity, email, cancel);
            var own = identified.Find(one => one.IsNamed);
            var ofAddress = identified.Find(one => one.Person.Email == email);
            if (identity.Role is not { } role)
            {
                if (own is { HasLeft: false, Person: { Role: not null } known })
                    await FollowAsync(transaction, known with { Role = null }, identity, known, cancel);
                return new SignIn(null, null) { Named = own?.Person };
            }

            var meant = own ?? (identity.IsEmailVerified ? ofAddress : null);
            // The provider's word does not stand in for a person's own second factor, nor for another provider.
            var isAnothers = meant is { IsNamed: false } and ({ HasIssuer: true } or { HasSecondFactor: true });
            if (isAnothers || meant is { HasLeft: true } || (ofAddress is not null && ofAddress != meant))
                return new SignIn(null, null) { Named = meant?.Person };
            var person = new Person(
                merchant, meant?.Person.Id ?? Guid.CreateVersion7(clock.GetUtcNow()), email, identity.Name, role);
            if (meant is not { IsNamed: true } || meant.Person != person)
                await FollowAsync(transaction, person, identity, meant?.Person, cancel);
            return new SignIn(person, null) { Named = person };
        }, cancel);
    }

    /// <summary>The people with this subject or this address, also those who have left.</summary>
    private static async Task<List<Identified>> IdentifiedAsync(
        NpgsqlTransaction transaction, MerchantId merchant, ProvenIdentity identity, string email, CancellationToken cancel)
    {
        await using var read = new NpgsqlBatch(transaction.Connection, transaction);
        read.Statement("""
            SELECT id, email, name, role, coalesce(subject = $3 AND issuer = $4, false), issuer IS NOT NULL, ended_at IS NOT NULL,
                   secured_at IS NOT NULL
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
            known.Add(new Identified(person, row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6), row.GetBoolean(7)));
        }

        return known;
    }

    /// <summary>Writes what the identity provider says of a person, and the audit log's row of it.</summary>
    private async Task FollowAsync(
        NpgsqlTransaction transaction, Person person, ProvenIdentity identity, Person? before, CancellationToken cancel)
    {
        var sealing = await SealedChange.OfWholeAsync(transaction.Connection!, person.Merchant, cancel, SealedTables.Person);
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var now = clock.GetUtcNow();
        if (before is null)
        {
            // No password leads to these bytes.
            batch.Statement("""
                INSERT INTO person (merchant_id, id, email, name, password_hash, salt, iterations, created_at, role, issuer, subject)
                SELECT m.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM merchant m WHERE m.id = $1
                """)
                .With(person.Merchant.Value).With(person.Id).With(person.Email).With(person.Name)
                .With(RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes)).With(RandomNumberGenerator.GetBytes(SaltLength))
                .With(Iterations).With(now.UtcDateTime).With(RoleWord(person.Role)).With(identity.Issuer).With(identity.Subject);
        }
        else
        {
            batch.Statement("""
                UPDATE person SET email = $3, name = $4, role = $5, issuer = $6, subject = $7 WHERE merchant_id = $1 AND id = $2
                """)
                .With(person.Merchant.Value).With(person.Id).With(person.Email).With(person.Name).With(RoleWord(person.Role))
                .With(identity.Issuer).With(identity.Subject);
            // As where an admin gives another role.
            if (before.Role != person.Role)
                EndAuthorisations(batch, person.Merchant, person.Id);
        }

        await batch.ExecuteNonQueryAsync(cancel);
        var origin = new Origin(person.Merchant, Credential: 0, Guid.CreateVersion7(now))
        {
            Action = new OperatorAction(
                person.Id, person.Name, "person.follow", $"person {person.Email}",
                $"{identity.Issuer} says: {RoleWord(person.Role) ?? "no role"}"),
        };
        await transaction.CommitAsync(origin, clock, cancel, sealing);
    }

    private static string? RoleWord(OperatorRole? role) => role is { } given ? Words.Of(given) : null;

    /// <summary>Lets someone sign in. Returns false where the address belongs to a person already.</summary>
    /// <param name="merchant">With whom.</param>
    /// <param name="email">The address; letters of either case are the same.</param>
    /// <param name="password">The password; only a salted hash is kept.</param>
    /// <param name="role">Their role in the console; null for none.</param>
    /// <param name="isInitial">Whether they must change the password at their first sign-in.</param>
    public async Task<bool> EnsureAsync(
        MerchantId merchant, string email, string name, string password, CancellationToken cancel, OperatorRole? role = null,
        Origin? by = null, bool isInitial = false)
    {
        email = email.Trim().ToLowerInvariant();
        if (await ReadAsync(merchant, email, cancel) is not null)
            return false;
        var now = clock.GetUtcNow();
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = await StretchInTurnAsync(password, salt, Iterations, cancel);
        return await database.ChangeOnceAsync(
            """
            INSERT INTO person (merchant_id, id, email, name, password_hash, salt, iterations, created_at, role, is_initial)
            SELECT m.id, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM merchant m WHERE m.id = $1 ON CONFLICT (merchant_id, email) DO NOTHING
            """,
            command => command.With(merchant.Value).With(Guid.CreateVersion7(now)).With(email).With(name).With(hash).With(salt)
                .With(Iterations)
                .With(now.UtcDateTime).With(role is { } given ? Words.Of(given) : null).With(isInitial),
            by, clock, cancel, (merchant, [SealedTables.Person])) == ChangeOutcome.Made;
    }

    /// <summary>The people who sign in with a merchant, by their addresses, and since when.</summary>
    public Task<IReadOnlyList<(Person Person, DateTimeOffset CreatedAt)>> ListAsync(MerchantId merchant, CancellationToken cancel) =>
        database.AllAsync(
        $"SELECT {PersonRows.Columns}, created_at FROM person p WHERE merchant_id = $1 AND ended_at IS NULL ORDER BY email",
        command => command.With(merchant.Value),
        row => (PersonRows.Read(merchant, row), row.GetFieldValue<DateTimeOffset>(PersonRows.ColumnCount)),
        cancel);

    /// <summary>The person with this id; null where there is none.</summary>
    public Task<Person?> FindAsync(MerchantId merchant, Guid id, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {PersonRows.Columns} FROM person p WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL",
        command => command.With(merchant.Value).With(id), row => PersonRows.Read(merchant, row), cancel);

    /// <summary>The person with this address; null where there is none.</summary>
    public Task<Person?> FindAsync(MerchantId merchant, string email, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {PersonRows.Columns} FROM person p WHERE merchant_id = $1 AND email = $2 AND ended_at IS NULL",
        command => command.With(merchant.Value).With(email.Trim().ToLowerInvariant()), row => PersonRows.Read(merchant, row), cancel);

    /// <summary>
    /// The secret that binds a cookie on a person's device: it ends with the password. Null where there is no such person.
    /// </summary>
    /// <param name="email">The address; letters of either case are the same.</param>
    public Task<byte[]?> BindingOfAsync(MerchantId merchant, string email, CancellationToken cancel) => database.FirstAsync(
        "SELECT salt FROM person WHERE merchant_id = $1 AND email = $2 AND ended_at IS NULL",
        command => command.With(merchant.Value).With(email.Trim().ToLowerInvariant()), row => row.GetFieldValue<byte[]>(0), cancel);

    /// <summary>Has the tries of a person forgotten, who then waits no more. False where there were none.</summary>
    public Task<bool> UnlockAsync(Person person, Origin by, CancellationToken cancel) => database.ChangeAsync(async transaction =>
    {
        var tries = await transaction.ExecuteAsync(batch => SignInTries.Forget(batch, person.Merchant, person.Email), cancel);
        await transaction.CommitAsync(by, clock, cancel);
        return tries > 0;
    }, cancel);

    /// <summary>Gives someone another role in the console. Their sessions there end, and what they let clients do for them.</summary>
    /// <param name="merchant">With whom they sign in.</param>
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
            EndAuthorisations(batch, merchant, id);
            return PersonOutcome.Changed;
        }, cancel);

    /// <summary>
    /// Gives someone another password than the present one. Their sessions in the console end, and what they let clients do for them: a
    /// stranger who knew the former one may have opened them. Failed tries are forgotten.
    /// </summary>
    /// <param name="merchant">With whom they sign in.</param>
    /// <param name="password">The password; only a salted hash is kept.</param>
    /// <param name="isInitial">Whether another person has set it, so that they must change it at their next sign-in.</param>
    /// <returns><see cref="PersonOutcome.Same"/> where it is the present one.</returns>
    public Task<PersonOutcome> SetPasswordAsync(
        MerchantId merchant, Guid id, string password, Origin by, CancellationToken cancel, bool isInitial = false) =>
        SetPasswordAsync(merchant, id, password, by, isInitial, link: null, cancel);

    /// <summary>Sets so the password of a person who has a link to a new one, and uses the link up.</summary>
    /// <param name="person">The person whose link it is.</param>
    /// <param name="token">The token in the link.</param>
    /// <param name="password">The password; only a salted hash is kept.</param>
    public Task<PersonOutcome> SetPasswordByLinkAsync(
        Person person, string token, string password, Origin by, CancellationToken cancel) =>
        SetPasswordAsync(person.Merchant, person.Id, password, by, isInitial: false, AccessToken.HashOf(token), cancel);

    private async Task<PersonOutcome> SetPasswordAsync(
        MerchantId merchant, Guid id, string password, Origin by, bool isInitial, byte[]? link, CancellationToken cancel)
    {
        var isPresent = await ReadAsync(merchant, id, cancel) is { } present && CryptographicOperations.FixedTimeEquals(
            await StretchInTurnAsync(password, present.Salt, present.Iterations, cancel), present.PasswordHash);
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = await StretchInTurnAsync(password, salt, Iterations, cancel);
        return await ChangeAsync(merchant, id, by, (person, _, batch) =>
        {
            // A person who keeps the password that an admin gave them shares it with the admin.
            if (isPresent)
                return PersonOutcome.Same;
            // While the password waited for its turn, the link may have ended.
            batch.Statement("""
                UPDATE person SET password_hash = $3, salt = $4, iterations = $5, is_initial = $6, reset_hash = NULL, reset_until = NULL
                 WHERE merchant_id = $1 AND id = $2 AND ($7::bytea IS NULL OR (reset_hash = $7 AND reset_until > $8))
                """)
                .With(merchant.Value).With(id).With(hash).With(salt).With(Iterations).With(isInitial).With(link)
                .With(clock.GetUtcNow().UtcDateTime);
            SignInTries.Forget(batch, merchant, person.Email);
            EndAuthorisations(batch, merchant, id);
            return PersonOutcome.Changed;
        }, cancel);
    }

    /// <summary>
    /// Makes a token with which a person sets another password, once and for an hour. A token that was made before ends. No token where
    /// there is no such person, or the same request has made one.
    /// </summary>
    public async Task<(ChangeOutcome Outcome, string? Token)> MakeResetLinkAsync(
        MerchantId merchant, Guid id, Origin by, CancellationToken cancel)
    {
        var token = AccessToken.New(merchant);
        var outcome = await database.ChangeOnceAsync(
            "UPDATE person SET reset_hash = $3, reset_until = $4 WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL",
            command => command.With(merchant.Value).With(id).With(AccessToken.HashOf(token))
                .With((clock.GetUtcNow() + ResetLinkLasts).UtcDateTime),
            by, clock, cancel, (merchant, [SealedTables.Person]));
        return (outcome, outcome == ChangeOutcome.Made ? token : null);
    }

    /// <summary>The person who may set another password with a token; null where it was used, has ended, or was never one.</summary>
    public async Task<Person?> FindByResetLinkAsync(string token, CancellationToken cancel) =>
        AccessToken.MerchantOf(token) is not { } merchant ? null : await database.FirstAsync(
            // Of people: few enough to be looked at one by one.
            $"""
            SELECT {PersonRows.Columns} FROM person p
             WHERE merchant_id = $1 AND reset_hash = $2 AND reset_until > $3 AND ended_at IS NULL
            """,
            command => command.With(merchant.Value).With(AccessToken.HashOf(token)).With(clock.GetUtcNow().UtcDateTime),
            row => PersonRows.Read(merchant, row), cancel);

    /// <summary>Lets someone sign in no more. Their sessions in the console end, what they let clients do
    /// for them, and the views that they have saved.</summary>
    /// <param name="merchant">With whom they sign in.</param>
    public Task<PersonOutcome> EndAsync(MerchantId merchant, Guid id, Origin by, CancellationToken cancel) =>
        ChangeAsync(merchant, id, by, (_, isLast, batch) =>
        {
            if (id == by.Action?.Person)
                return PersonOutcome.Oneself;
            if (isLast)
                return PersonOutcome.LastAdmin;
            batch.Statement("UPDATE person SET ended_at = $3 WHERE merchant_id = $1 AND id = $2").With(merchant.Value).With(id)
                .With(clock.GetUtcNow().UtcDateTime);
            batch.Statement("DELETE FROM operator_view WHERE merchant_id = $1 AND person_id = $2").With(merchant.Value).With(id);
            EndAuthorisations(batch, merchant, id);
            return PersonOutcome.Changed;
        }, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stretching.Dispose();
        _stretchingOfDevices.Dispose();
    }

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
            var known = await transaction.Connection!.AllAsync(
                $"SELECT {PersonRows.Columns} FROM person p WHERE merchant_id = $1 AND ended_at IS NULL AND (id = $2 OR role = 'admin')",
                command => command.With(merchant.Value).With(id), row => PersonRows.Read(merchant, row), cancel);
            if (known.FirstOrDefault(one => one.Id == id) is not { } person)
                return PersonOutcome.Unknown;
            var sealing = await SealedChange.OfWholeAsync(transaction.Connection!, merchant, cancel, SealedTables.Person);
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            var isLast = person.Role == OperatorRole.Admin && !known.Any(one => one.Role == OperatorRole.Admin && one.Id != id);
            var outcome = change(person, isLast, batch);
            if (outcome != PersonOutcome.Changed)
                return outcome;
            // console_session_of_person
            batch.Statement("DELETE FROM console_session WHERE person_id = $2 AND merchant_id = $1").With(merchant.Value).With(id);
            batch.Statement("DELETE FROM pending_sign_in WHERE person_id = $2 AND merchant_id = $1").With(merchant.Value).With(id);
            await batch.ExecuteNonQueryAsync(cancel);
            // The person is there, so only the link can be missing.
            if (batch.BatchCommands[0].Rows == 0)
                return PersonOutcome.LinkEnded;
            await transaction.CommitAsync(by, clock, cancel, sealing);
            return outcome;
        }, cancel);

    private Task<Kept?> ReadAsync(MerchantId merchant, string email, CancellationToken cancel) => database.FirstAsync(
        $"{Kept.Select} WHERE merchant_id = $1 AND email = $2 AND ended_at IS NULL",
        command => command.With(merchant.Value).With(email), row => Kept.Read(merchant, row), cancel);

    private Task<Kept?> ReadAsync(MerchantId merchant, Guid id, CancellationToken cancel) => database.FirstAsync(
        $"{Kept.Select} WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL",
        command => command.With(merchant.Value).With(id), row => Kept.Read(merchant, row), cancel);

    private async Task<byte[]> StretchInTurnAsync(string password, byte[] salt, int iterations, CancellationToken cancel)
    {
        await _stretching.WaitAsync(cancel);
        try
        {
            return await StretchAsync(password, salt, iterations);
        }
        finally
        {
            _stretching.Release();
        }
    }

    private static Task<byte[]> StretchAsync(string password, byte[] salt, int iterations) => Task.Run(
        () => Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes));

    /// <param name="IsNamed">Whether the identity provider names this person by the subject.</param>
    /// <param name="HasIssuer">Whether an identity provider has let the person in before.</param>
    private sealed record Identified(Person Person, bool IsNamed, bool HasIssuer, bool HasLeft, bool HasSecondFactor);

    private sealed record Kept(Person? Person, byte[] PasswordHash, byte[] Salt, int Iterations)
    {
        public const string Select = $"SELECT {PersonRows.Columns}, password_hash, salt, iterations FROM person p";

        public static Kept Read(MerchantId merchant, NpgsqlDataReader row) => new(
            PersonRows.Read(merchant, row), row.GetFieldValue<byte[]>(PersonRows.ColumnCount),
            row.GetFieldValue<byte[]>(PersonRows.ColumnCount + 1), row.GetInt32(PersonRows.ColumnCount + 2));
    }
}

/// <summary>How rows of people are read.</summary>
internal static class PersonRows
{
    /// <summary>The columns of a person p.</summary>
    public const string Columns = "p.id, p.email, p.name, p.role, p.secured_at IS NOT NULL, p.is_initial";

    /// <summary>How many they are.</summary>
    public const int ColumnCount = 6;

    public static Person Read(MerchantId merchant, NpgsqlDataReader row) => new(
        merchant, row.GetGuid(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : Words.To<OperatorRole>(row.GetString(3)))
    {
        HasSecondFactor = row.GetBoolean(4),
        HasInitialPassword = row.GetBoolean(5),
    };
}
