using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Quittance.Core.Engine;
using Quittance.Core.Providers;
using Quittance.Host.Providers;
using Quittance.Providers.Stripe;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Faults;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Providers;

/// <summary>
/// Members pay by cards that Stripe holds, while requests and answers are lost on the way to Stripe and the server is killed again and
/// again: at the end our books and Stripe's agree to the cent, and no member paid twice.
/// </summary>
[Long]
public sealed class StripeStormTests(BooksFixture books, ITestOutputHelper output)
{
    private const string SchedulesVariable = "QUITTANCE_STRIPE_SCHEDULES";
    private const string SeedVariable = "QUITTANCE_STRIPE_SEED";
    private const int UsualSchedules = 24;
    private const int SchedulesOfAKill = 10;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_happens_on_the_way_books_and_Stripe_agree_to_the_cent()
    {
        var schedules = Number(SchedulesVariable) ?? UsualSchedules;
        var seed = Number(SeedVariable) ?? Random.Shared.Next(1, 1_000_000);
        output.WriteLine($"{SeedVariable}={seed}, {schedules} schedules");
        await using var storm = await Storm.BeginAsync(books, seed);
        var done = 0;
        using var over = new CancellationTokenSource();
        var killing = storm.KillAgainAndAgainAsync(() => Volatile.Read(ref done) / SchedulesOfAKill, over.Token);

        var few = new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Cancel };
        await Parallel.ForAsync(0, schedules, few, async (nth, _) =>
        {
            await storm.GoAsync(new Random(unchecked((seed * 31) + nth)));
            Interlocked.Increment(ref done);
        });
        await over.CancelAsync();
        await killing;

        storm.Calm();
        await NoticePost.UntilAsync(async () => await storm.DifferencesAsync() == "");
        Assert.True(storm.Kills > 0);
        var (exitCode, said, error) = await storm.VerifyAsync();
        Assert.True(exitCode == 0, said + error);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A studio's server that is killed, and a wire to Stripe on which much is lost.</summary>
    private sealed class Storm : IAsyncDisposable
    {
        private const string Differences = """
            SELECT 'under way: ' || verb || ' ' || status FROM attempt WHERE status NOT IN ('approved', 'declined')
            UNION ALL SELECT 'a claim of ' || payment_id FROM claim WHERE is_live
            UNION ALL SELECT 'session ' || id || ' is open' FROM session WHERE status = 'open'
            UNION ALL SELECT 'refund ' || id || ' is pending' FROM refund WHERE status = 'pending'
            """;

        private readonly OwnBooks _own;
        private readonly PaymentEngine _engine;
        private readonly HttpClient _client;
        private readonly HttpClient _face;
        private readonly int _port = BooksFixture.FreePort();
        private readonly Lock _gate = new();
        private readonly Random _random;
        private BadWire _wire = null!;
        private TestStudio _studio = null!;
        private RunningProgram _server = null!;

        private Storm(OwnBooks own, Uri sandbox, int seed)
        {
            (_own, _engine, _random) = (own, own.Engine(), new Random(seed));
            _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromSeconds(30) };
            _face = new HttpClient { BaseAddress = new Uri(sandbox, "stripe/") };
        }

        public int Kills { get; private set; }

