using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>
/// A bank that books debits in lumps and in lines of their own, takes them back, gives them back and takes them back again, and customers
/// who pay once more: its statements come in any order, and twice. The bank's sum is what the books say was collected.
/// </summary>
[Long]
public sealed class RandomBankTests(BooksFixture books)
{
    private const decimal Charges = 3;

    private static readonly int? Seed = NumberIn("QUITTANCE_BANK_SEED");
    private static readonly int Businesses = Seed is null ? NumberIn("QUITTANCE_BANK_BUSINESSES") ?? 3 : 1;

    /// <summary>The seed of a failure is in its message: <c>QUITTANCE_BANK_SEED</c> runs it again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BanksSum_IsWhatTheBooksSayWasCollected(bool isInOrder)
    {
        for (var nth = 0; nth < Businesses; nth++)
            await CollectAsync(Seed ?? Random.Shared.Next(1_000_000), isInOrder);
    }

    private async Task CollectAsync(int seed, bool isInOrder)
    {
        var random = new Random(seed);
        using var studio = await Studio.OpenAsync(books);
        List<(Member Member, decimal Amount)> debits = [];
        for (var count = random.Next(2, 5); count > 0; count--)
        {
            var amount = 40m + random.Next(3);
            debits.Add((await studio.DebitAsync(amount.ToString(CultureInfo.InvariantCulture)), amount));
        }

        var (_, file) = await studio.CollectAllAsync();
        var net = debits.ToDictionary(debit => debit.Member, _ => 0m);
        // Charges that the bank gives back: where that line comes before the return, all of it is the customer's for those who accept that.
        var charges = debits.ToDictionary(debit => debit.Member, _ => 0m);
        List<Camt> statements = [];
        List<string> story = [$"Seed {seed}"];
        var alone = debits.Where(_ => random.Next(4) == 0).ToList();
        var lump = debits.Except(alone).Sum(debit => debit.Amount);
        foreach (var (member, amount) in alone)
            Book(member, amount, camt => camt.With(amount, "fee", studio.NameOf(member)));
        if (lump > 0)
        {
            Add(camt => camt.WithEntry(lump, BankFileTests.Lump(lump, BankFileTests.GroupOf(file))));
            foreach (var (member, amount) in debits.Except(alone))
                net[member] += amount;
        }

        foreach (var (member, amount) in debits.Where(_ => random.Next(3) > 0))
        {
            var name = studio.NameOf(member);
            if (random.Next(3) == 0)
                Book(member, amount, camt => camt.With(amount, "paid once more", name));
            Book(member, -amount, camt => camt.WithEntry(
                -amount - Charges, BankFileTests.Return(amount + Charges, name, "AM04", Charges)));
            if (random.Next(2) == 0)
                continue;
            var back = random.Next(2) == 0 ? amount : amount + Charges;
            charges[member] = isInOrder ? 0 : back - amount;
            Book(member, amount, camt => camt.With(back, "correction", name));
            if (random.Next(2) == 0)
                Book(member, -amount, camt => camt.WithEntry(-amount, BankFileTests.Return(amount, name, "MD06", 0)));
        }

        IEnumerable<Camt> mixed = isInOrder ? [] : statements.Concat(statements).OrderBy(_ => random.Next());
        foreach (var statement in mixed.Concat(statements).Concat(statements).ToList())
            story.Add($"{statement.Id}: {await DeliverAsync(studio, statement)}");

        Assert.True(
            await BankFileTests.OutstandingAsync(studio) == "0", $"{Story()}\nMoney stands between the bank and the books.");
        Assert.True(await DifferenceAsync(studio) == 0, $"{Story()}\nThe bank's account differs from its booked lines.");
        if (await BankFileTests.OpenLinesAsync(studio) is 0L)
        {
            // A lump does not say which of two equal debits it has, where a line of its own has paid one before: together they are right.
            foreach (var equal in debits.GroupBy(debit => isInOrder ? debit.Member.Number : (long)debit.Amount))
            {
                var owed = 0m;
                foreach (var (member, _) in equal)
                    owed += await OwedAsync(studio, member);
                var expected = equal.Sum(debit => debit.Amount - net[debit.Member]);
                Assert.True(
                    expected - owed is var less && less >= 0 && less <= equal.Sum(debit => charges[debit.Member]) && less % Charges == 0,
                    $"{Story()}\nPayments {string.Join(", ", equal.Select(debit => $"{debit.Member.Number} of {debit.Amount}"))}: the bank "
                        + $"has {equal.Sum(debit => net[debit.Member])}, and the customers owe {owed}.");
            }
        }
        else
        {
            Assert.False(isInOrder, $"{Story()}\nA line waits, though nothing contradicts the books.");
        }

        await studio.AssertCleanAsync();

        string Story() => string.Join('\n', story);

        void Book(Member member, decimal amount, Action<Camt> write)
        {
            story.Add($"S{statements.Count} is {amount} of payment {member.Number}");
            net[member] += amount;
            Add(write);
        }

        void Add(Action<Camt> write)
        {
            var statement = new Camt { Id = $"S{statements.Count}", Opening = 1000 + statements.Count };
            write(statement);
            statements.Add(statement);
        }
    }

    /// <summary>Imports a statement, and accepts what is proposed for its lines.</summary>
    private static async Task<string> DeliverAsync(Studio studio, Camt statement)
    {
        var told = new StringBuilder(await BankFileTests.ImportAsync(studio, statement));
        var (_, output, _) = await studio.RunAsync("settlement", "list", "--open");
        foreach (var line in JsonNode.Parse(output)!.AsArray().Where(line => line!["proposal"] is not null))
            told.Append((await studio.RunAsync("settlement", "match", $"{line!["id"]}", "--accept")).ToString());
        return $"{told}, outstanding {await BankFileTests.OutstandingAsync(studio)}";
    }

    private static int? NumberIn(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<decimal> OwedAsync(Studio studio, Member member) => Convert.ToDecimal(
        await studio.ScalarAsync(
            """
            SELECT coalesce(sum(l.debits_minor - l.credits_minor), 0) FROM ledger_account l JOIN payment p ON p.id = $1
             WHERE l.holder_id = p.account_id AND l.kind IN ('receivable', 'credit')
            """,
            member.Payment), CultureInfo.InvariantCulture) / 100;

    private static async Task<long> DifferenceAsync(Studio studio) => Convert.ToInt64(
        await studio.ScalarAsync(
            """
            SELECT (SELECT coalesce(sum(debits_minor - credits_minor), 0) FROM ledger_account WHERE merchant_id = $1 AND kind = 'bank')
                 - (SELECT coalesce(sum(amount_minor), 0) FROM settlement_line
                     WHERE merchant_id = $1 AND kind = 'entry' AND status = 'booked')
            """,
            studio.Merchant.Value), CultureInfo.InvariantCulture);
}
