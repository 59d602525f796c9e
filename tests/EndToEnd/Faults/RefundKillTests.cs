using System.Net;
using Quittance.Core.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>Where the server is killed, in the order of a refund.</summary>
public enum RefundKillStep
{
    /// <summary>The server had sent the refund of the payment to the database, which may or may not have committed it.</summary>
    TakingIsCut,

    /// <summary>The money is in transit; the refund was sent and has not arrived.</summary>
    RefundIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    RefundIsDecided,

    /// <summary>Its answer has just come.</summary>
    RefundIsAnswered,

    /// <summary>The server had sent this to the database, which may or may not have committed it.</summary>
    ConfirmationIsCut,

    /// <summary>Killed after the refund was decided, and again when the server started anew and asks for its outcome.</summary>
    RecoveryAsks,

    /// <summary>Killed before the refund arrived, and again when the server started anew and has just got its answers.</summary>
    RecoveryIsAnswered,
}

/// <summary>
/// The server is killed between any two steps of a refund: money goes back once, and what a provider refuses stays where it was.
/// </summary>
[Long]
public sealed class RefundKillTests(BooksFixture books)
{
    private const string GivenBackOtherwise = """
        SELECT format('payment %s: refunds of %s, and %s given back', p.id, r.minor, p.refunded_minor)
          FROM payment p
          LEFT JOIN (SELECT payment_id, sum(amount_minor) FILTER (WHERE status = 'done') AS minor
                       FROM refund GROUP BY payment_id) r ON r.payment_id = p.id
         WHERE p.refunded_minor <> coalesce(r.minor, 0)
        """;

    private const string OpenBills =
        "SELECT format('charge %s: %s settled, %s forgiven', reference, allocated_minor, credited_minor) FROM charge WHERE is_open";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_KilledBetweenAnyTwoSteps_GivesMoneyBackOnce() =>
        await KillSteps.AtEachAsync<RefundKillStep>(step => KillAtAsync(step, KilledProvider.Sandbox));

    [Fact]
    public async Task Server_KilledBetweenAnyTwoSteps_GivesMoneyBackOnceToWhatStripeHolds() =>
        await KillSteps.AtEachAsync<RefundKillStep>(step => KillAtAsync(step, KilledProvider.Stripe));

    private async Task KillAtAsync(RefundKillStep step, KilledProvider provider)
    {
        await using var telco = await KilledTelco.StartAsync(
            books, provider, step is RefundKillStep.TakingIsCut or RefundKillStep.ConfirmationIsCut);
        ClientAnswer?[] report = [];
        var gate = await KillAsync(telco, step, async () => report = await Task.WhenAll(telco.Refunds.Select(telco.RefundAsync)));
        if (RecoveryStopOf(step) is { } stop)
        {
            // And again while it finishes what this has left.
            await telco.Server.StartAsync();
            (await telco.Server.KillAtAsync(stop, () => Task.CompletedTask)).Open();
        }

        var late = await telco.Server.StartAnewAsync(gate);
        var again = await Task.WhenAll(telco.Refunds.Select(telco.RefundPatientlyAsync));
        await late;
        await telco.Server.AssertSettledAsync($"{step}", telco.Purchases);
        foreach (var (refund, first, last) in telco.Refunds.Zip(report, again))
        {
            var place = $"{step}, {refund.Name}: first {first}, then {last}";
            Assert.True(last is { Status: HttpStatusCode.Created }, place);
            Assert.True(first is not { Status: HttpStatusCode.Created } || first == last, place);
            Assert.True(await telco.StatusAsync(last) == refund.Ends, $"{place}\n{await telco.StatusAsync(last)}");
        }

        Assert.Equal([], await telco.Server.FindAsync(GivenBackOtherwise));
        Assert.Equal([], await telco.Server.FindAsync(OpenBills));
        Assert.Equal([$"{telco.Refunds.Count}"], await telco.Server.FindAsync("SELECT count(*)::text FROM refund WHERE share_of IS NULL"));
    }

    private static async Task<SteppingProxy.Gate?> KillAsync(KilledTelco telco, RefundKillStep step, Func<Task> begin)
    {
        if (step != RefundKillStep.TakingIsCut)
            return await telco.Server.KillAtAsync(StopOf(step), begin);
        await telco.Server.KillAtCommitsAsync(begin);
        return null;
    }

    private static KillStop StopOf(RefundKillStep step) => step switch
    {
        RefundKillStep.RefundIsOnItsWay or RefundKillStep.RecoveryIsAnswered => new(Verb.Refund, Answers: false),
        RefundKillStep.RefundIsDecided or RefundKillStep.RecoveryAsks => new(Verb.Refund, Answers: true),
        RefundKillStep.RefundIsAnswered => new(Verb.Refund, Answers: true, GoesOn: true),
        RefundKillStep.ConfirmationIsCut => new(Verb.Refund, Answers: true, GoesOn: true, CutsCommits: true),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private static KillStop? RecoveryStopOf(RefundKillStep step) => step switch
    {
        RefundKillStep.RecoveryAsks => new(Verb: null, Answers: false),
        RefundKillStep.RecoveryIsAnswered => new(Verb.Refund, Answers: true, GoesOn: true),
        _ => null,
    };
}
