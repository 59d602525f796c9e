using Quittance.Console.Pages.Corrections;
using Quittance.Console.Pages.Payments;
using Quittance.Core.Ledger;

namespace Quittance.Tests.Console;

/// <summary>What pages say of events.</summary>
public sealed class EventSentenceTests
{
    [Fact]
    public void EveryEvent_OfAPaymentOrARefund_HasASentence() =>
        Assert.Equal([], Without(Timeline.TextOf, "Payment", "Refund"));

    [Fact]
    public void EveryEvent_OfACharge_HasASentence() =>
        Assert.Equal([], Without(ChargeWords.Of, "Charge"));

    /// <summary>The types of events that have the name of the type in place of a sentence.</summary>
    /// <param name="subjects">With what the names of the types begin.</param>
    private static IEnumerable<EventType> Without(Func<EventType, string> sentence, params string[] subjects) =>
        Enum.GetValues<EventType>().Where(
            type => subjects.Any(subject => $"{type}".StartsWith(subject, StringComparison.Ordinal)) && sentence(type) == $"{type}");
}
