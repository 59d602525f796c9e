using System.Net;
using Quittance.Core.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>Where the server is killed, in the order of a payment.</summary>
public enum KillStep
{
    /// <summary>The intent is committed; the authorisation was sent and has not arrived.</summary>
    AuthorisationIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    AuthorisationIsDecided,

    /// <summary>Its answer has just come.</summary>
    AuthorisationIsAnswered,

    /// <summary>The next intent is committed; the capture was sent and has not arrived.</summary>
    CaptureIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    CaptureIsDecided,

    /// <summary>Its answer has just come.</summary>
    CaptureIsAnswered,

    /// <summary>The booking was sent to the database, which may or may not have committed it.</summary>
    BookingIsCut,

    /// <summary>Killed after the capture was decided, and again when the server started anew and asks for its outcome.</summary>
    RecoveryAsks,

    /// <summary>Killed before the authorisation arrived, and again when the server started anew and has just got its answers.</summary>
    RecoveryIsAnswered,
}

/// <summary>The server is killed between any two steps of a payment, with every behaviour of the provider under way at once.</summary>
public sealed class KillTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Server_KilledWhenTheCaptureIsDecided_ChargesNothingTwiceAndNothingUnbooked() =>
        KillAtAsync(KillStep.CaptureIsDecided, KilledProvider.Sandbox);

    [Long]
    [Fact]
    public async Task Server_KilledBetweenAnyTwoSteps_ChargesNothingTwiceAndNothingUnbooked() =>
        await KillSteps.AtEachAsync<KillStep>(step => KillAtAsync(step, KilledProvider.Sandbox));

    [Long]
    [Fact]
    public async Task Server_KilledBetweenAnyTwoSteps_ChargesOnceWhatStripeHolds() =>
        await KillSteps.AtEachAsync<KillStep>(step => KillAtAsync(step, KilledProvider.Stripe));

    private async Task KillAtAsync(KillStep step, KilledProvider provider)
    {
        await using var shop = await KilledShop.CreateAsync(books, provider);
        await shop.Server.StartAsync(isCut: StopOf(step).CutsCommits);
        ClientAnswer?[] report = [];
        var gate = await shop.Server.KillAtAsync(
            StopOf(step), async () => report = await Task.WhenAll(shop.Purchases.Select(shop.PayAsync)));
        if (RecoveryStopOf(step) is { } stop)
        {
            // And again while it finishes what this has left.
            await shop.Server.StartAsync();
            (await shop.Server.KillAtAsync(stop, () => Task.CompletedTask)).Open();
        }

        var late = await shop.Server.StartAnewAsync(gate);
        await AssertAnswersHoldAsync(shop, step, report);
        await late;
        await shop.Server.AssertSettledAsync($"{step}", shop.Purchases);
    }

    private static KillStop StopOf(KillStep step) => step switch
    {
        KillStep.AuthorisationIsOnItsWay or KillStep.RecoveryIsAnswered => new(Verb.Authorise, Answers: false),
        KillStep.AuthorisationIsDecided => new(Verb.Authorise, Answers: true),
        KillStep.AuthorisationIsAnswered => new(Verb.Authorise, Answers: true, GoesOn: true),
        KillStep.CaptureIsOnItsWay => new(Verb.Capture, Answers: false),
        KillStep.CaptureIsDecided or KillStep.RecoveryAsks => new(Verb.Capture, Answers: true),
        KillStep.CaptureIsAnswered => new(Verb.Capture, Answers: true, GoesOn: true),
        KillStep.BookingIsCut => new(Verb.Capture, Answers: true, GoesOn: true, CutsCommits: true),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private static KillStop? RecoveryStopOf(KillStep step) => step switch
    {
        KillStep.RecoveryAsks => new(Verb: null, Answers: false),
        KillStep.RecoveryIsAnswered => new(Verb.Authorise, Answers: true, GoesOn: true),
        _ => null,
    };

    /// <summary>A client that has an answer gets the same again, and each client gets an answer in the end.</summary>
    private static async Task AssertAnswersHoldAsync(KilledShop shop, KillStep step, IReadOnlyList<ClientAnswer?> report)
    {
        var again = await Task.WhenAll(shop.Purchases.Select(shop.PayPatientlyAsync));
        for (var index = 0; index < report.Count; index++)
        {
            var place = $"{step}, {shop.Purchases[index].Name}";
            if (again[index]?.Status != HttpStatusCode.Created)
                Assert.Fail($"{place}: {again[index]}\n{string.Join('\n', await shop.DifferencesAsync())}");
            if (report[index] is { Status: HttpStatusCode.Created } first)
                Assert.True(first == again[index], $"{place}: first {first}, then {again[index]}");
        }
    }
}
