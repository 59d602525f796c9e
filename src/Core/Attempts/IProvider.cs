namespace Quittance.Core.Attempts;

/// <summary>
/// A merchant's account at a payment provider. Answers are values: what goes wrong on the way is <see cref="Verdict.Unknown"/>.
/// Every verb may be sent again with the same request and takes effect once; each ends within 20 seconds.
/// </summary>
public interface IProvider
{
    /// <summary>Its name in the books, such as <c>sandbox</c>. Never changed.</summary>
    string Name { get; }

    /// <summary>After this time a request that has not arrived never will.</summary>
    TimeSpan RequestLifetime { get; }

    /// <summary>Reserves money.</summary>
    Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel);

    /// <summary>Takes reserved money, at most what was authorised.</summary>
    Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel);

    /// <summary>Gives a reservation back. An authorisation that never arrived is void from then on.</summary>
    Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel);

    /// <summary>Gives captured money back, at most what is left of it.</summary>
    Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel);

    /// <summary>Asks what became of a request; changes nothing.</summary>
    /// <param name="verb">What was asked.</param>
    /// <param name="request">The request, without instrument.</param>
    /// <param name="cancel">Ends the waiting; the answer is then <see cref="Verdict.Unknown"/>.</param>
    Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel);
}
