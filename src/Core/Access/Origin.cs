namespace Quittance.Core.Access;

/// <summary>Who brought a command: kept with every event, so that any figure can be traced back to its request.</summary>
/// <param name="Merchant">Whose books.</param>
/// <param name="Credential">The credential used; 0 for the merchant's own people.</param>
/// <param name="Request">The trace id of the request.</param>
public sealed record Origin(MerchantId Merchant, long Credential, Guid Request)
{
    /// <summary>What an operator does by it; null where a client sent it. Kept with the commit of what it changes, and only then.</summary>
    public OperatorAction? Action { get; init; }
}

/// <summary>Something that an operator does. It is kept in the same commit as what it changes.</summary>
/// <param name="Person">Who signed in; null for the command line.</param>
/// <param name="Who">What they are called, as of then.</param>
/// <param name="What">The action, as a dotted verb such as <c>payment.refund</c>.</param>
/// <param name="Subject">What it was done to, as a person would call it, such as <c>payment 1234</c>.</param>
/// <param name="Reason">Why, in their own words; may be empty where nobody is asked.</param>
public sealed record OperatorAction(Guid? Person, string Who, string What, string Subject, string Reason)
{
    /// <summary>Who is meant where somebody has the machine itself.</summary>
    public const string CommandLine = "command line";
}
