namespace Quittance.Core.Engine;

/// <summary>What a command leads to: changes, or the reasons why not.</summary>
public sealed class Decision
{
    private Decision(Changes? changes, IReadOnlyList<Fault> faults) => (Changes, Faults) = (changes, faults);

    /// <summary>What changes; null when refused.</summary>
    public Changes? Changes { get; }

    /// <summary>Why it is refused; empty when it is not, or when only a check was asked for and found nothing.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>The command is carried out.</summary>
    public static Decision Accepted(Changes changes) => new(changes, []);

    /// <summary>The command as a whole is refused.</summary>
    public static Decision Refused(Refusal refusal) => new(null, [new Fault(refusal)]);

    /// <summary>The command is refused for these reasons.</summary>
    public static Decision Refused(IReadOnlyList<Fault> faults) => new(null, faults);
}
