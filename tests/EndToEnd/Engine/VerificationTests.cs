using Quittance.Storage.Verification;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

public sealed class VerificationTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>However many rows break a rule, the report holds their number and the first of them.</summary>
    [Fact]
    public async Task Verification_OfARuleThatManyRowsBreak_CountsAllAndKeepsTheFirst()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using (var engine = own.Engine())
            await Task.WhenAll(Enumerable.Range(0, 25).Select(number => engine.SubmitAsync(shop.Payment($"A-{number}"))));
        await using (var falsify = own.Database.CreateCommand("UPDATE payment SET allocated_minor = 1"))
            await falsify.ExecuteNonQueryAsync(Cancel);

        var report = Assert.Single(await new Verifier(own.Database).VerifyAsync(null, Cancel));

        Assert.Contains(report.Differences, difference => difference is { Count: 25, Examples.Count: 20 });
    }
}
