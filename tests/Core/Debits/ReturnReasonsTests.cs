using Quittance.Core.Debits;
using Quittance.Core.Providers;

namespace Quittance.Tests.Debits;

public sealed class ReturnReasonsTests
{
    /// <summary>All codes of EPC173-14 for SDD Core and B2B.</summary>
    public static TheoryData<string> OfDirectDebits =>
    [
        "AC01", "AC04", "AC06", "AC13", "AG01", "AG02", "AM04", "AM05", "BE05", "CNOR", "DNOR", "ED05", "FF01", "FF05", "MD01", "MD02",
        "MD06", "MD07", "MS02", "MS03", "RC01", "RR01", "RR02", "RR03", "RR04", "SL01",
    ];

    [Theory]
    [MemberData(nameof(OfDirectDebits))]
    public void EachCodeOfTheScheme_IsKnown(string code)
    {
        var reason = ReturnReasons.Find(code);
        Assert.NotNull(reason);
        Assert.Equal((code, true), (reason.Code, reason.Meaning.EndsWith('.')));
    }

    [Fact]
    public void OneThatStopsSomething_IsNotTriedAgain() => Assert.DoesNotContain(
        ReturnReasons.All, reason => reason is { Reason: DeclineReason.InsufficientFunds or DeclineReason.Declined }
            and ({ StopsMandate: true } or { StopsInstrument: true }));

    [Fact]
    public void AnInvalidInstrument_StopsSomething() => Assert.All(
        ReturnReasons.All.Where(reason => reason.Reason == DeclineReason.InstrumentInvalid),
        reason => Assert.True(reason.StopsInstrument || reason.StopsMandate, reason.Code));

    /// <summary>The account of a debit's payee, and of a transfer's payer, is ours.</summary>
    [Theory]
    [InlineData("AC03", false, true)]
    [InlineData("AC07", false, true)]
    [InlineData("AC02", true, false)]
    [InlineData("AC05", true, false)]
    [InlineData("AC04", true, true)]
    [InlineData("AM04", false, false)]
    public void ACode_StopsTheCustomersAccount(string code, bool inDebits, bool inTransfers)
    {
        var reason = ReturnReasons.Of(code);
        Assert.Equal((inDebits, inTransfers), (reason.Stops(isTransfer: false), reason.Stops(isTransfer: true)));
    }

    [Theory]
    [InlineData("MD01", DeclineReason.NotConfirmed, true, false)]
    [InlineData("AC04", DeclineReason.InstrumentInvalid, false, true)]
    [InlineData("MD07", DeclineReason.InstrumentInvalid, true, true)]
    [InlineData("AM04", DeclineReason.InsufficientFunds, false, false)]
    [InlineData("MD06", DeclineReason.NotConfirmed, false, false)]
    [InlineData("am04 ", DeclineReason.InsufficientFunds, false, false)]
    [InlineData("XY99", DeclineReason.Declined, false, false)]
    [InlineData(null, DeclineReason.Declined, false, false)]
    public void ACode_SaysWhatFollows(string? code, DeclineReason reason, bool stopsMandate, bool stopsInstrument)
    {
        var found = ReturnReasons.Of(code);
        Assert.Equal(
            (reason, stopsMandate, stopsInstrument), (found.Reason, found.StopsMandate, found.StopsInstrument));
    }
}
