namespace Quittance.Bench.Bookings;

/// <summary>Who books: a client of the authorisation server, for itself.</summary>
/// <param name="Subject">Whose its bookings are.</param>
/// <param name="Header">The header with its access token.</param>
internal sealed record Passenger(Guid Subject, string Header);
