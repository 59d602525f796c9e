using FsCheck.Fluent;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

public sealed class EngineGroupingTests(BooksFixture books)
{
    private const int SequenceLength = 80;
    private const string SeedVariable = "QUITTANCE_SEED";

    public static TheoryData<int, int> LanesAndLimits
    {
        get
        {
            var all = new TheoryData<int, int>();
            foreach (var lanes in new[] { 1, 2, 4 })
            {
                foreach (var limit in new[] { 1, 7, 1024 })
                    all.Add(lanes, limit);
            }

            return all;
        }
    }

    /// <summary>The batched engine gives the same results as deciding one by one, in every grouping.</summary>
    [Theory]
    [MemberData(nameof(LanesAndLimits))]
    public async Task Batches_InEveryGrouping_ComeToTheSameAsOneByOne(int lanes, int batchLimit)
    {
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { } given ? int.Parse(given) : Random.Shared.Next();
        await using var own = await OwnBooks.CreateAsync(books);
        try
        {
            var random = new Random(seed);
            for (var round = 0; round < 3; round++)
                await CompareAsync(own, lanes, batchLimit, random);
            await own.AssertCleanAsync();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{SeedVariable}={seed} repeats this.", failure);
        }
    }

    private static async Task CompareAsync(OwnBooks own, int lanes, int batchLimit, Random random)
    {
        var steps = RandomBusiness.Steps.ArrayOf(SequenceLength).Sample(SequenceLength, Rnd(random), 1)[0];
        var (alone, grouped) = (await own.MerchantAsync(), await own.MerchantAsync());

        List<Outcome> aloneOutcomes = [];
        await using (var engine = own.Engine(lanes: 1))
        {
            foreach (var command in RandomBusiness.CommandsOf(steps, alone))
                aloneOutcomes.Add(await engine.SubmitAsync(command));
        }

        List<Outcome> groupedOutcomes = [];
        await using (var engine = own.Engine(lanes, batchLimit))
        {
            var waiting = new Queue<Command>(RandomBusiness.CommandsOf(steps, grouped));
            while (waiting.Count > 0)
            {
                var group = Enumerable.Range(0, Math.Min(waiting.Count, random.Next(1, 40)))
                    .Select(_ => engine.SubmitAsync(waiting.Dequeue())).ToList();
                groupedOutcomes.AddRange(await Task.WhenAll(group));
            }
        }

        Assert.Equal(aloneOutcomes.Select(Text), groupedOutcomes.Select(Text));
        Assert.Equal(await RowsAsync(own, alone), await RowsAsync(own, grouped));
    }

    private static FsCheck.Rnd Rnd(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64() | 1);

    private static string Text(Outcome outcome, int index) =>
        $"{index}: {outcome.Subject} {outcome.Sequence} {(outcome.Replayed ? "again " : "")}{string.Join(' ', outcome.Faults)}"
        + (outcome.Payment is { } view ? $" {view.Payment.Status} allocated {view.Payment.AllocatedMinor}" : "");

    /// <summary>All that a merchant's books hold, but for human numbers and times.</summary>
    private static async Task<IReadOnlyList<string>> RowsAsync(OwnBooks own, MerchantId merchant)
    {
        List<string> rows = [];
        await using var command = own.Database.CreateCommand("""
            SELECT format('account %s %s %s', id, slot, currency) FROM account WHERE merchant_id = $1
            UNION ALL SELECT format('charge %s %s %s %s %s', id, account_id, order_id, amount_minor, allocated_minor)
                FROM charge WHERE merchant_id = $1
            UNION ALL SELECT format('order %s %s %s %s', id, deposit_asked_minor, deposit_paid_minor, events)
                FROM customer_order WHERE merchant_id = $1
            UNION ALL SELECT format('payment %s %s %s %s %s', id, account_id, status, allocated_minor, events)
                FROM payment WHERE merchant_id = $1
            UNION ALL SELECT format('event %s %s %s', subject_id, sequence, type) FROM event WHERE merchant_id = $1
            UNION ALL SELECT format('instrument %s %s', id, account_id) FROM instrument WHERE merchant_id = $1
            UNION ALL SELECT format('kept %s %s %s %s %s', scope, key, subject_id, sequence, faults) FROM kept_answer WHERE merchant_id = $1
            UNION ALL SELECT format('ledger %s %s %s %s %s %s', slot, kind, holder_id, purpose, currency, debits_minor - credits_minor)
              FROM ledger_account WHERE merchant_id = $1
             ORDER BY 1
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = merchant.Value });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            rows.Add(reader.GetString(0));
        return rows;
    }
}
