namespace Quittance.Dialects.TrainTravel;

/// <summary>A search for trips (Train Travel 3.5).</summary>
/// <param name="Origin">The id of the station where it begins.</param>
/// <param name="Destination">The id of the station where it ends.</param>
/// <param name="From">The moment from which on.</param>
/// <param name="Page">The page.</param>
public sealed record TripQuery(Guid Origin, Guid Destination, DateTimeOffset From, Page Page)
{
    /// <summary>Whether a bicycle comes along.</summary>
    public bool HasBicycle { get; init; }

    /// <summary>Whether a dog comes along.</summary>
    public bool HasDog { get; init; }
}
