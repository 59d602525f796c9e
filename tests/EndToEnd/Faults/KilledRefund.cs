namespace Quittance.Tests.Faults;

/// <summary>Money that is given back at a server that is killed, and how that must end.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Account">Whose money.</param>
/// <param name="Payment">The payment; null for the account's credit.</param>
/// <param name="AmountMinor">How much, in cents.</param>
/// <param name="Ends">The status that the refund ends in.</param>
internal sealed record KilledRefund(string Name, string Account, string? Payment, long AmountMinor, string Ends);
