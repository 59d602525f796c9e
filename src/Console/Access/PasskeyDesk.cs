using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;

namespace Quittance.Console.Access;

/// <summary>An answer by a passkey that holds.</summary>
/// <param name="Passkey">The passkey as it was read.</param>
/// <param name="Signatures">How often it has signed with this answer.</param>
/// <param name="AskedAt">When the question was asked.</param>
public sealed record PasskeyProof(Passkey Passkey, uint Signatures, DateTimeOffset AskedAt);

/// <summary>
/// Asks browsers for passkeys and checks their answers, by the handler of ASP.NET Core Identity. Each passkey has checked its owner, by a
/// fingerprint or a PIN, so it is two factors. The server keeps no question: it goes along sealed, with its time.
/// </summary>
public sealed class PasskeyDesk
{
    private const string Purpose = "question to a passkey";

    // No device has that many, so that a long one is not read.
    private const int LongestAnswer = 32 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly IVault _vault;
    private readonly IHttpContextAccessor _current;
    private readonly TimeProvider _clock;
    private readonly IOptions<IdentityPasskeyOptions> _options;
    private readonly bool _isOnThisMachine;

    public PasskeyDesk(ConsoleSettings settings, IVault vault, IHttpContextAccessor current, TimeProvider clock)
    {
        (_vault, _current, _clock) = (vault, current, clock);
        var address = new Uri(settings.PublicAddress);
        // A passkey belongs to a name: browsers take none for an address in numbers.
        _isOnThisMachine = address.IsLoopback;
        Domain = _isOnThisMachine ? "localhost" : address.HostNameType == UriHostNameType.Dns ? address.IdnHost : null;
        // As browsers write it.
        var origin = $"{address.Scheme}://{Domain}{(address.IsDefaultPort ? "" : $":{address.Port}")}";
        Address = origin + ConsoleRoutes.Root;
        _options = Options.Create(new IdentityPasskeyOptions
        {
            ServerDomain = Domain,
            AuthenticatorTimeout = Longest,
            UserVerificationRequirement = "required",
            ResidentKeyRequirement = "required",
            AttestationConveyancePreference = "none",
            ValidateOrigin = device => ValueTask.FromResult(!device.CrossOrigin && device.Origin == origin),
        });
    }

    /// <summary>The name that passkeys belong to; null where the server has none.</summary>
    public string? Domain { get; }

    /// <summary>Where browsers reach the console under that name.</summary>
    public string Address { get; }

    /// <summary>Whether the browser of this request is there.</summary>
    public bool IsHere => Domain is not null && (!_isOnThisMachine || _current.HttpContext?.Request.Host.Host == Domain);

