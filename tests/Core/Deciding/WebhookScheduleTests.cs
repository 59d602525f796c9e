using Quittance.Core.Webhooks;

namespace Quittance.Tests.Deciding;

public sealed class WebhookScheduleTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Pauses_OfAllTries_TakeADay_EachLongerThanTheOneBefore(double jitter)
    {
        var pauses = Enumerable.Range(1, DeliverySchedule.Tries - 1)
            .Select(failures => DeliverySchedule.PauseAfter(failures, jitter)!.Value).ToList();

        Assert.Equal(pauses.Order(), pauses);
        var all = pauses.Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause);
        Assert.InRange(all, TimeSpan.FromHours(18), TimeSpan.FromHours(30));
        Assert.Null(DeliverySchedule.PauseAfter(DeliverySchedule.Tries, jitter));
    }

    [Fact]
    public void Jitter_TakesOffOrAddsUpToAFifth()
    {
        Assert.Equal(TimeSpan.FromSeconds(4), DeliverySchedule.PauseAfter(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(5), DeliverySchedule.PauseAfter(1, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(6), DeliverySchedule.PauseAfter(1, 1));
    }
}
