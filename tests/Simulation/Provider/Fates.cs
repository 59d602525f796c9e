using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Tests.Simulation.Provider;

/// <summary>
/// Decides the fate of each call. It depends on the seed, the payment, the verb and the number of the call, and on nothing that
/// the machine's speed could change.
/// </summary>
internal sealed class Fates(int seed)
{
    private static readonly (Fate Fate, int Weight)[] Odds =
    [
        (Fate.Plain, 48), (Fate.RequestLost, 6), (Fate.NoAnswer, 5), (Fate.AnswerLost, 7), (Fate.AnswerTooLate, 5), (Fate.AnswerLate, 6),
        (Fate.CallerSleeps, 4), (Fate.RequestDelayed, 7), (Fate.RequestTwice, 4), (Fate.CallerDiesBefore, 2), (Fate.CallerDiesDuring, 3),
        (Fate.CallerDiesAfter, 4),
    ];

    /// <summary>A status that no adapter knows.</summary>
    public const string UnknownWord = "a_word_of_next_year";

    private const int AnswersPerUnknownWord = 15;
    private const int ReadsPerFailure = 25;
    private const string ReadFails = "The simulation lets this read fail.";

    private static readonly int Sum = Odds.Sum(odds => odds.Weight);

    private readonly Dictionary<(int, Verb, bool), int> _calls = [];
    private readonly Dictionary<int, int> _answers = [];

    /// <summary>From now on everything arrives at once.</summary>
    public bool IsFair { get; set; }

    /// <summary>The fate of the next call.</summary>
    /// <param name="payment">The how manieth payment of the schedule it is for.</param>
    /// <param name="verb">The verb of the request.</param>
    /// <param name="asks">Whether it is a question about the request.</param>
    public (Fate Fate, Random Random) Next(int payment, Verb verb, bool asks)
    {
        int number;
        lock (_calls)
            number = _calls[(payment, verb, asks)] = _calls.GetValueOrDefault((payment, verb, asks)) + 1;
        var random = new Random(unchecked((((((seed * 31) + payment) * 31) + (int)verb) * 31 + (asks ? 1 : 0)) * 31 + number));
        // The first numbers of seeds that lie close together are too.
        random.Next();
        if (IsFair)
            return (Fate.Plain, random);
        var picked = random.Next(Sum);
        foreach (var (fate, weight) in Odds)
        {
            if ((picked -= weight) < 0)
                return (fate, random);
        }

        return (Fate.Plain, random);
    }

    /// <summary>Whether the provider's next answer says where its object stands in a word that no adapter knows.</summary>
    public bool IsWordUnknown(int payment)
    {
        int number;
        lock (_calls)
            number = _answers[payment] = _answers.GetValueOrDefault(payment) + 1;
        var random = new Random(unchecked((((seed * 31) + payment) * 31 + number) * 17));
        random.Next();
        return !IsFair && random.Next(AnswersPerUnknownWord) == 0;
    }

    /// <summary>Why the next read fails; null where it does not.</summary>
    /// <param name="work">Which work of the schedule reads.</param>
    /// <param name="read">The how manieth read of that work it is.</param>
    public Exception? FailureOf(int work, int read)
    {
        var random = new Random(unchecked((((seed * 31) + work) * 31) + read));
        random.Next();
        if (IsFair || random.Next(ReadsPerFailure) > 0)
            return null;
        return random.Next(3) switch
        {
            0 => new StoreUnavailableException(ReadFails),
            1 => new VaultException(ReadFails),
            _ => new TimeoutException(ReadFails),
        };
    }

    /// <summary>Whether this is a read that was to fail.</summary>
    public static bool IsFailureOfRead(Exception trouble) => trouble.Message == ReadFails;
}
