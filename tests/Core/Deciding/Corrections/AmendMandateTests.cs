using System.Globalization;
using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Tests.Deciding.Checkout;

namespace Quittance.Tests.Deciding.Corrections;

public sealed class AmendMandateTests
{
    private static readonly CreditorIdentifier Creditor = CreditorIdentifier.Parse("AT61ZZZ01234567890");

    private readonly Visiting _anna = Visiting.Anna(("fee", 20_00));

    [Fact]
    public void Mandate_GetsAnotherReference_AndItsEventsCount()
    {
        _anna.Holding("debit", MandateScheme.Sepa);
        var first = _anna.Money.Do(Amending("debit", "M-2") with { FormerCreditor = Creditor }).IsAccepted();
        var mandate = Assert.Single(first.Of<Instrument>()).Vaulted!.Mandate!;
        Assert.Equal(("M-2", null, Creditor, 1), (mandate.Reference, mandate.FormerReference, mandate.FormerCreditor, mandate.Amended));
        Assert.Equal((2, EventType.InstrumentAmended), (first.Events[0].Sequence, first.Events[0].Type));

        // It may have a name again that was its own.
        _anna.Money.Do(Amending("debit", "M-3")).IsAccepted();
        _anna.Money.Do(Amending("debit", "M-2")).IsAccepted();
        var removed = _anna.Money.Do(
            new RemoveInstrument(Given.Origin, Given.Target(), Visiting.InstrumentId("debit"))).IsAccepted();
        Assert.Equal((5, EventType.InstrumentRemoved), (removed.Events[0].Sequence, removed.Events[0].Type));
        _anna.Money.Do(Amending("debit", "M-4")).IsRefused(Refusal.InstrumentUnknown);
    }

    [Fact]
    public void ReferenceOfAnotherMandate_IsRefused()
    {
        _anna.Holding("debit", MandateScheme.Sepa).Holding("other", MandateScheme.Sepa);
        _anna.Money.Do(Amending("other", "M-2")).IsAccepted();
        _anna.Money.Do(Amending("debit", "M-2")).IsRefused(Refusal.ReferenceTaken);
    }

    [Fact]
    public void CardsAndOtherSchemes_HaveNoSuchMandate()
    {
        _anna.Holding("card", scheme: null).Holding("BACS-01", MandateScheme.Bacs);
        _anna.Money.Do(Amending("card", "M-2")).IsRefused(Refusal.InstrumentUnknown);
        _anna.Money.Do(Amending("BACS-01", "M-2")).IsRefused(Refusal.InstrumentUnknown);
    }

    /// <summary>The bank knows a mandate by its last debit: here, or in the system before this one.</summary>
    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData(null, "2026-01-05", null, "M-1")]
    [InlineData(null, "2026-01-05", "M-0", "M-0")]
    [InlineData("2026-01-05", "2026-01-05", null, null)]
    [InlineData("2026-01-05", "2026-01-05", "M-0", "M-0")]
    public void FormerReference_IsThatOfTheSystemBefore(string? firstUsedOn, string? lastUsedOn, string? former, string? expected)
    {
        var mandate = new Mandate("M-1", MandateScheme.Sepa, new DateOnly(2026, 1, 1), MandateStatus.Active)
        {
            FirstUsedOn = DayOf(firstUsedOn),
            LastUsedOn = DayOf(lastUsedOn),
            FormerReference = former,
        };
        Assert.Equal(("M-2", expected), (mandate.Amend("M-2", null).Reference, mandate.Amend("M-2", null).FormerReference));
        Assert.Throws<ArgumentException>(() => mandate.Amend("M_2", null));

        static DateOnly? DayOf(string? text) => text is null ? null : DateOnly.Parse(text, CultureInfo.InvariantCulture);
    }

    private static AmendMandate Amending(string instrument, string reference) =>
        new(Given.Origin, Given.Target(), Visiting.InstrumentId(instrument)) { Reference = reference };
}
