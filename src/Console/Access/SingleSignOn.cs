using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Access;

/// <summary>The facts that a browser keeps while its person is at the identity provider.</summary>
/// <param name="State">It comes back with the answer, so that no other site can end what this browser has begun.</param>
/// <param name="Nonce">It comes back in the ID token, so that a token of another sign-in is refused.</param>
/// <param name="Verifier">The secret of RFC 7636, so that a stolen code is worth nothing.</param>
/// <param name="To">The page that was asked for.</param>
internal sealed record SignInJourney(string State, string Nonce, string Verifier, string To)
{
    public static SignInJourney Begin(string to) => new(NewSecret(), NewSecret(), NewSecret(), to);

    public static SignInJourney? Parse(string? text) =>
        text?.Split('.', 4) is [{ Length: > 0 } state, { Length: > 0 } nonce, { Length: > 0 } verifier, var to]
            ? new SignInJourney(state, nonce, verifier, Uri.UnescapeDataString(to))
            : null;

    public override string ToString() => $"{State}.{Nonce}.{Verifier}.{Uri.EscapeDataString(To)}";

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

/// <summary>Why an identity provider lets a person in or not.</summary>
internal enum SingleSignOnFault
{
    /// <summary>The provider can't be asked.</summary>
    Unavailable,

    /// <summary>Its answer proves nothing.</summary>
    Unproven,

    /// <summary>It proves who the person is, and gives no role.</summary>
    NoRole,
}

/// <summary>An identity, or the fault.</summary>
internal readonly record struct SingleSignOnAnswer(ProvenIdentity? Identity, SingleSignOnFault? Fault);

/// <summary>
/// Sends people to an identity provider, and reads what it proves: the code flow with PKCE (OpenID Connect Core 1.0, 3.1).
/// </summary>
public sealed partial class SingleSignOn : IDisposable
{
    private const int LongestAnswer = 256 * 1024;

    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    // Signatures that a public key checks: with a shared secret, or without one, the token would prove nothing.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384,
    ];

    private readonly SingleSignOnSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly HttpClient _http;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _metadata;

    public SingleSignOn(SingleSignOnSettings settings, TimeProvider clock, ILogger<SingleSignOn> log)
    {
        (_settings, _clock, _log) = (settings, clock, log);
        // Codes and our secret go nowhere but to the provider.
        var handler =
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        _http = new HttpClient(handler) { Timeout = settings.Timeout, MaxResponseContentBufferSize = LongestAnswer };
        _metadata = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{settings.Issuer.TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(_http) { RequireHttps = !new Uri(settings.Issuer).IsLoopback });
    }

