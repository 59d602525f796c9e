namespace Quittance.Dialects.TrainTravel;

/// <summary>A request to book a trip (Train Travel 3.6, 5.3).</summary>
/// <param name="Trip">The id of the trip.</param>
/// <param name="Passenger">Who travels.</param>
/// <param name="HasBicycle">Whether a bicycle comes along.</param>
/// <param name="HasDog">Whether a dog comes along.</param>
public sealed record BookingRequest(Guid Trip, string Passenger, bool HasBicycle, bool HasDog);
