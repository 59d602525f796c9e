using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Lists;
using Quittance.Core.Payments;
using Quittance.Storage;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Lists of a large table are read along its keys, whatever they are filtered by.</summary>
public sealed class PaymentListPlanTests(BooksFixture books)
{
    private const int Payments = 120_000;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string What, Criterion[] Criteria)[] Queries =
    [
        ("everything", []),
        ("one id", [new IdCriterion([IdOf(7)])]),
        ("one account", [new AccountCriterion([IdOf(8)])]),
        ("two accounts", [new AccountCriterion([IdOf(8), IdOf(9)])]),
        ("what most are", [new StatusCriterion<PaymentStatus>([PaymentStatus.Captured])]),
        ("what few are", [new StatusCriterion<PaymentStatus>([PaymentStatus.Declined])]),
        ("what few are, two ways", [new StatusCriterion<PaymentStatus>([PaymentStatus.Pending, PaymentStatus.Unknown])]),
        ("a minute", [new StatusAtCriterion([new Range<DateTimeOffset>(Start.AddHours(20), Start.AddHours(20).AddMinutes(1))])]),
        ("the last minutes", [new StatusAtCriterion([new Range<DateTimeOffset>(Start.AddSeconds(Payments - 300), null)])]),
        ("one amount", [new AmountCriterion([new Range<decimal>(5.01m, 5.01m)])]),
        ("large amounts", [new AmountCriterion([new Range<decimal>(49.9m, null)])]),
        ("a reference", [new CorrelatorCriterion(["c-77"])]),
        ("a rare method", [new MethodCriterion(["Check"], [PaymentMethod.Check], Instruments: false)]),
        ("one number", [new NumberCriterion(7)]),
        ("what has money left", [new UnallocatedCriterion()]),
        ("what of an account has money left", [new AccountCriterion([IdOf(8)]), new UnallocatedCriterion()]),
        ("what settles a bill", [new ChargeCriterion(new Reference(new MerchantId(1), "oracle-brm", "bill-number", "B1-101"))]),
        ("an account's declined payments", [new AccountCriterion([IdOf(8)]), new StatusCriterion<PaymentStatus>([PaymentStatus.Declined])]),
    ];

    [Fact]
    public async Task Lists_OfALargeTable_AreReadByKeys()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        await FillAsync(own, merchant);

        foreach (var (what, criteria) in Queries)
        {
            foreach (var query in new[]
                {
                    new ListQuery(merchant, 100) { Criteria = criteria, CountsUpTo = 10_001 },
                    new ListQuery(merchant, 100) { Criteria = criteria, CountsUpTo = 10_001, After = IdOf(Payments / 2) },
                    new ListQuery(merchant, 100) { Criteria = criteria, CountsUpTo = 10_001, IsNewestFirst = true },
                })
            {
                foreach (var plan in await PlansAsync(own, new ListStatement("payment", query)))
                    Assert.False(plan.Contains("Seq Scan", StringComparison.Ordinal), $"{what}:\n{plan}");
            }
        }
    }

    private static Guid IdOf(int number) => Guid.Parse($"0198a000-0000-7000-8000-{number:x12}");

    private static async Task<IReadOnlyList<string>> PlansAsync(OwnBooks own, ListStatement statement)
    {
        await using var connection = await own.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        statement.AddPage(batch);
        statement.AddCount(batch);
        foreach (var command in batch.BatchCommands)
            command.CommandText = $"EXPLAIN {command.CommandText}";
        await using var reader = await batch.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> plans = [];
        do
        {
            List<string> lines = [];
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
                lines.Add(reader.GetString(0));
            plans.Add(string.Join('\n', lines));
        }
        while (await reader.NextResultAsync(TestContext.Current.CancellationToken));
        return plans;
    }

    private static async Task FillAsync(OwnBooks own, MerchantId merchant)
    {
        await using var command = own.Database.CreateCommand($"""
            INSERT INTO payment (merchant_id, id, number, account_id, amount_minor, currency, allocated_minor, events, dialect, status, method, status_at, details)
            SELECT {merchant.Value}, ('0198a000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n,
                   ('0198a000-0000-7000-8000-' || lpad(to_hex(n % 600), 12, '0'))::uuid, n % 5000 + 1, 'USD', CASE WHEN n % 400 = 0 THEN 0 ELSE n % 5000 + 1 END, 1, 'tmf676',
                   CASE WHEN n % 500 = 0 THEN 'declined' WHEN n % 501 = 0 THEN 'pending' ELSE 'captured' END, 'cash', $1 + n * interval '1 second',
                   json_build_object('correlatorId', 'c-' || n, 'paymentMethod', json_build_object('@type', CASE WHEN n % 300 = 0 THEN 'Check' ELSE 'Cash' END))
              FROM generate_series(1, {Payments}) n
            """);
        command.Parameters.Add(new() { Value = Start.UtcDateTime });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var analyze = own.Database.CreateCommand("ANALYZE payment");
        await analyze.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