        public static async Task<Storm> BeginAsync(BooksFixture books, int seed)
        {
            var own = await OwnBooks.CreateAsync(books);
            var storm = new Storm(own, books.Sandbox, seed);
            var merchant = await own.MerchantAsync();
            var key = $"sk_test_storm{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
            storm._face.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var endpoint = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["url"] = new Uri(
                    storm._client.BaseAddress!, NoticeRoutes.PathOf(merchant, StripeProvider.ProviderName)).AbsoluteUri,
            });
            using var added = await storm._face.PostAsync(new Uri("v1/webhook_endpoints", UriKind.Relative), endpoint, Cancel);
            var secret = (string)JsonNode.Parse(await added.Content.ReadAsStringAsync(Cancel))!["secret"]!;
            SecretWatch.OfTheRun.Add([key, secret]);
            storm._wire = await BadWire.ToAsync(storm._face.BaseAddress!);
            var vault = await PostgresVault.OpenAsync(
                own.Database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), TimeProvider.System, Cancel);
            await new ProviderAccounts(own.Database, vault, TimeProvider.System).SaveAsync(
                new ProviderAccount(merchant, StripeProvider.ProviderName, storm._wire.Address, key, [secret]), Cancel);
            await storm.StartAsync();
            var merchants = new Merchants(own.Database, TimeProvider.System);
            var installation = await merchants.InstallAsync(merchant, "sport-alliance", TestStudio.Euro, Cancel);
            storm._studio = await TestStudio.OfAsync(storm._client, merchants, storm._engine, installation);
            storm._wire.Fault = new Fault("storm", storm.ActAsync);
            return storm;
        }

        /// <summary>Nothing is lost from now on.</summary>
        public void Calm() => _wire.Fault = null;

        /// <summary>Kills the server each time that so much is done, and starts it anew.</summary>
        public async Task KillAgainAndAgainAsync(Func<int> due, CancellationToken over)
        {
            while (!over.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancel);
                if (due() <= Kills)
                    continue;
                await _server.KillAsync();
                await _server.DisposeAsync();
                Kills++;
                await StartAsync();
            }
        }

        /// <summary>A member pays, is declined, or goes away; the studio books it, and may give a part back.</summary>
        public async Task GoAsync(Random random)
        {
            var member = await _studio.MemberAsync();
            var (claim, amountMinor) = (TestStudio.NewId(), random.Next(5_00, 200_00));
            var amount = (amountMinor / 100m).ToString(CultureInfo.InvariantCulture);
            await _studio.ClaimAsync(member, claim, amountMinor, _studio.Today.AddDays(1));
            string Key(string what) => $"{what} {claim}";
            var session = (await UntilAsync(
                () => _studio.PostAsync(
                    "/v1/payments/user-session",
                    $$"""{"amount":{{amount}},"scope":"ECOM","referenceText":"Fees","customerId":{{member}} }""", once: Key("open")),
                HttpStatusCode.OK)).Text("token")!;
            var page = (await UntilAsync(
                () => Visits.SubmitAsync(_client, session, StripeStudio.Page(), Key("page")), HttpStatusCode.OK)).Text("redirectTo")!;
            await StripeStudio.EnterAsync(new Uri(page), random.Next(6) switch
            {
                0 => "4000000000000002",
                1 => "4000000000009995",
                _ => Visits.GoodCard,
            });
            var paid = await UntilAsync(
                () => Visits.SubmitAsync(_client, session, """{"entered":true,"returnUrl":"https://studio.example/back"}""", Key("pay")),
                HttpStatusCode.OK, HttpStatusCode.PaymentRequired);
            if (paid.Text("paymentRequestToken") is not { } token || random.Next(5) == 0)
            {
                await EndAsync(session);
                return;
            }

            var booked = await UntilAsync(
                () => _studio.PostAsync(
                    $"/v1/customers/{member}/account/payment", Visits.Booking(token, amount, [claim]), once: Key("book")),
                HttpStatusCode.OK, HttpStatusCode.BadRequest);
            Assert.True(booked.Status == HttpStatusCode.OK, $"{booked.Status} {booked.Body}");
        }

        /// <summary>The requests under way, and the differences between our books and Stripe's.</summary>
        public async Task<string> DifferencesAsync()
        {
            var ours = await FindAsync(Differences);
            if (ours.Count > 0)
                return string.Join(", ", ours);
            var captures = (await FindAsync(
                "SELECT provider_reference || ' ' || amount_minor FROM attempt WHERE verb = 'capture' AND status = 'approved'"))
                .ToHashSet();
            List<string> differences = [];
            var (received, paid) = (0L, new HashSet<string>());
            foreach (var intent in await IntentsAsync())
            {
                var (id, status) = ((string)intent["id"]!, (string)intent["status"]!);
                if (status == "succeeded" && !captures.Remove($"{id} {(long)intent["amount_received"]!}"))
                    differences.Add($"{id} was captured, and the books do not have it");
                if (status == "succeeded" && !paid.Add((string)intent["metadata"]!["account"]!))
                    differences.Add($"{id} is a second payment of its customer");
                if (status == "requires_capture")
                    differences.Add($"{id} is still reserved");
                received += (long)intent["amount_received"]!;
            }

            differences.AddRange(captures.Select(capture => $"{capture} is in the books alone"));
            var booked = long.Parse((await FindAsync(
                """
                SELECT coalesce(sum(debits_minor - credits_minor), 0)::bigint::text FROM ledger_account
                 WHERE kind = 'clearing' AND purpose = 'stripe'
                """))[0], CultureInfo.InvariantCulture);
            if (booked != received)
                differences.Add($"the books say that Stripe has {booked}, and it has {received}");
            return string.Join(", ", differences);
        }

        public Task<(int ExitCode, string Output, string Error)> VerifyAsync() =>
            RunningProgram.RunAsync("verify", "--database", _own.ConnectionString);

        public async ValueTask DisposeAsync()
        {
            await _server.KillAsync();
            await _server.DisposeAsync();
            _client.Dispose();
            _face.Dispose();
            await _engine.DisposeAsync();
            await _own.DisposeAsync();
        }

        private async Task StartAsync() => _server = await RunningProgram.StartAsync(
            "serve", "--port", $"{_port}", "--provider-timeout", "1", "--database", $"{_own.ConnectionString};Maximum Pool Size=12");

        private Task ActAsync(Exchange exchange)
        {
            int fate;
            lock (_gate)
                fate = _random.Next(16);
            return (fate switch
            {
                0 => Fault.RequestLost,
                1 => Fault.AnswerLost,
                2 => Fault.AnswerCut,
                3 => Fault.Answer(503, ""),
                4 => Fault.AnswerNeverComes,
                5 => Fault.Changed("half", body => body[..(body.Length / 2)]),
                _ => Fault.Changed("through", body => body),
            }).ActAsync(exchange);
        }

        private async Task EndAsync(string session) => await SealedSql.ScalarAsync(
            _own.Database, "UPDATE session SET expires_at = now() - interval '1 hour' WHERE id = $1 RETURNING id",
            Visits.SessionOf(session));

        /// <summary>Sends a request again and again under its key until it is answered so.</summary>
        private static async Task<TestStudio.Answered> UntilAsync(
            Func<Task<TestStudio.Answered>> sendAsync, params HttpStatusCode[] last)
        {
            for (var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(120); ;)
            {
                try
                {
                    var answered = await sendAsync();
                    // A customer waits while it is pending.
                    var isPending = answered.Text("status") == "pending" && answered.Text("redirectTo") is null;
                    if (last.Contains(answered.Status) && !isPending)
                        return answered;
                    Assert.True(TimeProvider.System.GetUtcNow() < until, $"{answered.Status} {answered.Body}");
                }
                catch (Exception broken) when (Connections.IsBroken(broken))
                {
                    Assert.True(TimeProvider.System.GetUtcNow() < until, broken.Message);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, Cancel);
            }
        }

        private async Task<IReadOnlyList<JsonNode>> IntentsAsync()
        {
            List<JsonNode> all = [];
            for (var after = ""; ;)
            {
                var list = JsonNode.Parse(await _face.GetStringAsync(
                    new Uri($"v1/payment_intents?limit=100{after}", UriKind.Relative), Cancel))!;
                all.AddRange(list["data"]!.AsArray().Select(one => one!));
                if (!(bool)list["has_more"]!)
                    return all;
                after = $"&starting_after={(string)all[^1]["id"]!}";
            }
        }

        private async Task<IReadOnlyList<string>> FindAsync(string sql)
        {
            await using var command = _own.Database.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            List<string> found = [];
            while (await reader.ReadAsync(Cancel))
                found.Add(reader.GetString(0));
            return found;
        }
    }
}
