using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>News about an attempt that has changed since its bearer read it: the books decide by the attempt as it is.</summary>
public sealed class StaleNewsTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Approval_OfWhatWasDeclinedMeanwhile_IsAskedAboutAndSettlesTheOpenCharge()
    {
        var payment = await new VaultedPayments(books).CaptureAsync(55_00);
        var attempts = new Attempts(books.Database);
        var stale = (await attempts.FindAsync(new AttemptId(books.DemoCompany, payment.Authorisation), Cancel))!;
        var origin = new Origin(books.DemoCompany, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        Assert.True((
            await books.Engine.SubmitAsync(new TakeAnswer(origin, stale, ProviderAnswer.Declined(DeclineReason.Declined)))).Accepted);
        Assert.Equal((55_00, 55_00), (await payment.ReversedMinorAsync(), await payment.DueMinorAsync()));
        var directory = new ProviderDirectory(
            new ProviderAccounts(books.Database, books.Vault, TimeProvider.System), new ProviderOptions(), TimeProvider.System,
            NullLoggerFactory.Instance);
        using var collector = new Collector(
            books.Engine, new Books(books.Database), attempts, directory, books.Vault, new AttemptSchedule(),
            new Hold(IsHeld: false), TimeProvider.System);

        Assert.True((await collector.TakeNoticeAsync(new TakeAnswer(origin, stale, ProviderAnswer.Approved))).Accepted);

        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
    }
}
