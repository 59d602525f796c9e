using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Dialects.Http;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A failure between the commit and the answer makes no dialect answer that the request took no effect.</summary>
public sealed class TakenOnTests(BooksFixture books) : IAsyncLifetime
{
    private readonly Uri _address = new($"http://127.0.0.1:{BooksFixture.FreePort()}");
    private readonly Till _till = new();
    private WebApplication _server = null!;
    private Collector _collector = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _till.Merchant = await books.Merchants.CreateAsync("Till", Cancel);
        _collector = new Collector(
            books.Engine, books: null!, attempts: null!, providers: null!, books.Vault, new AttemptSchedule(),
            new Hold(IsHeld: false), TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _address.Port));
        builder.Logging.ClearProviders();
        _server = builder.Build();
        IReadOnlyList<Dialect> dialects = [_till];
        _server.UseMiddleware<DialectErrors>(dialects);
        _till.Map(new DialectRoutes(_server, _till, _collector, null!, null!, TimeProvider.System, new Hold(IsHeld: false)));
        await _server.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _collector.Dispose();
    }

    public static TheoryData<string, string, string> Failures => new()
    {
        { "unreachable", "Unavailable", "TakenOn" },
        { "bug", "Internal", "TakenOn" },
        { "unknown", "OutcomeUnknown", "TakenOn" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Answer_ThatFailsAfterTheCommit_SaysThatTheRequestWasTakenOn(string failure, string before, string after)
    {
        Assert.Equal(before, await AskAsync($"{failure}=first"));
        Assert.Equal(after, await AskAsync($"{failure}=last"));
        // A repeat of an earlier request changes nothing, so that the usual answers hold.
        Assert.Equal(before, await AskAsync($"{failure}=last", "key", isFirst: false));
        await books.AssertBooksAreCleanAsync(_till.Merchant);
    }

    private async Task<string> AskAsync(string query, string? key = null, bool isFirst = true)
    {
        using var client = new HttpClient { BaseAddress = _address };
        if (!isFirst)
            Assert.Equal("Paid", await SendAsync(client, "", key));
        return await SendAsync(client, query, key);
    }

    private static async Task<string> SendAsync(HttpClient client, string query, string? key)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, new Uri($"till?{query}", UriKind.Relative)) { Content = JsonContentOf("{}") };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request, Cancel);
        return (await answer.Content.ReadAsStringAsync(Cancel)).Trim('"');
    }

    private static ByteArrayContent JsonContentOf(string json) =>
        new(System.Text.Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new("application/json") } };

    /// <summary>Takes ten euros in cash, and fails where the query says: before the payment, or after it.</summary>
    private sealed class Till : Dialect
    {
        public MerchantId Merchant { get; set; }

        public override string Name => "till";

        public override IReadOnlyList<string> Paths => ["/till"];

        public override void Map(DialectRoutes routes) => routes.Post("pay", "/till", "till", async call =>
        {
            Fail(call.Http.Request.Query, "first");
            var outcome = await call.SubmitAsync(new Business(Merchant).Payment("A-1") with { Key = call.KeyUse() });
            Assert.True(outcome.Accepted);
            Fail(call.Http.Request.Query, "last");
            return new Answer(200, json => json.WriteStringValue("Paid"));
        });

        public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, Core.Access.ICredentials credentials) =>
            ValueTask.FromResult<Credential?>(new Credential(
                TmfSamples.Installation with { Merchant = Merchant }, 1, CredentialKind.Bearer, new HashSet<string> { "till" },
                new byte[32]));

        public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) =>
            new(500, json => json.WriteStringValue(fault.ToString()));

        private static void Fail(IQueryCollection query, string when)
        {
            if (query["unreachable"] == when)
                throw new StoreUnavailableException("The books can't be reached.", new IOException());
            if (query["unknown"] == when)
                throw new OutcomeUnknownException("A commit has not ended in time.");
            if (query["bug"] == when)
                throw new InvalidOperationException("A bug.");
        }
    }
}
