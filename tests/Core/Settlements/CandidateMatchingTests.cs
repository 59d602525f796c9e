using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Tests.Deciding;

namespace Quittance.Tests.Settlements;

public sealed class CandidateMatchingTests
{
    private static readonly AccountId Anna = new(new MerchantId(1), Guid.Parse("01900000-0000-7000-8000-000000000001"));

    [Theory]
    [InlineData(50_00, new long[] { 20_00, 30_00, 25_00, 25_00 }, new long[] { 20_00, 30_00 })]
    [InlineData(45_00, new long[] { 20_00, 30_00, 25_00, 10_00, 15_00 }, new long[] { 20_00, 25_00 })]
    [InlineData(60_00, new long[] { 10_00, 20_00, 30_00, 35_00 }, new long[] { 10_00, 20_00, 30_00 })]
    [InlineData(59_99, new long[] { 10_00, 20_00, 30_00 }, new long[0])]
    public void ChargesOfOneCustomer_ThatAddUp_AreAsFewAsDo_AndTheOldest(long lineMinor, long[] openMinor, long[] expected) =>
        Assert.Equal(expected, AddedUp(lineMinor, openMinor));

    /// <summary>Whatever some charges add up to, charges are found that add up to it; and never ones that do not.</summary>
    [Fact]
    public void AnySumOfCharges_IsFound_AndNoOther()
    {
        var random = new Random(2027);
        for (var turn = 0; turn < 200; turn++)
        {
            long[] open = [.. Enumerable.Range(0, random.Next(2, 11)).Select(_ => (long)random.Next(1, 60))];
            var sums = Enumerable.Range(0, 1 << open.Length).Where(some => int.PopCount(some) > 1)
                .GroupBy(some => open.Where((_, at) => (some & (1 << at)) != 0).Sum(), int.PopCount)
                .ToDictionary(each => each.Key, each => each.Min());
            for (var sum = 1; sum <= open.Sum() + 1; sum++)
            {
                var found = AddedUp(sum, open);
                // One charge of the amount is a candidate by itself.
                var isExpected = sums.TryGetValue(sum, out var fewest) && !open.Contains(sum);
                Assert.Equal(isExpected ? sum : 0, found.Sum());
                Assert.True(!isExpected || found.Count == fewest, $"{sum} of {string.Join(' ', open)}: {string.Join(' ', found)}");
            }
        }
    }

    [Fact]
    public void Candidates_AreFive_AndNoProposalAmongThem()
    {
        var open = Charges([.. Enumerable.Repeat(10_00L, 8)]);
        var evidence = MatchEvidence.None with { Payers = [new NamedPayer(Anna, 1, 0, open, "C-1")] };

        Assert.Equal(LineCandidate.Most, CandidateMatching.Of(Line(3_00), evidence, null, [], null).Count);
    }

    private static IReadOnlyList<long> AddedUp(long lineMinor, long[] openMinor)
    {
        var charges = Charges(openMinor);
        var evidence = MatchEvidence.None with { Payers = [new NamedPayer(Anna, 1, 0, charges, "C-1")] };
        var found = CandidateMatching.Of(Line(lineMinor), evidence, null, [], null)
            .FirstOrDefault(candidate => candidate.Ids.Count > 1);
        return found is null ? []
            : [.. charges.Where(charge => found.Ids.Contains(charge.Id.Value)).Select(charge => charge.Open.AmountMinor)];
    }

    private static List<NamedCharge> Charges(long[] openMinor) =>
    [
        .. openMinor.Select((minor, at) => new NamedCharge(
            new ChargeId(Anna.Merchant, Guid.Parse($"01900000-0000-7000-8000-{at + 1:000000000000}")), at + 1, Anna, 0,
            new Money(minor, Given.Euro), $"INV-{at + 1}")),
    ];

    private static SettlementLine Line(long amountMinor) => new(
        new SettlementLineId(Anna.Merchant, Guid.Empty), default, 1, StatementSource.Camt, "bank", SettlementLineKind.Entry,
        new DateOnly(2027, 1, 5), new Money(amountMinor, Given.Euro), 0, SettlementStatus.Open, Events: 0);
}
