using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Widget;

/// <summary>
/// The providers that charge what a customer enters, by the merchant's routes, and their own pages on which the customer enters it.
/// </summary>
internal sealed class WidgetPages(ProviderRouting routing, IProviders providers)
{
    /// <summary>The provider of each way to pay of a session that one charges now.</summary>
    public async ValueTask<IReadOnlyDictionary<PaymentChoice, IProvider>> ProvidersAsync(Call call, Session session)
    {
        var byKind = await routing.ChooseAsync(session.Id.Merchant, session.Amount, hasPages: true, call.Cancel);
        return session.Choices.Where(choice => KindOf(choice) is { } kind && byKind.ContainsKey(kind))
            .ToDictionary(choice => choice, choice => byKind[KindOf(choice)!.Value]);
    }

    /// <summary>Asks the provider what the customer did on the session's page.</summary>
    public async Task<PageAnswer> FindAsync(Call call, Session session) => session.Page is not { } page ? PageAnswer.Ended
        : await providers.FindAsync(session.Id.Merchant, page.Provider, call.Cancel) is IInstrumentPages pages
            ? await pages.FindPageAsync(page.Reference, session.Id, call.Cancel)
            : PageAnswer.Unknown;

    /// <summary>The kind of instrument behind a way to pay; null where the customer promises the money.</summary>
    public static InstrumentKind? KindOf(PaymentChoice choice) => choice switch
    {
        PaymentChoice.CreditCard => InstrumentKind.Card,
        PaymentChoice.Sepa or PaymentChoice.SwissDebit or PaymentChoice.SwissLsv => InstrumentKind.IbanAccount,
        PaymentChoice.Bacs => InstrumentKind.UkAccount,
        PaymentChoice.BankTransfer or PaymentChoice.Cash => null,
    };
}
