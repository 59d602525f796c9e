namespace Quittance.Sandbox.Books;

/// <summary>Asks to reserve money.</summary>
/// <param name="Id">The request's id, and from then on the authorisation's.</param>
/// <param name="AmountMinor">How much, in minor units; above zero.</param>
/// <param name="Currency">The ISO currency code.</param>
/// <param name="Instrument">What to take the money from.</param>
public sealed record AuthoriseRequest(Guid Id, long AmountMinor, string Currency, InstrumentDetails Instrument)
{
    /// <summary>Where notices about this authorisation go; null: nowhere.</summary>
    public Uri? NoticeUrl { get; init; }

    /// <summary>Where the customer goes after confirming.</summary>
    public Uri? ReturnUrl { get; init; }
}
