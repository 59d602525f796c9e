namespace Quittance.Bench.Bookings;

/// <summary>A client of the authorisation server, which books for itself.</summary>
/// <param name="Subject">The subject of its bookings.</param>
/// <param name="Header">The header with its access token.</param>
internal sealed record Passenger(Guid Subject, string Header);
