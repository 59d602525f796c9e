using Quittance.Core.Attempts;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Core.Engine;

/// <summary>What became of a command, told only after it was committed.</summary>
public sealed record Outcome
{
    /// <summary>Why it was refused; empty when it was not.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>The id of what it created or changed; <see cref="Guid.Empty"/> when refused.</summary>
    public Guid Subject { get; init; }

    /// <summary>The event of that subject which it made. The subject as of this event is what the answer tells.</summary>
    public int Sequence { get; init; }

    /// <summary>The payment as it stood then; null for other commands and for replays, which read it from the books.</summary>
    public PaymentView? Payment { get; init; }

    /// <summary>The refund as it stands, once its provider was asked; null for other commands.</summary>
    public RefundView? Refund { get; init; }

    /// <summary>All attempts at providers that it opened: several only for a refund that payments share.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>
    /// The only attempt at a provider that it opened, for whoever submitted it to carry out; null when there is none or more than one. A refusal has
    /// one where the command began what is under way, and none where it met that.
    /// </summary>
    public Attempt? Attempt => Attempts is [var opened] ? opened : null;

    /// <summary>Whether this repeats the answer to an earlier request.</summary>
    public bool Replayed { get; init; }

    /// <summary>Whether it was carried out, now or before.</summary>
    public bool Accepted => Subject != Guid.Empty;

    /// <summary>A refusal of the command as a whole.</summary>
    public static Outcome Refused(Refusal refusal) => new() { Faults = [new Fault(refusal)] };
}

/// <summary>A command may have been carried out or not: the database has not told in time. The same request under its key tells later.</summary>
public sealed class OutcomeUnknownException : Exception
{
    /// <summary>Without a reason.</summary>
    public OutcomeUnknownException()
    {
    }

    /// <summary>With a reason.</summary>
    public OutcomeUnknownException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and its cause.</summary>
    public OutcomeUnknownException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
