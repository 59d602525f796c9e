using System.Net;
using Quittance.Core.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>Where the server is killed, in the order of a payment session.</summary>
public enum SessionKillStep
{
    /// <summary>The session is open, and its token given.</summary>
    SessionIsOpen,

    /// <summary>The customer has paid: the authorisation was sent and has not arrived.</summary>
    AuthorisationIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    AuthorisationIsDecided,

    /// <summary>Its answer has just come.</summary>
    AuthorisationIsAnswered,

    /// <summary>The token to book with is given.</summary>
    TokenIsGiven,

    /// <summary>The booking asks for a stored instrument, which was decided; its answer has not come.</summary>
    StoredInstrumentIsDecided,

    /// <summary>The booking is committed; the capture was sent and has not arrived.</summary>
    CaptureIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    CaptureIsDecided,

    /// <summary>Its answer has just come.</summary>
    CaptureIsAnswered,

    /// <summary>The server had sent this to the database, which may or may not have committed it.</summary>
    CaptureIsCut,

    /// <summary>The sweep ends sessions without a booking.</summary>
    SessionIsEnding,

    /// <summary>They have ended; what gives their money back was sent and has not arrived.</summary>
    VoidIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    VoidIsDecided,

    /// <summary>Its answer has just come, and was sent to the database, which may or may not have committed it.</summary>
    VoidIsCut,
}

/// <summary>
/// The server is killed between any two steps of a payment session, with every behaviour of the provider under way at once.
/// </summary>
[Long]
public sealed class SessionKillTests(BooksFixture books)
{
    private const string CapturedUnbooked = """
        SELECT format('payment %s of session %s (%s)', a.payment_id, s.id, s.status)
          FROM attempt a JOIN session s ON s.merchant_id = a.merchant_id AND s.payment_id = a.payment_id
         WHERE a.verb = 'capture' AND s.status <> 'used'
        """;

    private const string Claims = """
        SELECT format('member %s, who has paid %s: %s', c.account_id, p.kept_minor,
                   string_agg(c.allocated_minor || ' of ' || c.amount_minor, ', '))
          FROM charge c
          JOIN (SELECT account_id, sum(CASE status WHEN 'captured' THEN amount_minor - reversed_minor ELSE 0 END) AS kept_minor
                  FROM payment GROUP BY account_id) p ON p.account_id = c.account_id
         GROUP BY c.account_id, p.kept_minor
        HAVING NOT bool_and(c.allocated_minor = CASE WHEN p.kept_minor > 0 THEN c.amount_minor ELSE 0 END)
        """;

    private const string Consents = """
        SELECT format('session %s (%s)', s.id, s.status) FROM session s
         WHERE s.autopay_language IS NOT NULL
           AND (s.status = 'used') <> EXISTS (SELECT FROM autopay u WHERE u.merchant_id = s.merchant_id
                AND u.account_id = s.account_id AND u.instrument_id = s.instrument_id AND u.withdrawn_at IS NULL)
        """;

    private const string Ended = "SELECT id::text FROM session WHERE status = 'expired'";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_KilledBetweenAnyTwoSteps_BooksEachTokenOnceAndGivesBackWhatNobodyBooks() =>
        await KillSteps.AtEachAsync<SessionKillStep>(step => KillAtAsync(step, KilledProvider.Sandbox));

    [Fact]
    public async Task Server_KilledBetweenAnyTwoSteps_BooksEachTokenOfWhatStripeHoldsOnce() =>
        await KillSteps.AtEachAsync<SessionKillStep>(step => KillAtAsync(step, KilledProvider.Stripe));

