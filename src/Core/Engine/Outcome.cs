using Quittance.Core.Attempts;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

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

    /// <summary>The payment as it stood then; null for other commands and for replays, which read it from the books.</summary>
    public PaymentView? Payment { get; init; }

    /// <summary>The refund after its provider's answer; null for other commands.</summary>
    public RefundView? Refund { get; init; }

    /// <summary>The attempts that it opened: several only for a refund that payments share.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>
    /// The attempt that it opened, for the caller to carry out; null for none or several. A refusal has one where this command began
    /// the payment that is under way.
    /// </summary>
    public Attempt? Attempt => Attempts is [var opened] ? opened : null;

    /// <summary>Whether this repeats the answer to an earlier request.</summary>
    public bool Replayed { get; init; }

    /// <summary>Whether it was carried out, now or before.</summary>
    public bool Accepted => Subject != Guid.Empty;

    /// <summary>A refusal of the command as a whole.</summary>
    public static Outcome Refused(Refusal refusal) => new() { Faults = [new Fault(refusal)] };
}

/// <summary>The engine does not know yet whether the command was committed. The same request under its key tells later.</summary>
public sealed class OutcomeUnknownException(string message, Exception? cause = null) : Exception(message, cause);
