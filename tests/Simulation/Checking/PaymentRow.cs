namespace Quittance.Tests.Simulation.Checking;

/// <summary>A payment as it stands in the books.</summary>
internal sealed record PaymentRow(
    Guid Id, string Status, long AmountMinor, long AllocatedMinor, long ReversedMinor, long RefundedMinor, bool IsByProvider);
