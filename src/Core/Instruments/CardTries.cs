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

/// <summary>Which limit refuses a card.</summary>
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

    private readonly ConcurrentDictionary<(MerchantId Merchant, UInt128 Card), Window> _cards = new();
    private readonly ConcurrentDictionary<MerchantId, Window> _merchants = new();

    /// <summary>The limit that a card has reached; null where it may be tried.</summary>
    public CardLimit? Reached(MerchantId merchant, ReadOnlyMemory<byte> fingerprint)
    {
        if (_cards.TryGetValue((merchant, KeyOf(fingerprint)), out var card) && card.Has(limits.CardWindow, limits.OfACard, 0, clock))
            return CardLimit.Card;
        return limits.OfAMerchant > 0 && _merchants.TryGetValue(merchant, out var all)
            && all.Has(limits.MerchantWindow, limits.OfAMerchant, limits.MerchantPercent, clock) ? CardLimit.Merchant : null;
    }

    /// <summary>Counts a try that its provider has answered.</summary>
    public void Add(MerchantId merchant, ReadOnlyMemory<byte> fingerprint, bool isDeclined)
    {
        _merchants.GetOrAdd(merchant, _ => new Window()).Add(limits.MerchantWindow, isDeclined, clock);
        if (!isDeclined)
            return;
        if (_cards.Count >= MostCards)
            ForgetOld();
        var card = (merchant, KeyOf(fingerprint));
        if (_cards.Count < MostCards || _cards.ContainsKey(card))
            _cards.GetOrAdd(card, _ => new Window()).Add(limits.CardWindow, isDeclined, clock);
    }

    private void ForgetOld()
    {
        foreach (var (card, window) in _cards)
        {
            if (window.IsOver(limits.CardWindow, clock))
                _cards.TryRemove(card, out _);
        }
    }

    private static UInt128 KeyOf(ReadOnlyMemory<byte> fingerprint) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(fingerprint.Span);

    private sealed class Window
    {
        private readonly Lock _counting = new();
        private long? _began;
        private int _tries;
        private int _declined;

        public void Add(TimeSpan length, bool isDeclined, TimeProvider clock)
        {
            lock (_counting)
            {
                if (Ended(length, clock))
                    (_began, _tries, _declined) = (clock.GetTimestamp(), 0, 0);
                _tries++;
                _declined += isDeclined ? 1 : 0;
            }
        }

        public bool Has(TimeSpan length, int declined, int percent, TimeProvider clock)
        {
            lock (_counting)
                return !Ended(length, clock) && _declined >= declined && _declined * 100L >= _tries * (long)percent;
        }

        public bool IsOver(TimeSpan length, TimeProvider clock)
        {
            lock (_counting)
                return Ended(length, clock);
        }

        private bool Ended(TimeSpan length, TimeProvider clock) => _began is not { } began || clock.GetElapsedTime(began) >= length;
    }
}
