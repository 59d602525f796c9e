namespace Quittance.Dialects.TrainTravel;

/// <summary>What was read from a request, or what is wrong with it.</summary>
public readonly struct Reading<T>
    where T : notnull
{
    private readonly T? _value;

    private Reading(T? value, TrainTravelProblem? problem) => (_value, Problem) = (value, problem);

    /// <summary>What is wrong; null for nothing.</summary>
    public TrainTravelProblem? Problem { get; }

    /// <summary>What was read.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong with it.</exception>
    public T Value => Problem is null ? _value! : throw new InvalidOperationException("There is nothing to read.");

    /// <summary>What was read.</summary>
    public static implicit operator Reading<T>(T value) => new(value, null);

    /// <summary>What is wrong.</summary>
    public static implicit operator Reading<T>(TrainTravelProblem problem) => new(default, problem);
}
