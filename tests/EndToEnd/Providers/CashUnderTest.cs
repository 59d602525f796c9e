using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Providers.Cash;

namespace Quittance.Tests.Providers;

/// <summary>The drawer and the bank statement: no wire, no instruments and no books, so that little can go wrong.</summary>
internal sealed class CashUnderTest(CashProvider provider) : ProviderUnderTest
{
    private const string NoBooks = "it keeps no books: whether there is anything to take or give back, the engine's own rules say";
    private const string NoWire = "nothing travels, so nothing can get lost, late or broken";

    public override string Name => provider.Name;

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["Sent again with the same id, it takes effect once"] =
            "it does nothing itself, so nothing twice: its answer follows from the verb alone",
        ["Sent again without the security code, it is still the same"] = "it knows no cards",
        ["A decline says why"] = "it never declines: the money is in hand, or awaited",
        ["Every kind of instrument is understood"] = "it knows no instruments",
        ["After a lost answer, asking tells the truth"] = NoWire,
        ["A request has one id of the provider's, which never changes"] = "it gives nothing an id",
        ["An unknown id is not found"] = "nothing is ever lost on the way to it, so what is asked about has been done",
        ["Void of an authorisation that never arrived keeps it from ever taking effect"] = NoBooks,
        ["A voided authorisation can't be captured"] = NoBooks,
        ["More than authorised can't be captured"] = NoBooks,
        ["Refunds never exceed what was captured"] = NoBooks,
        ["An id used for something else is unknown, never done"] = NoBooks,
        ["A time-out is unknown, never failed"] = NoWire,
        ["When the caller stops waiting, the answer is unknown"] = "it answers before anybody can stop waiting",
        ["Broken answers are unknown"] = NoWire,
        ["An answer about something else is unknown"] = NoWire,
        ["An answer about another amount is unknown"] = NoWire,
        ["Scrubbing: no card number, security code, IBAN or API key in any log line, exception or ToString"] =
            "it gets nothing secret and logs nothing",
    };

    public override Task<IProvider> ConnectAsync(Fault? fault = null, ProviderTimeouts? timeouts = null) =>
        Task.FromResult<IProvider>(provider);
}
