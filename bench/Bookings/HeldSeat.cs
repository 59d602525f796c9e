namespace Quittance.Bench.Bookings;

/// <summary>A booking without a payment yet.</summary>
/// <param name="Booking">Its id.</param>
/// <param name="Owner">The client that booked.</param>
internal sealed record HeldSeat(Guid Booking, Passenger Owner);
