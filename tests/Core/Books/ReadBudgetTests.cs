using Quittance.Core;
using Quittance.Core.Books;

namespace Quittance.Tests.Books;

/// <summary>The turns of merchants whose requests wait for a place to read.</summary>
public sealed class ReadBudgetTests
{
    private static readonly MerchantId Busy = new(1);
    private static readonly MerchantId Other = new(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Merchant_WhoReadsMuch_DoesNotKeepTheOthersWaiting()
    {
        var budget = new ReadBudget(places: 1, Timeout.InfiniteTimeSpan);
        var held = await budget.EnterAsync(Busy, Cancel);
        var first = budget.EnterAsync(Busy, Cancel).AsTask();
        var second = budget.EnterAsync(Busy, Cancel).AsTask();
        var third = budget.EnterAsync(Busy, Cancel).AsTask();
        var other = budget.EnterAsync(Other, Cancel).AsTask();

        foreach (var next in (Task<IDisposable?>[])[first, other, second, third])
        {
            Assert.False(next.IsCompleted);
            held!.Dispose();
            held = await next;
            Assert.Equal(1, budget.Taken);
        }

        held!.Dispose();
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public async Task Requests_ThatWaitNoLonger_LoseTheirTurn()
    {
        var budget = new ReadBudget(places: 1, Timeout.InfiniteTimeSpan);
        var held = await budget.EnterAsync(Busy, Cancel);
        using var gone = new CancellationTokenSource();
        var left = budget.EnterAsync(Busy, gone.Token).AsTask();
        var alsoLeft = budget.EnterAsync(Other, gone.Token).AsTask();
        var last = budget.EnterAsync(Busy, Cancel).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alsoLeft);

        held!.Dispose();
        (await last)!.Dispose();

        Assert.Equal(0, budget.Taken);
        using var free = await budget.EnterAsync(Other, Cancel);
        Assert.NotNull(free);
    }

    [Fact]
    public async Task Request_ThatFindsNoPlaceInTime_GoesWithoutOne_AndLeavesNothing()
    {
        var budget = new ReadBudget(places: 1, TimeSpan.Zero);
        using (await budget.EnterAsync(Busy, Cancel))
            Assert.Null(await budget.EnterAsync(Other, Cancel));

        Assert.Equal(0, budget.Taken);
        using var free = await budget.EnterAsync(Other, Cancel);
        Assert.NotNull(free);
    }
}
