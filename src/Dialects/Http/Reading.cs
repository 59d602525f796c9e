using System.Diagnostics.CodeAnalysis;

namespace Quittance.Dialects.Http;

/// <summary>The content of a request, or its fault in the dialect's own words.</summary>
/// <typeparam name="T">The content.</typeparam>
/// <typeparam name="TError">The dialect's form of a fault.</typeparam>
public readonly struct Reading<T, TError>
    where T : notnull
    where TError : class
{
    private readonly T? _value;

    private Reading(T? value, TError? error) => (_value, Error) = (value, error);

    /// <summary>The fault; null for none.</summary>
    public TError? Error { get; }

    /// <exception cref="InvalidOperationException">The request has an error.</exception>
    public T Value => Error is null ? _value! : throw new InvalidOperationException("There is nothing to read.");

    /// <summary>Whether it was read.</summary>
    /// <param name="value">What was read.</param>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out TError? error)
    {
        (value, error) = (_value, Error);
        return error is null;
    }

    public static implicit operator Reading<T, TError>(T value) => new(value, null);

    public static implicit operator Reading<T, TError>(TError error) => new(default, error);
}
