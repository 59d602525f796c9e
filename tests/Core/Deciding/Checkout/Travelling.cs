using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Tests.Deciding.Checkout;

/// <summary>Travellers who book seats on one train at 20.00 EUR each, and pay for them by card.</summary>
internal sealed class Travelling
{
    public const long Fare = 20_00;
    public static readonly TimeSpan Hold = TimeSpan.FromHours(1);
    private static readonly DepartureId Train = new(Given.Merchant, Given.ChargeId("train").Value);
    private readonly int _seats;

    private Travelling(int seats) => _seats = seats;

    /// <summary>Payments and what providers say of them.</summary>
    public Collecting Money { get; } = Collecting.Anna();

    public static Travelling OnATrainOf(int seats) => new(seats);

    public int Taken => Money.State.Departure(Train)?.Taken ?? 0;

    public Decision Books(string booking, string passenger = Given.Anna) => Money.Do(new HoldSeat(
        Given.Origin,
        new Booking(
            Id(booking), Train, Given.AccountId($"account of {booking}"), Given.ChargeId(booking), Guid.Empty, new Money(Fare, Given.Euro),
            Money.Now + Hold)
        {
            Trip = Train.Value,
            Passenger = passenger,
        },
        _seats));

    public Travelling Booked(string booking)
    {
        Books(booking).IsAccepted();
        return this;
    }

    /// <summary>Asks the provider for the fare.</summary>
    public Decision Pays(string booking, string payment)
    {
        var about = Booking(booking);
        return Money.Do(new PayBooking(
            Given.Origin, about, Collecting.Id(payment),
            new RegisterInstrument(
                Given.Origin, about.Target, new InstrumentId(Given.Merchant, Given.ChargeId($"card for {payment}").Value),
                Given.InstrumentName($"card for {payment}"), PaymentMethod.BankCard, null)
            {
                Holding = new Holding(
                    new Vaulted("sandbox", new MaskedInstrument(InstrumentKind.Card, "4242")), new Sealed(default, 1, default)),
                Standing = InstrumentStanding.Once,
            },
            "test"));
    }

    public Travelling Paying(string booking, string payment)
    {
        Pays(booking, payment).IsAccepted();
        return this;
    }

    public Travelling Paid(string booking, string payment)
    {
        Paying(booking, payment).Heard(payment, Verb.Authorise, ProviderAnswer.Approved)
            .Heard(payment, Verb.Capture, ProviderAnswer.Approved);
        return this;
    }

    public Travelling Heard(string payment, Verb verb, ProviderAnswer answer)
    {
        Money.Heard(payment, verb, answer);
        return this;
    }

    public Decision GivesBack(string booking) => Money.Do(new ReleaseBooking(Given.Origin, Booking(booking)));

    public Decision Expires(string booking) => Money.Do(new ExpireBooking(Given.Origin, Booking(booking)));

    /// <summary>An hour goes by.</summary>
    public Travelling Later()
    {
        Money.Now += Hold;
        return this;
    }

    public Booking Booking(string booking) => Money.State.Booking(Id(booking))!;

    public BookingStatus Status(string booking) => Booking(booking).Status;

    private static BookingId Id(string booking) => new(Given.Merchant, Given.ChargeId($"booking {booking}").Value);
}
