using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Executing;
using Quittance.Core.Providers;

namespace Quittance.Tests.Deciding;

/// <summary>The differences between the books and a provider, and those that the books can take over.</summary>
public sealed class ProviderComparisonTests
{
    private static readonly Guid Authorisation = IdOf("authorisation");
    private static readonly Guid Account = Given.AccountId(Given.Anna).Value;

    [Theory]
    [InlineData(AttemptStatus.Approved, Verdict.Approved, "none")]
    [InlineData(AttemptStatus.Declined, Verdict.Declined, "none")]
    [InlineData(AttemptStatus.Pending, Verdict.Pending, "none")]
    [InlineData(AttemptStatus.Unknown, Verdict.Approved, "OtherOutcome, takeable")]
    [InlineData(AttemptStatus.Open, Verdict.Declined, "OtherOutcome, takeable")]
    [InlineData(AttemptStatus.Approved, Verdict.Declined, "OtherOutcome, takeable")]
    [InlineData(AttemptStatus.Approved, Verdict.Pending, "OtherOutcome")]
    public void RequestThatBothHave_Differs_WhereItsOutcomeDoes(AttemptStatus here, Verdict there, string expected) => Assert.Equal(
        expected,
        Found([Listed("capture", Verb.Capture, there)], [Own("authorisation", Verb.Authorise), Own("capture", Verb.Capture, here)]));

    [Theory]
    [InlineData(Verb.Authorise, Verdict.Approved, "UnknownHere, takeable")]
    [InlineData(Verb.Capture, Verdict.Approved, "UnknownHere, takeable")]
    [InlineData(Verb.Capture, Verdict.Pending, "UnknownHere, takeable")]
    [InlineData(Verb.Refund, Verdict.Approved, "UnknownHere, takeable")]
    [InlineData(Verb.Void, Verdict.Approved, "UnknownHere, takeable")]
    [InlineData(Verb.Capture, Verdict.Declined, "none")]
    [InlineData(Verb.Authorise, Verdict.Declined, "none")]
    public void RequestThatTheBooksLack_Differs_WhereItMovedMoney(Verb verb, Verdict there, string expected) => Assert.Equal(
        expected, Found([Listed("lost", verb, there)], [Own("authorisation", Verb.Authorise)]));

    [Fact]
    public void AmountsThatDiffer_AreLeftToAnOperator()
    {
        Attempt[] own = [Own("authorisation", Verb.Authorise), Own("capture", Verb.Capture)];
        Assert.Equal("OtherAmount", Found([Listed("capture", Verb.Capture, Verdict.Approved, 49_99)], own));
        Assert.Equal("UnknownHere", Found([Listed("lost", Verb.Capture, Verdict.Approved, 49_99)], [own[0]]));
        Assert.Equal("UnknownHere, takeable", Found([Listed("lost", Verb.Refund, Verdict.Approved, 49_99)], [own[0]]));
    }

    [Fact]
    public void VoidedAuthorisation_ThatTheBooksLack_MovedNothing()
    {
        Assert.Equal("none", Found([Listed("authorisation", Verb.Authorise, Verdict.Approved) with { IsReleased = true }], []));
        Assert.Equal("none", Found([Listed("void", Verb.Void, Verdict.Approved)], []));
    }

    [Fact]
    public void WhatFollowsALostAuthorisation_CanBeTakenOver_WhereThatCan()
    {
        ListedRequest[] lost =
            [Listed("authorisation", Verb.Authorise, Verdict.Approved), Listed("capture", Verb.Capture, Verdict.Approved)];
        Assert.Equal("UnknownHere, takeable; UnknownHere, takeable", Found(lost, []));
        Assert.Equal("UnknownHere; UnknownHere", Found(lost, [], knowsAccount: false));
        Assert.Equal("UnknownHere; UnknownHere", Found([lost[0] with { Payment = null }, lost[1]], []));
        Assert.Equal("UnknownHere; UnknownHere", Found([lost[0] with { Account = null }, lost[1]], []));
    }

