using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Deciding;

/// <summary>How much a line of a statement has to say before it is booked without a person's word.</summary>
public sealed class EvidenceTests
{
    [Theory]
    [InlineData(true, true, Witness.None, false)]
    [InlineData(true, true, Witness.SoleAmount, true)]
    [InlineData(true, true, Witness.Holder, true)]
    [InlineData(true, false, Witness.SoleAmount, false)]
    [InlineData(true, false, Witness.KnownAccount, true)]
    [InlineData(false, true, Witness.SoleAmount, false)]
    [InlineData(false, true, Witness.Holder, true)]
    [InlineData(false, true, Witness.TwoNames, true)]
    [InlineData(false, false, Witness.Holder | Witness.TwoNames | Witness.KnownAccount | Witness.SoleAmount, false)]
    public void Evidence_IsEnough_AsTheTableSays(bool isTelling, bool isExact, Witness witnesses, bool isEnough) =>
        Assert.Equal(isEnough, EvidenceRule.IsEnough(isTelling, isExact, witnesses));

    [Theory]
    [InlineData("INV-2027-0003", true)]
    [InlineData("A-100", true)]
    [InlineData("10115", false)]
    [InlineData("2027-11-03", false)]
    [InlineData("B12", false)]
    public void Name_OfLettersAndDigits_Tells(string name, bool isTelling) => Assert.Equal(isTelling, EvidenceRule.IsTelling(name));

    [Theory]
    [InlineData("inv-2027-0001 danke", "INV-2027-0001", true)]
    [InlineData("Nr.INV20270001", "INV-2027-0001", true)]
    [InlineData("INV-20 27-0001", "INV-2027-0001", true)]
    [InlineData("INV-2027-00011", "INV-2027-0001", false)]
    [InlineData("XINV-2027-0001", "INV-2027-0001", false)]
    [InlineData("03.11.2027 12", "202712", false)]
    [InlineData("a 1", "A-1", false)]
    public void Text_HasAName_InAnotherSpelling(string text, string name, bool has) => Assert.Equal(has, new SpelledText(text).Has(name));

    [Theory]
    [InlineData("20270000001135", "20270000001185")]
    [InlineData("RF18539007547134", "RF18539007547034")]
    [InlineData("210000000003139471430009016", "210000000003139471430009017")]
    [InlineData("20270000001185", null)]
    [InlineData("123456", null)]
    [InlineData("INV-2027-0001", null)]
    public void Reference_WithAWrongDigit_IsMended_AsItsCheckDigitsSay(string written, string? meant)
    {
        var mended = CheckDigits.Mended(written).ToList();
        if (meant is not null)
            Assert.Contains(meant, mended);
        else
            Assert.DoesNotContain(written, mended);
        Assert.All(mended, one => Assert.Equal(1, one.Zip(written).Count(pair => pair.First != pair.Second)));
    }

    [Theory]
    [InlineData("Anna Bell", "BELL, ANNA", true)]
    [InlineData("Jürgen Weiß", "JUERGEN WEISS", true)]
    [InlineData("Jürgen Weiß", "Jurgen Weiss", true)]
    [InlineData("Dr. Anna Bell", "Frau Anna Bell", true)]
    [InlineData("Anna Maria Bell", "Anna Bell", true)]
    [InlineData("Anna Bell", "Anna und Peter Bell", true)]
    [InlineData("Northwind", "northwind", true)]
    [InlineData("Anna Bell", "A. Bell", false)]
    [InlineData("Anna Bell", "Peter Bell", false)]
    [InlineData("Anna Bell", "Bell", false)]
    [InlineData("Anna Maria Bell", "Anna Sophie Bell", false)]
    [InlineData("Anna Bell", null, false)]
    [InlineData(null, "Anna Bell", false)]
    public void Payer_IsTheHolder_WhereTheirNamesAgree(string? holder, string? payer, bool agrees) =>
        Assert.Equal(agrees, PayerName.Agrees(holder, payer));

    /// <summary>A server died after an operator's word was booked and before the line was: the line is not asked about again.</summary>
    [Theory]
    [InlineData(-53_00, false, false, true)]
    [InlineData(-50_00, false, false, false)]
    [InlineData(-53_00, true, false, false)]
    [InlineData(-53_00, false, true, false)]
    public void Line_WhoseReportIsMade_IsBookedAsThat_WhereTheReportIsWholeAndFree(
        long reportMinor, bool isSettled, bool isContradicted, bool isBooked)
    {
        var line = new SettlementLine(
            new SettlementLineId(Given.Merchant, Guid.CreateVersion7(Given.Now)), default, 1, StatementSource.Camt, "bank",
            SettlementLineKind.Entry, Given.Today, new Money(-53_00, Given.Euro), 0, SettlementStatus.Open, Events: 0);
        var report = new StatementId(Given.Merchant, Guid.CreateVersion7(Given.Now));
        var evidence = new MatchEvidence([], [], [], [])
        {
            Made = new NamedPayout(report, "bank", line.ReportName, new Money(reportMinor, Given.Euro), isSettled)
            {
                IsContradicted = isContradicted,
            },
        };

        var match = SettlementMatching.Match(line, evidence);

        Assert.Equal(isBooked ? report.Value : null, match.Settles);
        Assert.Equal(isBooked ? SettlementUse.Payout : null, match.Use);
    }

    /// <summary>A server died between the return and the line that shows it: the line is offered for it, as before.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void LineOfAReturn_ThatNoLineShows_IsOfferedForIt(bool isShown, bool isOffered)
    {
        var line = new SettlementLine(
            new SettlementLineId(Given.Merchant, Guid.CreateVersion7(Given.Now)), default, 1, StatementSource.Camt, "bank",
            SettlementLineKind.Entry, Given.Today, new Money(-53_00, Given.Euro), 0, SettlementStatus.Open, Events: 0);
        var debit = new NamedDebit(
            new AttemptId(Given.Merchant, Guid.CreateVersion7(Given.Now)), new PaymentId(Given.Merchant, Guid.CreateVersion7(Given.Now)), 7,
            new AccountId(Given.Merchant, Guid.CreateVersion7(Given.Now)), 0, new Money(50_00, Given.Euro), AttemptStatus.Approved, "D")
        {
            HasFile = true,
            IsShown = true,
            Returned = new Money(50_00, Given.Euro),
            IsReturnShown = isShown,
        };

        var match = SettlementMatching.Match(line, new MatchEvidence([], [], [], []) { Debits = [debit] });

        Assert.Equal((isOffered, isOffered ? SettlementUse.Transfer : null), (match.IsReturn, match.Use));
    }
}
