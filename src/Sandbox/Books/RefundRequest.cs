namespace Quittance.Sandbox.Books;

/// <summary>Asks to give captured money back.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Authorisation">The authorisation's id.</param>
/// <param name="AmountMinor">How much, in minor units; at most what is captured and not yet given back.</param>
/// <param name="Currency">The authorisation's currency.</param>
public sealed record RefundRequest(Guid Id, Guid Authorisation, long AmountMinor, string Currency);