    /// <summary>Asks for a new passkey of a person.</summary>
    /// <param name="known">Those that they have.</param>
    public async Task<PasskeyQuestion> AskForNewAsync(Person person, IReadOnlyList<Passkey> known, CancellationToken cancel)
    {
        using var users = Users(person, known);
        var asked = await new PasskeyHandler<Person>(users, _options).MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = HandleOf(person), Name = person.Email, DisplayName = person.Name }, _current.HttpContext!);
        return new PasskeyQuestion(
            asked.CreationOptionsJson, await SealAsync(person.Merchant, asked.AttestationState, cancel));
    }

    /// <summary>
    /// Asks for a passkey of a person; null where they have none, where the browser can't answer, and where the merchant's key is damaged.
    /// </summary>
    /// <param name="known">Those that they have.</param>
    public async Task<PasskeyQuestion?> AskAsync(Person person, IReadOnlyList<Passkey> known, CancellationToken cancel) =>
        known.Count == 0 || !IsHere ? null : await AskAsync(person.Merchant, person, known, cancel);

    /// <summary>Asks for a passkey of any person; null where the browser can't answer, and where the merchant's key is damaged.</summary>
    /// <param name="merchant">The merchant whose key seals the question. A person of another merchant may answer.</param>
    public async Task<PasskeyQuestion?> AskAnyoneAsync(MerchantId merchant, CancellationToken cancel) =>
        IsHere ? await AskAsync(merchant, null, [], cancel) : null;

    /// <summary>The new passkey of a person; null where the answer proves none.</summary>
    public async Task<Passkey?> ReadNewAsync(
        Person person, IReadOnlyList<Passkey> known, string name, PasskeyAnswer answer, CancellationToken cancel)
    {
        if (await OpenAsync(answer, cancel) is not { } question)
            return null;
        using var users = Users(person, known);
        var made = await new PasskeyHandler<Person>(users, _options).PerformAttestationAsync(new PasskeyAttestationContext
        {
            HttpContext = _current.HttpContext!,
            CredentialJson = answer.Credential,
            AttestationState = question.State,
        });
        return !made.Succeeded || made.UserEntity.Id != HandleOf(person) ? null
            : new Passkey(Guid.CreateVersion7(_clock.GetUtcNow()), name, made.Passkey.CredentialId, made.Passkey.PublicKey)
            {
                Signatures = made.Passkey.SignCount,
                IsShared = made.Passkey.IsBackupEligible,
                Transports = made.Passkey.Transports ?? [],
                CreatedAt = _clock.GetUtcNow(),
            };
    }

    /// <summary>The proof that an answer of a person gives; null for none.</summary>
    /// <param name="known">The passkeys of the person.</param>
    public async Task<PasskeyProof?> CheckAsync(
        Person person, IReadOnlyList<Passkey> known, PasskeyAnswer answer, CancellationToken cancel)
    {
        if (await OpenAsync(answer, cancel) is not { } question)
            return null;
        using var users = Users(person, known);
        var given = await new PasskeyHandler<Person>(users, _options).PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = _current.HttpContext!,
            CredentialJson = answer.Credential,
            AssertionState = question.State,
        });
        return given.Succeeded
            ? new PasskeyProof(
                known.First(one => one.Credential.AsSpan().SequenceEqual(given.Passkey.CredentialId)), given.Passkey.SignCount,
                question.AskedAt)
            : null;
    }

    /// <summary>The owner that an answer claims for its passkey; null where it claims none.</summary>
    public static (MerchantId Merchant, Guid Person)? OwnerIn(PasskeyAnswer answer)
    {
        if (answer.Credential.Length > LongestAnswer)
            return null;
        try
        {
            using var device = JsonDocument.Parse(answer.Credential);
            var handle = Encoding.UTF8.GetString(
                Base64Url.DecodeFromChars(device.RootElement.GetProperty("response").GetProperty("userHandle").GetString()));
            return handle.Split('.') is [var merchant, var person]
                && long.TryParse(merchant, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && Guid.TryParseExact(person, "D", out var id) ? (new MerchantId(number), id) : null;
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private async Task<PasskeyQuestion?> AskAsync(
        MerchantId merchant, Person? person, IReadOnlyList<Passkey> known, CancellationToken cancel)
    {
        using var users = Users(person, known);
        var asked = await new PasskeyHandler<Person>(users, _options).MakeRequestOptionsAsync(person, _current.HttpContext!);
        try
        {
            return new PasskeyQuestion(asked.RequestOptionsJson, await SealAsync(merchant, asked.AssertionState, cancel));
        }
        catch (VaultException)
        {
            // The page has other ways in.
            return null;
        }
    }

    private async Task<string> SealAsync(MerchantId merchant, string? state, CancellationToken cancel)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{_clock.GetUtcNow().Ticks} {state}");
        var bytes = await _vault.SealTextAsync(merchant, Purpose, text, cancel);
        return string.Create(CultureInfo.InvariantCulture, $"{merchant.Value}.{Base64Url.EncodeToString(bytes)}");
    }

    /// <summary>The question that an answer brings back; null where it is none of ours, or too old.</summary>
    private async Task<(string State, DateTimeOffset AskedAt)?> OpenAsync(PasskeyAnswer answer, CancellationToken cancel)
    {
        if (answer.Credential.Length > LongestAnswer || answer.State.Split('.') is not [var merchant, var bytes]
            || !long.TryParse(merchant, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !Base64Url.IsValid(bytes))
        {
            return null;
        }

        try
        {
            var text = await _vault.OpenTextAsync(new MerchantId(number), Purpose, Base64Url.DecodeFromChars(bytes), cancel);
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            var askedAt = new DateTimeOffset(long.Parse(text.AsSpan(0, space), CultureInfo.InvariantCulture), TimeSpan.Zero);
            return _clock.GetUtcNow() - askedAt <= Longest ? (text[(space + 1)..], askedAt) : null;
        }
        catch (VaultException)
        {
            return null;
        }
    }

    /// <summary>A person as their device names them.</summary>
    private static string HandleOf(Person person) =>
        string.Create(CultureInfo.InvariantCulture, $"{person.Merchant.Value}.{person.Id:D}");

    private static UserManager<Person> Users(Person? person, IReadOnlyList<Passkey> known) => new(
        new Owner(person, known), null!, null!, [], [], null!, null!, null!, NullLogger<UserManager<Person>>.Instance);

    /// <summary>One person with their passkeys, as Identity reads them. It writes nothing.</summary>
    private sealed class Owner(Person? person, IReadOnlyList<Passkey> known) : IUserPasskeyStore<Person>
    {
        public Task<string> GetUserIdAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(HandleOf(user));

        public Task<string?> GetUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

        public Task<Person?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
            Task.FromResult(person is not null && userId == HandleOf(person) ? person : null);

        public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Person user, CancellationToken cancellationToken) =>
            Task.FromResult<IList<UserPasskeyInfo>>([.. known.Select(Info)]);

        public Task<Person?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
            Task.FromResult(Find(credentialId) is null ? null : person);

        public Task<UserPasskeyInfo?> FindPasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) =>
            Task.FromResult(Find(credentialId) is { } passkey ? Info(passkey) : null);

        public void Dispose()
        {
        }

        public Task AddOrUpdatePasskeyAsync(Person user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task RemovePasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IdentityResult> CreateAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IdentityResult> UpdateAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IdentityResult> DeleteAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Person?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<string?> GetNormalizedUserNameAsync(Person user, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task SetNormalizedUserNameAsync(Person user, string? normalizedName, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task SetUserNameAsync(Person user, string? userName, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        private Passkey? Find(byte[] credential) => known.FirstOrDefault(one => one.Credential.AsSpan().SequenceEqual(credential));

        private static UserPasskeyInfo Info(Passkey passkey) => new(
            passkey.Credential, passkey.PublicKey, passkey.CreatedAt, passkey.Signatures, [.. passkey.Transports], isUserVerified: true,
            isBackupEligible: passkey.IsShared, isBackedUp: passkey.IsShared, attestationObject: [], clientDataJson: []);
    }
}
