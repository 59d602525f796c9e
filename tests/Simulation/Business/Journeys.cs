using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Business;

/// <summary>
/// The life of seats on two small trains: they are booked until none is left, paid for once or twice, given back, and lost.
/// </summary>
internal sealed class Journeys(World world, Random random, Func<Task<SimulatedProcess>> aliveAsync)
{
    private const int Seats = 2;
    private const string Dialect = "test";

    private readonly List<Journey> _all = [];

    /// <summary>All bookings that clients asked for.</summary>
    public IReadOnlyList<Journey> All => _all;

    /// <summary>A client books a seat.</summary>
    public async Task BookAsync()
    {
        var number = _all.Count + 1;
        var train = new DepartureId(world.Merchant, world.Id($"train {random.Next(2)}"));
        // One in three has a fare with which something happens at the sandbox.
        var fareMinor = random.Next(3) == 0 ? random.Next(66601, 66611) : random.Next(1, 5000);
        var journey = new Journey(number, new Booking(
            new BookingId(world.Merchant, world.Id($"booking {number}")), train,
            new AccountId(world.Merchant, world.Id($"traveller {number}")),
            new ChargeId(world.Merchant, world.Id($"fare {number}")), Owner: world.Id("owner"), new Money(fareMinor, Currency.Parse("EUR")),
            world.Time.GetUtcNow() + TimeSpan.FromMinutes(random.Next(1, 60)))
        {
            Trip = train.Value,
        });
        _all.Add(journey);
        var process = await aliveAsync();
        await process.DoAsync(
            async () => Note(
            journey, $"for {journey.Booking.Price}", await process.Engine.SubmitAsync(new HoldSeat(world.Origin, journey.Booking, Seats))));
    }

    /// <summary>A client pays.</summary>
    public async Task PayAsync()
    {
        if (Any() is not { } journey)
            return;
        BeginToPay(journey, await aliveAsync());
        await world.Stage.QuietAsync();
    }

    /// <summary>A client pays twice at once, with whichever processes there are.</summary>
    public async Task PayTwiceAsync()
    {
        if (Any() is not { } journey)
            return;
        var (one, other) = (await aliveAsync(), await aliveAsync());
        BeginToPay(journey, one);
        BeginToPay(journey, other);
        await world.Stage.QuietAsync();
    }

    /// <summary>A client gives a seat back, perhaps while it is being paid for.</summary>
    public async Task GiveBackAsync()
    {
        if (Any() is not { } journey)
            return;
        var process = await aliveAsync();
        if (random.Next(3) == 0)
            BeginToPay(journey, process);
        process.Begin(async () =>
        {
            var outcome = await process.Engine.SubmitAsync(new ReleaseBooking(world.Origin, journey.Booking));
            process.ThrowIfDead();
            journey.IsGivenBack |= outcome.Accepted;
            Note(journey, "given back", outcome);
        });
        await world.Stage.QuietAsync();
    }

    /// <summary>All of it in a row, as it mostly goes: a seat, a payment, and another try.</summary>
    public async Task GoAsync()
    {
        await BookAsync();
        for (var tries = random.Next(1, 4); tries > 0; tries--)
        {
            BeginToPay(_all[^1], await aliveAsync());
            await world.Stage.QuietAsync();
        }
    }

    /// <summary>Frees the seats whose time is over.</summary>
    public async Task ExpireAsync()
    {
        var expired = await world.Bookings.ExpiredAsync(world.Time.GetUtcNow(), 1000, CancellationToken.None);
        foreach (var journey in _all.Where(journey => expired.Any(booking => booking.Id == journey.Booking.Id)))
        {
            var process = await aliveAsync();
            await process.DoAsync(
                async () => Note(journey, "ends", await process.Engine.SubmitAsync(new ExpireBooking(world.Origin, journey.Booking))));
        }
    }

    private void BeginToPay(Journey journey, SimulatedProcess process)
    {
        var payment = journey.NewPayment(world);
        var secret = world.Counterpart.Any(random);
        var instrument = new InstrumentId(world.Merchant, world.Id($"fare paid {journey.Number} {journey.Payments.Count}"));
        process.Begin(async () =>
        {
            var outcome = await process.SubmitAsync(new PayBooking(
                world.Origin, journey.Booking, payment,
                new RegisterInstrument(
                    world.Origin, journey.Booking.Target, instrument, new Reference(world.Merchant, Dialect, "fare", $"{instrument.Value}"),
                    PaymentMethod.BankCard, null)
                {
                    Holding = new Holding(
                        new Vaulted(world.Counterpart.Kind.Name, secret.Shown),
                        await world.Vault.SealAsync(instrument, secret, CancellationToken.None)),
                    Standing = InstrumentStanding.Once,
                },
                Dialect));
            process.ThrowIfDead();
            Note(journey, $"paid by {secret.Shown}, payment {world.PaymentOf(payment.Value)}, {outcome.Payment?.Payment.Status}", outcome);
            if (outcome.Payment is { Payment.Status: PaymentStatus.Captured } paid)
                journey.TellPaid(paid.Payment.Id);
        });
    }

    private Journey? Any() => _all.Count == 0 ? null : random.Next(2) == 0 ? _all[^1] : _all[random.Next(_all.Count)];

    private void Note(Journey journey, string what, Outcome outcome) =>
        world.Note($"Journey {journey.Number} {what}: {(outcome.Accepted ? "done" : string.Join(", ", outcome.Faults))}");
}
