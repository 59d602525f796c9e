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
            Assert.Null(Reached(tries, Merchant, Card(1)));
            Add(tries, Card(1), isDeclined: true);
            Add(tries, Card(1), isDeclined: false);
            _clock.Pass(TimeSpan.FromHours(7));
        }

        Assert.Equal(CardLimit.Card, Reached(tries, Merchant, Card(1)));
        Assert.Null(Reached(tries, Merchant, Card(2)));
        Assert.Null(Reached(tries, new MerchantId(2), Card(1)));
        _clock.Pass(TimeSpan.FromHours(3));
        Assert.Null(Reached(tries, Merchant, Card(1)));
        Add(tries, Card(1), isDeclined: true);
        Assert.Null(Reached(tries, Merchant, Card(1)));
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
            Add(tries, Card((byte)card), isDeclined: card < declined);

        Assert.Equal(expected, Reached(tries, Merchant, Card(200)));
        Assert.Null(Reached(tries, new MerchantId(2), Card(200)));
        _clock.Pass(TimeSpan.FromMinutes(10));
        Assert.Null(Reached(tries, Merchant, Card(200)));
    }

    [Fact]
    public void WithoutLimits_NothingIsRefused()
    {
        var tries = new CardTries(CardTryLimits.None, _clock);
        for (var declined = 0; declined < 1000; declined++)
            Add(tries, Card(1), isDeclined: true);
        Assert.Null(Reached(tries, Merchant, Card(1)));
    }

    [Fact]
    public void TriesAtOnce_AreNoMoreThanOneAfterAnother()
    {
        var tries = new CardTries(new CardTryLimits(OfACard: 3, OfAMerchant: 0), _clock);
        Add(tries, Card(1), isDeclined: true);
        using (var first = tries.Begin(Merchant, Card(1)))
        using (var second = tries.Begin(Merchant, Card(1)))
        {
            Assert.Equal((null, null), (first.Reached, second.Reached));
            Assert.Equal(CardLimit.Card, Reached(tries, Merchant, Card(1)));
            Assert.Null(Reached(tries, Merchant, Card(2)));
            second.Count(isDeclined: true);
        }

        // The one that was not declined gives its place back.
        Assert.Null(Reached(tries, Merchant, Card(1)));
        Add(tries, Card(1), isDeclined: true);
        Assert.Equal(CardLimit.Card, Reached(tries, Merchant, Card(1)));
    }

    private static CardLimit? Reached(CardTries tries, MerchantId merchant, byte[] card)
    {
        using var attempt = tries.Begin(merchant, card);
        return attempt.Reached;
    }

    private static void Add(CardTries tries, byte[] card, bool isDeclined)
    {
        using var attempt = tries.Begin(Merchant, card);
        attempt.Count(isDeclined);
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
