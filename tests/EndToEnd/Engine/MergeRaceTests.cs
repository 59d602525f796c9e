using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>Two accounts, in one slot or in two, are merged both ways at once, beside their payments.</summary>
public sealed class MergeRaceTests(BooksFixture books)
{
    [Theory]
    [InlineData(1, 1024)]
    [InlineData(4, 3)]
    public async Task Merges_BothWaysAtOnce_CarryOutOneAtMost_AndLoseNothing(int lanes, int batchLimit)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var business = new Business(await own.MerchantAsync());
        await using var engine = own.Engine(lanes, batchLimit);
        var merged = 0;
        for (var round = 0; round < 25; round++)
        {
            var (first, second) = ($"{round} first", $"{round} second");
            Assert.All(
                await Task.WhenAll(((string[])[first, second]).Select(name => engine.SubmitAsync(business.Opening(name)))),
                outcome => Assert.True(outcome.Accepted));
            await engine.SubmitAsync(business.Charge(first, $"bill of {first}", 12_00));

            var merges = new[] { engine.SubmitAsync(Merging(first, second)), engine.SubmitAsync(Merging(second, first)) };
            var others = Enumerable.Range(0, 6).Select(number => engine.SubmitAsync(
                business.Payment(number % 2 == 0 ? first : second, 1_00))).ToList();
            var refusals = (await Task.WhenAll(merges.Concat(others))).SelectMany(outcome => outcome.Faults)
                .Select(fault => fault.Refusal).Distinct();

            Assert.Empty(refusals.Except([Refusal.AccountMerged, Refusal.AccountChanged]));
            var accepted = merges.Count(merge => merge.Result.Accepted);
            Assert.InRange(accepted, 0, 1);
            merged += accepted;
        }

        Assert.NotEqual(0, merged);
        await own.AssertCleanAsync();

        MergeAccounts Merging(string merged, string into) =>
            new(new Origin(business.Merchant, 0, Business.NewId()), Target(into), Target(merged), [], Business.NewId());

        AccountTarget Target(string name) => AccountTarget.Named(business.AccountName(name));
    }
}
