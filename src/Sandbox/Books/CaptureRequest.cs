namespace Quittance.Sandbox.Books;

/// <summary>Asks to take reserved money.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Authorisation">The authorisation's id.</param>
/// <param name="AmountMinor">How much, in minor units; at most what is authorised.</param>
/// <param name="Currency">The authorisation's currency.</param>
public sealed record CaptureRequest(Guid Id, Guid Authorisation, long AmountMinor, string Currency);
