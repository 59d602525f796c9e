namespace Quittance.Core.Bookings;

/// <summary>The seats of a departure of which at least one was ever booked.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Seats">How many it has.</param>
/// <param name="Taken">How many are held or sold.</param>
public sealed record Departure(DepartureId Id, int Seats, int Taken);
