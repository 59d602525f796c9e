using Npgsql;
using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Sandbox.Books;
using Quittance.Storage.Verification;
using Quittance.Tests.Simulation.Business;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Checking;

/// <summary>
/// The checks after everything has settled: our books and the provider's agree to the cent, no customer was charged twice, and every
/// answer is still true.
/// </summary>
internal sealed class Reckoning(World world, Schedule schedule)
{
    private readonly Dictionary<Guid, BookedAuthorisation> _authorisations =
        world.Sandbox.Page(World.Account, null, 1000)!.Authorisations.ToDictionary(authorisation => authorisation.Id);

    public async Task CheckAsync()
    {
        new Watch(world, schedule).Look();
        var payments = await ReadAsync(
            """
            SELECT p.id, p.status, p.amount_minor, p.allocated_minor, p.reversed_minor, p.refunded_minor,
                   EXISTS (SELECT FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = p.id) FROM payment p WHERE p.merchant_id = $1
            """,
            row => new PaymentRow(
                row.GetGuid(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetBoolean(6)));
        foreach (var payment in payments)
            CheckPayment(payment);
        foreach (var authorisation in _authorisations.Values)
        {
            Expect(payments.Exists(payment => AuthorisationOf(payment.Id) == authorisation.Id),
                $"The provider has {authorisation}, the books do not.");
        }

        await CheckBalancesAsync(payments);
        await CheckClaimsAsync(payments);
        await CheckUnsettledAsync();
        foreach (var request in schedule.Requests)
            await CheckRequestAsync(request, payments);
        foreach (var visit in schedule.Visits)
            await CheckVisitAsync(visit, payments);
        foreach (var journey in schedule.Journeys)
            await CheckJourneyAsync(journey, payments);
        foreach (var report in await new Verifier(world.Database).VerifyAsync(world.Merchant, CancellationToken.None))
        {
            Expect(report.IsClean,
                string.Join('\n', report.Differences.SelectMany(difference => difference.Examples.Prepend(difference.Rule))));
        }
    }

    private void CheckPayment(PaymentRow payment)
    {
        var name = $"Payment {world.PaymentOf(payment.Id)} {payment}";
        var keptMinor = payment.Status == "captured" ? payment.AmountMinor - payment.ReversedMinor - payment.RefundedMinor : 0;
        Expect(payment.AllocatedMinor >= 0 && payment.ReversedMinor >= 0 && payment.AllocatedMinor + payment.ReversedMinor
            + payment.RefundedMinor <= payment.AmountMinor, $"{name}: more went than came.");
        if (!payment.IsByProvider)
        {
            Expect(payment.Status == "captured" && payment.ReversedMinor == 0, $"{name} is cash and not in hand.");
            return;
        }

        if (schedule.Transfers.All.Any(transfer => transfer.Value == payment.Id))
        {
            var hasArrived = schedule.Transfers.Arrived.Any(transfer => transfer.Value == payment.Id);
            // An operator may have said wrongly that it came: the statement takes that back whole.
            var isKept = payment.Status == "captured" && payment.ReversedMinor < payment.AmountMinor;
            Expect(isKept == hasArrived, $"{name}: its transfer has {(hasArrived ? "" : "not ")}arrived.");
            Expect(payment.Status is "captured" or "cancelled" or "failed" or "declined", $"{name} never came to an end.");
            return;
        }

        var found = _authorisations.GetValueOrDefault(AuthorisationOf(payment.Id));
        var amounts = found?.Amounts ?? default;
        var heldMinor = amounts.CapturedMinor - amounts.ReversedMinor - amounts.RefundedMinor - amounts.DisputedMinor;
        // A card holder may dispute what was refunded: what goes twice is written off, and seen in the balances only.
        var goesTwice = amounts is { RefundedMinor: > 0 } && amounts.DisputedMinor + amounts.ReversedMinor > 0;
        Expect(goesTwice ? keptMinor >= heldMinor : keptMinor == heldMinor,
            $"{name}: the books have {keptMinor}, the provider holds {heldMinor} of {found}.");
        Expect(payment.Status is "captured" or "declined" or "failed" or "cancelled", $"{name} never came to an end.");
        Expect(payment.Status == "captured" || amounts.CapturedMinor == 0 || IsDeclined(found!),
            $"{name}: {found} was captured, and no request has it.");
        Expect(found is null || !IsLive(found), $"{name}: {found} is still reserved.");
    }

    /// <summary>Whether the capture was approved and then declined.</summary>
    private bool IsDeclined(BookedAuthorisation authorisation) =>
        world.Sandbox.Find(World.Account, authorisation.Capture!.Value).Request?.State == RequestState.Declined;

    private bool IsLive(BookedAuthorisation authorisation) =>
        authorisation is { IsVoid: false, Capture: null }
        && world.Sandbox.Find(World.Account, authorisation.Id).Request?.State is RequestState.Approved or RequestState.Pending;

    private async Task CheckBalancesAsync(List<PaymentRow> payments)
    {
        var balances = await ReadAsync(
            "SELECT purpose, sum(debits_minor - credits_minor) FROM ledger_account WHERE merchant_id = $1 AND kind = 'clearing' GROUP BY "
                + "purpose",
            row => (Provider: row.GetString(0), Minor: (long)row.GetDecimal(1)));
        var held = _authorisations.Values.Select(authorisation => authorisation.Amounts)
            .Sum(amounts =>
                amounts.CapturedMinor - amounts.ReversedMinor - amounts.RefundedMinor - amounts.DisputedMinor - amounts.FeesMinor);
        Compare(world.Counterpart.Kind.Name, held);
        Compare(ClearingProvider.Cash,
            payments.Where(payment => !payment.IsByProvider).Sum(payment => payment.AmountMinor - payment.RefundedMinor));

        void Compare(string provider, long minor)
        {
            var booked = balances.Find(balance => balance.Provider == provider).Minor;
            Expect(booked == minor, $"The books say that {provider} holds {booked}; it holds {minor}.");
        }
    }

    /// <summary>
    /// Payments that claimed a charge and were captured claimed no more than it in all. Where money went back, an operator's word let
    /// somebody pay again, or a person captured a failed payment at the provider, a charge may be collected again; what is too much is
    /// credit even then.
    /// </summary>
    private async Task CheckClaimsAsync(List<PaymentRow> payments)
    {
        var claims = await ReadAsync(
            """
            SELECT x.payment_id, x.charge_id, x.amount_minor, x.is_live, c.amount_minor, c.allocated_minor
              FROM claim x JOIN charge c ON c.merchant_id = x.merchant_id AND c.id = x.charge_id WHERE x.merchant_id = $1
            """,
            row => new ClaimRow(row.GetGuid(0), row.GetGuid(1), row.GetInt64(2), row.GetBoolean(3), row.GetInt64(4), row.GetInt64(5)));
        Expect(!claims.Exists(claim => claim.IsLive), "A claim is still live.");
        var byId = payments.ToDictionary(payment => payment.Id);
        var judged = schedule.Judged;
        var reopened = payments.Exists(payment => payment.ReversedMinor > 0)
            || _authorisations.Values.Any(found => found.Amounts.FeesMinor > 0);
        foreach (var charge in claims.GroupBy(claim => claim.Charge))
        {
            Expect(charge.First().ChargeAllocatedMinor <= charge.First().ChargeMinor,
                $"Charge {charge.Key} is settled by more than it was.");
            var captured = charge.Where(claim => byId[claim.Payment].Status == "captured").ToList();
            Expect(
                reopened || charge.Any(claim => judged.Contains(claim.Payment) || IsByHand(claim.Payment))
                    || captured.Sum(claim => claim.AmountMinor) <= charge.First().ChargeMinor,
                $"Charge {charge.Key} of {charge.First().ChargeMinor} was collected more than once: {string.Join(", ", captured)}.");
        }
    }

    private async Task CheckUnsettledAsync()
    {
        var attempts = await ReadAsync(
            "SELECT format('%s of payment %s is %s', verb, payment_id, status) FROM attempt WHERE merchant_id = $1 AND status NOT IN "
                + "('approved', 'declined')",
            row => row.GetString(0));
        Expect(attempts.Count == 0, string.Join(", ", attempts));
        // The one notice that does not fit is that of a settlement which is a cent short.
        var refunds = await ReadAsync(
            "SELECT format('refund %s of payment %s', id, payment_id) FROM refund WHERE merchant_id = $1 AND status = 'pending'", row =>
                row.GetString(0));
        Expect(refunds.Count == 0, $"In transit for ever: {string.Join(", ", refunds)}");
        foreach (var refund in schedule.RefusedRefunds)
        {
            Expect(await world.Books.RefundAsync(refund, asOf: null, CancellationToken.None) is null,
                $"Refund {refund.Value} was refused, and is in the books.");
        }

        var notices = await ReadAsync(
            """
            SELECT format('%s: %s', outcome, body) FROM notice
             WHERE merchant_id = $1 AND outcome NOT IN ('taken', 'no_news')
               AND NOT (outcome = 'contradicts' AND body ->> 'type' = 'settlement_reported' AND body ->> 'amount_minor' = '66605')
            """,
            row => row.GetString(0));
        Expect(notices.Count == 0, $"Notices came to nothing: {string.Join(", ", notices)}");
    }

    /// <summary>The client's answer would be the same today, and is still true.</summary>
    private async Task CheckRequestAsync(Request request, List<PaymentRow> payments)
    {
        var made = payments.FindAll(payment => request.Payments.Any(id => id.Value == payment.Id));
        Expect(made.Count <= 1, $"Request {request.Number} became {made.Count} payments.");
        Expect(made.Count == 0 || request.Subject is not null || request.InDoubt > 0,
            $"Request {request.Number} was refused, and became payment {made.FirstOrDefault()}.");
        if (request.Subject is not { } subject)
            return;
        Expect(made.Count == 1 && made[0].Id == subject,
            $"The client of request {request.Number} heard of payment {subject}; there is {made.FirstOrDefault()}.");
        var view = await world.Books.PaymentAsync(new PaymentId(world.Merchant, subject), request.Sequence, CancellationToken.None);
        request.Compare(view!);
        if (schedule.Judged.Contains(subject))
            return;
        Expect(request.AnsweredStatus != PaymentStatus.Captured || made[0].Status == "captured",
            $"The client of request {request.Number} heard that it is captured, and it is {made[0].Status}.");
        // Where the provider declined late, the approval before may have come after it: booked, and reversed in full.
        var cameToNothing = made[0].Status is "declined" or "failed"
            || (made[0].ReversedMinor == made[0].AmountMinor
                && _authorisations[AuthorisationOf(subject)].Amounts.ReversedMinor == made[0].AmountMinor);
        Expect(
            request.AnsweredStatus is not (PaymentStatus.Declined or PaymentStatus.Failed) || cameToNothing || IsByHand(subject),
            $"The client of request {request.Number} heard that it failed, and it is {made[0].Status}.");
    }

    /// <summary>A session is used once at most, for one payment, and what was paid in it otherwise was given back.</summary>
    private async Task CheckVisitAsync(Visit visit, List<PaymentRow> payments)
    {
        var session = await world.Sessions.FindAsync(visit.Id, CancellationToken.None);
        var captured = payments.FindAll(
            payment => payment.Status == "captured" && !IsByHand(payment.Id) && visit.Payments.Any(id => id.Value == payment.Id));
        Expect(session is null or { Status: SessionStatus.Used or SessionStatus.Expired }, $"Visit {visit.Number} never ends: {session}");
        Expect(captured.Count <= 1, $"Visit {visit.Number} was paid {captured.Count} times.");
        Expect(
            captured.Count == 0 || (session is { Status: SessionStatus.Used } && session.Payment?.Value == captured[0].Id),
            $"In visit {visit.Number} {captured.FirstOrDefault()} was captured, and it is {session}.");
        var used = session is not { Status: SessionStatus.Used } ? null : session.IsForInstrument ? visit.Id.Value : session.Payment?.Value;
        Expect(visit.Subject is null || visit.Subject == used,
            $"The client of visit {visit.Number} heard of {visit.Subject}; there is {session}.");
    }

    /// <summary>
    /// A seat is sold for one payment, or free again and paid by none. Where an operator erred, what is too much is credit; all of that
    /// the rules of <c>verify</c> tell as well.
    /// </summary>
    private async Task CheckJourneyAsync(Journey journey, List<PaymentRow> payments)
    {
        var booking = await world.Bookings.FindAsync(journey.Booking.Id, CancellationToken.None);
        var captured = payments.FindAll(payment => payment.Status == "captured" && journey.Payments.Any(id => id.Value == payment.Id));
        Expect(booking is null or { Status: not BookingStatus.Held }, $"Journey {journey.Number} never ends: {booking}");
        Expect(!journey.IsGivenBack || booking is { Status: BookingStatus.Released },
            $"Journey {journey.Number} was given back, and is {booking}.");
        Expect(
            journey.AnsweredPayment is null
                || (booking is { Status: BookingStatus.Confirmed } && booking.Payment == journey.AnsweredPayment),
            $"The client of journey {journey.Number} heard of {journey.AnsweredPayment}; there is {booking}.");
        if (journey.Payments.Any(payment => schedule.Judged.Contains(payment.Value) || IsByHand(payment.Value)))
            return;
        Expect(captured.Count <= 1, $"Journey {journey.Number} was paid {captured.Count} times.");
        Expect(
            captured.Count == (booking is { Status: BookingStatus.Confirmed } ? 1 : 0),
            $"For journey {journey.Number} {captured.FirstOrDefault()} was captured, and it is {booking}.");
    }

    /// <summary>Whether a person did something with its money at the provider's own console.</summary>
    private bool IsByHand(Guid payment) => schedule.ByHand.Contains(AuthorisationOf(payment));

    private Guid AuthorisationOf(Guid payment) => AttemptId.Of(new PaymentId(world.Merchant, payment), Verb.Authorise, 1).Value;

    private async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = world.Database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = world.Merchant.Value });
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        List<T> rows = [];
        while (await reader.ReadAsync(CancellationToken.None))
            rows.Add(read(reader));
        return rows;
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds)
            throw new SimulationException(what);
    }
}
