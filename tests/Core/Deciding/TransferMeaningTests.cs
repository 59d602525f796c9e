using Quittance.Core.Ledger;

namespace Quittance.Tests.Deciding;

public sealed class TransferMeaningTests
{
    private static readonly LedgerKind[] Kinds = Enum.GetValues<LedgerKind>();

    private static IEnumerable<(LedgerKind Debit, LedgerKind Credit, PaymentEffect Effect)> All =>
        from debit in Kinds
        from credit in Kinds
        select (debit, credit, TransferMeanings.EffectOf(debit, credit));

    [Fact]
    public void MoneyThatWasTaken_SettlesCharges_IsCredit_OrIsRefunded() =>
        Assert.All(All, one => Assert.Equal(one.Effect.Taken, one.Effect.Settled + one.Effect.Credit + one.Effect.Refunded));

    [Fact]
    public void TheSameMovementTheOtherWayRound_HasTheOppositeEffect() => Assert.All(All, one =>
    {
        var (taken, settled, credit, refunded) = one.Effect;
        Assert.Equal(new PaymentEffect(-taken, -settled, -credit, -refunded), TransferMeanings.EffectOf(one.Credit, one.Debit));
    });

    [Fact]
    public void ACreditNote_SettlesNothing() => Assert.All(Kinds, kind =>
    {
        Assert.Equal(0, TransferMeanings.EffectOf(LedgerKind.Billed, kind).Settled);
        Assert.Equal(0, TransferMeanings.EffectOf(kind, LedgerKind.Billed).Settled);
    });

    [Fact]
    public void EveryMeaning_IsThatOfSomeTransfer() => Assert.Equal(
        Enum.GetValues<TransferMeaning>(), All.Select(one => TransferMeanings.Of(one.Debit, one.Credit)).Distinct().Order());
}
