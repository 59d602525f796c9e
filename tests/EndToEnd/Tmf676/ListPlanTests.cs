using System.Globalization;
using System.Net;
using System.Text.Json;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Billing;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Lists of a large table are read along its keys by every filter; and a filter without a key is refused.</summary>
[Long("a large table")]
public sealed class ListPlanTests(BooksFixture books)
{
    private const int Payments = 120_000;
    private const int Refunds = 40_000;

    // Beside what is shown at most 10,001 are counted, of which every fourth is looked at in vain.
    private const long MostRows = 15_000;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string What, Criterion[] Criteria)[] OfAny =
    [
        ("everything", []),
        ("one id, which an address has too", [new IdCriterion([IdOf(7)])]),
        ("one account", [new AccountCriterion([IdOf(8)])]),
        ("two accounts", [new AccountCriterion([IdOf(8), IdOf(9)])]),
        ("a minute", [Between(Start.AddHours(9), Start.AddHours(9).AddMinutes(1))]),
        ("since some time", [Between(Start.AddHours(8), null)]),
        ("the last minutes", [Between(Start.AddSeconds(Refunds - 300), null)]),
        ("until some time", [Between(null, Start.AddHours(1))]),
        ("one amount", [new AmountCriterion([new Range<decimal>(5.01m, 5.01m)])]),
        ("large amounts", [new AmountCriterion([new Range<decimal>(49.5m, null)])]),
        ("a reference", [new CorrelatorCriterion(["c-77"])]),
        ("a rare method", [new MethodCriterion(["Check"], [PaymentMethod.Check], Instruments: false)]),
        ("a common method", [new MethodCriterion(["Cash"], [], Instruments: false)]),
        ("an account's checks", [new AccountCriterion([IdOf(8)]), new MethodCriterion(["Check"], [], Instruments: false)]),
        ("a minute's large amounts",
            [Between(Start.AddHours(9), Start.AddHours(9).AddMinutes(1)), new AmountCriterion([new Range<decimal>(40m, null)])]),
    ];

    private static readonly (string What, Criterion[] Criteria)[] OfPayments =
    [
        .. OfAny,
        ("what most are", [new StatusCriterion<PaymentStatus>([PaymentStatus.Captured])]),
        ("what few are", [new StatusCriterion<PaymentStatus>([PaymentStatus.Declined])]),
        ("what few are, two ways", [new StatusCriterion<PaymentStatus>([PaymentStatus.Pending, PaymentStatus.Unknown])]),
        ("paid in a minute",
            [new StatusCriterion<PaymentStatus>([PaymentStatus.Captured]), Between(Start.AddHours(9), Start.AddHours(9).AddMinutes(1))]),
        ("an account's declined payments", [new AccountCriterion([IdOf(8)]), new StatusCriterion<PaymentStatus>([PaymentStatus.Declined])]),
        ("one number", [new NumberCriterion(7)]),
        ("what has money left", [new UnallocatedCriterion()]),
        ("what of an account has money left", [new AccountCriterion([IdOf(8)]), new UnallocatedCriterion()]),
        ("what settles a bill", [new ChargeCriterion(new Reference(new MerchantId(1), "oracle-brm", "bill-number", "B1-101"))]),
    ];

    private static readonly (string What, Criterion[] Criteria)[] OfRefunds =
    [
        .. OfAny,
        ("what most are", [new StatusCriterion<RefundStatus>([RefundStatus.Done])]),
        ("what few are", [new StatusCriterion<RefundStatus>([RefundStatus.Failed])]),
        ("given back in a minute",
            [new RefundedAtCriterion([new Range<DateTimeOffset>(Start.AddHours(9), Start.AddHours(9).AddMinutes(1))])]),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_OfALargeTable_AreReadByKeys_AndByNothingElseAlone()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        await FillAsync(own, merchant);

        await AssertReadByKeysAsync(own, merchant, "payment", OfPayments);
        await AssertReadByKeysAsync(own, merchant, "refund", OfRefunds);
        await AssertRefusedWithoutKeyAsync(own, merchant);
    }

    /// <summary>Until it is looked at, PostgreSQL takes a merchant's rows for few.</summary>
    [Theory]
    [InlineData("payment")]
    [InlineData("refund")]
    public async Task WholeList_OfATableThatHasJustGrown_IsReadInItsOrder(string table)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        await FillAsync(own, merchant, isLookedAt: false);

        await AssertReadByKeysAsync(own, merchant, table, [("everything", [])]);
    }

    [Fact]
    public async Task ListThatIsKnownToBeLong_IsCountedAnew_ForAHigherBoundAndForEachFilter()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (merchant, other) = (await own.MerchantAsync(), await own.MerchantAsync());
        await FillAsync(own, merchant, isLookedAt: false);
        var reading = new PaymentReading(own.Database);
        async Task<long> CountAsync(MerchantId of, long bound, params Criterion[] criteria) =>
            (await reading.ListAsync(new ListQuery(of, 0) { CountsUpTo = bound, Criteria = criteria }, Cancel)).Count;

        Assert.Equal(101, await CountAsync(merchant, 101));
        Assert.Equal(101, await CountAsync(merchant, 101));
        Assert.Equal(2, await CountAsync(merchant, 2));
        Assert.Equal(1, await CountAsync(merchant, 101, new NumberCriterion(7)));
        Assert.Equal(Payments, await CountAsync(merchant, long.MaxValue));
        Assert.Equal(0, await CountAsync(other, 101));
    }

    /// <summary>Distributed tables can't do with one plan.</summary>
    [Fact]
    public async Task ItemsOfAList_AreNotPlannedAnewForEachList()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var merchant = await own.MerchantAsync();
        var (origin, usd) = (new Origin(merchant, 0, IdOf(1)), Currency.Parse("USD"));
        var name = new Reference(merchant, "test", "account", "1");
        await engine.DoAsync(new OpenAccount(origin, new AccountId(merchant, IdOf(2)), [name], usd, null));
        await engine.DoAsync(new RecordPayment(origin, AccountTarget.Named(name), new PaymentId(merchant, IdOf(3)), "test")
        {
            Amount = new Money(1, usd),
            ReceivedBy = ClearingProvider.Cash,
        });
        await using var one = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(own.ConnectionString) { MaxPoolSize = 1, MaxAutoPrepare = 50, AutoPrepareMinUsages = 2 });
        var reading = new PaymentReading(one);

        for (var list = 0; list < 4; list++)
            Assert.Single((await reading.ListAsync(new ListQuery(merchant, 10), Cancel)).Items);

        await using var plans = one.CreateCommand(
            "SELECT sum(custom_plans)::int, sum(generic_plans)::int FROM pg_prepared_statements "
            + "WHERE statement LIKE '%= ANY($2)%'");
        await using var row = await plans.ExecuteReaderAsync(Cancel);
        Assert.True(await row.ReadAsync(Cancel));
        Assert.Equal((Cluster.IsNamed, !Cluster.IsNamed), (row.GetInt32(0) > 0, row.GetInt32(1) > 0));
    }

    [Theory]
    [InlineData("payment", "allocated_minor, method", "0, 'cash'")]
    [InlineData("refund", "taken_by", "0")]
    public async Task Amounts_AreFoundByTheirMajorUnits_InEveryCurrency(string table, string columns, string values)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await ExecuteAsync(own, $"""
            INSERT INTO {table} (merchant_id, id, number, account_id, amount_minor, currency, events, dialect, status, status_at, {columns})
            SELECT 1, gen_random_uuid(), n, gen_random_uuid(), 1234567, currency, 1, 'tmf676', 'pending', $1, {values}
              FROM unnest(ARRAY['{string.Join("','", Currency.All.Select(currency => currency.Code))}']) WITH ORDINALITY u(currency, n)
            """);
        await using var command = own.Database.CreateCommand($"SELECT currency, amount_major FROM {table} ORDER BY currency");
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        List<string> found = [];
        while (await reader.ReadAsync(Cancel))
            found.Add($"{reader.GetDecimal(1).ToString(CultureInfo.InvariantCulture)} {reader.GetString(0)}");

        Assert.Equal(Currency.All.Select(currency => new Money(1234567, currency).ToString()), found);
    }

    private static Guid IdOf(int number) => Guid.Parse(IdText(number));

    private static StatusAtCriterion Between(DateTimeOffset? from, DateTimeOffset? to) => new([new Range<DateTimeOffset>(from, to)]);

    /// <summary>The time of taking on comes first, as in all ids.</summary>
    private static string IdText(int number)
    {
        var at = (Start.ToUnixTimeMilliseconds() + (number * 1000L)).ToString("x12");
        return $"{at[..8]}-{at[8..]}-7000-8000-{number:x12}";
    }

    private static async Task AssertReadByKeysAsync(
        OwnBooks own, MerchantId merchant, string table, (string What, Criterion[] Criteria)[] queries)
    {
        foreach (var (what, criteria) in queries)
        {
            foreach (var query in new[]
                {
                    new ListQuery(merchant, 100) { Criteria = criteria, CountsUpTo = 10_001 },
                    new ListQuery(merchant, 100) { Criteria = criteria, CountsUpTo = 10_001, After = IdOf(Refunds / 2) },
                    new ListQuery(merchant, 100) { Criteria = criteria, CountsUpTo = 10_001, IsNewestFirst = true },
                })
            {
                foreach (var plan in await PlansAsync(own, new ListStatement(table, query)))
                {
                    Assert.False(plan.Contains("Seq Scan", StringComparison.Ordinal), $"{table}, {what}:\n{plan}");
                    using var read = JsonDocument.Parse(plan);
                    var rows = RowsOf(read.RootElement[0].GetProperty("Plan"));
                    Assert.True(rows <= MostRows, $"{table}, {what}: {rows} rows are looked at.\n{plan}");
                }
            }
        }
    }

    /// <summary>The most rows that a part of a plan has looked at.</summary>
    private static decimal RowsOf(JsonElement plan)
    {
        var removed = plan.EnumerateObject().Where(member => member.Name.StartsWith("Rows Removed by", StringComparison.Ordinal))
            .Sum(member => Number(member.Value));
        var looked = (Number(plan.GetProperty("Actual Rows")) + removed) * Number(plan.GetProperty("Actual Loops"));
        return plan.TryGetProperty("Plans", out var parts) ? parts.EnumerateArray().Max(RowsOf) is var most && most > looked ? most : looked
            : looked;
    }

    // Means of several loops have decimals.
    private static decimal Number(JsonElement value) => decimal.Parse(value.GetRawText(), CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<string>> PlansAsync(OwnBooks own, ListStatement statement)
    {
        await using var connection = await own.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using var batch = new NpgsqlBatch(connection);
        statement.AddSettings(batch);
        var settings = batch.BatchCommands.Count;
        statement.AddPage(batch);
        statement.AddCount(batch);
        for (var index = settings; index < batch.BatchCommands.Count; index++)
            batch.BatchCommands[index].CommandText = $"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {batch.BatchCommands[index].CommandText}";
        await using var reader = await batch.ExecuteReaderAsync(Cancel);
        List<string> plans = [];
        do
        {
            while (await reader.ReadAsync(Cancel))
                plans.Add(reader.GetString(0));
        }
        while (await reader.NextResultAsync(Cancel));
        return plans;
    }

    private static async Task AssertRefusedWithoutKeyAsync(OwnBooks own, MerchantId merchant)
    {
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var installation = await merchants.InstallAsync(merchant, "tmf676", Currency.Parse("USD"), Cancel);
        const string Token = "qt_the token of a merchant with many payments";
        await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "test", Token, [.. Api.Tmf676.Scopes], Cancel);
        SecretWatch.OfTheRun.Add([Token]);
        var port = BooksFixture.FreePort();
        await using var engine = own.Engine();
        var vault = await Storage.Vault.PostgresVault.OpenAsync(
            own.Database, Storage.Vault.MasterKey.Generate(), TimeProvider.System, Cancel);
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false), own.Database,
            engine, vault);
        await server.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);

        using var refused = await client.GetAsync($"{Telco.Payments}?description=Mars", Cancel);
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalidValue"), (refused.StatusCode, problem.RootElement.GetProperty("code").GetString()));
        Assert.Contains("description alone can't be filtered by among more than 100000 records",
            problem.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);

        // Together with what has a key, and among fewer records, it can.
        foreach (var path in (
            string[])[$"{Telco.Payments}?description=Mars&correlatorId=none", $"{Telco.Payments}?description=Mars&id={IdOf(Payments + 1)}"])
        {
            Assert.Equal((path, "[]"), (path, await client.GetStringAsync(path, Cancel)));
        }

        await server.StopAsync(Cancel);
    }

    private static async Task FillAsync(OwnBooks own, MerchantId merchant, bool isLookedAt = true)
    {
        // As IdText has it.
        string Id(string number) =>
            $"regexp_replace(lpad(to_hex({Start.ToUnixTimeMilliseconds()} + {number} * 1000), 12, '0'), '^(.{{8}})', '\\1-')::text || "
                + $"'-7000-8000-' || lpad(to_hex({number}), 12, '0')";
        var columns = $"""
            SELECT {merchant.Value}, ({Id("n")})::uuid, n, ({Id("n % 600")})::uuid, n % 5000 + 1, 'USD', 1, 'tmf676',
                   $1 + n * interval '1 second' + CASE WHEN n % 900 = 0 THEN interval '1 day' ELSE '0' END,
                   json_build_object('correlatorId', 'c-' || n, 'paymentMethod',
                       json_build_object('@type', CASE WHEN n % 300 = 0 THEN 'Check' ELSE 'Cash' END))
            """;
        await ExecuteAsync(own, $"""
            INSERT INTO payment (merchant_id, id, number, account_id, amount_minor, currency, events, dialect, status_at, details,
                                 allocated_minor, method, status)
            {columns}, CASE WHEN n % 400 = 0 THEN 0 ELSE n % 5000 + 1 END, 'cash',
                   CASE WHEN n % 500 = 0 THEN 'declined' WHEN n % 501 = 0 THEN 'pending' ELSE 'captured' END
              FROM generate_series(1, {Payments}) n
            """);
        await ExecuteAsync(own, $"""
            INSERT INTO refund (merchant_id, id, number, account_id, amount_minor, currency, events, dialect, status_at, details, taken_by,
                                status)
            {columns}, 0, CASE WHEN n % 500 = 0 THEN 'failed' ELSE 'done' END
              FROM generate_series(1, {Refunds}) n
            """);
        if (!isLookedAt)
            return;
        await using var analyze = own.Database.CreateCommand("VACUUM ANALYZE payment, refund");
        await analyze.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task ExecuteAsync(OwnBooks own, string sql)
    {
        await using var command = own.Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = Start.UtcDateTime });
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
