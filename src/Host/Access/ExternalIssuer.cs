using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Quittance.Core;
using Quittance.Core.Access;
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
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(5);

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
        if (await own.FindAsync(kind, dialect, secret, cancel) is { } ours)
            return ours;

        // Requests that come together ask once.
        var asking = _asking.GetOrAdd(key, _ => AskAndRememberAsync(key, secret));
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

    private async Task<Credential?> AskAndRememberAsync(string key, string token)
    {
        // Who guesses is remembered too, so as not to be passed on each time; but not much of it.
        if (_told.Count >= Remembered)
            _told.Clear();
        var now = clock.GetUtcNow();
        var until = now + RememberedFor;
        Credential? credential = null;
        if (await own.FindAsync(CredentialKind.Issuer, settings.Dialect, settings.CredentialName, CancellationToken.None) is { } opened
            && await AskAsync(token, now) is { } told)
        {
            credential = opened with
            {
                Subject = Credential.SubjectOf(settings.Issuer, told.Subject),
                Scopes = told.Scopes.Where(opened.Scopes.Contains).ToHashSet(),
            };
            until = told.ExpiresAt < until ? told.ExpiresAt.Value : until;
        }

        _told[key] = (credential, until);
        return credential;
    }

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
