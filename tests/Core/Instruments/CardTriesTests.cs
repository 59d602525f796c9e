using Quittance.Core;
using Quittance.Core.Instruments;

namespace Quittance.Tests.Instruments;

public sealed class CardTriesTests
{
    private static readonly MerchantId Merchant = new(1);

    private readonly Clock _clock = new();

    [Fact]
    public void Card_IsRefusedAfterItsDeclines_UntilTheDayIsOver()
    {
        var tries = new CardTries(new CardTryLimits(OfACard: 3, OfAMerchant: 0), _clock);
        for (var declined = 0; declined < 3; declined++)
        {
            Assert.Null(tries.Reached(Merchant, Card(1)));
            tries.Add(Merchant, Card(1), isDeclined: true);
            tries.Add(Merchant, Card(1), isDeclined: false);
            _clock.Pass(TimeSpan.FromHours(7));
        }

        Assert.Equal(CardLimit.Card, tries.Reached(Merchant, Card(1)));
        Assert.Null(tries.Reached(Merchant, Card(2)));
        Assert.Null(tries.Reached(new MerchantId(2), Card(1)));
        _clock.Pass(TimeSpan.FromHours(3));
        Assert.Null(tries.Reached(Merchant, Card(1)));
        tries.Add(Merchant, Card(1), isDeclined: true);
        Assert.Null(tries.Reached(Merchant, Card(1)));
    }

    [Theory]
    [InlineData(20, 4, CardLimit.Merchant)]
    [InlineData(20, 5, CardLimit.Merchant)]
    [InlineData(20, 6, null)]
    [InlineData(19, 0, null)]
    public void Merchant_IsStoppedWhenFourOfFiveTriesAreDeclined(int declined, int approved, CardLimit? expected)
    {
        var tries = new CardTries(new CardTryLimits(OfACard: 3, OfAMerchant: 20), _clock);
        for (var card = 0; card < declined + approved; card++)
            tries.Add(Merchant, Card((byte)card), isDeclined: card < declined);

        Assert.Equal(expected, tries.Reached(Merchant, Card(200)));
        Assert.Null(tries.Reached(new MerchantId(2), Card(200)));
        _clock.Pass(TimeSpan.FromMinutes(10));
        Assert.Null(tries.Reached(Merchant, Card(200)));
    }

    [Fact]
    public void WithoutLimits_NothingIsRefused()
    {
        var tries = new CardTries(CardTryLimits.None, _clock);
        for (var declined = 0; declined < 1000; declined++)
            tries.Add(Merchant, Card(1), isDeclined: true);
        Assert.Null(tries.Reached(Merchant, Card(1)));
    }

    private static byte[] Card(byte last) => [.. new byte[15], last, .. new byte[16]];

    private sealed class Clock : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
