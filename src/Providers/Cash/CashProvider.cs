using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Providers.Cash;

/// <summary>
/// The merchant's cash drawer, its bank account, and a client's gateway. None of them answers questions: an operator or a line of a
/// statement says what happened.
/// </summary>
public sealed class CashProvider : IProvider
{
    private readonly ProviderAnswer _refund;

    private CashProvider(string name, ProviderAnswer refund) => (Name, _refund) = (name, refund);

    /// <summary>The drawer with cash, cheques and vouchers.</summary>
    public static CashProvider Drawer { get; } = new(ClearingProvider.Cash, ProviderAnswer.Approved);

    /// <summary>Transfers from and to customers' bank accounts.</summary>
    public static CashProvider BankTransfer { get; } = new(ClearingProvider.BankTransfer, ProviderAnswer.Pending);

    /// <summary>A gateway of the client's, at which the client gives money back.</summary>
    public static CashProvider Gateway { get; } = new(ClearingProvider.Gateway, ProviderAnswer.Pending);

    public string Name { get; }

    /// <summary>Nothing is ever on its way.</summary>
    public TimeSpan RequestLifetime => TimeSpan.Zero;

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) =>
        FindAsync(Verb.Authorise, request, cancel);

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Capture, request, cancel);

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Void, request, cancel);

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Refund, request, cancel);

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) => Task.FromResult(verb switch
    {
        Verb.Authorise or Verb.Void => ProviderAnswer.Approved,
        Verb.Capture => ProviderAnswer.Pending,
        Verb.Refund => _refund,
    });

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        Task.FromResult<ProviderRecords?>(ProviderRecords.None);
}
