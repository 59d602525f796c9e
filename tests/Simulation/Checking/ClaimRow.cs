namespace Quittance.Tests.Simulation.Checking;

/// <summary>A claim on a charge as it stands in the books.</summary>
internal sealed record ClaimRow(Guid Payment, Guid Charge, long AmountMinor, bool IsLive, long ChargeMinor, long ChargeAllocatedMinor);
