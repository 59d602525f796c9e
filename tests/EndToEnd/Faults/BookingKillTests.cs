using Quittance.Core.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>Where the server is killed, in the order of a booking.</summary>
public enum BookingKillStep
{
    /// <summary>The hold was sent to the database, which may or may not have committed it.</summary>
    HoldIsCut,

    /// <summary>The seat is held, and its traveller knows.</summary>
    HoldIsCommitted,

    /// <summary>The traveller has paid: the authorisation was sent and has not arrived.</summary>
    AuthorisationIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    AuthorisationIsDecided,

    /// <summary>Its answer has just come.</summary>
    AuthorisationIsAnswered,

    /// <summary>The server had sent this to the database, which may or may not have committed it.</summary>
    AuthorisationIsCut,

    /// <summary>The capture was sent and has not arrived.</summary>
    CaptureIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    CaptureIsDecided,

    /// <summary>Its answer has just come.</summary>
    CaptureIsAnswered,

    /// <summary>The confirmation, with the money, was sent to the database, which may or may not have committed it.</summary>
    ConfirmationIsCut,

    /// <summary>Killed after the capture was decided, and again when the server started anew and asks for its outcome.</summary>
    RecoveryAsks,

    /// <summary>Seats that are given back: that was sent to the database, which may or may not have committed it.</summary>
    ReleaseIsCut,

    /// <summary>The sweep ends holds whose time is over: that was sent to the database, which may or may not have committed it.</summary>
    ExpiryIsCut,

    /// <summary>It has ended some of them.</summary>
    ExpiryIsCommitted,
}

/// <summary>The server is killed between any two steps of a booking, with every behaviour of the provider under way at once.</summary>
[Long]
public sealed class BookingKillTests(BooksFixture books)
{
    private const string PaidOtherwise = """
        SELECT format('booking %s (%s): %s payments captured, by %s captures', b.id, b.status, paid.payments, paid.captures)
          FROM booking b
         CROSS JOIN LATERAL (
               SELECT count(DISTINCT p.id) AS payments, count(a.id) AS captures, min(p.id::text) AS payment
                 FROM payment p
                 LEFT JOIN attempt a ON a.merchant_id = p.merchant_id AND a.payment_id = p.id AND a.verb = 'capture'
                WHERE p.merchant_id = b.merchant_id AND p.account_id = b.account_id AND p.status = 'captured') paid
         WHERE CASE WHEN b.status = 'confirmed'
                    THEN (paid.payments, paid.captures, paid.payment) IS DISTINCT FROM (1::bigint, 1::bigint, b.payment_id::text)
                    ELSE paid.payments > 0 END
        """;

    private const string SettledOtherwise = """
        SELECT format('booking %s: %s of %s settled', c.reference, c.allocated_minor, c.amount_minor)
          FROM charge c JOIN payment p ON p.merchant_id = c.merchant_id AND p.account_id = c.account_id AND p.status = 'captured'
         WHERE c.allocated_minor <> c.amount_minor - p.reversed_minor
        """;

    private const string Credit = """
        SELECT format('account %s: %s as credit', holder_id, credits_minor - debits_minor)
          FROM ledger_account WHERE kind = 'credit' AND credits_minor <> debits_minor
        """;

    private const string Expired = "SELECT id::text FROM booking WHERE status = 'expired'";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_KilledBetweenAnyTwoSteps_ConfirmsWhatIsPaidOnceAndNothingElse() =>
        await KillSteps.AtEachAsync<BookingKillStep>(KillAtAsync);

    private async Task KillAtAsync(BookingKillStep step)
    {
        await using var railway = await KilledRailway.StartAsync(books, IsCut(step));
        var gate = await KillAsync(railway, step);
        // The time of what is being paid for may be over: it is kept all the same.
        await railway.EndAsync(KilledJourneyKind.Late);
        if (step == BookingKillStep.RecoveryAsks)
        {
            await railway.Server.StartAsync();
            (await railway.Server.KillAtAsync(new(Verb: null, Answers: false), () => Task.CompletedTask)).Open();
        }

        var late = await railway.Server.StartAnewAsync(gate);
        await railway.BookAsync();
        await KilledRailway.AllAsync(railway.Paid, journey => journey.PayAsync());
        await KilledRailway.AllAsync(railway.Paid.Where(journey => journey.Again is not null), journey => journey.PayAgainAsync());
        await KilledRailway.AllAsync(railway.Of(KilledJourneyKind.Released), journey => journey.ReleaseAsync());
        await railway.EndAsync(KilledJourneyKind.Left);
        await railway.EndAsync(KilledJourneyKind.Late);
        await late;
        await railway.Server.AssertSettledAsync($"{step}", railway.Purchases);
        await AssertBookingsAsync(railway, $"{step}");
    }