    [Fact]
    public void DeclinedVoid_IsLeftToRecovery() => Assert.Equal(
        "OtherOutcome",
        Found(
            [Listed("void", Verb.Void, Verdict.Declined)],
            [Own("authorisation", Verb.Authorise), Own("void", Verb.Void, AttemptStatus.Unknown)]));

    [Theory]
    [InlineData(null, ListedDisputeState.Open, 5_00, "UnknownHere, takeable")]
    [InlineData(null, ListedDisputeState.Won, 5_00, "UnknownHere, takeable")]
    [InlineData(DisputeStatus.Open, ListedDisputeState.Open, 5_00, "none")]
    [InlineData(DisputeStatus.Open, ListedDisputeState.Won, 5_00, "OtherOutcome, takeable")]
    [InlineData(DisputeStatus.Lost, ListedDisputeState.Won, 5_00, "OtherOutcome, takeable")]
    [InlineData(DisputeStatus.Won, ListedDisputeState.Lost, 5_00, "OtherOutcome")]
    [InlineData(DisputeStatus.Lost, ListedDisputeState.Open, 5_00, "OtherOutcome")]
    [InlineData(DisputeStatus.Open, ListedDisputeState.Open, 4_00, "OtherAmount")]
    public void Dispute_IsCompared(DisputeStatus? here, ListedDisputeState there, long amountMinor, string expected)
    {
        var listed = new ListedDispute(
            "D-1", DisputeKind.Chargeback, Authorisation, Euros(amountMinor), Euros(15_00), there, Given.Now);
        Dispute[] own = here is { } status
            ?
            [
                new Dispute(
                    new DisputeId(Given.Merchant, IdOf("D-1")), Given.PaymentId("payment"), "sandbox", "D-1", DisputeKind.Chargeback,
                    status, 5_00, 15_00, 0, Given.Now),
            ]
            : [];
        var records = new OwnRecords([Own("authorisation", Verb.Authorise)], own, new HashSet<Guid>());
        Assert.Equal(expected, Words(new ProviderComparison("sandbox").Of([], [listed], records)));
    }

    [Fact]
    public void DisputeOfAnUnknownAuthorisation_IsLeftToAnOperator() => Assert.Equal(
        "UnknownHere",
        Words(new ProviderComparison("sandbox").Of(
            [],
            [new ListedDispute("D-1", DisputeKind.Chargeback, Authorisation, Euros(5_00), Euros(0), ListedDisputeState.Open, Given.Now)],
            new OwnRecords([], [], new HashSet<Guid>()))));

    private static string Found(ListedRequest[] listed, Attempt[] own, bool knowsAccount = true) => Words(
        new ProviderComparison("sandbox").Of(listed, [], new OwnRecords(own, [], knowsAccount ? new HashSet<Guid> { Account } : [])));

    private static string Words(IReadOnlyList<ProviderDifference> found) => found.Count == 0
        ? "none"
        : string.Join("; ", found.Select(one => $"{one.Kind}{(one.CanBeTakenOver ? ", takeable" : "")}"));

    private static Guid IdOf(string name) => Given.ChargeId(name).Value;

    private static Money Euros(long minor) => new(minor, Given.Euro);

    private static ListedRequest Listed(string name, Verb verb, Verdict verdict, long amountMinor = 50_00) => new(
        IdOf(name), verb, Authorisation, Euros(amountMinor), new ProviderAnswer(verdict), Given.Now)
    {
        Payment = Given.PaymentId("payment").Value,
        Account = Account,
    };

    private static Attempt Own(string name, Verb verb, AttemptStatus status = AttemptStatus.Approved) => new(
        new AttemptId(Given.Merchant, IdOf(name)), Given.PaymentId("payment"), Given.AccountId(Given.Anna), 5, "sandbox", verb,
        Euros(50_00), Given.Now)
    {
        Status = status,
    };
}
