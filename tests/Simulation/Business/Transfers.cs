using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Business;

/// <summary>Customers announce transfers in payment sessions, and lines of bank statements name the waiting payments.</summary>
internal sealed class Transfers(World world, Random random, Func<Task<SimulatedProcess>> aliveAsync)
{
    // Far from the numbers of requests, visits and journeys.
    private const int FirstNumber = 2_000_000_000;
    private const long RoundMinor = 25_00;
    private const string Dialect = "test";

    private readonly List<PaymentId> _all = [];
    private readonly List<SessionId> _sessions = [];
    private readonly List<PaymentId> _arrived = [];

    /// <summary>The announced payments, as far as the books have them.</summary>
    public IReadOnlyList<PaymentId> All => _all;

    /// <summary>The announced payments that a booked line has completed.</summary>
    public IReadOnlyList<PaymentId> Arrived => _arrived;

    /// <summary>A customer announces a transfer for a bill, and the client books it.</summary>
    public Task AnnounceAsync(Customer customer)
    {
        var bill = AnyBill(customer);
        return AnnounceAsync(customer, bill.Name, bill.AmountMinor);
    }

    /// <summary>Two customers announce transfers of the same round amount.</summary>
    public async Task AnnounceEqualAsync(Customer one, Customer other)
    {
        var (bill, otherBill) = (AnyBill(one), AnyBill(other));
        var amountMinor = (Math.Max(bill.AmountMinor, otherBill.AmountMinor) + RoundMinor - 1) / RoundMinor * RoundMinor;
        await AnnounceAsync(one, bill.Name, amountMinor);
        await AnnounceAsync(other, otherBill.Name, amountMinor);
    }

    private (Reference Name, long AmountMinor) AnyBill(Customer customer) => customer.Bills[random.Next(customer.Bills.Count)];

    private async Task AnnounceAsync(Customer customer, Reference bill, long amountMinor)
    {
        var (payment, id) =
            (new PaymentId(world.Merchant, world.Id($"transfer {_all.Count}")),
            new SessionId(world.Merchant, world.Id($"transfer session {_all.Count}")));
        world.Number(payment, FirstNumber + _all.Count);
        _all.Add(payment);
        _sessions.Add(id);
        var (account, amount) = (AccountTarget.Named(customer.Account), new Money(amountMinor, Currency.Parse("EUR")));
        var process = await aliveAsync();
        await process.DoAsync(async () =>
        {
            await process.Engine.SubmitAsync(new OpenSession(
                world.Origin, account, id, Installation: 1, SessionScope.MemberAccount, amount, "Simulation", [PaymentChoice.BankTransfer],
                TimeSpan.FromMinutes(30)));
            if (await FindAsync(id, process) is not { } opened)
                return;
            Note(payment, $"of {amount} is announced", await process.SubmitAsync(
                new SubmitSession(
                    world.Origin, opened, PaymentChoice.BankTransfer, payment, Dialect)
                { Provider = ClearingProvider.BankTransfer }));
            process.ThrowIfDead();
            if (await FindAsync(id, process) is { } submitted)
            {
                Note(payment, $"for {bill.Value} is booked",
                    await process.SubmitAsync(new BookSession(world.Origin, account, submitted, amount, [[bill]], payment, Dialect)));
            }
        });
    }

    /// <summary>The money of one transfer arrives, perhaps.</summary>
    public async Task ArriveAsync()
    {
        if (_all.Count > 0)
            await ArriveAsync(_all[random.Next(_all.Count)]);
    }

    /// <summary>The money of all transfers that still wait for it arrives.</summary>
    public async Task ArriveAllAsync()
    {
        foreach (var payment in _all.ToList())
            await ArriveAsync(payment);
    }

    /// <summary>Ends the sessions whose time is over.</summary>
    public async Task ExpireAsync()
    {
        var expired = await world.Sessions.ExpiredAsync(world.Time.GetUtcNow(), 1000, CancellationToken.None);
        foreach (var session in expired.Where(session => _sessions.Contains(session.Id)).OrderBy(session => _sessions.IndexOf(session.Id)))
        {
            var process = await aliveAsync();
            await process.DoAsync(() => process.Engine.SubmitAsync(new ExpireSession(world.Origin, session)));
        }
    }

    private async Task ArriveAsync(PaymentId payment)
    {
        var attempts = await new Quittance.Storage.Reading.Attempts(world.Database).OfPaymentAsync(payment, CancellationToken.None);
        if (attempts.FirstOrDefault(attempt => attempt is { Verb: Verb.Capture, WaitsForPeople: true }) is not { } capture)
            return;
        var statements = new Statements(world.Database);
        var read = new ReadStatement(
            StatementSource.Camt, "DE02", "DE··02", $"{payment.Value}", capture.Amount.Currency, null, null,
            [new ReadLine(
                1, SettlementLineKind.Entry, new DateOnly(2026, 1, 5), capture.Amount.AmountMinor) { Remittance = $"{payment.Value}" }]);
        var (_, imported) = await new StatementImports(world.Database, world.Time)
            .ImportAsync([read], "statement", world.Origin, CancellationToken.None);
        var line = (await statements.LinesAsync(imported[0].Id, SettlementStatus.Open, 0, 1, CancellationToken.None)).SingleOrDefault();
        if (line is null)
            return;
        var completed = world.Mistake.Completes is { } mistaken ? await mistaken(capture, world) : capture;
        Command brings = new TakeAnswer(world.Origin, completed, ProviderAnswer.Approved);
        brings = world.Mistake.Brings?.Invoke(brings, world) ?? brings;
        var process = await aliveAsync();
        await process.DoAsync(async () =>
        {
            var outcome = await process.Engine.SubmitAsync(
                new BookSettlement(world.Origin, completed.Target, line.Id, SettlementUse.Transfer) { Brings = brings });
            // A process that dies at the commit may have booked it; the line is looked at again.
            process.ThrowIfDead();
            Note(payment, "has arrived", outcome);
        });
        var after = (await statements.LinesAsync(imported[0].Id, SettlementStatus.Booked, 0, 1, CancellationToken.None)).SingleOrDefault();
        if (after is not null && !_arrived.Contains(payment))
            _arrived.Add(payment);
    }

    private async Task<Session?> FindAsync(SessionId id, SimulatedProcess process)
    {
        var session = await world.Sessions.FindAsync(id, CancellationToken.None);
        process.ThrowIfDead();
        return session;
    }

    private void Note(PaymentId payment, string what, Outcome outcome) =>
        world.Note($"Transfer {_all.IndexOf(payment)} {what}: {(outcome.Accepted ? "done" : string.Join(", ", outcome.Faults))}");
}
