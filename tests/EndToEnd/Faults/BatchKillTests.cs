using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Billing;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>The server is killed in the middle of a long Midnight call, and the call is repeated under its key.</summary>
[Long]
public sealed class BatchKillTests(BooksFixture books)
{
    private const int Records = 10_000;
    private const int Customers = 20;

    private const string Prc = "qt_prc-of-the-batch";
    private const string Midnight = "qt_midnight-of-the-batch";
    private const string MisKey = "qt_mis-of-the-batch";

    private static readonly Currency Usd = Currency.Parse("USD");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_KilledMidwayThroughABatch_HasWholeRecordsAndTheRepeatBooksEachOnce()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await FillInAsync(own);
        var body = $"[{string.Join(',', Enumerable.Range(0, Records).Select(Record))}]";

        // Killed twice: the second time while the repeat passes by what the first call has done.
        var before = 0L;
        for (var kill = 1; kill <= 2; kill++)
        {
            before = await KillMidwayAsync(own, body, before);
            await own.AssertCleanAsync();
            Assert.Equal(before, await own.CountAsync("kept_answer"));
            Assert.Equal(
                before, await own.CountAsync("payment")
                + await own.CountAsync("kept_answer WHERE subject_id = '00000000-0000-0000-0000-000000000000'"));
        }

        await using var server = await StartAsync(own);
        var answer = (await SendAsync(server, body))!.AsArray();
        var again = await SendAsync(server, body);

        Assert.Equal(answer.ToJsonString(), again!.ToJsonString());
        Assert.Equal(Records, answer.Count);
        for (var index = 0; index < Records; index++)
            Assert.Equal((index, IsBad(index)), (index, (long)answer[index]!["CustomerPaymentId"]! == 0));
        Assert.Equal(Records - (Records / 3), await own.CountAsync("payment"));
        Assert.Equal(Records, await own.CountAsync("kept_answer"));
        // Each customer's payments have the amounts of the customer's records, once.
        Assert.Equal(
            (long)Enumerable.Range(0, Records).Where(index => !IsBad(index)).Sum(index => index + 1),
            await SumAsync(own));
        await own.AssertCleanAsync();
    }

    private static bool IsBad(int index) => index % 3 == 2;

    private static string Record(int index) =>
        $$"""{"CustomerId":{{1 + (index % Customers)}},"AmountBilled":{{index + 1}},"CustomerPaymentDetailList":"""
        + $$"""[{"PaymentLabel":"{{(IsBad(index) ? "Tips" : "Escrow")}}","AmountBilled":{{index + 1}} }]}""";

    /// <summary>Sends the call to a server, and kills it when some of the call's records are kept. Returns how many of all are.</summary>
    private static async Task<long> KillMidwayAsync(OwnBooks own, string body, long before)
    {
        await using var server = await StartAsync(own);
        var call = SendAsync(server, body);
        await NoticePost.UntilAsync(async () => call.IsCompleted || await own.CountAsync("kept_answer") > before);
        await server.KillAsync();
        // It may have been faster than we looked.
        await call;
        // The database has committed the killed server's work or not by now: no transaction holds its locks any more.
        await NoticePost.UntilAsync(
            async () => await own.CountAsync(
            "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'") == 0);
        return await own.CountAsync("kept_answer");
    }

    private static Task<RunningProgram> StartAsync(OwnBooks own) =>
        RunningProgram.StartAsync("serve", "--database", $"{own.ConnectionString};Maximum Pool Size=12");

    /// <summary>The answer; null when none came.</summary>
    private static async Task<JsonNode?> SendAsync(RunningProgram server, string body)
    {
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/v1/Generic/CustomerPaymentInsert")
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", $"PRC {Prc}, Midnight {Midnight}");
        request.Headers.Add("MISKEY", MisKey);
        request.Headers.Add("Idempotency-Key", "the batch");
        try
        {
            using var answer = await client.SendAsync(request, Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.IsSuccessStatusCode, text);
            return JsonNode.Parse(text);
        }
        catch (Exception broken) when (Connections.IsBroken(broken))
        {
            return null;
        }
    }

    private static async Task FillInAsync(OwnBooks own)
    {
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var merchant = await own.MerchantAsync();
        var installation = await merchants.InstallAsync(merchant, "midnight", Usd, Cancel);
        foreach (var (kind, secret) in (
            (CredentialKind, string)[])[(CredentialKind.Prc, Prc), (CredentialKind.Midnight, Midnight), (CredentialKind.MisKey, MisKey)])
        {
            await merchants.EnsureCredentialAsync(installation, kind, "test", secret, ["payments.write"], Cancel);
        }

        await using var engine = own.Engine();
        var origin = new Origin(merchant, 0, NewId());
        for (var customer = 1; customer <= Customers; customer++)
        {
            var opened = await engine.SubmitAsync(new OpenAccount(
                origin, new AccountId(merchant, NewId()), [new Reference(merchant, "midnight", "customer", $"{customer}")], Usd,
                $"Customer {customer}"));
            Assert.True(opened.Accepted);
        }
    }

    private static async Task<long> SumAsync(OwnBooks own)
    {
        await using var command = own.Database.CreateCommand("SELECT (sum(amount_minor) / 100)::bigint FROM payment");
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
