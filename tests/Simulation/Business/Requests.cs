using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Business;

/// <summary>Clients that pay at once, without a session: once, twice, again under the same key, and in cash.</summary>
internal sealed class Requests(World world, Random random, Func<Task<SimulatedProcess>> aliveAsync)
{
    private readonly List<Request> _all = [];

    /// <summary>All requests that clients made.</summary>
    public IReadOnlyList<Request> All => _all;

    /// <summary>A client pays for a customer.</summary>
    public Task PayAsync(Customer customer) => SendAsync(NewRequest(customer, AnyBill()));

    /// <summary>Two clients pay for one bill at once.</summary>
    public async Task PayTwiceAsync(Customer customer)
    {
        var bill = AnyBill();
        var (one, other) = (NewRequest(customer, bill), NewRequest(customer, bill));
        var process = await aliveAsync();
        BeginToSend(one, process);
        BeginToSend(other, process);
        await world.Stage.QuietAsync();
    }

    /// <summary>A client sends a request again.</summary>
    public async Task RepeatAsync()
    {
        if (Any(_all.FindAll(request => request.HasKey)) is { } request)
            await SendAsync(request);
    }

    /// <summary>A client sends another request under a key that it has used.</summary>
    public async Task ReuseKeyAsync()
    {
        if (Any(_all.FindAll(request => request.HasKey && request.Subject is not null)) is not { } request)
            return;
        var command = request.Command with
        {
            Id = new PaymentId(world.Merchant, world.Id($"reuse {random.Next()}")),
            Key = request.Command.Key! with { RequestHash = new byte[] { 9 } },
        };
        var process = await aliveAsync();
        world.Note($"Key of request {request.Number} with another request");
        await process.DoAsync(async () =>
        {
            var outcome = await process.SubmitAsync(command);
            process.ThrowIfDead();
            if (outcome.Accepted || outcome.Faults[0].Refusal != Refusal.KeyReused)
                throw new SimulationException($"A key was used for two requests: {outcome}");
        });
    }

    /// <summary>A customer has paid in cash.</summary>
    public Task PayCashAsync(Customer customer)
    {
        var request = NewRequest(customer, AnyBill());
        _all[^1] = new Request(request.Number, request.Command with { Instrument = null, ReceivedBy = ClearingProvider.Cash });
        return SendAsync(_all[^1]);
    }

    private Request NewRequest(Customer customer, int bill)
    {
        var (name, amountMinor) = customer.Bills[bill % customer.Bills.Count];
        var other = customer.Bills[random.Next(customer.Bills.Count)].Name;
        var part = random.Next(1, (int)amountMinor + 1);
        (IReadOnlyList<Part> Parts, long AmountMinor) pays = random.Next(12) switch
        {
            < 5 => ([Part.Charge(name, null)], amountMinor),
            5 => ([Part.Charge(name, part)], part),
            6 => ([Part.Charge(name, part)], part + 100),
            7 => ([Part.ChargeUpTo(name)], amountMinor),
            8 => ([Part.ChargeUpTo(name), Part.ChargeUpTo(other)], amountMinor + part),
            9 => ([Part.ChargeUpTo(name)], amountMinor + 500),
            _ => ([], part),
        };
        var number = _all.Count + 1;
        _all.Add(new Request(number, new RecordPayment(world.Origin, AccountTarget.Named(customer.Account), default, "test")
        {
            Amount = new Money(pays.AmountMinor, Currency.Parse("EUR")),
            Instrument = customer.Instruments[random.Next(2) == 0 ? 0 : random.Next(customer.Instruments.Count)],
            Parts = pays.Parts,
            Remainder = (Remainder)random.Next(2),
            Key = random.Next(3) > 0 ? new KeyUse(new RequestKey(world.Merchant, "test", $"key {number}", 0), new byte[] { 1 }) : null,
        }));
        return _all[^1];
    }

    private async Task SendAsync(Request request)
    {
        BeginToSend(request, await aliveAsync());
        await world.Stage.QuietAsync();
    }

    private void BeginToSend(Request request, SimulatedProcess process)
    {
        var sending = request.Payments.Count;
        var payment = new PaymentId(world.Merchant, world.Id($"payment {request.Number} {sending}"));
        world.Number(payment, (request.Number * 10) + sending);
        var command = request.Send(payment);
        world.Note($"Request {request.Number}{(sending > 0 ? " again" : "")} to {process}: {Shown(command)}");
        request.InDoubt++;
        process.Begin(async () =>
        {
            var outcome = await process.SubmitAsync(command);
            // As dialects do: the answer to a repeat is read from the books.
            if (outcome is { Accepted: true, Payment: null })
            {
                var made = new PaymentId(world.Merchant, outcome.Subject);
                outcome = outcome with { View = await world.Books.PaymentAsync(made, outcome.Sequence, CancellationToken.None) };
            }

            process.ThrowIfDead();
            // "Under way" says that it was begun, and not what will come of it.
            if (outcome.Accepted || outcome.Faults[0].Refusal != Refusal.UnderWay)
                request.InDoubt--;
            world.Note($"      Request {request.Number}: " + (outcome.Accepted
                ? $"{outcome.Payment?.Payment.Status}{(outcome.Replayed ? " (replayed)" : "")}"
                : string.Join(", ", outcome.Faults)));
            request.Tell(outcome);
        });
    }

    private static string Shown(RecordPayment command)
    {
        var parts = string.Join(" + ", command.Parts.Select(part => $"{part.Kind} {part.Target?.Value} {part.AmountMinor}"));
        return $"{command.Amount!.Value.AmountMinor} by {command.ReceivedBy ?? command.Instrument?.Value} for [{parts}], then "
            + $"{command.Remainder}"
            + (command.Key is null ? "" : ", with key");
    }

    private int AnyBill() => random.Next(100);

    private Request? Any(List<Request> requests) => requests.Count == 0 ? null : requests[random.Next(requests.Count)];
}
