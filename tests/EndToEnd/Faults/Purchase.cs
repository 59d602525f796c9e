using System.Net;
using Quittance.Core.Instruments;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>One payment that a client wants to make, and how it must end, also where something breaks on the way.</summary>
/// <param name="Name">The sandbox's behaviour.</param>
/// <param name="Secret">The instrument.</param>
/// <param name="AmountMinor">How much.</param>
/// <param name="Ends">The status that the payment ends in; one of these.</param>
internal sealed record Purchase(string Name, InstrumentSecret Secret, long AmountMinor, params IReadOnlyList<string> Ends)
{
    /// <summary>Everything that the sandbox can do to a payment that is authorised and captured at once.</summary>
    public static IReadOnlyList<Purchase> All { get; } =
    [
        OfCard("4242424242424242", 1000, "captured"),
        OfCard("4000000000000002", 1100, "declined"),
        OfCard("4000000000009995", 1200, "declined"),
        OfCard("4000000000000341", 1300, "failed"),
        OfCard("4000000000000119", 1400, "captured"),
        // Whether the late decline is heard of before or after the capture is in the books depends on when it breaks.
        OfCard("4242424242424242", 66604, "captured", "failed", "declined"),
        .. new[] { 66601, 66602, 66603, 66605, 66606, 66607, 66608, 66609, 66610 }.Select(
            amount => OfCard("4242424242424242", amount, "captured")),
        OfIban("DE02120300000000202051", 2000, "captured"),
        OfIban("DE45120300000000000002", 2100, "failed"),
        OfIban("DE18120300000000000003", 2200, "captured"),
    ];

    /// <summary>
    /// What Stripe's face can do to it. No card at Stripe is captured and then declined, and Stripe debits bank accounts in euros alone.
    /// </summary>
    public static IReadOnlyList<Purchase> OfStripe(string currency) =>
        [.. All.Where(purchase => purchase.AmountMinor != 66604 && (purchase.Secret is Card || currency == "EUR"))];

    public Customer Customer { get; init; } = null!;

    /// <summary>The amount that the provider gave back past our books, in cents.</summary>
    public long ElsewhereMinor { get; init; }

    public string Body => Customer.Payment(AmountMinor, Customer.Bills.Count > 0 ? Customer.Bills[0] : null);

    public static Purchase OfCard(string number, long amountMinor, params IReadOnlyList<string> ends) =>
        new($"card {number} {amountMinor}", Customers.CardOf(number), amountMinor, ends);

    public static Purchase OfIban(string number, long amountMinor, string ends) =>
        new($"iban {number} {amountMinor}", Customers.IbanOf(number), amountMinor, ends);
}

/// <summary>An answer to a client.</summary>
/// <param name="Text">The part of the answer that matters.</param>
/// <param name="IsLast">Whether it is the last word: a client that asks again gets the same.</param>
internal sealed record ClientAnswer(HttpStatusCode Status, string Text, bool IsLast);
