namespace Quittance.Sandbox.Books;

/// <summary>Asks to give a reservation back. One that never arrived is declined when it arrives later.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Authorisation">The authorisation's id.</param>
public sealed record VoidRequest(Guid Id, Guid Authorisation);
