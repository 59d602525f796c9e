using Quittance.Core.Attempts;
using Quittance.Core.Payments;

namespace Quittance.Providers.Cash;

/// <summary>
/// The house's own drawer, and its own bank account. It keeps no books: money over the counter is there at once; what moves by
/// bank transfer is pending until a line of a bank statement matches it. So the answer follows from the verb alone.
/// </summary>
public sealed class CashProvider : IProvider
{
    private readonly ProviderAnswer _moving;

    private CashProvider(string name, ProviderAnswer moving) => (Name, _moving) = (name, moving);

    /// <summary>The drawer with cash, cheques and vouchers.</summary>
    public static CashProvider Drawer { get; } = new(ClearingProvider.Cash, ProviderAnswer.Approved);

    /// <summary>Transfers from and to customers' bank accounts.</summary>
    public static CashProvider BankTransfer { get; } = new(ClearingProvider.BankTransfer, ProviderAnswer.Pending);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Nothing is ever on its way.</summary>
    public TimeSpan RequestLifetime => TimeSpan.Zero;

    /// <inheritdoc/>
    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Authorise, request, cancel);

    /// <inheritdoc/>
    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Capture, request, cancel);

    /// <inheritdoc/>
    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Void, request, cancel);

    /// <inheritdoc/>
    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Refund, request, cancel);

    /// <inheritdoc/>
    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) => Task.FromResult(verb switch
    {
        Verb.Authorise or Verb.Void => ProviderAnswer.Approved,
        Verb.Capture or Verb.Refund => _moving,
    });
}
