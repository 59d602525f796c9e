namespace Quittance.Core.Attempts;

/// <summary>A provider tells what has become of a request.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Request">The attempt's id; whether there is such an attempt is for the books to say.</param>
/// <param name="Verb">What was asked.</param>
/// <param name="Verdict">Approved, declined or pending.</param>
/// <param name="Reason">Why, where it declined.</param>
/// <param name="Amount">How much it was about.</param>
public sealed record RequestChanged(DateTimeOffset At, Guid Request, Verb Verb, Verdict Verdict, DeclineReason? Reason, Money Amount)
    : ProviderNotice(At);