    /// <summary>The address at the provider to which a person goes; null where the provider can't be asked.</summary>
    /// <param name="journey">The facts that the browser keeps meanwhile.</param>
    /// <param name="back">Our address to which the provider sends the person.</param>
    /// <param name="isAgain">Whether the person signs in there anew, although the provider knows the browser.</param>
    internal async Task<string?> AddressAsync(SignInJourney journey, string back, bool isAgain, CancellationToken cancel)
    {
        if (await MetadataAsync(cancel) is not { } metadata)
            return null;
        (string Name, string Value)[] parameters =
        [
            ("response_type", "code"), ("client_id", _settings.ClientId), ("redirect_uri", back), ("scope", "openid profile email"),
            ("state", journey.State), ("nonce", journey.Nonce), ("code_challenge_method", "S256"),
            // With it the token says when the person signed in.
            ("max_age", isAgain ? "0" : $"{(int)ConsoleSessions.Longest.TotalSeconds}"),
            ("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(journey.Verifier)))),
            .. _settings.Acr is { } acr ? [("acr_values", acr)] : ((string, string)[])[],
        ];
        var query = string.Join('&', parameters.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"));
        return metadata.AuthorizationEndpoint + (metadata.AuthorizationEndpoint.Contains('?') ? "&" : "?") + query;
    }

    /// <summary>Changes a code for the identity that it stands for.</summary>
    internal async Task<SingleSignOnAnswer> IdentifyAsync(string code, SignInJourney journey, string back, CancellationToken cancel)
    {
        if (await MetadataAsync(cancel) is not { } metadata)
            return new(null, SingleSignOnFault.Unavailable);
        string? token;
        try
        {
            token = await IdTokenAsync(metadata, code, journey, back, cancel);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException
            || (broken is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            LogUnavailable(_log, _settings.Issuer, broken.Message);
            return new(null, SingleSignOnFault.Unavailable);
        }

        if (token is null || await ValidAsync(metadata, token) is not { } proven || !IsOf(journey, proven))
            return new(null, SingleSignOnFault.Unproven);
        var email = Text(proven, JwtRegisteredClaimNames.Email);
        // The books hear of it: a role that they have from before ends.
        if (RoleOf(proven) is not { } role)
        {
            return new(
                new ProvenIdentity(_settings.Issuer, proven.Subject, email ?? "", IsEmailVerified: false, "", Role: null),
                SingleSignOnFault.NoRole);
        }

        return email is null || !email.Contains('@', StringComparison.Ordinal) || email.Length > People.LongestEmail
            ? new(null, SingleSignOnFault.Unproven)
            : new(new ProvenIdentity(
                _settings.Issuer, proven.Subject, email,
                proven.Claims.Any(claim => claim is { Type: "email_verified", Value: "true", ValueType: ClaimValueTypes.Boolean }),
                Text(proven, JwtRegisteredClaimNames.Name) ?? email, role)
            { SignedInAt = SignedInAt(proven) }, null);
    }

    public void Dispose() => _http.Dispose();

    private async Task<OpenIdConnectConfiguration?> MetadataAsync(CancellationToken cancel)
    {
        try
        {
            var metadata = await _metadata.GetConfigurationAsync(cancel);
            if (metadata.Issuer == _settings.Issuer && IsSafe(metadata.AuthorizationEndpoint) && IsSafe(metadata.TokenEndpoint))
                return metadata;
            LogUnavailable(_log, _settings.Issuer, "Its metadata name another issuer, or an address without TLS.");
        }
        // It wraps what went wrong in an exception of this kind.
        catch (InvalidOperationException broken)
        {
            LogUnavailable(_log, _settings.Issuer, broken.GetBaseException().Message);
        }

        return null;
    }

    private static bool IsSafe(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && SecretAddress.Allows(uri);

    /// <summary>The ID token for a code; null where the provider refuses it.</summary>
    private async Task<string?> IdTokenAsync(
        OpenIdConnectConfiguration metadata, string code, SignInJourney journey, string back, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        request.Content = new FormUrlEncodedContent(
        [
            KeyValuePair.Create("grant_type", "authorization_code"), KeyValuePair.Create("code", code),
            KeyValuePair.Create("redirect_uri", back), KeyValuePair.Create("code_verifier", journey.Verifier),
        ]);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var secret = $"{Uri.EscapeDataString(_settings.ClientId)}:{Uri.EscapeDataString(_settings.ClientSecret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));
        using var answer = await _http.SendAsync(request, cancel);
        if (!answer.IsSuccessStatusCode)
            return null;
        using var parsed = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
        return parsed.RootElement.ValueKind == JsonValueKind.Object && parsed.RootElement.TryGetProperty("id_token", out var token)
            && token.ValueKind == JsonValueKind.String ? token.GetString() : null;
    }

    /// <summary>The token, where it is the provider's, for us, signed and in its time; else null.</summary>
    private async Task<JsonWebToken?> ValidAsync(OpenIdConnectConfiguration metadata, string token)
    {
        var result = await CheckAsync(metadata, token);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The provider may have a new key since its metadata were read.
            _metadata.RequestRefresh();
            if (await MetadataAsync(CancellationToken.None) is { } fresh)
                result = await CheckAsync(fresh, token);
        }

        if (!result.IsValid)
            LogRefused(_log, _settings.Issuer, result.Exception?.GetType().Name ?? "");
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    private Task<TokenValidationResult> CheckAsync(OpenIdConnectConfiguration metadata, string token) =>
        new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = _settings.Issuer,
            ValidAudience = _settings.ClientId,
            ValidAlgorithms = Algorithms,
            IssuerSigningKeys = metadata.SigningKeys,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (begin, end, _, _) =>
            {
                var now = _clock.GetUtcNow().UtcDateTime;
                return end > now - ClocksDiffer && !(begin > now + ClocksDiffer);
            },
        });

    /// <summary>
    /// Whether a token was made for this sign-in and this client, in the way that is asked for (OpenID Connect Core 1.0, 3.1.3.7).
    /// </summary>
    private bool IsOf(SignInJourney journey, JsonWebToken token) =>
        Text(token, JwtRegisteredClaimNames.Nonce) == journey.Nonce
            && !string.IsNullOrEmpty(token.Subject)
            && (_settings.Acr is null || Text(token, JwtRegisteredClaimNames.Acr) == _settings.Acr)
            && (Text(token, JwtRegisteredClaimNames.Azp) is { } party ? party == _settings.ClientId : token.Audiences.Count() == 1);

    private static DateTimeOffset? SignedInAt(JsonWebToken token) =>
        token.TryGetPayloadValue<long>(JwtRegisteredClaimNames.AuthTime, out var seconds) && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>The highest role that the claim names.</summary>
    private OperatorRole? RoleOf(JsonWebToken token)
    {
        var named = token.Claims.Where(claim => claim.Type == _settings.RoleClaim).Select(claim => claim.Value).ToHashSet();
        return Enum.GetValues<OperatorRole>().OrderDescending().Select(role => (OperatorRole?)role)
            .FirstOrDefault(role => named.Contains(SingleSignOnSettings.ValueOf(role!.Value)));
    }

    private static string? Text(JsonWebToken token, string name) =>
        token.TryGetPayloadValue<string>(name, out var text) && text is { Length: > 0 } ? text.Trim() : null;

    [LoggerMessage(LogLevel.Warning, "The identity provider {Issuer} can't be asked: {Reason}")]
    private static partial void LogUnavailable(ILogger log, string issuer, string reason);

    [LoggerMessage(LogLevel.Warning, "An ID token of {Issuer} is refused: {Reason}")]
    private static partial void LogRefused(ILogger log, string issuer, string reason);
}
