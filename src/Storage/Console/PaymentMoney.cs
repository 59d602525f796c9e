using Quittance.Core.Accounts;
using Quittance.Core.Payments;

namespace Quittance.Storage.Console;

/// <summary>A payment with all that its money did.</summary>
/// <param name="Payment">The payment.</param>
/// <param name="Customer">Who paid.</param>
/// <param name="Transfers">All that was moved by what happened to it, oldest first.</param>
/// <param name="HasMore">Whether there are more transfers than are told.</param>
public sealed record PaymentMoney(Payment Payment, Account Customer, IReadOnlyList<BookedTransfer> Transfers, bool HasMore);
