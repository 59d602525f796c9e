using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>Money that came to the merchant without a provider of ours: in the drawer, on the bank account, at a gateway.</summary>
public static class ReceivedMoney
{
    /// <summary>The ways in which it comes, each with the holder of the money (<see cref="ClearingProvider"/>).</summary>
    public static IReadOnlyDictionary<PaymentMethod, string> Holders { get; } = new Dictionary<PaymentMethod, string>
    {
        [PaymentMethod.Cash] = ClearingProvider.Cash,
        [PaymentMethod.Check] = ClearingProvider.Cash,
        [PaymentMethod.Voucher] = ClearingProvider.Cash,
        [PaymentMethod.BankAccountTransfer] = ClearingProvider.BankTransfer,
        [PaymentMethod.BankAccountDebit] = ClearingProvider.Gateway,
        [PaymentMethod.BankCard] = ClearingProvider.Gateway,
        [PaymentMethod.DigitalWallet] = ClearingProvider.Gateway,
    };

    /// <summary>Records it as a payment of a customer.</summary>
    /// <param name="method">The way in which it came: one of <see cref="Holders"/>.</param>
    /// <param name="charges">
    /// The charges that it settles, in this order, as far as they are due; the rest is credit. Null for all that are open, oldest due
    /// first.
    /// </param>
    /// <param name="receivedOn">The day on which it came; null for today.</param>
    public static RecordPayment Record(
        Origin origin, AccountTarget payer, PaymentId id, PaymentMethod method, Money amount, IReadOnlyList<Part>? charges,
        DateOnly? receivedOn) => new(origin, payer, id, Reference.House)
        {
            Amount = amount,
            Method = method,
            ReceivedBy = Holders[method],
            Parts = charges ?? [],
            NamesChargesOnce = true,
            Remainder = charges is null ? Remainder.OldestDueFirst : Remainder.Credit,
            EffectiveOn = receivedOn,
        };
}
