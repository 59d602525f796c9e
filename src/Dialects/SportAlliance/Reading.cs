namespace Quittance.Dialects.SportAlliance;

/// <summary>What was read from a request, or what is wrong with it.</summary>
public readonly struct Reading<T>
    where T : notnull
{
    private readonly T? _value;

    private Reading(T? value, SportAllianceError? error) => (_value, Error) = (value, error);

    /// <summary>What is wrong; null for nothing.</summary>
    public SportAllianceError? Error { get; }

    /// <summary>What was read.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong with it.</exception>
    public T Value => Error is null ? _value! : throw new InvalidOperationException("There is nothing to read.");

    /// <summary>What was read.</summary>
    public static implicit operator Reading<T>(T value) => new(value, null);

    /// <summary>What is wrong.</summary>
    public static implicit operator Reading<T>(SportAllianceError error) => new(default, error);
}
