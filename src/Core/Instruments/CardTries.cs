using System.Collections.Concurrent;

namespace Quittance.Core.Instruments;

/// <summary>How many declined tries the server takes before it refuses more, so that a thief can't find out which cards are good.</summary>
/// <param name="OfACard">Declines of one card within <see cref="CardWindow"/>.</param>
/// <param name="OfAMerchant">Declines of a merchant's cards within <see cref="MerchantWindow"/>; 0 for no limit.</param>
public sealed record CardTryLimits(int OfACard = 10, int OfAMerchant = 200)
{
    /// <summary>Takes any number of tries, as a demo does: its cards are for trying out.</summary>
    public static CardTryLimits None { get; } = new(int.MaxValue, 0);

    /// <summary>A window begins with a decline.</summary>
    public TimeSpan CardWindow { get; init; } = TimeSpan.FromDays(1);

    /// <summary>A window begins with a try.</summary>
    public TimeSpan MerchantWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The merchant's limit holds when so many of a hundred tries were declined: a good day has many declines too.</summary>
    public int MerchantPercent { get; init; } = 80;
}

/// <summary>The limit that refuses a card.</summary>
public enum CardLimit
{
    /// <summary>The card itself was declined too often.</summary>
    Card,

    /// <summary>Too many cards of the merchant were declined.</summary>
    Merchant,
}

/// <summary>
/// Counts the declined tries with cards and bank accounts that customers enter. It knows a card by its fingerprint, and keeps the
/// counts in memory: each server process counts for itself, and a payment costs no statement.
/// </summary>
public sealed class CardTries(CardTryLimits limits, TimeProvider clock)
{
    // Beyond it new cards have no count of their own; the merchant's limit still holds.
    private const int MostCards = 100_000;

    private readonly Windows<(MerchantId Merchant, UInt128 Card), Tally> _cards = new(MostCards, limits.CardWindow, clock, _ => new());
    private readonly Windows<MerchantId, Tally> _merchants = new(int.MaxValue, limits.MerchantWindow, clock, _ => new());
    private readonly ConcurrentDictionary<(MerchantId Merchant, UInt128 Card), int> _underWay = new();

    /// <summary>
    /// Begins a try. Until it ends it counts for its card as if it were declined, so that many tries at once are no more than many one
    /// after another.
    /// </summary>
    public CardTry Begin(MerchantId merchant, ReadOnlyMemory<byte> fingerprint)
    {
        var card = (merchant, KeyOf(fingerprint));
        var others = _underWay.AddOrUpdate(card, 1, (_, count) => count + 1) - 1;
        return new CardTry(Reached(card, others), isDeclined => Add(card, isDeclined), () => End(card));
    }

    /// <summary>The limit that a card has reached; null where it may be tried.</summary>
    private CardLimit? Reached((MerchantId Merchant, UInt128 Card) card, int underWay)
    {
        if ((_cards.Find(card)?.Declined ?? 0L) + underWay >= limits.OfACard)
            return CardLimit.Card;
        return limits.OfAMerchant > 0 && _merchants.Find(card.Merchant) is { } all
            && all.Declined >= limits.OfAMerchant && all.Declined * 100L >= all.Tries * (long)limits.MerchantPercent
            ? CardLimit.Merchant
            : null;
    }

    private void Add((MerchantId Merchant, UInt128 Card) card, bool isDeclined)
    {
        _merchants.Of(card.Merchant)?.Counts.Add(isDeclined);
        if (isDeclined)
            _cards.Of(card)?.Counts.Add(isDeclined);
    }

    private void End((MerchantId Merchant, UInt128 Card) card)
    {
        if (_underWay.AddOrUpdate(card, 0, (_, count) => count - 1) == 0)
            _underWay.TryRemove(KeyValuePair.Create(card, 0));
    }

    private static UInt128 KeyOf(ReadOnlyMemory<byte> fingerprint) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(fingerprint.Span);

    private sealed class Tally
    {
        private int _tries;
        private int _declined;

        public int Tries => Volatile.Read(ref _tries);

        public int Declined => Volatile.Read(ref _declined);

        public void Add(bool isDeclined)
        {
            Interlocked.Increment(ref _tries);
            if (isDeclined)
                Interlocked.Increment(ref _declined);
        }
    }
}

/// <summary>A try with a card or bank account, which ends when it is disposed of.</summary>
/// <param name="reached">The limit that the card had reached.</param>
public sealed class CardTry(CardLimit? reached, Action<bool> add, Action end) : IDisposable
{
    /// <summary>The limit that the card had reached when the try began; null where it may be tried.</summary>
    public CardLimit? Reached { get; } = reached;

    /// <summary>Counts the provider's answer.</summary>
    public void Count(bool isDeclined) => add(isDeclined);

    public void Dispose() => end();
}
