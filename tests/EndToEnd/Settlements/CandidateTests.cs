using System.Diagnostics;
using Quittance.BackOffice.BankStatements;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>What a person is shown beside an open line of which nothing is certain: whose charges it may pay, and why.</summary>
public sealed class CandidateTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Anna Bell pays; she owes 30.00, 20.00 and 7.00, Jonas 70.00 and 30.00.</summary>
    [Theory]
    [InlineData(70, "danke", "INV-2027-0003: the customer owes exactly that amount",
        "INV-2027-0001: the payer has the customer's name", "INV-2027-0002: the payer has the customer's name",
        "INV-2027-0004: the payer has the customer's name")]
    [InlineData(30, "danke", "INV-2027-0005: the customer owes exactly that amount",
        "INV-2027-0002: the payer has the customer's name", "INV-2027-0004: the payer has the customer's name")]
    [InlineData(27, "danke",
        "INV-2027-0002 INV-2027-0004: the payer has the customer's name, and together exactly that is open",
        "INV-2027-0001: the payer has the customer's name", "INV-2027-0002: the payer has the customer's name",
        "INV-2027-0004: the payer has the customer's name")]
    [InlineData(45, "inv-2027-0003", "INV-2027-0003: it names INV-2027-0003 in another spelling",
        "INV-2027-0001: the payer has the customer's name", "INV-2027-0002: the payer has the customer's name",
        "INV-2027-0004: the payer has the customer's name")]
    [InlineData(99, "INV-2027-0003", "INV-2027-0003: it names INV-2027-0003",
        "INV-2027-0001: the payer has the customer's name", "INV-2027-0002: the payer has the customer's name",
        "INV-2027-0004: the payer has the customer's name")]
    [InlineData(-70, "danke")]
    public async Task OpenLine_HasCandidates_TheLikeliestFirst(int amount, string text, params string[] expected)
    {
        await using var shop = await ShopAsync();
        var lines = await shop.LinesAsync(await shop.ImportAsync(new Camt().With(amount, text).ToXml()));

        var choices = (await MatchingOf(shop).ChoicesAsync(shop.Merchant, lines, Cancel)).GetValueOrDefault(lines[0].Id, LineChoices.None);

        Assert.Equal(expected, choices.Candidates.Select(candidate =>
            $"{string.Join(' ', candidate.Charges.Select(charge => charge.Reference))}: {candidate.Why}"));
        Assert.Equal(SettlementStatus.Open, (await shop.Statements.FindAsync(lines[0].Id, Cancel))!.Status);
        foreach (var candidate in choices.Candidates)
        {
            Assert.Equal(candidate.Charges.Sum(charge => charge.Open.AmountMinor), candidate.Amount!.Value.AmountMinor);
            Assert.All(candidate.Charges, charge => Assert.Equal(charge.Holder, candidate.Customer!.Value.Name));
        }
    }

    [Fact]
    public async Task Candidate_IsBookedAsItSays_AndOnlyByAPerson()
    {
        await using var shop = await ShopAsync();
        var report = await shop.ImportAsync(new Camt().With(27, "danke").ToXml());
        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        // Matching it again books nothing of what it may be.
        Assert.Equal(0, (await shop.Desk.MatchAsync(line.Statement, shop.Origin, null, Cancel)).Lines);
        var candidate = (await shop.Desk.ChoicesAsync(shop.Merchant, [line], Cancel))[line.Id].Candidates[0];

        var booked = await shop.Desk.BookAsChosenAsync(line, candidate.Choice, candidate.Names, shop.Origin, "as it could be", Cancel);

        Assert.True(booked.Outcome is { Accepted: true }, booked.Problem);
        Assert.Equal(
            "INV-2027-0001 INV-2027-0003 INV-2027-0005", await shop.ScalarAsync(
                "SELECT string_agg(reference, ' ' ORDER BY reference) FROM charge WHERE is_open"));
    }

    /// <summary>A name that many have leads to none of them; who owes the amount and has it, is its payer.</summary>
    [Fact]
    public async Task PayerOfACommonName_IsWhoOwesTheAmount()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(
            Enumerable.Range(1, 25).Select(number => ($"anna-{number}", $"INV-2028-{number:D4}", 100_00L + number)), _ => "Anna Bell");
        var lines = await shop.LinesAsync(
            await shop.ImportAsync(new Camt().With(100.07m, "danke").With(99, "danke").ToXml()), SettlementStatus.Open);

        var choices = await MatchingOf(shop).ChoicesAsync(shop.Merchant, lines, Cancel);

        var (proposal, candidates) = choices[lines[0].Id];
        Assert.Equal("INV-2028-0007", Assert.Single(proposal!.Charges).Name);
        Assert.Contains("the payer may be several customers by name", proposal.Text, StringComparison.Ordinal);
        Assert.Empty(candidates);
        Assert.False(choices.ContainsKey(lines[1].Id), "One of 25 is shown, and another may be meant as well.");
    }

    [Fact]
    public async Task ManyLines_TakeAsManyQueries_AsAFew()
    {
        await using var shop = await ShopAsync();
        var statement = new Camt();
        for (var at = 0; at < 100; at++)
            statement.With(7 + at, $"danke {at}");
        var lines = await shop.LinesAsync(await shop.ImportAsync(statement.ToXml()), SettlementStatus.Open);
        Assert.Equal(100, lines.Count);

        // The first time, the server asks what database it has.
        await QueriesAsync(lines.Take(3));
        var few = await QueriesAsync(lines.Take(3));
        var all = await QueriesAsync(lines);

        Assert.Equal(few, all);
        Assert.InRange(few, 1, 20);

        async Task<int> QueriesAsync(IEnumerable<SettlementLine> some)
        {
            var queries = 0;
            using var here = new Activity("counting").Start();
            using var listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
                ActivityStarted = query => queries += query.TraceId == here.TraceId ? 1 : 0,
            };
            ActivitySource.AddActivityListener(listener);
            await MatchingOf(shop).ChoicesAsync(shop.Merchant, some, Cancel);
            return queries;
        }
    }

    private static LineMatching MatchingOf(Shop shop) => new(shop.Books.Database);

    private async Task<Shop> ShopAsync()
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(
            ("anna", "INV-2027-0001", 30_00), ("anna", "INV-2027-0002", 20_00), ("jonas", "INV-2027-0003", 70_00),
            ("anna", "INV-2027-0004", 7_00), ("jonas", "INV-2027-0005", 30_00));
        return shop;
    }
}
