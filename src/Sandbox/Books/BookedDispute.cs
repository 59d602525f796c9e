namespace Quittance.Sandbox.Books;

/// <summary>A dispute as the books have it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Authorisation">What is disputed.</param>
/// <param name="AmountMinor">How much, in minor units.</param>
/// <param name="FeeMinor">What it costs, however it ends, in minor units.</param>
/// <param name="Currency">The currency of both.</param>
/// <param name="State">How far it is.</param>
public sealed record BookedDispute(
    string Id, DisputeKind Kind, Guid Authorisation, long AmountMinor, long FeeMinor, string Currency, DisputeState State);
