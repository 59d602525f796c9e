using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Providers.Bank;

/// <summary>
/// The merchant's own bank, which collects direct debits by files. It has no reservations: an authorisation says that the bank takes such
/// a debit, and a void that none is wanted. A capture waits for a collection, and the bank's files say how it ends. A refund is a transfer
/// by a file or by an operator.
/// </summary>
public sealed class BankProvider : IProvider
{
    private BankProvider()
    {
    }

    public static BankProvider Files { get; } = new();

    public string Name => ClearingProvider.Bank;

    public ProviderWorld? World => ProviderWorld.Live;

    /// <summary>Nothing is ever on its way.</summary>
    public TimeSpan RequestLifetime => TimeSpan.Zero;

    public bool Takes(InstrumentKind kind, Currency currency) =>
        kind == InstrumentKind.IbanAccount && BankFlavours.Of(currency) is not null;

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) => Task.FromResult(
        request is { Instrument: IbanAccount { Iban: var iban }, Mandate: { } mandate }
            && BankFlavours.Of(request.Amount.Currency) is { } flavour && flavour.Reaches(iban.Country)
            && Mandate.IsReference(flavour.Mandates, mandate)
            ? ProviderAnswer.Approved
            : ProviderAnswer.Declined(DeclineReason.RequestRefused));

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Capture, request, cancel);

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Void, request, cancel);

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) => FindAsync(Verb.Refund, request, cancel);

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) => Task.FromResult(verb switch
    {
        // A look-up has no instrument: the server sends the request again.
        Verb.Authorise => ProviderAnswer.NotFound,
        Verb.Void => ProviderAnswer.Approved,
        Verb.Capture or Verb.Refund => ProviderAnswer.Pending,
    });

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        Task.FromResult<ProviderRecords?>(ProviderRecords.None);
}
