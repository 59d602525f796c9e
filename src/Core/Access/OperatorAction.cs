namespace Quittance.Core.Access;

/// <summary>What an operator did, kept in the same commit as what it changed.</summary>
/// <param name="Person">Who signed in to do it; null from the command line.</param>
/// <param name="Who">What they are called.</param>
/// <param name="What">What they did, such as <c>payment.refund</c>.</param>
/// <param name="Subject">What they did it to, in words.</param>
/// <param name="Reason">Why, as they said it.</param>
public sealed record OperatorAction(Guid? Person, string Who, string What, string Subject, string Reason);
