using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Billing;
using Quittance.Dialects.OwnApi;
using Quittance.Storage.Tenancy;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>The feed of events is read while many pay and the server is killed again and again.</summary>
[Long]
public sealed class EventKillTests(BooksFixture books)
{
    private const int Kills = 5;
    private const int Payers = 128;
    private const int Customers = 100;
    private const string Secret = "qk_the-feed-that-is-killed";

    private static readonly Currency Euro = Currency.Parse("EUR");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_OfAServerThatIsKilled_GetsEachEventOnceInOrder_AndASecondReaderTheSame()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await FillInAsync(own);
        var port = BooksFixture.FreePort();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(1) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        using var paid = new CancellationTokenSource();
        using var done = new CancellationTokenSource();
        var paying = Task.WhenAll(Enumerable.Range(0, Payers).Select(payer => PayAsync(client, payer, paid.Token)));
        var reading = ReadAsync(client, done.Token);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await using var server = await StartAsync(own, port);
            var before = await own.CountAsync("event");
            await NoticePost.UntilAsync(async () => await own.CountAsync("event") > before + 200);
            await server.KillAsync();
        }

        await using var last = await StartAsync(own, port);
        await paid.CancelAsync();
        await paying;
        await done.CancelAsync();
        var report = await reading;

        Assert.Equal(await own.CountAsync("event"), (long)report.Count);
        Assert.Equal(report.Count, report.Select(one => (string)one["id"]!).Distinct().Count());
        Assert.All(
            report.GroupBy(one => (string)one["subject"]!),
            subject => Assert.Equal(Enumerable.Range(1, subject.Count()), subject.Select(one => (int)one["sequence"]!)));
        Assert.Equal(report.Select(one => (string)one["id"]!), (await ReadAsync(client, done.Token)).Select(one => (string)one["id"]!));
        await own.AssertCleanAsync();
    }

    private static Task<RunningProgram> StartAsync(OwnBooks own, int port) =>
        RunningProgram.StartAsync("serve", "--port", $"{port}", "--database", $"{own.ConnectionString};Maximum Pool Size=12");

    private static async Task PayAsync(HttpClient client, int payer, CancellationToken stop)
    {
        for (var each = 0; !stop.IsCancellationRequested; each++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Biller.Payments, UriKind.Relative))
            {
                Content = new StringContent(
                    Biller.Cash($"C-{((payer * 7) + each) % Customers}", "1").ToJsonString(), Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("Idempotency-Key", $"{payer} {each}");
            try
            {
                using var answer = await client.SendAsync(request, Cancel);
            }
            catch (Exception broken) when (Connections.IsBroken(broken))
            {
                // The server is killed, or not there yet.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
            }
        }
    }

    /// <summary>Reads from the first event on, until there is none after the end was said.</summary>
    private static async Task<IReadOnlyList<JsonNode>> ReadAsync(HttpClient client, CancellationToken stop)
    {
        List<JsonNode> report = [];
        for (string? next = null; ;)
        {
            var isLast = stop.IsCancellationRequested;
            JsonNode answer;
            try
            {
                using var sent = await client.GetAsync(
                    new Uri($"/api/v1/events?limit=500&wait=1{(next is null ? "" : $"&after={next}")}", UriKind.Relative), Cancel);
                if (!sent.IsSuccessStatusCode)
                    continue;
                answer = JsonNode.Parse(await sent.Content.ReadAsStringAsync(Cancel))!;
            }
            catch (Exception broken) when (Connections.IsBroken(broken))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
                continue;
            }

            report.AddRange(answer["items"]!.AsArray().Select(one => one!));
            next = (string)answer["next"]!;
            if (isLast && answer["items"]!.AsArray().Count == 0)
                return report;
        }
    }

    private static async Task FillInAsync(OwnBooks own)
    {
        SecretWatch.OfTheRun.Add([Secret]);
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var merchant = await own.MerchantAsync();
        var installation = await merchants.InstallAsync(merchant, OwnApiNames.Dialect, Euro, Cancel);
        await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "test", Secret, OwnApiRoutes.Setup.Scopes, Cancel);
        await using var engine = own.Engine();
        var origin = new Origin(merchant, 0, NewId());
        for (var customer = 0; customer < Customers; customer++)
        {
            var name = new Reference(merchant, OwnApiNames.Dialect, OwnApiNames.Account, $"C-{customer}");
            Assert.True((await engine.SubmitAsync(new OpenAccount(origin, new AccountId(merchant, NewId()), [name], Euro, null))).Accepted);
        }
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
