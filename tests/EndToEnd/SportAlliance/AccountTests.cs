using System.Net;
using Npgsql;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Storage.Reading;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>A member's account as a studio sees it.</summary>
public sealed class AccountTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Balance_IsGeneralCreditLessWhatIsDueByToday()
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();
        var claim = TestStudio.NewId();
        await studio.ClaimAsync(member, claim, 40_00, studio.Today.AddDays(-5));
        await studio.ClaimAsync(member, TestStudio.NewId(), 10_00, studio.Today);
        await studio.ClaimAsync(member, TestStudio.NewId(), 500_00, studio.Today.AddDays(1));
        Assert.Equal("""{"amount":-50,"currency":"EUR"}""", (await BalancesAsync(studio, member)).Json("accountBalance"));

        await studio.PayAsync(member, 30_50, studio.Settling(claim, 25_00));
        await studio.PayAsync(member, 12_50, new Part(PartKind.Credit, null, CreditPurpose.Consumption, 12_50));
        await studio.PayAsync(member, 9_00, Part.Escrow(null, 9_00));

        var balances = await BalancesAsync(studio, member);
        Assert.Equal("""{"amount":-19.5,"currency":"EUR"}""", balances.Json("accountBalance"));
        Assert.Equal("""{"amount":12.5,"currency":"EUR"}""", balances.Json("consumptionCredit"));
        Assert.False((bool)balances.Body!["inDebtCollection"]!);
        Assert.Equal(["accountBalance", "consumptionCredit", "inDebtCollection"], balances.Body.Select(member => member.Key));
    }

    [Fact]
    public async Task Lists_AreDividedByTheStudiosToday()
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();
        int[] days = [-400, -1, 0, 1];
        var ids = new Dictionary<int, long>();
        foreach (var day in days)
            await studio.ClaimAsync(member, ids[day] = TestStudio.NewId(), 10_00, studio.Today.AddDays(day));
        var (lastDay, tooLate) = (TestStudio.NewId(), TestStudio.NewId());
        await studio.ClaimAsync(member, lastDay, 10_00, studio.Today.AddYears(1));
        await studio.ClaimAsync(member, tooLate, 10_00, studio.Today.AddYears(1).AddDays(1));

        Assert.Equal([ids[-400], ids[-1]], (await studio.GetAsync(Past(member))).Ids);
        Assert.Equal([ids[0], ids[1], lastDay], (await studio.GetAsync(Upcoming(member))).Ids);
    }

    [Fact]
    public async Task Today_IsTheDayInTheStudiosTimeZone()
    {
        // A day and an hour apart: it is never the same day in both.
        var east = await TestStudio.OpenAsync(books, timeZone: "Pacific/Kiritimati");
        var west = await TestStudio.OpenAsync(books, timeZone: "Pacific/Pago_Pago");
        Assert.NotEqual(east.Today, west.Today);
        foreach (var (studio, expected) in new[] { (east, 0), (west, 1) })
        {
            var member = await studio.MemberAsync();
            await studio.ClaimAsync(member, TestStudio.NewId(), 10_00, west.Today);
            Assert.Equal(expected, (await studio.GetAsync(Upcoming(member))).Ids.Count);
        }
    }

    [Fact]
    public async Task Entry_TellsWhatItIsAndWhatIsOpen()
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();
        var (part, settled) = (TestStudio.NewId(), TestStudio.NewId());
        await studio.ClaimAsync(member, part, 49_90, studio.Today.AddDays(3));
        await studio.ClaimAsync(member, settled, 9_90, studio.Today.AddDays(4));
        await studio.PayAsync(member, 19_90, studio.Settling(part, 10_00), studio.Settling(settled));

        var answer = await studio.GetAsync(Upcoming(member));

        Assert.Equal(
            $$"""[{"id":{{part}},"dueDate":"{{studio.Today.AddDays(3):yyyy-MM-dd}}","description":"Claim {{part}}","amount":"""
                + """{"amount":49.9,"currency":"EUR"},"openAmount":{"amount":39.9,"currency":"EUR"},"installmentPlan":false},"""
                + $$"""{"id":{{settled}},"dueDate":"{{studio.Today.AddDays(4):yyyy-MM-dd}}","description":"Claim {{settled}}","amount":"""
                + """{"amount":9.9,"currency":"EUR"},"openAmount":{"amount":0,"currency":"EUR"},"installmentPlan":false}]""",
            answer.Json("result"));
    }

    [Fact]
    public async Task Charge_WithoutADebtClaim_IsListedUnderOurNumber()
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();
        await studio.ClaimAsync(member, null, 5_00, studio.Today);

        var listed = await studio.GetAsync(Upcoming(member));

        await using var command = books.Database.CreateCommand($"""
            SELECT c.number
              FROM charge c JOIN reference r ON r.merchant_id = c.merchant_id AND r.object_id = c.account_id
             WHERE r.value = '{member}' AND r.kind = 'customer'
            """);
        Assert.Equal(await command.ExecuteScalarAsync(Cancel), Assert.Single(listed.Ids));
        Assert.False(listed.Body!["result"]![0]!.AsObject().ContainsKey("description"));
    }

    [Fact]
    public async Task Slices_GoThroughTheWholeListOnce()
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();
        // Raised in another order than that of their ids, and due in yet another one.
        long[] ids = [.. Enumerable.Range(0, 23).Select(_ => TestStudio.NewId())];
        foreach (var (id, day) in ids.Reverse().Zip([.. Enumerable.Range(1, 23).OrderBy(day => day * 7 % 23)]))
            await studio.ClaimAsync(member, id, 1_00, studio.Today.AddDays(day));

        List<long> met = [];
        var offset = "0";
        for (var hasNext = true; hasNext;)
        {
            var slice = await studio.GetAsync($"{Upcoming(member)}?sliceSize=5&offset={offset}");
            met.AddRange(slice.Ids);
            Assert.True(slice.Ids.Count <= 5);
            hasNext = (bool)slice.Body!["hasNext"]!;
            offset = slice.Text("offset")!;
        }

        Assert.Equal(ids, met);
        Assert.Equal($"{ids[^1]}", offset);
        Assert.Equal(ids[..10], (await studio.GetAsync(Upcoming(member))).Ids);
        var beyond = await studio.GetAsync($"{Upcoming(member)}?offset=9223372036854775807");
        Assert.Equal(
            ("""[]""", "9223372036854775807", false), (beyond.Json("result"), beyond.Text("offset"), (bool)beyond.Body!["hasNext"]!));
    }

    [Fact]
    public async Task Slices_WithTwoEntriesOfOneNumber_LoseNeither()
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();
        await studio.ClaimAsync(member, null, 1_00, studio.Today);
        var number = Assert.Single((await studio.GetAsync(Upcoming(member))).Ids);
        await studio.ClaimAsync(member, number, 2_00, studio.Today);
        await studio.ClaimAsync(member, number + 1_000_000, 3_00, studio.Today);

        var first = await studio.GetAsync($"{Upcoming(member)}?sliceSize=1");

        Assert.Equal([number, number], first.Ids);
        Assert.True((bool)first.Body!["hasNext"]!);
        Assert.Equal([number + 1_000_000], (await studio.GetAsync($"{Upcoming(member)}?sliceSize=1&offset={first.Text("offset")}")).Ids);
    }

    [Theory]
    [InlineData("sliceSize=0", "sliceSize")]
    [InlineData("sliceSize=51", "sliceSize")]
    [InlineData("sliceSize=-1", "sliceSize")]
    [InlineData("sliceSize=", "sliceSize")]
    [InlineData("sliceSize=ten", "sliceSize")]
    [InlineData("sliceSize=5.0", "sliceSize")]
    [InlineData("sliceSize=99999999999999999999", "sliceSize")]
    [InlineData("sliceSize=5&sliceSize=5", "sliceSize")]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=", "offset")]
    [InlineData("offset=x", "offset")]
    [InlineData("offset=1e3", "offset")]
    [InlineData("offset=9223372036854775808", "offset")]
    public async Task Slice_ThatIsNone_IsRefused(string query, string reference)
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();
        foreach (var path in new[] { Past(member), Upcoming(member) })
            Assert.Equal((400, "errormessage.validation.failed", reference), (await studio.GetAsync($"{path}?{query}")).Error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("9223372036854775808")]
    [InlineData("abc")]
    [InlineData("1.0")]
    [InlineData("+1")]
    [InlineData("%201")]
    public async Task Customer_ThatIsNoId_IsRefused(string id)
    {
        foreach (var list in new[] { "balances", "transactions", "transactions/upcoming" })
        {
            var answer = await TestStudio.SendAsync(
                books.Client, HttpMethod.Get, $"/v1/customers/{id}/account/{list}", "demo-studio", null);
            Assert.Equal((400, "errormessage.validation.failed", "customerId"), answer.Error);
        }
    }

    [Fact]
    public async Task Customer_OfNobodyOrOfAnotherStudio_IsUnknown()
    {
        var studio = await TestStudio.OpenAsync(books);
        foreach (var id in new[] { "1002", "9223372036854775807" })
        {
            foreach (var list in new[] { "balances", "transactions", "transactions/upcoming" })
            {
                var answer = await studio.GetAsync($"/v1/customers/{id}/account/{list}");
                Assert.Equal((404, "errormessage.entity.notfound", null), answer.Error);
                Assert.Equal("Entity does not exists.", answer.Text("errorMessage"));
            }
        }
    }

    [Fact]
    public async Task Demo_HasItsTwoMembers()
    {
        var anna = await TestStudio.SendAsync(books.Client, HttpMethod.Get, Upcoming(1001), "demo-studio", null);
        var jonas = await TestStudio.SendAsync(books.Client, HttpMethod.Get, Upcoming(1002), "demo-studio", null);

        Assert.Equal(HttpStatusCode.OK, anna.Status);
        Assert.Empty(anna.Ids);
        Assert.Equal([501, 502, 503], jonas.Ids);
        Assert.Equal([20m, 35.5m, 9.99m], jonas.Body!["result"]!.AsArray().Select(entry => (decimal)entry!["amount"]!["amount"]!));
    }

    [Fact]
    public async Task List_OfAnAccountWithTenThousandCharges_ReadsOneSliceByIndex()
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();
        var first = TestStudio.NewId() * 100_000;
        // By thousands, since the engine is others' too.
        foreach (var some in Enumerable.Range(1, 10_000).Chunk(1000))
            await Task.WhenAll(some.Select(i => studio.ClaimAsync(member, first + i, 1_00, studio.Today.AddDays(-i % 300))));
        await using (var analyse = books.Database.CreateCommand("ANALYZE charge"))
            await analyse.ExecuteNonQueryAsync(Cancel);

        var account = await new Books(books.Database).AccountAsync(studio.Target(member).Names[0], Cancel);
        // A plan for these values, and the one that serves all values once a connection has prepared the statement.
        foreach (var mode in new[] { "force_custom_plan", "force_generic_plan" })
        {
            var plan = await ExplainAsync(mode, account!.Id, first + 5_000, studio.Today);
            Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
            // Two more than the slice, and none of the thousands before and behind it. Some versions print decimals.
            Assert.Matches(@"charge_listed.*rows=52\b", plan);
        }

        var slice = await studio.GetAsync($"{Past(member)}?sliceSize=50&offset={first + 5_000}");
        Assert.Equal(50, slice.Ids.Count);
    }

    private async Task<string> ExplainAsync(string mode, Core.AccountId account, long after, DateOnly today)
    {
        await using var connection = await books.Database.OpenConnectionAsync(Cancel);
        await using var command = new NpgsqlCommand($"""
            SET plan_cache_mode = {mode};
            PREPARE listed (bigint, uuid, bigint, date, date, int) AS {AccountReading.ListedCharges};
            EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)
            EXECUTE listed ({account.Merchant.Value}, '{account.Value}', {after}, '-infinity', '{today:yyyy-MM-dd}', 50);
            """, connection);
        List<string> lines = [];
        await using (var reader = await command.ExecuteReaderAsync(Cancel))
        {
            while (await reader.ReadAsync(Cancel))
                lines.Add(reader.GetString(0));
        }

        await using var reset = new NpgsqlCommand("RESET plan_cache_mode; DEALLOCATE listed", connection);
        await reset.ExecuteNonQueryAsync(Cancel);
        return string.Join('\n', lines);
    }

    private static Task<TestStudio.Answered> BalancesAsync(TestStudio studio, long member) =>
        studio.GetAsync($"/v1/customers/{member}/account/balances");

    private static string Past(long member) => $"/v1/customers/{member}/account/transactions";

    private static string Upcoming(long member) => $"/v1/customers/{member}/account/transactions/upcoming";
}
