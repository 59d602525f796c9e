using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Payments;

namespace Quittance.Core.Settlements;

/// <summary>A payment that a line of a statement names.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its human number.</param>
/// <param name="Account">Who paid.</param>
/// <param name="Slot">The slot of that account.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Amount">The whole payment; null for a bare record.</param>
/// <param name="Holder">Who holds its money; null while nobody does.</param>
/// <param name="IsAsked">Whether a provider was ever asked for it.</param>
/// <param name="IsSettled">Whether a line is booked for it already.</param>
/// <param name="Attempt">The attempt by which it is named; null where it is named otherwise.</param>
/// <param name="Name">The name by which it was found.</param>
public sealed record NamedPayment(
    PaymentId Id, long Number, AccountId Account, int Slot, PaymentStatus Status, Money? Amount, string? Holder, bool IsAsked, bool IsSettled, Guid? Attempt,
    string Name)
{
    /// <summary>The capture that waits for the transfer which the customer announced; null where none does.</summary>
    public AttemptId? Transfer { get; init; }

    /// <summary>Whether it was only recorded and waits for money that a bank may bring.</summary>
    public bool WaitsForMoney => Status == PaymentStatus.Pending && !IsAsked && Amount is not null;

    /// <summary>Whether its money is said to be at the bank, and no statement has shown it yet.</summary>
    public bool WaitsForStatement => Status == PaymentStatus.Captured && Holder == ClearingProvider.BankTransfer && !IsSettled;
}
