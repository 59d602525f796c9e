using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Access;

/// <summary>
/// The credentials of our own, and for one installation the tokens of a foreign authorisation server. What the issuer said is
/// remembered for a few seconds, so that a request costs no round trip and a revoked token is out soon after.
/// </summary>
internal sealed partial class ExternalIssuer(Credentials own, IssuerSettings settings, TimeProvider clock, ILogger<ExternalIssuer> log)
    : ICredentials, IDisposable
{
    private const int Remembered = 10_000;
    private const int LongestToken = 8192;
    private const int LongestName = 255;
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(5);

    // A token that is no good does not become good.
    private static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(60);

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    private readonly IssuerIntrospection _introspection = new(settings);
    private readonly ConcurrentDictionary<string, (Credential? Credential, DateTimeOffset Until)> _told = new();
    private readonly ConcurrentDictionary<string, Task<Credential?>> _asking = new();

    /// <inheritdoc/>
    /// <exception cref="IssuerUnavailableException">The issuer can't be asked whether the token is good.</exception>
    public async ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel)
    {
        if (kind != CredentialKind.Bearer || dialect != settings.Dialect)
            return await own.FindAsync(kind, dialect, secret, cancel);
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        if (_told.TryGetValue(key, out var known) && clock.GetUtcNow() < known.Until)
            return known.Credential;
        StoreUnavailableException? unsure = null;
        try
        {
            if (await own.FindAsync(kind, dialect, secret, cancel) is { } ours)
                return ours;
        }
        catch (StoreUnavailableException away) when (!NewSecret.IsOfABearer(secret))
        {
            // It may be the issuer's token.
            unsure = away;
        }

        return await FindTokenAsync(key, secret, isOther: unsure is null, cancel) ?? (unsure is null ? null : throw unsure);
    }

    /// <param name="isOther">Whether it is none of our own secrets for sure.</param>
    private async Task<Credential?> FindTokenAsync(string key, string secret, bool isOther, CancellationToken cancel)
    {
        if (!IsToken(secret))
            return null;

        // Requests that come together ask once.
        var asking = _asking.GetOrAdd(key, _ => AskAndRememberAsync(key, secret, isOther));
        try
        {
            return await asking.WaitAsync(cancel);
        }
        finally
        {
            _asking.TryRemove(new(key, asking));
        }
    }

    /// <inheritdoc/>
    public ValueTask<Credential?> OfCustomerAsync(MerchantId merchant, long installation, CancellationToken cancel) =>
        own.OfCustomerAsync(merchant, installation, cancel);

    public void Dispose() => _introspection.Dispose();

    /// <summary>Whether a text has the form of a bearer token (RFC 6750 2.1), so that the issuer is asked about no others.</summary>
    private static bool IsToken(string text)
    {
        var body = text.AsSpan().TrimEnd('=');
        return text.Length <= LongestToken && body.Length > 0 && !body.ContainsAnyExcept(TokenCharacters);
    }

    private async Task<Credential?> AskAndRememberAsync(string key, string token, bool isOther)
    {
        // A guess is remembered too, so as not to be passed on each time; but not much of it.
        if (_told.Count >= Remembered)
            _told.Clear();
        var now = clock.GetUtcNow();
        var until = now + RefusedFor;
        Credential? credential = null;
        if (await own.FindAsync(CredentialKind.Issuer, settings.Dialect, settings.CredentialName, CancellationToken.None) is { } opened
            && await AskAsync(token, now) is { } issued)
        {
            var subject = Credential.SubjectOf(settings.Issuer, issued.Subject);
            credential = opened with
            {
                Subject = subject,
                Consent = issued.IsOfClient ? null : ConsentOf(subject, issued, now),
                Scopes = issued.Scopes.Where(opened.Scopes.Contains).ToHashSet(),
            };
            until = issued.ExpiresAt < now + RememberedFor ? issued.ExpiresAt : now + RememberedFor;
        }

        if (credential is not null || isOther)
            _told[key] = (credential, until);
        return credential;
    }

    /// <summary>A person of the issuer is an operator to the limits, and the audit log names them as the issuer does.</summary>
    private Consent ConsentOf(Guid subject, IssuedToken issued, DateTimeOffset now) =>
        new(
            subject, $"{NameOf(issued.Subject)} of {settings.Issuer}", Role: null, NameOf(issued.Client ?? "a client"),
            issued.SignedInAt ?? now)
        {
            IsForeign = true,
        };

    // The audit log keeps it for good.
    private static string NameOf(string said) => OneLine.ForPeople(said.Length > LongestName ? said[..LongestName] : said);

    private async Task<IssuedToken?> AskAsync(string token, DateTimeOffset now)
    {
        try
        {
            return await _introspection.AskAsync(token, now);
        }
        catch (IssuerUnavailableException unavailable)
        {
            LogUnavailable(log, settings.Issuer, unavailable.Message);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The issuer {Issuer} can't be asked about tokens: {Reason}")]
    private static partial void LogUnavailable(ILogger log, string issuer, string reason);
}
