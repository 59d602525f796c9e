using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>What RFC 9110 and browsers expect of every API: compressed bodies, HEAD, entity tags, and pages of other origins.</summary>
public sealed class HttpMannersTests(BooksFixture books) : IDisposable
{
    // The documents of the APIs name no HEAD and no OPTIONS, and no compressed bodies.
    private readonly HttpClient _client = new() { BaseAddress = books.Address };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("BR")]
    [InlineData("identity")]
    [InlineData("deflate, gzip")]
    public async Task Body_ThatIsCompressed_IsRead(string coding)
    {
        var biller = await Biller.OpenAsync(books);
        var account = NewAccount();

        using var answer = await PostAsync(biller, Compressed(account.ToJsonString(), coding), coding);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var shown = await biller.GetAsync($"{Biller.Accounts}/{account["reference"]}");
        Assert.Equal((string)account["name"]!, (string)shown.Json["name"]!);
    }

    [Theory]
    [InlineData("/paymentManagement/v4/payment", "Bearer demo-telco")]
    [InlineData("/brm/payment/v4/payment", "Bearer demo-brm")]
    [InlineData("/v1/customers/1/account/payment", "X-API-KEY demo-studio")]
    public async Task Body_ThatIsCompressed_IsReadByEveryApi(string path, string credential)
    {
        // What is missing in it is named, so it was read.
        using var plain = await SendAsync(path, credential, "{}"u8.ToArray(), null);
        using var compressed = await SendAsync(path, credential, Compressed("{}", "gzip"), "gzip");
        Assert.Equal(HttpStatusCode.BadRequest, plain.StatusCode);
        Assert.Equal(
            (plain.StatusCode, await WithoutTraceAsync(plain)), (compressed.StatusCode, await WithoutTraceAsync(compressed)));

        using var unknown = await SendAsync(path, credential, "{}"u8.ToArray(), "zstd");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, unknown.StatusCode);
        Assert.Equal("gzip, deflate, br", string.Join(", ", unknown.Headers.GetValues("Accept-Encoding")));

        // Each request has a trace of its own.
        static async Task<string> WithoutTraceAsync(HttpResponseMessage answer)
        {
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!.AsObject();
            body.Remove("traceId");
            return body.ToJsonString();
        }
    }

    [Theory]
    [InlineData("zstd", 415)]
    [InlineData("gzip, gzip, gzip", 415)]
    [InlineData("gzip", 400)]
    [InlineData("deflate", 400)]
    [InlineData("br", 400)]
    public async Task Body_ThatCannotBeDecompressed_IsRefused(string coding, int status)
    {
        var biller = await Biller.OpenAsync(books);
        using var answer = await PostAsync(biller, Encoding.UTF8.GetBytes(NewAccount().ToJsonString()), coding);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 415, answer.Headers.Contains("Accept-Encoding"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Body_ThatIsTooLargeOnceDecompressed_IsRefused(string coding)
    {
        var biller = await Biller.OpenAsync(books);
        using var answer = await PostAsync(biller, Compressed(new string(' ', 33 * 1024 * 1024), coding), coding);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; charset=\"UTF8\"")]
    [InlineData("application/json; charset=utf-8")]
    public async Task Charset_MayLackItsHyphen(string mediaType)
    {
        var biller = await Biller.OpenAsync(books);
        using var answer = await PostAsync(biller, Encoding.UTF8.GetBytes(NewAccount().ToJsonString()), null, mediaType);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Theory]
    [InlineData("/paymentManagement/v4/payment", "demo-telco")]
    [InlineData("/paymentManagement/v4/payment/of-nobody", "demo-telco")]
    [InlineData("/brm/payment/v4/payment", "demo-brm")]
    [InlineData("/brm/payment/v4/refund/of-nobody", "demo-brm")]
    [InlineData("/stations", "demo-rail")]
    [InlineData("/stations", null)]
    [InlineData("/api/v1/payments?limit=1", "demo-api")]
    [InlineData("/api/v1/payments/of-nobody", "demo-api")]
    [InlineData("/api/v1/payments", "wrong")]
    [InlineData("/.well-known/oauth-authorization-server", null)]
    public async Task Head_IsGetWithoutABody(string path, string? token)
    {
        using var get = await AskAsync(HttpMethod.Get, path, token);
        using var head = await AskAsync(HttpMethod.Head, path, token);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(NamesOf(get), NamesOf(head));

        static IEnumerable<string> NamesOf(HttpResponseMessage answer) => answer.Headers.Select(header => header.Key)
            .Where(name => name != "Transfer-Encoding").Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/sessions", "demo-api", "POST")]
    [InlineData("/brm/payment/v4/paymentAllocation", "demo-brm", "POST")]
    public async Task Head_OfAPathWithoutAGet_IsNotAllowed(string path, string token, string allowed)
    {
        using var head = await AskAsync(HttpMethod.Head, path, token);
        Assert.Equal(
            (HttpStatusCode.MethodNotAllowed, allowed), (head.StatusCode, string.Join(", ", head.Content.Headers.Allow)));
    }

    [Fact]
    public async Task Change_GoesByItsEntityTags()
    {
        var biller = await Biller.OpenAsync(books);
        var charge = await biller.OwingAsync(await biller.CustomerAsync(), "20");
        var seen = (await biller.GetAsync($"{Biller.Charges}/{charge}")).Headers["ETag"];

        foreach (var stale in (string[])["\"99\"", $"W/{seen}", "\"x\"", "99", $"\"{seen.Trim('"')}0\"", "\"7\", \"8\""])
            Assert.Equal((412, "charge-changed"), (await ChangeAsync(stale)).Problem);
        Assert.Equal((428, "precondition-required"), (await ChangeAsync(null)).Problem);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync($"\"99\", {seen}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync("*")).Status);

        Task<Quittance.Tests.TrainTravel.TravelAnswer> ChangeAsync(string? tag) => biller.SendAsync(
            HttpMethod.Post, $"{Biller.Charges}/{charge}/change",
            new JsonObject { ["description"] = Biller.NewWord(), ["reason"] = "Said wrongly" }.ToJsonString(), Biller.NewText(), tag);
    }

    [Fact]
    public async Task Get_OfWhatTheClientHas_IsNotModified()
    {
        var biller = await Biller.OpenAsync(books);
        var charge = await biller.OwingAsync(await biller.CustomerAsync(), "20");
        var path = $"{Biller.Charges}/{charge}";
        var tag = (await biller.GetAsync(path)).Headers["ETag"];

        foreach (var (known, status) in ((string, HttpStatusCode)[])
            [
                (tag, HttpStatusCode.NotModified), ($"W/{tag}", HttpStatusCode.NotModified), ("*", HttpStatusCode.NotModified),
                ($"\"99\", {tag}", HttpStatusCode.NotModified), ("\"99\"", HttpStatusCode.OK),
            ])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                using var request = new HttpRequestMessage(method, path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", biller.Secret);
                request.Headers.TryAddWithoutValidation("If-None-Match", known);
                using var answer = await _client.SendAsync(request, Cancel);
                Assert.Equal((known, status, tag), (known, answer.StatusCode, answer.Headers.ETag?.ToString()));
                var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
                Assert.Equal(status == HttpStatusCode.OK && method == HttpMethod.Get, body.Length > 0);
            }
        }
    }

    [Fact]
    public async Task Page_OfAnAllowedOrigin_MayCallTheApi_AndNoOther()
    {
        var biller = await Biller.OpenAsync(books);
        var (shop, stranger) = ($"https://{Biller.NewWord()}.example", "https://stranger.example");
        Assert.True(WebOrigin.TryParse(shop, out var origin));
        await books.Merchants.AllowAsync(biller.Merchant, "quittance", origin, isAllowed: true, Cancel);
        // A server knows it within seconds.
        await NoticePost.UntilAsync(async () =>
        {
            using var asked = await PreflightAsync("/api/v1/payments", shop);
            return asked.StatusCode == HttpStatusCode.NoContent;
        });

        using var preflight = await PreflightAsync("/api/v1/payments", shop);
        Assert.Equal(shop, Single(preflight, "Access-Control-Allow-Origin"));
        Assert.Contains("Idempotency-Key", Single(preflight, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Equal("GET, HEAD, POST, DELETE", Single(preflight, "Access-Control-Allow-Methods"));
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.Equal("Origin", Single(preflight, "Vary"));
        foreach (var (path, page) in ((string, string)[])
            [("/api/v1/payments", stranger), ("/paymentManagement/v4/payment", shop), ("/api/v1/payments", "null"), ("/bookings", shop)])
        {
            using var refused = await PreflightAsync(path, page);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
            Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));
        }

        using var allowed = await AskAsync(HttpMethod.Get, "/api/v1/payments", biller.Secret, shop);
        Assert.Equal((HttpStatusCode.OK, shop), (allowed.StatusCode, Single(allowed, "Access-Control-Allow-Origin")));
        Assert.Contains("ETag", Single(allowed, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        // An error can be read as well; the page of another merchant reads nothing.
        using var wrong = await AskAsync(HttpMethod.Get, "/api/v1/payments", "wrong", shop);
        Assert.Equal((HttpStatusCode.Unauthorized, shop), (wrong.StatusCode, Single(wrong, "Access-Control-Allow-Origin")));
        using var token = await PreflightAsync("/oauth/token", shop);
        Assert.Equal(HttpStatusCode.NoContent, token.StatusCode);
        using var other = await AskAsync(HttpMethod.Get, "/api/v1/payments", (await Biller.OpenAsync(books)).Secret, shop);
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
        using var foreign = await AskAsync(HttpMethod.Get, "/api/v1/payments", biller.Secret, stranger);
        Assert.False(foreign.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("sort=-paymentDate", "sort is not supported")]
    [InlineData("filter=$.status", "filter is not supported")]
    [InlineData("colour=red", "colour is no parameter of this list, and no attribute that it can be filtered by")]
    public async Task Parameter_OfTmf630_IsRefusedForWhatItIs(string query, string says)
    {
        using var answer = await AskAsync(HttpMethod.Get, $"/paymentManagement/v4/payment?{query}", "demo-telco");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static JsonObject NewAccount() => new()
    {
        ["reference"] = $"C-{Biller.NewText()}",
        ["currency"] = "EUR",
        ["name"] = "Ada Nkemelu",
    };

    private static byte[] Compressed(string body, string codings)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        foreach (var coding in codings.ToLowerInvariant().Split(", "))
        {
            if (coding == "identity")
                continue;
            using var written = new MemoryStream();
            using (Stream stream = coding switch
            {
                "deflate" => new ZLibStream(written, CompressionLevel.Fastest, leaveOpen: true),
                "br" => new BrotliStream(written, CompressionLevel.Fastest, leaveOpen: true),
                _ => new GZipStream(written, CompressionLevel.Fastest, leaveOpen: true),
            })
            {
                stream.Write(bytes);
            }

            bytes = written.ToArray();
        }

        return bytes;
    }

    private static string Single(HttpResponseMessage answer, string header) => Assert.Single(answer.Headers.GetValues(header));

    private async Task<HttpResponseMessage> PreflightAsync(string path, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization,idempotency-key");
        return await _client.SendAsync(request, Cancel);
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? token, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        return await _client.SendAsync(request, Cancel);
    }

    private Task<HttpResponseMessage> PostAsync(Biller biller, byte[] body, string? coding, string mediaType = "application/json") =>
        SendAsync(Biller.Accounts, $"Bearer {biller.Secret}", body, coding, mediaType);

    private async Task<HttpResponseMessage> SendAsync(
        string path, string credential, byte[] body, string? coding, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (credential.Split(' ') is ["X-API-KEY", var key])
            request.Headers.Add("X-API-KEY", key);
        else
            request.Headers.TryAddWithoutValidation("Authorization", credential);
        request.Headers.Add("Idempotency-Key", Biller.NewText());
        request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        if (coding is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        return await _client.SendAsync(request, Cancel);
    }
}
