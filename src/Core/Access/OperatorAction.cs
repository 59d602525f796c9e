namespace Quittance.Core.Access;

/// <summary>What an operator did: kept in the audit log, in the same commit as what it changed.</summary>
/// <param name="Person">Who is signed in; null for the command line.</param>
/// <param name="Who">The operator's name, as it is shown.</param>
/// <param name="What">A short dotted verb, such as <c>payment.refund</c>.</param>
/// <param name="Subject">What a person would call it, such as <c>payment 1234</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record OperatorAction(Guid? Person, string Who, string What, string Subject, string Reason);
