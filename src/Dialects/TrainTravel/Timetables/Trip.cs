using Quittance.Core;

namespace Quittance.Dialects.TrainTravel.Timetables;

/// <summary>A train on a day, from one of its stations to a later one.</summary>
/// <param name="Id">Its id, which says all of this.</param>
/// <param name="Run">The id of the train's whole run, whose seats all its trips share: a seat that is taken for a part of the way is taken.</param>
/// <param name="Origin">Where it begins.</param>
/// <param name="Destination">Where it ends.</param>
public sealed record Trip(Guid Id, Guid Run, Station Origin, Station Destination)
{
    /// <summary>When it begins, with the offset of the origin's clocks.</summary>
    public required DateTimeOffset DepartsAt { get; init; }

    /// <summary>When it ends, with the offset of the destination's clocks.</summary>
    public required DateTimeOffset ArrivesAt { get; init; }

    /// <summary>Who runs the train.</summary>
    public required string Operator { get; init; }

    /// <summary>What it costs, in the currency of the origin's country.</summary>
    public required Money Price { get; init; }

    /// <summary>How many seats the train has.</summary>
    public required int Seats { get; init; }

    /// <summary>Whether bicycles may come along.</summary>
    public required bool TakesBicycles { get; init; }

    /// <summary>Whether dogs may come along.</summary>
    public required bool TakesDogs { get; init; }
}
