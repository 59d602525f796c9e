namespace Quittance.Sandbox.Books;

/// <summary>A request as the books have it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Verb">What is asked.</param>
/// <param name="Authorisation">Of which authorisation.</param>
/// <param name="AmountMinor">How much, in minor units; 0 for a void of an authorisation never seen.</param>
/// <param name="Currency">The currency; null for a void of an authorisation never seen.</param>
public sealed record BookedRequest(Guid Id, RequestVerb Verb, Guid Authorisation, long AmountMinor, string? Currency)
{
    /// <summary>What became of it.</summary>
    public RequestState State { get; init; }

    /// <summary>Why it is declined, if it is.</summary>
    public RequestReason? Reason { get; init; }

    /// <summary>Scheme and last four digits; of an authorise request only.</summary>
    public string? Instrument { get; init; }

    internal BookedRequest Become(RequestState state, RequestReason? reason = null) => this with { State = state, Reason = reason };

    /// <summary>Whether another request asks for the same. A void's amount is not asked for but found out.</summary>
    internal bool AsksTheSame(BookedRequest other) =>
        (Verb, Authorisation, Instrument) == (other.Verb, other.Authorisation, other.Instrument)
        && (Verb == RequestVerb.Void || (AmountMinor, Currency) == (other.AmountMinor, other.Currency));
}
