namespace Quittance.Sandbox.Books;

/// <summary>Opens a dispute, as a customer's bank would.</summary>
/// <param name="Id">The dispute's id.</param>
/// <param name="Authorisation">What is disputed; captured.</param>
/// <param name="Kind">What happened.</param>
/// <param name="AmountMinor">How much, in minor units; null: all that is captured.</param>
/// <param name="FeeMinor">What the bank charges for it, in minor units; null: 1500.</param>
public sealed record DisputeRequest(string Id, Guid Authorisation, DisputeKind Kind, long? AmountMinor = null, long? FeeMinor = null);
