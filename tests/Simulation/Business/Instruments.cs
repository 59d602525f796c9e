using Quittance.Core.Instruments;

namespace Quittance.Tests.Simulation.Business;

/// <summary>What customers pay with: each does something else at the sandbox.</summary>
internal static class Instruments
{
    /// <summary>All of them, those first that most customers have.</summary>
    public static IReadOnlyList<InstrumentSecret> All { get; } =
    [
        Card("4242424242424242"), // All goes well, unless the amount says otherwise.
        new IbanAccount(Iban.Parse("DE89370400440532013000"), null, "Simulation"), // Paid some time after its capture.
        Card("4000000000000002"), // Declined.
        Card("4000000000003220"), // Must be confirmed.
        Card("4000000000000341"), // The capture is declined.
        Card("4000000000000119"), // Authorised, and the answer never comes.
        new UkAccount(SortCode.Parse("20-00-00"), UkAccountNumber.Parse("55550002"), "Simulation"),
            // Refused by the bank after its capture.
        new UkAccount(SortCode.Parse("20-00-00"), UkAccountNumber.Parse("55550003"), "Simulation"), // Paid, then returned.
    ];

    private static Card Card(string number) =>
        new(CardNumber.TryParse(number, out var parsed) ? parsed : throw new FormatException("No card number."), new CardExpiry(12, 2099),
            null);
}