    /// <summary>
    /// Each booking is paid for and confirmed, or neither; and no client can pay for it any more, nor give it back once it is paid for.
    /// </summary>
    private static async Task AssertBookingsAsync(KilledRailway railway, string place)
    {
        Assert.Equal([], await railway.Server.FindAsync(PaidOtherwise));
        Assert.Equal([], await railway.Server.FindAsync(SettledOtherwise));
        Assert.Equal([], await railway.Server.FindAsync(Credit));
        var bookings = await railway.BookingsAsync();
        Assert.Equal(railway.Journeys.Count, bookings.Count);
        foreach (var journey in railway.Journeys)
        {
            var (status, payment) = bookings[journey.Booking!.Value];
            Assert.True(journey.Ends.Contains(status), $"{place}, {journey.Name}: {status}");
            Assert.True(status == "confirmed" || !journey.IsSaidToBePaid,
                $"{place}, {journey.Name}: {status}, and was said to be paid for");
            if (status != "held")
                await journey.AssertDoneWithAsync(place, status, payment);
        }

        // A client that tries to pay once more has begun a payment, and it is called off.
        await railway.Server.AssertAgreedAsync(place, railway.Purchases);
    }

    /// <summary>Goes as far as the step, and kills the server there. Returns what stands still at the provider.</summary>
    private static async Task<SteppingProxy.Gate?> KillAsync(KilledRailway railway, BookingKillStep step)
    {
        var server = railway.Server;
        if (step == BookingKillStep.HoldIsCut)
        {
            await server.KillAtCommitsAsync(() => Task.WhenAll(railway.Journeys.Select(journey => journey.BookAsync())));
            return null;
        }

        await railway.BookAsync();
        switch (step)
        {
            case BookingKillStep.HoldIsCommitted:
                await server.KillAsync();
                return null;
            case BookingKillStep.ReleaseIsCut:
                await server.KillAtCommitsAsync(
                    () => Task.WhenAll(railway.Of(KilledJourneyKind.Released).Select(journey => journey.ReleaseAsync())));
                return null;
            case BookingKillStep.ExpiryIsCut:
                await server.KillAtCommitsAsync(() => railway.EndAsync(KilledJourneyKind.Left));
                return null;
            case BookingKillStep.ExpiryIsCommitted:
                var paying = PayAsync();
                await railway.EndAsync(KilledJourneyKind.Left);
                await railway.EndAsync(KilledJourneyKind.Late);
                await NoticePost.UntilAsync(async () => (await server.FindAsync(Expired)).Count > 0);
                await server.KillAsync();
                await paying;
                return null;
            default:
                return await server.KillAtAsync(StopOf(step), PayAsync);
        }

        Task PayAsync() => Task.WhenAll(railway.Paid.Select(journey => journey.PayAsync()));
    }

    private static bool IsCut(BookingKillStep step) => step is BookingKillStep.HoldIsCut or BookingKillStep.AuthorisationIsCut
        or BookingKillStep.ConfirmationIsCut or BookingKillStep.ReleaseIsCut or BookingKillStep.ExpiryIsCut;

    private static KillStop StopOf(BookingKillStep step) => step switch
    {
        BookingKillStep.AuthorisationIsOnItsWay => new(Verb.Authorise, Answers: false),
        BookingKillStep.AuthorisationIsDecided => new(Verb.Authorise, Answers: true),
        BookingKillStep.AuthorisationIsAnswered => new(Verb.Authorise, Answers: true, GoesOn: true),
        BookingKillStep.AuthorisationIsCut => new(Verb.Authorise, Answers: true, GoesOn: true, CutsCommits: true),
        BookingKillStep.CaptureIsOnItsWay => new(Verb.Capture, Answers: false),
        BookingKillStep.CaptureIsDecided or BookingKillStep.RecoveryAsks => new(Verb.Capture, Answers: true),
        BookingKillStep.CaptureIsAnswered => new(Verb.Capture, Answers: true, GoesOn: true),
        BookingKillStep.ConfirmationIsCut => new(Verb.Capture, Answers: true, GoesOn: true, CutsCommits: true),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };
}
