namespace Quittance.Core.Attempts;

/// <summary>What came of asking once more.</summary>
public enum Recovered
{
    /// <summary>Someone else had taken it on.</summary>
    NotDue,

    /// <summary>The provider's word is in the books.</summary>
    Answered,

    /// <summary>Still no clear answer; it will be asked again.</summary>
    Unanswered,

    /// <summary>Still no clear answer, and nobody asks any more: an operator has to.</summary>
    GivenUp,

    /// <summary>
    /// The provider declines to release reserved money, and nothing that it says explains why: an operator has to find out.
    /// </summary>
    NotReleased,
}
