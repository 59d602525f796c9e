using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Business;

/// <summary>
/// The life of payment sessions: customers pay, clients book once or twice, and sessions come to their end meanwhile.
/// </summary>
internal sealed class Visits(World world, Random random, Func<Task<SimulatedProcess>> aliveAsync)
{
    private const int ChangedRounds = 3;
    private const string Dialect = "test";

    private readonly List<Visit> _all = [];

    /// <summary>All sessions that clients tried to open.</summary>
    public IReadOnlyList<Visit> All => _all;

    /// <summary>A client opens a session, for a payment or for an instrument only.</summary>
    public async Task OpenAsync(Customer customer)
    {
        var number = _all.Count + 1;
        var claims = customer.Bills.Where(_ => random.Next(2) == 0).ToList();
        var amountMinor = random.Next(8) == 0 ? 0
            : claims.Sum(claim => claim.AmountMinor) + (random.Next(2) == 0 ? 0 : random.Next(1, 1000));
        var currency = Currency.Parse("EUR");
        var key = random.Next(2) == 0 ? new KeyUse(new RequestKey(world.Merchant, "visits", $"visit {number}", 0), new byte[] { 1 }) : null;
        var visit = new Visit(
            number, customer, new SessionId(world.Merchant, world.Id($"session {number}")), new Money(amountMinor, currency),
            [.. claims.Select(claim => claim.Name)], key);
        _all.Add(visit);
        var command = new OpenSession(
            world.Origin, AccountTarget.Named(customer.Account), visit.Id, Installation: 1, SessionScope.MemberAccount, visit.Amount,
            "Simulation",
            [PaymentChoice.CreditCard], TimeSpan.FromMinutes(random.Next(2, 90)));
        var process = await aliveAsync();
        await process.DoAsync(async () => Note(visit, $"opened for {visit.Amount}", await process.Engine.SubmitAsync(command)));
    }

    /// <summary>A customer pays, or leaves an instrument.</summary>
    public async Task SubmitAsync()
    {
        if (Any() is not { } visit)
            return;
        var process = await aliveAsync();
        BeginToSubmit(visit, process);
        // An impatient one does so twice.
        if (random.Next(5) == 0)
            BeginToSubmit(visit, await aliveAsync());
        await world.Stage.QuietAsync();
    }

    /// <summary>A client books what was paid, or takes the instrument over.</summary>
    public async Task BookAsync()
    {
        if (Any() is not { } visit)
            return;
        BeginToBook(visit, await aliveAsync());
        await world.Stage.QuietAsync();
    }

    /// <summary>A client books twice at once, with whichever processes there are.</summary>
    public async Task BookTwiceAsync()
    {
        if (Any() is not { } visit)
            return;
        var (one, other) = (await aliveAsync(), await aliveAsync());
        BeginToBook(visit, one);
        BeginToBook(visit, other);
        await world.Stage.QuietAsync();
    }

    /// <summary>All of it in a row, as it mostly goes: a session, a payment, and its booking.</summary>
    public async Task GoAsync(Customer customer)
    {
        await OpenAsync(customer);
        var visit = _all[^1];
        BeginToSubmit(visit, await aliveAsync());
        await world.Stage.QuietAsync();
        await world.Time.AdvanceAsync(TimeSpan.FromSeconds(random.Next(1, 30)));
        var process = await aliveAsync();
        BeginToBook(visit, process);
        if (random.Next(3) == 0)
            BeginToBook(visit, await aliveAsync());
        await world.Stage.QuietAsync();
    }

    /// <summary>Ends the sessions whose time is over.</summary>
    public async Task ExpireAsync()
    {
        var expired = await world.Sessions.ExpiredAsync(world.Time.GetUtcNow(), 1000, CancellationToken.None);
        foreach (var visit in _all.Where(visit => expired.Any(session => session.Id == visit.Id)))
        {
            var process = await aliveAsync();
            var session = expired.First(session => session.Id == visit.Id);
            await process.DoAsync(
                async () => Note(visit, "ends", await process.Engine.SubmitAsync(new ExpireSession(world.Origin, session))));
        }
    }

