using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Quittance.Core.Access;

namespace Quittance.Host.Access;

/// <summary>An issuer's answer about a token that is good.</summary>
/// <param name="Subject">For whom its client acts; the client where it acts for itself.</param>
/// <param name="Scopes">The scopes of the token.</param>
internal sealed record IssuedToken(string Subject, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt)
{
    /// <summary>The name of the client; null where the issuer does not say it.</summary>
    public string? Client { get; init; }

    /// <summary>When the person signed in there; null where the issuer does not say it.</summary>
    public DateTimeOffset? SignedInAt { get; init; }

    /// <summary>Whether the client acts for itself, as RFC 9068 has it: it is its own subject.</summary>
    public bool IsOfClient => Client == Subject;
}

/// <summary>Asks an issuer what its tokens stand for (RFC 7662). Any answer but a clear yes is a no; no answer is neither.</summary>
internal sealed class IssuerIntrospection : IDisposable
{
    private const int LongestAnswer = 64 * 1024;

    private readonly IssuerSettings _settings;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _asking = new(IssuerSettings.QuestionsAtOnce);
    private Uri? _endpoint;

    public IssuerIntrospection(IssuerSettings settings)
    {
        _settings = settings;
        _endpoint = settings.Introspection;
        // Tokens and our secret go nowhere but to the address that was given.
        var handler =
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        _http = new HttpClient(handler) { Timeout = settings.Timeout, MaxResponseContentBufferSize = LongestAnswer };
    }

    /// <summary>Asks the issuer about a token at a moment; null when it is no good.</summary>
    /// <exception cref="IssuerUnavailableException">The issuer gives no answer that says the one or the other.</exception>
    public async Task<IssuedToken?> AskAsync(string token, DateTimeOffset now)
    {
        if (!await _asking.WaitAsync(_settings.Timeout))
            throw new IssuerUnavailableException("It is asked about too many tokens at once.");
        try
        {
            return await AskInTurnAsync(token, now);
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _asking.Dispose();
    }

    private async Task<IssuedToken?> AskInTurnAsync(string token, DateTimeOffset now)
    {
        _endpoint ??= await DiscoverAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint);
        request.Content =
            new FormUrlEncodedContent([KeyValuePair.Create("token", token), KeyValuePair.Create("token_type_hint", "access_token")]);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var secret = $"{Uri.EscapeDataString(_settings.ClientId)}:{Uri.EscapeDataString(_settings.ClientSecret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));
        using var claims = await SendAsync(request);
        return Read(claims.RootElement, now);
    }

    private IssuedToken? Read(JsonElement claims, DateTimeOffset now)
    {
        if (!claims.TryGetProperty("active", out var active) || active.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new IssuerUnavailableException("It does not say whether the token is active.");
        if (!active.GetBoolean() || Text(claims, "iss") != _settings.Issuer || !IsMeantForUs(claims))
            return null;
        // A token that is bound to a key proves nothing without a check of that proof.
        if (claims.TryGetProperty("cnf", out var bound) && bound.ValueKind != JsonValueKind.Null)
            return null;
        if (Text(claims, "token_type") is { } type && !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return null;
        if (Moment(claims, "nbf") is { } begin && begin > now)
            return null;
        var client = Text(claims, "client_id");
        return (Text(claims, "sub") ?? client) is { } subject && Moment(claims, "exp") is { } end && end > now
            ? new IssuedToken(subject, Text(claims, "scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [], end)
            {
                Client = client,
                SignedInAt = Moment(claims, "auth_time"),
            }
            : null;
    }

    private bool IsMeantForUs(JsonElement claims)
    {
        if (!claims.TryGetProperty("aud", out var meant))
            return false;
        return meant.ValueKind == JsonValueKind.Array
            ? meant.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.GetString() == _settings.Audience)
            : meant.ValueKind == JsonValueKind.String && meant.GetString() == _settings.Audience;
    }

    /// <summary>The address at which to ask, as the issuer's metadata say (RFC 8414, or else OpenID Connect's).</summary>
    private async Task<Uri> DiscoverAsync()
    {
        var issuer = new Uri(_settings.Issuer);
        var path = issuer.AbsolutePath.TrimEnd('/');
        string[] places = [$"/.well-known/oauth-authorization-server{path}", $"{path}/.well-known/openid-configuration"];
        IssuerUnavailableException? missing = null;
        foreach (var place in places)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(issuer, place));
                using var metadata = await SendAsync(request);
                if (Text(metadata.RootElement, "issuer") != _settings.Issuer)
                    throw new IssuerUnavailableException("Its metadata name another issuer.");
                if (Uri.TryCreate(Text(metadata.RootElement, "introspection_endpoint"), UriKind.Absolute, out var endpoint)
                    && SecretAddress.Allows(endpoint))
                {
                    return endpoint;
                }
            }
            catch (IssuerUnavailableException unavailable)
            {
                missing ??= unavailable;
            }
        }

        throw missing ?? new IssuerUnavailableException("Its metadata name no place to ask about tokens.");
    }

    private async Task<JsonDocument> SendAsync(HttpRequestMessage request)
    {
        try
        {
            using var answer = await _http.SendAsync(request, CancellationToken.None);
            if (answer.StatusCode != System.Net.HttpStatusCode.OK)
                throw new IssuerUnavailableException($"It answers {request.RequestUri!.AbsolutePath} with HTTP {(int)answer.StatusCode}.");
            await using var body = await answer.Content.ReadAsStreamAsync(CancellationToken.None);
            var parsed = await JsonDocument.ParseAsync(body, cancellationToken: CancellationToken.None);
            if (parsed.RootElement.ValueKind == JsonValueKind.Object)
                return parsed;
            parsed.Dispose();
            throw new IssuerUnavailableException("It answers with no JSON object.");
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException or IOException or JsonException)
        {
            throw new IssuerUnavailableException(broken is JsonException ? "It answers with no JSON." : "It can't be reached.", broken);
        }
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : null;

    private static DateTimeOffset? Moment(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.TryGetInt64(out var seconds) && seconds is >= 0 and < 253_402_300_800
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw new IssuerUnavailableException($"It tells a time in {name} that is none.")
            : null;
}
