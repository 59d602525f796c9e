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

    /// <summary>A retry needs a reason that may go away by itself.</summary>
    [Fact]
    public void WhatStops_IsNotTriedAgain() => Assert.DoesNotContain(
        ReturnReasons.All, reason => (reason.StopsMandate || reason.StopsInstrument)
            && reason.Reason is DeclineReason.InsufficientFunds or DeclineReason.Declined);

    [Fact]
    public void AnInvalidInstrument_StopsSomething() => Assert.All(
        ReturnReasons.All.Where(reason => reason.Reason == DeclineReason.InstrumentInvalid),
        reason => Assert.True(reason.StopsInstrument || reason.StopsMandate, reason.Code));

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
        Assert.Equal((reason, stopsMandate, stopsInstrument), (found.Reason, found.StopsMandate, found.StopsInstrument));
    }
}
