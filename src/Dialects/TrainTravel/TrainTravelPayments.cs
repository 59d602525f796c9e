using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.TrainTravel;

/// <summary>Paying for a booking (Train Travel 3.7).</summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="bookings">The bookings, to read.</param>
/// <param name="vault">Seals what bookings are paid with.</param>
/// <param name="tries">Counts the declined ones.</param>
/// <param name="routing">Chooses the provider that charges it.</param>
internal sealed class TrainTravelPayments(
    PublicAddress address, IBookings bookings, IVault vault, CardTries tries, ProviderRouting routing)
{
    private const int Rounds = 3;

    /// <summary>Pays: all that the booking costs, once.</summary>
    public async Task<Answer> PayAsync(Call call)
    {
        if (!(await Traveller.BookingAsync(call, bookings)).TryGet(out var booking, out var unknown))
            return unknown.ToAnswer(call.Http, address);
        if (!TrainTravelRequests.Payment(call.Body, booking).TryGet(out var request, out var problem))
            return problem.ToAnswer(call.Http, address);

        var kind = request.Source.Secret.Shown.Kind;
        var charging = await routing.ChooseAsync(booking.Id.Merchant, booking.Price, hasPages: false, call.Cancel);
        // Where none charges it, the engine refuses: a request that repeats an earlier one still gets its answer.
        var provider = charging.GetValueOrDefault(kind)?.Name;
        for (var round = 1; ; round++)
        {
            var outcome = await SubmitAsync(call, booking, request.Source, provider);
            if (outcome.Accepted)
                return Shown(await call.PaymentAsync(outcome), booking) with { Replayed = outcome.Replayed };
            var refusal = outcome.Faults[0].Refusal;
            if (refusal is not (Refusal.BookingConfirmed or Refusal.UnderWay) || await OtherAsync(call, booking) is not { } other)
                return TrainTravelErrors.Of(refusal, booking).ToAnswer(call.Http, address);
            // Train Travel 5.6: where the other payment has failed meanwhile, the client still wants to pay: try again.
            if (round == Rounds || IsGood(other.Payment))
                return Shown(other, booking);
        }
    }

    private static bool IsGood(Payment payment) =>
        payment.Status is PaymentStatus.Captured or PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised
            or PaymentStatus.Settling;

    private async Task<Outcome> SubmitAsync(Call call, Booking booking, PaymentSource source, string? provider)
    {
        var id = new InstrumentId(booking.Id.Merchant, call.NewId());
        var secret = source.Secret;
        var sealedSecret = await vault.SealAsync(id, secret, call.Cancel);
        using var attempt = tries.Begin(id.Merchant, sealedSecret.Fingerprint);
        var registering = new RegisterInstrument(
            call.Origin, booking.Target, id,
            new Reference(id.Merchant, TrainTravelNames.Dialect, TrainTravelNames.Instrument, id.Value.ToString("D")),
            secret is Card ? PaymentMethod.BankCard : PaymentMethod.BankAccountDebit, secret.Masked)
        {
            Holding = provider is null ? null : new Holding(
                new Vaulted(provider, secret.Shown, MandateOf(id, secret, booking.Price.Currency, call)), sealedSecret),
            Standing = InstrumentStanding.Once,
            Reached = attempt.Reached,
        };
        var command =
            new PayBooking(call.Origin, booking, new PaymentId(booking.Id.Merchant, call.NewId()), registering, TrainTravelNames.Dialect)
            {
                Details = source.Details,
                Key = call.KeyUse(within: booking.Id.Value),
            };
        return await call.SubmitTryAsync(command, attempt, source.Code);
    }

    /// <summary>A customer who pays from a bank account thereby permits one debit of it.</summary>
    private static Mandate? MandateOf(InstrumentId instrument, InstrumentSecret secret, Currency currency, Call call)
    {
        MandateScheme? scheme = secret switch
        {
            UkAccount => MandateScheme.Bacs,
            IbanAccount when currency.Code == "CHF" => MandateScheme.SwissLsv,
            IbanAccount => MandateScheme.Sepa,
            _ => null,
        };
        // The last digits of a UUIDv7 are its random ones.
        return scheme is { } known
            ? new Mandate($"Q{instrument.Value.ToString("N")[^17..].ToUpperInvariant()}", known,
                call.Today, MandateStatus.Active)
            {
                Source = MandateSource.Client,
            }
            : null;
    }

    /// <summary>The payment that stands in the way of another one, as it stands now.</summary>
    private async Task<PaymentView?> OtherAsync(Call call, Booking booking) =>
        await bookings.FindAsync(booking.Id, call.Cancel) is { Payment: { } payment }
            ? await call.Books.PaymentAsync(payment, asOf: null, call.Cancel)
            : null;

    private Answer Shown(PaymentView view, Booking booking) =>
        TrainTravelResponses.Paid.ToAnswer(new PaidBooking(view.Payment, booking.Id, address)) with
        {
            MediaType = "application/json",
            CacheControl = "no-store",
            Payment = view.Payment.Id.Value,
        };
}
