namespace Quittance.Console.Parts;

/// <summary>How good or bad something is, as its colour shows. The words beside it say the same.</summary>
public enum Tone
{
    /// <summary>Neither good nor bad.</summary>
    Quiet,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Not decided yet, or worth a look.</summary>
    Waiting,

    /// <summary>Failed, lost or overdue.</summary>
    Bad,
}