    private async Task KillAtAsync(SessionKillStep step, KilledProvider provider)
    {
        await using var studio = await KilledStudio.StartAsync(books, provider, StopOf(step) is { CutsCommits: true });
        var gate = await KillAsync(studio, step);
        // A payment on its way arrives in a session that has ended by then.
        await studio.EndAsync(studio.Left, onlyPaid: true);
        var late = await studio.Server.StartAnewAsync(gate);

        await AllAsync(studio.Visits, visit => visit.OpenAsync());
        await AllAsync(studio.Visits.Where(visit => !visit.IsEnded && !visit.IsBooking), visit => visit.PayAsync());
        await studio.EndAsync(studio.Left);
        await AllAsync(studio.Payable, visit => visit.BookAsync());
        foreach (var visit in studio.Payable)
        {
            Assert.True(visit.IsBookedOrDeclined, $"{step}: {visit}");
            var spent = await visit.BookAgainAsync();
            Assert.True(spent is { Status: HttpStatusCode.BadRequest, Text: "errormessage.payment.token.used" },
                $"{step}, again without its key: {spent}\n{visit}");
        }

        // The rest were declined, so that nothing can be booked.
        await studio.EndAsync(studio.Visits);
        await late;
        await studio.Server.AssertSettledAsync($"{step}", studio.Purchases);
        Assert.Equal([], await studio.Server.FindAsync(CapturedUnbooked));
        Assert.Equal([], await studio.Server.FindAsync(Claims));
        Assert.Equal([], await studio.Server.FindAsync(Consents));
        Assert.NotEmpty(await studio.Server.FindAsync("SELECT instrument_id::text FROM autopay"));
    }

    /// <summary>Goes as far as the step, and kills the server there. Returns what stands still at the provider.</summary>
    private static async Task<SteppingProxy.Gate?> KillAsync(KilledStudio studio, SessionKillStep step)
    {
        var stop = StopOf(step);
        await AllAsync(studio.Visits, visit => visit.OpenAsync());
        if (step is > SessionKillStep.SessionIsOpen and < SessionKillStep.TokenIsGiven)
            return await KillAtAsync(studio.Visits, visit => visit.PayAsync());
        if (step >= SessionKillStep.TokenIsGiven)
            await AllAsync(studio.Visits, visit => visit.PayAsync());
        if (step is > SessionKillStep.TokenIsGiven and < SessionKillStep.SessionIsEnding)
            return await KillAtAsync(studio.Payable, visit => visit.BookAsync());
        if (step >= SessionKillStep.SessionIsEnding)
            await AllAsync(studio.Payable, visit => visit.BookAsync());
        if (step > SessionKillStep.SessionIsEnding)
            return await studio.Server.KillAtAsync(stop!, () => studio.EndAsync(studio.Left));
        if (step == SessionKillStep.SessionIsEnding)
        {
            await studio.EndAsync(studio.Left);
            await NoticePost.UntilAsync(async () => (await studio.Server.FindAsync(Ended)).Count > 0);
        }

        await studio.Server.KillAsync();
        return null;

        Task<SteppingProxy.Gate> KillAtAsync(IEnumerable<KilledVisit> visits, Func<KilledVisit, Task<ClientAnswer?>> does) =>
            studio.Server.KillAtAsync(stop!, () => Task.WhenAll(visits.Select(does)));
    }

    private static KillStop? StopOf(SessionKillStep step) => step switch
    {
        SessionKillStep.SessionIsOpen or SessionKillStep.TokenIsGiven or SessionKillStep.SessionIsEnding => null,
        SessionKillStep.AuthorisationIsOnItsWay => new(Verb.Authorise, Answers: false),
        SessionKillStep.AuthorisationIsDecided or SessionKillStep.StoredInstrumentIsDecided => new(Verb.Authorise, Answers: true),
        SessionKillStep.AuthorisationIsAnswered => new(Verb.Authorise, Answers: true, GoesOn: true),
        SessionKillStep.CaptureIsOnItsWay => new(Verb.Capture, Answers: false),
        SessionKillStep.CaptureIsDecided => new(Verb.Capture, Answers: true),
        SessionKillStep.CaptureIsAnswered => new(Verb.Capture, Answers: true, GoesOn: true),
        SessionKillStep.CaptureIsCut => new(Verb.Capture, Answers: true, GoesOn: true, CutsCommits: true),
        SessionKillStep.VoidIsOnItsWay => new(Verb.Void, Answers: false),
        SessionKillStep.VoidIsDecided => new(Verb.Void, Answers: true),
        SessionKillStep.VoidIsCut => new(Verb.Void, Answers: true, GoesOn: true, CutsCommits: true),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private static Task AllAsync(IEnumerable<KilledVisit> visits, Func<KilledVisit, Task<ClientAnswer?>> does) =>
        Task.WhenAll(visits.Select(async visit =>
        {
            var report = await KilledServer.PatientlyAsync(() => does(visit));
            Assert.True(report is { IsLast: true }, $"{visit}; at last {report}");
        }));
}