    private void BeginToSubmit(Visit visit, SimulatedProcess process)
    {
        var name = visit.Customer.Instruments[random.Next(visit.Customer.Instruments.Count)];
        // By the names under which the schedule has registered them.
        InstrumentId? stored = random.Next(3) == 0
            ? new InstrumentId(world.Merchant, world.Id($"instrument {name.Value.Replace('/', ' ')}")) : null;
        var secret = world.Counterpart.Any(random);
        var payment = visit.NewPayment(world);
        var instrument = new InstrumentId(world.Merchant, world.Id($"left {visit.Number} {visit.Payments.Count}"));
        var standing = random.Next(2) == 0 ? InstrumentStanding.Saved : InstrumentStanding.Once;
        var page = random.Next(4) == 0 ? new SessionPage(world.Counterpart.Kind.Name, $"page {instrument.Value}") : null;
        process.Begin(async () =>
        {
            if (page is not null && await FindAsync(visit, process) is { } opened)
            {
                var entering = new OpenInstrumentPage(world.Origin, opened, PaymentChoice.CreditCard, page);
                Note(visit, "goes to the provider's page", await process.Engine.SubmitAsync(entering));
            }

            if (await FindAsync(visit, process) is not { } session)
                return;
            var command = new SubmitSession(world.Origin, session, PaymentChoice.CreditCard, payment, Dialect) { Stored = stored };
            if (stored is null)
            {
                command = command with
                {
                    Registering = new RegisterInstrument(
                        world.Origin, session.Target, instrument, new Reference(world.Merchant, Dialect, "left", $"{instrument.Value}"),
                        PaymentMethod.BankCard, null)
                    {
                        Holding = new Holding(new Vaulted(world.Counterpart.Kind.Name, secret.Shown),
                            await world.Vault.SealAsync(instrument, secret, CancellationToken.None)),
                        Standing = standing,
                    },
                };
            }

            var outcome = await process.SubmitAsync(command);
            process.ThrowIfDead();
            Note(visit, $"paid by {(stored is null ? secret.Shown : "a stored instrument")}, payment {world.PaymentOf(payment.Value)}",
                outcome);
        });
    }

    private void BeginToBook(Visit visit, SimulatedProcess process)
    {
        var payment = visit.NewPayment(world);
        IReadOnlyList<Reference> claims = random.Next(3) == 0 ? [] : visit.Claims;
        var key = visit.Key is { } known ? known with { RequestHash = new byte[] { (byte)claims.Count } } : null;
        process.Begin(async () =>
        {
            for (var round = 1; ; round++)
            {
                if (await FindAsync(visit, process) is not { } session)
                    return;
                var outcome = await process.SubmitAsync(CommandFor(visit, session, payment, claims) with { Key = key });
                process.ThrowIfDead();
                if (!outcome.Accepted && outcome.Faults[0].Refusal == Refusal.SessionChanged && round < ChangedRounds)
                    continue;
                Note(visit, $"booked with {claims.Count} claims, payment {world.PaymentOf(payment.Value)}", outcome);
                visit.Tell(outcome);
                return;
            }
        });
    }

    private SessionCommand CommandFor(Visit visit, Session session, PaymentId payment, IReadOnlyList<Reference> claims)
    {
        var account = AccountTarget.Named(visit.Customer.Account);
        return session.IsForInstrument
            ? new TakeInstrument(world.Origin, account, session)
            : new BookSession(world.Origin, account, session, visit.Amount, [.. claims.Select(claim => (IReadOnlyList<Reference>)[claim])],
                payment, Dialect);
    }

    private async Task<Session?> FindAsync(Visit visit, SimulatedProcess process)
    {
        var session = await world.Sessions.FindAsync(visit.Id, CancellationToken.None);
        process.ThrowIfDead();
        return session;
    }

    private Visit? Any() => _all.Count == 0 ? null : random.Next(2) == 0 ? _all[^1] : _all[random.Next(_all.Count)];

    private void Note(Visit visit, string what, Outcome outcome) =>
        world.Note($"Visit {visit.Number} {what}: {(outcome.Accepted ? "done" : string.Join(", ", outcome.Faults))}");
}
