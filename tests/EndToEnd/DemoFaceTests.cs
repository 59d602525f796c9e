using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Storage.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A demo with the sandbox's Stripe face in Stripe's place, and one without it after that.</summary>
[Long("two demos of its own")]
public sealed class DemoFaceTests(BooksFixture books)
{
    private static readonly MerchantId DemoCompany = new(1);

    [Fact]
    public async Task Routes_LeadToTheFace_WhileItIsThere_AndNoLonger()
    {
        await using var own = await OwnBooks.CreateAsync(books);

        await using (await RunningProgram.StartAsync("demo", "--provider", "stripe-face", "--database", own.ConnectionString))
            Assert.Equal(Enum.GetValues<InstrumentKind>().Length, await ToTheFaceAsync(own));
        await using (await RunningProgram.StartAsync("demo", "--database", own.ConnectionString))
            Assert.Equal(0, await ToTheFaceAsync(own));
    }

    private static async Task<int> ToTheFaceAsync(OwnBooks own) =>
        (await new ProviderRoutes(own.Database, TimeProvider.System).ListAsync(DemoCompany, TestContext.Current.CancellationToken))
        .Count(route => route.Providers.Contains("stripe"));
}
