namespace Quittance.Dialects.TrainTravel;

/// <summary>The names of this dialect.</summary>
public static class TrainTravelNames
{
    public const string Dialect = "train-travel";

    /// <summary>References to instruments that were entered for one payment.</summary>
    public const string Instrument = "instrument";

    /// <summary>References to accounts: that of a booking.</summary>
    public const string Booking = "booking";
}
