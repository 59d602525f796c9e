using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Stripe;

namespace Quittance.Tests.Providers;

/// <summary>Stripe's client with bank accounts that Stripe debits. Those of the suite pay at once; others take days.</summary>
internal sealed class StripeDebitsUnderTest : StripeUnderTest
{
    public override string Name => $"{StripeProvider.ProviderName} debits";

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["Sent again without the security code, it is still the same"] = "a bank account has none",
        ["A decline says why"] = "the bank declines a debit days after its capture: StripeDebitTests",
    };

    public override InstrumentSecret Good { get; } = Held("pm_sepaDebit_atOnce");

    // It reads the intent before it sends a debit, so the first answer that is lost leaves nothing done: StripeDebitTests lose the others.
    public override Verdict AfterLostAnswer(Verb verb) => verb == Verb.Capture ? Verdict.NotFound : Verdict.Approved;

    public static new HeldInstrument Held(string token) => new(
        token, Customer: null, new MaskedInstrument(InstrumentKind.IbanAccount, "2345") { Country = "DE" })
    {
        Mandate = new Mandate("SANDBOXMANDATE", MandateScheme.Sepa, new DateOnly(2026, 11, 23), MandateStatus.Active),
    };
}
