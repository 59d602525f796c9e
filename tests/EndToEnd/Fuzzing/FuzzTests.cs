using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.Fuzzing;

/// <summary>
/// Bad requests of every kind to every route of a running server: it stays up, answers each without a fault of its own, and needs no more
/// memory. <c>QUITTANCE_FUZZ_REQUESTS</c> says how many (2,500), <c>QUITTANCE_FUZZ_SEED</c> repeats a run, and with
/// <c>QUITTANCE_FUZZ_ONLY</c> one request of it.
/// </summary>
[Long]
public sealed class FuzzTests
{
    // The tests beside it need the machine too.
    private const int Workers = 1;
    private const int MostFailures = 10;
    private const long MostMemory = 900L * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyRequest_ToAnyRoute_IsAnsweredWithoutAFault()
    {
        var seed = Setting("QUITTANCE_FUZZ_SEED") ?? Random.Shared.Next();
        var only = Setting("QUITTANCE_FUZZ_ONLY");
        await System.Console.Out.WriteLineAsync($"Bad requests of the seed {seed}");
        var requests = Setting("QUITTANCE_FUZZ_REQUESTS") ?? 2500;
        await using var books = await OwnFixture.StartAsync();
        var samples = await DeskSamples.CreateWithBusinessAsync(books.Fixture);
        using var desk = await TestDesk.OpenAsync(books.Fixture, OperatorRole.Admin, samples.Merchant);
        var session = SessionOf(desk);
        var corpus = await FuzzCorpus.OfAsync(books.Fixture, samples, desk);
        // Little memory: what grows without bound meets the bound soon.
        await using var server = await RunningProgram.StartAsync(
            new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = $"0x{MostMemory / 2:x}" },
            "demo", "--database", books.Fixture.ConnectionString);
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            Expect100ContinueTimeout = TimeSpan.FromMilliseconds(100),
        };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
        ConcurrentQueue<string> failures = new();
        ConcurrentDictionary<int, int> statuses = new();
        using var signingIn = new SemaphoreSlim(1);
        var number = 0;
        // Good requests are taken, or nothing would be tried behind the server's doors.
        foreach (var page in corpus.Where(good => good.Method == "GET" && good.Target is "/console/payments" or "/bookings"))
            Assert.Equal((200, ""), await page.SendAsync(client, server.Address, session, Cancel));
        if (only is { } one)
            await TryAsync(one);
        else
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync, Cancel)));

        var seen = string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} × {status.Key}"));
        var said = $"Seed {seed}: {statuses.Values.Sum()} requests from {corpus.Count} good ones; {seen}";
        await System.Console.Out.WriteLineAsync(said);
        Assert.True(failures.IsEmpty, $"{said}\n\n{string.Join("\n\n", failures.Take(MostFailures))}");
        Assert.Equal(
            System.Net.HttpStatusCode.OK, (await client.GetAsync(new Uri(server.Address, "/health/ready"), Cancel)).StatusCode);
        using var process = Process.GetProcessById(server.Id);
        Assert.InRange(process.WorkingSet64, 0, MostMemory);

        async Task WorkAsync()
        {
            while (failures.Count < MostFailures && Interlocked.Increment(ref number) is var next && next <= requests)
                await TryAsync(next);
        }

        // A form may have ended the operator's access.
        async Task SignInAgainAsync()
        {
            if (!await signingIn.WaitAsync(0, Cancel))
                return;
            try
            {
                using var again = await TestDesk.OpenAsync(books.Fixture, OperatorRole.Admin, samples.Merchant);
                session = SessionOf(again);
            }
            finally
            {
                signingIn.Release();
            }
        }

        async Task TryAsync(int nth)
        {
            var random = new Random(unchecked(seed * 31 + nth));
            var request = Mutations.Of(corpus[random.Next(corpus.Count)], random);
            try
            {
                var (status, to) = await request.SendAsync(client, server.Address, session, Cancel);
                if (to.Contains("/sign-in", StringComparison.Ordinal) && request.Headers.Any(header => header.Value == FuzzRequest.Session))
                    await SignInAgainAsync();
                statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                if (status >= 500 || (request.Method == "TRACE" && status < 300))
                    failures.Enqueue($"{nth} was answered with {status}:\n{request}");
            }
            catch (HttpRequestException broken) when (broken.HttpRequestError != HttpRequestError.ConnectionError)
            {
                // Kestrel hangs up on what is no HTTP.
                statuses.AddOrUpdate(0, 1, (_, count) => count + 1);
            }
            catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException && !Cancel.IsCancellationRequested)
            {
                failures.Enqueue($"{nth} got no answer ({failed.Message}):\n{request}");
            }
        }
    }

    private static string SessionOf(TestDesk desk) => string.Join("; ", desk.Client.DefaultRequestHeaders.GetValues("Cookie"));

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Books of its own with all that the run's have, so that no other test meets what is done to them.</summary>
    private sealed class OwnFixture(BooksFixture fixture) : IAsyncDisposable
    {
        public BooksFixture Fixture => fixture;

        public static async Task<OwnFixture> StartAsync()
        {
            var fixture = new BooksFixture();
            await fixture.InitializeAsync();
            return new OwnFixture(fixture);
        }

        /// <summary>Also proves the books.</summary>
        public ValueTask DisposeAsync() => fixture.EndAsync(isEndOfRun: false);
    }
}
