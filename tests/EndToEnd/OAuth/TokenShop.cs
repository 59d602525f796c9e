using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>A merchant of a test's own whose clients get tokens for an API, and how they speak to a server.</summary>
internal sealed class TokenShop
{
    public const string Read = "payment.read";
    public const string Write = "payment.write";

    /// <summary>An operation that a token of this merchant finds nothing at: 404 for who is let in.</summary>
    public const string Operation = "/paymentManagement/v4/payment/P1-0";

    private readonly NpgsqlDataSource _database;
    private readonly HttpClient _http;
    private readonly Installation _installation;

    private TokenShop(NpgsqlDataSource database, HttpClient http, Installation installation) =>
        (_database, _http, _installation) = (database, http, installation);

    public MerchantId Merchant => _installation.Merchant;

    public NpgsqlDataSource Database => _database;

    public Uri Server => _http.BaseAddress!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A merchant with an installation of an API, on the server that all share.</summary>
    public static Task<TokenShop> OpenAsync(BooksFixture books, string dialect = "tmf676") =>
        OpenAsync(books.Database, books.Client, dialect);

    /// <summary>A merchant with an installation of an API.</summary>
    public static async Task<TokenShop> OpenAsync(NpgsqlDataSource database, HttpClient http, string dialect = "tmf676")
    {
        var merchants = new Merchants(database, TimeProvider.System);
        var merchant = await merchants.CreateAsync("Rail", Cancel);
        return new TokenShop(database, http, await merchants.InstallAsync(merchant, dialect, Currency.Parse("EUR"), Cancel));
    }

    /// <summary>The same merchant's installation of another API.</summary>
    public async Task<TokenShop> AlsoAsync(string dialect) =>
        new(_database, _http,
            await new Merchants(_database, TimeProvider.System).InstallAsync(Merchant, dialect, Currency.Parse("EUR"), Cancel));

    /// <summary>Registers a client. Without scopes it has those of reading and writing.</summary>
    public async Task<ClientUnderTest> ClientAsync(
        IReadOnlyCollection<string>? scopes = null, bool isPublic = false, params string[] redirectUris)
    {
        var name = $"qc_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        var secret = $"qs_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N} + %";
        SecretWatch.OfTheRun.Add([secret]);
        await new Clients(_database, TimeProvider.System, new HashSet<string>())
            .EnsureAsync(_installation, name, "Rail & Sail", isPublic ? null : secret, scopes ?? [Read, Write], redirectUris, Cancel);
        return new ClientUnderTest(name, secret);
    }

    /// <summary>Registers a client under a name that somebody else may have.</summary>
    public Task RegisterAsync(string name, string redirectUri) =>
        new Clients(_database, TimeProvider.System, new HashSet<string>())
            .EnsureAsync(_installation, name, "Rail", "a secret of its own", [Read], [redirectUri], Cancel);

    /// <summary>Sends a form, with HTTP Basic where a client is given.</summary>
    public async Task<TmfAnswer> PostAsync(string path, ClientUnderTest? basic, params (string Name, string? Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value!)));
        return await SendAsync(HttpMethod.Post, path, basic is null ? null : $"Basic {basic.Basic}", content);
    }

    /// <summary>Gets tokens.</summary>
    public Task<TmfAnswer> TokenAsync(ClientUnderTest? basic, params (string Name, string? Value)[] fields) =>
        PostAsync("/oauth/token", basic, fields);

    /// <summary>An access token with which a client acts for itself.</summary>
    public async Task<string> AccessTokenAsync(ClientUnderTest client, string? scope = null)
    {
        var answer = await TokenAsync(client, ("grant_type", "client_credentials"), ("scope", scope));
        Assert.True((int)answer.Status == 200, answer.Text);
        return Watched(answer["access_token"]!);
    }

    /// <summary>Uses a token at an operation. 404: it is let in.</summary>
    public Task<TmfAnswer> UseAsync(string? token, string path = Operation) =>
        SendAsync(HttpMethod.Get, path, token is null ? null : $"Bearer {token}", null);

    public async Task<TmfAnswer> SendAsync(HttpMethod method, string path, string? authorization, HttpContent? content, string? key = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var response = await _http.SendAsync(request, Cancel);
        return new TmfAnswer(
            response.StatusCode, await response.Content.ReadAsStringAsync(Cancel), response.Headers.Location?.OriginalString,
            response.Headers.ToDictionary(
                header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            string.Join(", ", response.Content.Headers.Allow));
    }

    /// <summary>From now on it must be seen nowhere.</summary>
    public static string Watched(string secret)
    {
        SecretWatch.OfTheRun.Add([secret]);
        return secret;
    }
}

/// <summary>A client with what it proves itself by.</summary>
internal sealed record ClientUnderTest(string Name, string Secret)
{
    /// <summary>Each part as a form has it (RFC 6749 2.3.1).</summary>
    public string Basic => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(Name)}:{Uri.EscapeDataString(Secret)}"));
}
