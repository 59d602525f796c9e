namespace Quittance.Core.Engine;

/// <summary>Commits that do not get through.</summary>
/// <param name="Fault">Why, as of the last one.</param>
/// <param name="Since">When the first of them failed.</param>
/// <param name="Last">When the last of them failed, or was still seen waiting.</param>
public sealed record StoreTrouble(StoreFault Fault, DateTimeOffset Since, DateTimeOffset Last);
