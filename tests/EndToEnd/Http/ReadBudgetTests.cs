using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Requests that only read share a few places. Those that write wait for none.</summary>
public sealed class ReadBudgetTests(BooksFixture books)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writer_PassesReadersThatHoldThePlaces()
    {
        await using var server = await ServeAsync(places: 1, Timeout.InfiniteTimeSpan);
        using var client = DescribedAnswers.Client(new Uri(server.Urls.Single()));
        using var held = await EnterAsync(server);
        var reading = ReadAsync(client, "/paymentManagement/v4/payment", await SampleAsync("/paymentManagement/v4/payment"));

        foreach (var path in books.WritingRoutes.GroupBy(route => route.Metadata.GetMetadata<Writes>()!.Dialect.Name)
            .Where(dialect => dialect.Key != "widget").Select(dialect => WritingRoutes.PathOf(dialect.First())))
        {
            var sample = await SampleAsync(path);
            using var written = await SendAsync(client, path, sample);
            Assert.True(written.IsSuccessStatusCode, $"{path}: {written.StatusCode}");
            Assert.Equal(1, await sample.BroughtAsync(books));
        }

        Assert.False(reading.IsCompleted);
        held.Dispose();
        using var read = await reading;
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        await server.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("/paymentManagement/v4/payment", "/paymentManagement/v4/payment", "The server has too much to do.")]
    [InlineData("/brm/payment/v4/payment", "/brm/payment/v4/payment", "The server has too much to do.")]
    [InlineData("/v1/Generic/CustomerPaymentInsert", "/v1/Generic/PaymentHistoryList", "{\"Message\":\"The service is unavailable.")]
    [InlineData("/bookings", "/bookings", "Too much is waiting just now")]
    [InlineData("/api/v1/accounts", "/api/v1/accounts", "Too much is waiting just now")]
    [InlineData("/v1/payments/user-session", "/v1/customers/1/account/transactions", "errormessage.service.unavailable")]
    public async Task Reader_WithoutAPlaceInTime_IsToAskAgain_InItsDialectsShape(string writes, string reads, string said)
    {
        await using var server = await ServeAsync(places: 1, TimeSpan.Zero);
        using var client = DescribedAnswers.Client(new Uri(server.Urls.Single()));
        var sample = await SampleAsync(writes);
        using (await EnterAsync(server))
        {
            using var refused = await ReadAsync(client, reads, sample);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains(said, await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        using var read = await ReadAsync(client, reads, sample);
        Assert.NotEqual(HttpStatusCode.ServiceUnavailable, read.StatusCode);
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task PlaceOfAReader_WhoseClientGoes_IsFreeAgain()
    {
        await using var server = await ServeAsync(places: 1, Timeout.InfiniteTimeSpan);
        using var client = DescribedAnswers.Client(new Uri(server.Urls.Single()));
        var sample = await SampleAsync("/paymentManagement/v4/payment");
        var budget = server.Services.GetRequiredService<ReadBudget>();
        await using var locker = await books.Database.OpenConnectionAsync(Cancel);
        await using (var locked = await locker.BeginTransactionAsync(Cancel))
        {
            await using (var payments = new NpgsqlCommand("LOCK TABLE payment IN ACCESS EXCLUSIVE MODE", locker))
                await payments.ExecuteNonQueryAsync(Cancel);
            using var gone = new CancellationTokenSource();
            var reading = ReadAsync(client, "/paymentManagement/v4/payment", sample, gone.Token);
            while (budget.Taken == 0)
                await Task.Delay(Soon, TimeProvider.System, Cancel);

            await gone.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
            while (budget.Taken > 0)
                await Task.Delay(Soon, TimeProvider.System, Cancel);
        }

        using var read = await ReadAsync(client, "/paymentManagement/v4/payment", sample);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task PlaceOfAReader_WhoseReadFails_IsFreeAgain()
    {
        await using var server = await ServeAsync(places: 1, TimeSpan.Zero);
        using var client = DescribedAnswers.Client(new Uri(server.Urls.Single()));
        var sample = await SampleAsync("/paymentManagement/v4/payment");

        foreach (var path in (string[])["/paymentManagement/v4/payment/none", "/paymentManagement/v4/payment?limit=many"])
        {
            using var refused = await ReadAsync(client, path, sample);
            Assert.InRange((int)refused.StatusCode, 400, 499);
        }

        Assert.Equal(0, server.Services.GetRequiredService<ReadBudget>().Taken);
        using var read = await ReadAsync(client, "/paymentManagement/v4/payment", sample);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        await server.StopAsync(Cancel);
    }

    private static async Task<IDisposable> EnterAsync(WebApplication server) =>
        await server.Services.GetRequiredService<ReadBudget>().EnterAsync(new MerchantId(1), Cancel)
        ?? throw new InvalidOperationException("No place is free.");

    private async Task<WritingSample> SampleAsync(string path) => await WritingRoutes.Samples[path](books);

    private async Task<WebApplication> ServeAsync(int places, TimeSpan? patience = null)
    {
        var port = BooksFixture.FreePort();
        var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: true)
            {
                ReadPlaces = places,
                ReadPatience = patience,
            },
            books.Database, books.Engine, books.Vault);
        await server.StartAsync(Cancel);
        return server;
    }

    private static Task<HttpResponseMessage> ReadAsync(
        HttpClient client, string path, WritingSample sample, CancellationToken? cancel = null) =>
        client.SendAsync(path.EndsWith("List", StringComparison.Ordinal)
            ? Query(path, sample) : Request(HttpMethod.Get, path, sample), cancel ?? Cancel);

    /// <summary>Midnight's lists are asked for by POST.</summary>
    private static HttpRequestMessage Query(string path, WritingSample sample)
    {
        var request = Request(HttpMethod.Post, path, sample);
        request.Content = new StringContent("""{"CustomerID":1}""", Encoding.UTF8, "application/json");
        return request;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, WritingSample sample)
    {
        using var request = Request(HttpMethod.Post, sample.Path ?? path, sample);
        request.Content = new StringContent(sample.Body("8"), Encoding.UTF8, "application/json");
        return await client.SendAsync(request, Cancel);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, WritingSample sample)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in sample.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
