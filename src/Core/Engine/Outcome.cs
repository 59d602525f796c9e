namespace Quittance.Core.Engine;

/// <summary>The result of a command, once it is committed.</summary>
public sealed record Outcome
{
    /// <summary>The reasons of a refusal; else empty.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>The id of the object that it created or changed; <see cref="Guid.Empty"/> when refused.</summary>
    public Guid Subject { get; init; }

    /// <summary>The event of that subject that it made. The answer shows the subject as of this event.</summary>
    public int Sequence { get; init; }

    /// <summary>
    /// The changes that it committed; null for replays. A refusal has them where this command began what is under way.
    /// </summary>
    public Changes? Changes { get; init; }

    /// <summary>The part of the books that the answer shows; null where the answer reads them, as for replays.</summary>
    public object? View { get; init; }

    /// <summary>Whether this repeats the answer to an earlier request.</summary>
    public bool Replayed { get; init; }

    /// <summary>Whether it was carried out, now or before.</summary>
    public bool Accepted => Subject != Guid.Empty;

    /// <summary>A refusal of the command as a whole.</summary>
    public static Outcome Refused(Refusal refusal) => new() { Faults = [new Fault(refusal)] };
}

/// <summary>The engine does not know yet whether the command was committed. The same request under its key tells later.</summary>
public sealed class OutcomeUnknownException(string message, Exception? cause = null) : Exception(message, cause);
