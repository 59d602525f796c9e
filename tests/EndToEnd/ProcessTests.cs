using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Npgsql;
using Quittance.Storage.Embedded;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>The program as its operator sees it: killed, doubled, stopped, refused.</summary>
public sealed class ProcessTests(BooksFixture books) : IDisposable
{
    private const string KillsVariable = "QUITTANCE_KILLS";
    private const int Clients = 8;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-process-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Long]
    [Fact]
    public async Task Server_KilledUnderLoad_LosesNothingAndBooksNothingTwice()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable(KillsVariable) ?? "5");
        var booked = new ConcurrentDictionary<string, string>();
        var unanswered = new ConcurrentBag<(string Key, string Account)>();
        for (var kill = 0; kill < kills; kill++)
        {
            await using var server = await RunningProgram.StartAsync("demo", "--data", _folder.FullName);
            await RepeatAsync(server, unanswered, booked);
            var load = LoadAsync(server, booked, unanswered);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(100, 700)), TimeProvider.System, Cancel);
            await server.KillAsync();
            await load;
        }

        await using (var server = await RunningProgram.StartAsync("demo", "--data", _folder.FullName))
        {
            await RepeatAsync(server, unanswered, booked);
            Assert.True(booked.Count > kills);
            using var client = new HttpClient { BaseAddress = server.Address };
            foreach (var id in booked.Values)
            {
                using var found = await client.GetAsync(new Uri($"paymentManagement/v4/payment/{id}", UriKind.Relative), Cancel);
                Assert.Equal(HttpStatusCode.OK, found.StatusCode);
            }

            await using var database = NpgsqlDataSource.Create(EmbeddedPostgres.FindRunning(_folder.FullName)!);
            await using var count = database.CreateCommand("SELECT count(*) FROM payment WHERE dialect = 'tmf676'");
            Assert.Equal((long)booked.Count, await count.ExecuteScalarAsync(Cancel));
            Assert.Equal(booked.Count, booked.Values.Distinct().Count());
            await AssertVerifiedAsync("--data", _folder.FullName);
        }

        // And without a server, on books that no program has open.
        await AssertVerifiedAsync("--data", _folder.FullName);
    }

    [Long]
    [Fact]
    public async Task Serve_OnTheBooksOfADemo_LetsNobodyInWithTheDemosCredentials()
    {
        await using (await RunningProgram.StartAsync("demo", "--data", _folder.FullName))
        {
        }

        await using var server = await RunningProgram.StartAsync("serve", "--embedded", "--data", _folder.FullName);
        using var client = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("GET", "paymentManagement/v4/payment/1"));
        Assert.Equal(HttpStatusCode.Unauthorized,
            await StatusAsync("GET", "paymentManagement/v4/payment/1", ("Authorization", "Bearer demo-telco")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("GET", "brm/payment/v4/payment", ("Authorization", "Bearer demo-brm")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("GET", "bookings", ("Authorization", "Bearer demo-rail")));
        Assert.Equal(
            HttpStatusCode.Unauthorized, await StatusAsync("GET", "v1/customers/1001/account/balances", ("X-API-KEY", "demo-studio")));
        Assert.Equal(
            HttpStatusCode.Unauthorized, await StatusAsync("POST", "v1/Order/OrderList", ("Authorization", "Midnight demo-midnight")));
        foreach (var (name, secret) in (
            IEnumerable<(string, string)>)[("demo-rail", "demo-rail-secret"), ("demo-brm", "demo-brm-secret"), ("demo@demo", "demo")])
        {
            using var form =
                new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", name), new("client_secret", secret)]);
            using var refused = await client.PostAsync(new Uri("oauth/token", UriKind.Relative), form, Cancel);
            Assert.Equal((name, HttpStatusCode.Unauthorized), (name, refused.StatusCode));
        }

        async Task<HttpStatusCode> StatusAsync(string method, string path, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
            if (method == "POST")
                request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await client.SendAsync(request, Cancel);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Program_StartedByDotnetRun_KeepsItsBooksWhereTheCommandWasTyped()
    {
        using var build = Process.Start(new ProcessStartInfo(
            "dotnet", ["msbuild", Path.Combine(RunningProgram.Solution, "src", "Host"), "-getProperty:RunWorkingDirectory"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var folder = await build.StandardOutput.ReadToEndAsync(Cancel);
        await build.WaitForExitAsync(Cancel);

        Assert.Equal((0, ""), (build.ExitCode, folder.Trim()));
    }

    [Fact]
    public async Task Verify_WhereThereAreNoBooks_MakesNone()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using (var drop = own.Database.CreateCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
            await drop.ExecuteNonQueryAsync(Cancel);

        var (exitCode, _, error) = await RunningProgram.RunAsync("verify", "--database", own.ConnectionString);

        Assert.Equal(1, exitCode);
        Assert.Contains("no books", error, StringComparison.Ordinal);
        await using var tables = own.Database.CreateCommand("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        Assert.Equal(0L, await tables.ExecuteScalarAsync(Cancel));
    }

    [Long]
    [Fact]
    public async Task Servers_TwoOnOneDatabase_ShareItsAccountsWithoutADeadlock()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var one = await RunningProgram.StartAsync("demo", "--database", own.ConnectionString);
        await using var other = await RunningProgram.StartAsync("demo", "--database", own.ConnectionString);

        var answers = await Task.WhenAll(Enumerable.Range(0, 2 * Clients).Select(async client =>
        {
            using var http = new HttpClient { BaseAddress = client % 2 == 0 ? one.Address : other.Address };
            List<(HttpStatusCode, string)> answered = [];
            for (var number = 0; number < 40; number++)
                answered.Add(await PayAsync(http, $"{client} {number}", $"Shared-{number % 10}"));
            return answered;
        }));

        Assert.All(answers.SelectMany(answered => answered), answer => Assert.Equal(HttpStatusCode.Created, answer.Item1));
        Assert.Equal(2 * Clients * 40, answers.SelectMany(answered => answered).Select(answer => answer.Item2).Distinct().Count());
        await using var deadlocks = own.Database.CreateCommand("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
        Assert.Equal(0L, await deadlocks.ExecuteScalarAsync(Cancel));
        await AssertVerifiedAsync("--database", own.ConnectionString);
    }

    [Long]
    [Fact]
    public async Task Server_AskedToStop_AnswersWhatIsInFlightAndTakesItsPostgresWithIt()
    {
        await using var server = await RunningProgram.StartAsync("demo", "--data", _folder.FullName);
        using var client = new HttpClient { BaseAddress = server.Address };
        await PayAsync(client, "first", "Slow");
        Task<(HttpStatusCode Status, string Id)>[] inFlight;
        Task<int> stopping;
        await using (await HoldEverySlotAsync())
        {
            inFlight = [.. Enumerable.Range(0, 10).Select(number => PayAsync(client, $"key {number}", "Slow"))];
            await WaitUntilWaitingAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Cancel);
            stopping = server.StopAsync();
            await WaitUntilRefusedAsync(server.Address);
            Assert.All(inFlight, answer => Assert.False(answer.IsCompleted));
        }

        Assert.All(await Task.WhenAll(inFlight), answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Equal(0, await stopping.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        Assert.Null(EmbeddedPostgres.FindRunning(_folder.FullName));
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "postgres", "postmaster.pid")));
    }

    [Long]
    [Fact]
    public async Task Server_WatchesNoFilesOfTheFolderThatItIsStartedIn()
    {
        await using var server = await RunningProgram.StartAsync("demo", "--data", _folder.FullName);
        var open = Directory.GetFiles($"/proc/{server.Id}/fd").Select(file => new FileInfo(file).LinkTarget).ToList();
        Assert.Contains(open, target => target?.Contains("socket:", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(open, target => target?.Contains("inotify", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Server_OnATakenPort_SaysSoAndEndsWith1()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var (exitCode, _, error) = await RunningProgram.RunAsync("demo", "--port", $"{port}", "--data", _folder.FullName);

        Assert.Equal(1, exitCode);
        Assert.Contains($"Port {port}", error, StringComparison.Ordinal);
        Assert.Contains("--port", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Long]
    [Fact]
    public async Task Server_OnATakenFolder_SaysSoAndEndsWith1()
    {
        await using var owner = await RunningProgram.StartAsync("serve", "--embedded", "--data", _folder.FullName);

        var (exitCode, _, error) = await RunningProgram.RunAsync(
            "serve", "--embedded", "--port", $"{BooksFixture.FreePort()}", "--data", _folder.FullName);

        Assert.Equal(1, exitCode);
        Assert.Contains("is in use by another running Quittance", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    /// <summary>Clients pay until the server is gone. They note each answer, and each missing one, by idempotency key.</summary>
    private static Task LoadAsync(
        RunningProgram server, ConcurrentDictionary<string, string> booked, ConcurrentBag<(string Key, string Account)> unanswered) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            using var http = new HttpClient { BaseAddress = server.Address };
            while (true)
            {
                var key = $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):D}";
                try
                {
                    var (status, id) = await PayAsync(http, key, $"Kill-{client}");
                    Assert.Equal(HttpStatusCode.Created, status);
                    booked[key] = id;
                }
                catch (Exception gone) when (gone is HttpRequestException or IOException)
                {
                    unanswered.Add((key, $"Kill-{client}"));
                    return;
                }
            }
        }));

    /// <summary>Repeats, each twice, what got no answer: now each gets one, and the same both times.</summary>
    private static async Task RepeatAsync(
        RunningProgram server, ConcurrentBag<(string Key, string Account)> unanswered, ConcurrentDictionary<string, string> booked)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        while (unanswered.TryTake(out var request))
        {
            var first = await PayAsync(http, request.Key, request.Account);
            Assert.Equal(HttpStatusCode.Created, first.Status);
            Assert.Equal(first, await PayAsync(http, request.Key, request.Account));
            booked[request.Key] = first.Id;
        }
    }

    private static async Task<(HttpStatusCode Status, string Id)> PayAsync(HttpClient http, string key, string account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("paymentManagement/v4/payment", UriKind.Relative))
        {
            Content = new StringContent(
                $$"""{"account":{"id":"{{account}}"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":10.5} }""",
                Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await http.SendAsync(request, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        return answer.StatusCode == HttpStatusCode.Created
            ? (answer.StatusCode, JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!)
            : (answer.StatusCode, body);
    }

    private static async Task AssertVerifiedAsync(params string[] where)
    {
        var (exitCode, output, error) = await RunningProgram.RunAsync(["verify", .. where]);
        Assert.True(exitCode == 0, output + error);
    }

    private async Task<IAsyncDisposable> HoldEverySlotAsync()
    {
        var connection = new NpgsqlConnection(EmbeddedPostgres.FindRunning(_folder.FullName)! + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var hold = new NpgsqlCommand("BEGIN; UPDATE slot SET last_at = last_at", connection);
        await hold.ExecuteNonQueryAsync(Cancel);
        return connection;
    }

    private async Task WaitUntilWaitingAsync()
    {
        await using var database = NpgsqlDataSource.Create(EmbeddedPostgres.FindRunning(_folder.FullName)! + ";Pooling=false");
        while (true)
        {
            await using var waiting = database.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
            if ((long)(await waiting.ExecuteScalarAsync(Cancel))! > 0)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }

    private static async Task WaitUntilRefusedAsync(Uri address)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(address.Host, address.Port, Cancel);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }
}
