using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Sandbox.Books;
using Quittance.Tests.Simulation.Checking;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Business;

/// <summary>One random schedule of payments and failures. Its seed decides all of it.</summary>
internal sealed class Schedule
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    private readonly World _world;
    private readonly Random _random;
    private readonly List<Customer> _customers = [];
    private readonly List<SimulatedProcess> _processes = [];
    private readonly Dictionary<AttemptId, Attempt> _judged = [];
    private readonly List<string> _disputes = [];
    private readonly List<RefundId> _refused = [];
    private readonly (int Weight, Func<Task> Step)[] _steps;
    private readonly Requests _requests;
    private readonly Visits _visits;
    private readonly Journeys _journeys;
    private readonly Transfers _transfers;
    private readonly ByHand _byHand;
    private int _processesStarted;

    public Schedule(World world)
    {
        _world = world;
        _random = new Random(world.Seed);
        _requests = new Requests(world, _random, AliveAsync);
        _visits = new Visits(world, _random, AliveAsync);
        _journeys = new Journeys(world, _random, AliveAsync);
        _transfers = new Transfers(world, _random, AliveAsync);
        _byHand = new ByHand(world, _random);
        _steps =
        [
            (24, () => _requests.PayAsync(AnyCustomer())), (6, () => _requests.PayTwiceAsync(AnyCustomer())), (9, _requests.RepeatAsync),
            (4, _requests.ReuseKeyAsync), (6, () => _requests.PayCashAsync(AnyCustomer())), (5, AllocateAsync), (8, RefundAsync),
            (5, RaiseAsync),
            (5, OpenDisputeAsync), (6, EndDisputeAsync), (6, ConfirmAsync), (3, ForgeAsync), (4, JudgeAsync), (10, SweepAsync),
            (4, RaceAsync),
            (16, () => _visits.GoAsync(AnyCustomer())), (8, () => _visits.OpenAsync(AnyCustomer())), (12, _visits.SubmitAsync),
            (8, _visits.BookAsync),
            (4, _visits.BookTwiceAsync),
            (10, _journeys.GoAsync), (6, _journeys.BookAsync), (8, _journeys.PayAsync), (4, _journeys.PayTwiceAsync),
            (4, _journeys.GiveBackAsync),
            (5, () => _transfers.AnnounceAsync(AnyCustomer())), (4, () => _transfers.AnnounceEqualAsync(AnyCustomer(), AnyCustomer())),
            (6, _transfers.ArriveAsync),
            (4, _byHand.RefundAsync), (3, _byHand.CaptureAsync),
            (3, KillAsync), (4, StartAnotherAsync), (6, BefallAsync), (18, WaitAsync),
        ];
    }

    /// <summary>The requests of its clients.</summary>
    public IReadOnlyList<Request> Requests => _requests.All;

    /// <summary>The payment sessions of its clients.</summary>
    public IReadOnlyList<Visit> Visits => _visits.All;

    /// <summary>The transfers that its customers announce.</summary>
    public Transfers Transfers => _transfers;

    /// <summary>The seats of its clients.</summary>
    public IReadOnlyList<Journey> Journeys => _journeys.All;

    /// <summary>The refunds whose clients got the answer that nothing was done.</summary>
    public IReadOnlyList<RefundId> RefusedRefunds => _refused;

    /// <summary>The authorisations with whose money people did something at the provider's own console.</summary>
    public IReadOnlySet<Guid> ByHand => _byHand.Authorisations;

    /// <summary>The payments that an operator settled.</summary>
    public IReadOnlySet<Guid> Judged => _judged.Values.Select(attempt => attempt.Payment.Value).ToHashSet();

    /// <summary>Runs it and checks all that must hold.</summary>
    public async Task RunAsync()
    {
        try
        {
            await OpenAsync();
            for (var steps = _random.Next(10, 26); steps > 0; steps--)
            {
                await StepAsync();
                await CollectAsync();
                new Watch(_world, this).Look();
            }

            await SettleAsync();
            await new Reckoning(_world, this).CheckAsync();
        }
        finally
        {
            foreach (var process in _processes)
                await process.DisposeAsync();
        }
    }

    private async Task StepAsync()
    {
        var picked = _random.Next(_steps.Sum(step => step.Weight));
        foreach (var (weight, step) in _steps)
        {
            if ((picked -= weight) >= 0)
                continue;
            await step();
            return;
        }
    }

    /// <summary>Customers with cards, bank accounts and bills.</summary>
    private async Task OpenAsync()
    {
        List<Command> commands = [];
        for (var customer = 0; customer < _random.Next(1, 4); customer++)
        {
            var account = Name("account", $"{customer}");
            commands.Add(
                new OpenAccount(_world.Origin, new AccountId(_world.Merchant, _world.Id($"account {customer}")), [account], Euro, null));
            var instruments = _world.Counterpart.Instruments.Where((_, index) => index == 0 || _random.Next(3) == 0).ToList();
            List<Reference> names = [];
            foreach (var secret in instruments)
            {
                var id = new InstrumentId(_world.Merchant, _world.Id($"instrument {customer} {names.Count}"));
                names.Add(Name("instrument", $"{customer}/{names.Count}"));
                commands.Add(
                    new RegisterInstrument(_world.Origin, AccountTarget.Named(account), id, names[^1], PaymentMethod.BankCard, null)
                    {
                        Holding = new Holding(
                            new Vaulted(_world.Counterpart.Kind.Name, secret.Shown),
                            await _world.Vault.SealAsync(id, secret, CancellationToken.None)),
                    });
            }

            _customers.Add(new Customer(account, [], names));
            for (var bills = _random.Next(1, 4); bills > 0; bills--)
                commands.Add(Bill(_customers[^1]));
        }

        var process = await AliveAsync();
        await process.DoAsync(() => Task.WhenAll(commands.Select(async command =>
        {
            if (!(await process.Engine.SubmitAsync(command, patient: true)).Accepted)
                throw new SimulationException($"Refused: {command}");
        })));
    }

    private RaiseCharge Bill(Customer customer)
    {
        var name = Name("bill", $"{customer.Account.Value}/{customer.Bills.Count}");
        // One in three has an amount with which something happens at the sandbox.
        var amountMinor = _random.Next(3) == 0 ? _random.Next(66601, 66611) : _random.Next(1, 5000);
        customer.Bills.Add((name, amountMinor));
        return new RaiseCharge(
            _world.Origin, AccountTarget.Named(customer.Account), new ChargeId(_world.Merchant, _world.Id($"bill {name.Value}")),
            new Money(amountMinor, Euro), new DateOnly(2026, 1, _random.Next(1, 28)))
        {
            Reference = name,
        };
    }

    private async Task RaiseAsync()
    {
        var command = Bill(AnyCustomer());
        await EngineDoesAsync(command, $"bill of {command.Amount.AmountMinor}");
    }

    private async Task AllocateAsync()
    {
        if (Any(_requests.All.Where(request => request.Subject is not null).ToList()) is not { } request)
            return;
        var customer = _customers.Find(customer => request.Command.Account.Names[0] == customer.Account)!;
        var (bill, amountMinor) = customer.Bills[_random.Next(customer.Bills.Count)];
        await EngineDoesAsync(
            new AllocatePayment(
                _world.Origin, request.Command.Account, new PaymentId(_world.Merchant, request.Subject!.Value),
                [Part.Charge(bill, _random.Next(1, (int)amountMinor + 1))]),
            $"allocate request {request.Number} to {bill.Value}");
    }

    /// <summary>A client gives money back: of a payment, all that is left or some of it, or credit of the account.</summary>
    private async Task RefundAsync()
    {
        if (Any(_requests.All.Where(request => request.Subject is not null).ToList()) is not { } request)
            return;
        var id = new RefundId(_world.Merchant, _world.Id($"refund {_random.Next()}"));
        var amount = new Money(_random.Next(1, 3000), Euro);
        Command command = _random.Next(4) == 0
            ? new RefundCredit(_world.Origin, request.Command.Account, [.. PaymentsOf(request.Command.Account)], id, "test", amount)
            : new RefundPayment(_world.Origin, request.Command.Account, new PaymentId(_world.Merchant, request.Subject!.Value), id, "test")
            {
                Amount = _random.Next(3) == 0 ? null : amount,
            };
        var process = await AliveAsync();
        process.Begin(async () =>
        {
            var outcome = await process.SubmitAsync(command);
            process.ThrowIfDead();
            if (!outcome.Accepted && outcome.Faults[0].Refusal != Refusal.UnderWay)
                _refused.Add(id);
            _world.Note($"refund of request {request.Number}, {amount} at most: "
                + $"{(outcome.Accepted ? $"{outcome.Refund?.Refund.Status}" : string.Join(", ", outcome.Faults))}");
        });
        await _world.Stage.QuietAsync();
    }

    private IEnumerable<PaymentId> PaymentsOf(AccountTarget account) => _requests.All
        .Where(request => request.Subject is not null && request.Command.Account.Names[0] == account.Names[0])
        .Select(request => new PaymentId(_world.Merchant, request.Subject!.Value)).Distinct();

    private Task OpenDisputeAsync()
    {
        // What is disputed besides is an operator's to settle.
        if (Any(Captured().FindAll(one => !_byHand.Authorisations.Contains(one.Id))) is not { } authorisation)
            return Task.CompletedTask;
        var id = $"dp_{_disputes.Count}";
        var disputableMinor =
            authorisation.Amounts.CapturedMinor - authorisation.Amounts.ReversedMinor - authorisation.Amounts.DisputedMinor;
        long? amountMinor = _random.Next(2) == 0 ? null : _random.Next(1, (int)Math.Max(2, disputableMinor + 1));
        var reply = _world.Sandbox.OpenDispute(
            World.Account, new DisputeRequest(
                id, authorisation.Id, Quittance.Sandbox.Books.DisputeKind.Chargeback, amountMinor, _random.Next(0, 2000)));
        if (reply.Dispute is not { } dispute)
            return Task.CompletedTask;
        _disputes.Add(id);
        _world.Note($"Dispute {id} of {dispute.AmountMinor}, fee {dispute.FeeMinor}, on payment {_world.PaymentOf(authorisation.Id)}");
        return Task.CompletedTask;
    }

    private Task EndDisputeAsync()
    {
        if (Any(_disputes) is not { } dispute)
            return Task.CompletedTask;
        var won = _random.Next(3) > 0;
        if (_world.Sandbox.EndDispute(World.Account, dispute, won).Dispute is not null)
            _world.Note($"Dispute {dispute} is {(won ? "won" : "lost")}");
        return Task.CompletedTask;
    }

    private Task ConfirmAsync()
    {
        if (Any(Authorisations().Where(IsToBeConfirmed).ToList()) is { } authorisation)
            Confirm(authorisation);
        return Task.CompletedTask;
    }

    private bool IsToBeConfirmed(BookedAuthorisation authorisation) =>
        _world.Sandbox.Find(World.Account, authorisation.Id).Request!.State == RequestState.Pending;

    private void Confirm(BookedAuthorisation authorisation)
    {
        var approves = _random.Next(3) > 0;
        var reply = _world.Sandbox.Confirm(World.Account, authorisation.Id, approves);
        _world.Note($"The customer {(approves ? "confirms" : "refuses")} payment {_world.PaymentOf(authorisation.Id)}: "
            + $"{reply.Request?.State}");
    }

    private async Task ForgeAsync()
    {
        var authorisation = Any(Authorisations());
        var id = authorisation is null || _random.Next(3) == 0 ? _world.Id($"forged {_random.Next()}") : authorisation.Id;
        var isApproved = _random.Next(2) == 0;
        var process = await AliveAsync();
        _world.Note($"Forged: {(isApproved ? "approved" : "declined")} {id}");
        await _world.Post.ForgeAsync(_world.Counterpart.Forge(id, isApproved, authorisation?.AmountMinor ?? 1), process);
    }

    /// <summary>An operator settles an attempt, rightly or wrongly.</summary>
    private async Task JudgeAsync()
    {
        var process = await AliveAsync();
        // For a void an operator could only end the questions.
        if (Any((await process.UnknownAsync()).Where(unknown => unknown.Verb is Verb.Authorise or Verb.Capture)
            .ToList()) is not { } attempt)
        {
            return;
        }

        var done = _world.Sandbox.Find(World.Account, attempt.Id.Value).Request?.State == RequestState.Approved;
        var isRight = _random.Next(3) > 0;
        var says = done == isRight ? ProviderAnswer.Approved : ProviderAnswer.Declined(DeclineReason.Declined);
        _judged[attempt.Id] = attempt;
        _world.Note($"An operator says {(isRight ? "rightly" : "wrongly")} that {attempt.Verb} of payment {_world.PaymentOf(attempt)} is "
            + $"{says.Verdict}");
        await process.DoAsync(
            () => process.Collector.CommitNewsAsync(new TakeAnswer(_world.Origin, attempt, says) { Note = "An operator's word." }));
    }

    private async Task SweepAsync()
    {
        await _visits.ExpireAsync();
        await _journeys.ExpireAsync();
        await _transfers.ExpireAsync();
        var process = await AliveAsync();
        foreach (var attempt in await process.DueAsync())
        {
            if (process.IsDead)
                return;
            process.BeginToRecover(attempt);
            await _world.Stage.QuietAsync();
        }
    }

    /// <summary>
    /// Two processes recover the same attempts at once. Which of them gets there first must not matter, so nothing is lost meanwhile.
    /// </summary>
    private async Task RaceAsync()
    {
        await StartAnotherAsync();
        var (one, other) = (_processes[0], _processes[1]);
        one.Befalls(0, Mortality.None);
        other.Befalls(0, Mortality.None);
        var isFair = _world.Fates.IsFair;
        _world.Fates.IsFair = true;
        foreach (var attempt in await one.DueAsync())
        {
            one.BeginToRecover(attempt);
            other.BeginToRecover(attempt);
            await _world.Stage.QuietAsync();
        }

        _world.Fates.IsFair = isFair;
    }

    private async Task KillAsync()
    {
        var process = await AliveAsync();
        process.Die();
        await BuryAsync();
    }

    private async Task StartAnotherAsync()
    {
        await AliveAsync();
        if (_processes.Count < 2)
            Start();
    }

    private async Task BefallAsync()
    {
        var process = await AliveAsync();
        process.Befalls(_random.Next(0, 5), (Mortality)_random.Next(1, 5));
    }

    private Task WaitAsync() => PassAsync(_random.Next(10) switch
    {
        < 4 => TimeSpan.FromSeconds(_random.Next(1, 12)),
        < 8 => TimeSpan.FromSeconds(_random.Next(12, 90)),
        8 => TimeSpan.FromMinutes(_random.Next(2, 25)),
        _ => TimeSpan.FromHours(_random.Next(1, 9)),
    });

    /// <summary>Time passes, while servers look after what is due, or do not.</summary>
    private async Task PassAsync(TimeSpan span)
    {
        var sweeps = _random.Next(2) == 0;
        _world.Note($"{span} pass{(sweeps ? ", with recovery" : "")}");
        for (var part = 0; part < 3; part++)
        {
            await _world.Time.AdvanceAsync(span / 3);
            await CollectAsync();
            if (sweeps)
                await SweepAsync();
        }
    }

    private async Task CollectAsync() => await _world.Post.CollectAsync(await AliveAsync());

    /// <summary>A process that is alive; where none is, a new one after a while.</summary>
    private async Task<SimulatedProcess> AliveAsync()
    {
        await BuryAsync();
        if (_processes.Count == 0 && _processesStarted > 0)
            await _world.Time.AdvanceAsync(TimeSpan.FromSeconds(_random.Next(1, 45)));
        await BuryAsync();
        if (_processes.Count == 0)
            Start();
        return _processes[_random.Next(_processes.Count)];
    }

    private void Start()
    {
        _processes.Add(new SimulatedProcess(_world, ++_processesStarted));
        _world.Alive = _processes[0];
        _world.Note($"{_processes[^1]} starts");
    }

    private async Task BuryAsync()
    {
        foreach (var dead in _processes.FindAll(process => process.IsDead))
        {
            _processes.Remove(dead);
            await dead.DisposeAsync();
        }

        _world.Alive = _processes.Count == 0 ? null : _processes[0];
    }

    /// <summary>Time passes until nothing is under way any more. Nothing is lost from now on, and every truth comes to light.</summary>
    private async Task SettleAsync()
    {
        _world.Note("From now on nothing is lost");
        _world.Fates.IsFair = _world.Post.IsFair = true;
        foreach (var process in _processes)
            process.Befalls(0, Mortality.None);
        // A sent request may still be on its way.
        await _world.Time.AdvanceAsync(TimeSpan.FromSeconds(90));
        await CorrectAsync();
        for (var rounds = 0; rounds < 100; rounds++)
        {
            foreach (var authorisation in Authorisations().Where(IsToBeConfirmed))
                Confirm(authorisation);
            await CollectAsync();
            await _transfers.ArriveAllAsync();
            var process = await AliveAsync();
            await process.DoAsync(process.ProcessNoticesAsync);
            await SweepAsync();
            if (await NextAsync() is not { } next)
                return;
            var pause = next - _world.Time.GetUtcNow();
            await _world.Time.AdvanceAsync(pause > TimeSpan.Zero ? pause : TimeSpan.FromSeconds(1));
        }

        throw new SimulationException("Something never settles.");
    }

    /// <summary>The provider's statement corrects the operators' mistakes.</summary>
    private async Task CorrectAsync()
    {
        foreach (var attempt in _judged.Values.OrderBy(_world.PaymentOf).ThenBy(attempt => attempt.Verb))
        {
            var truth = _world.Counterpart.TruthOf(attempt);
            if (truth.Verdict == Verdict.NotFound)
                truth = ProviderAnswer.Declined(DeclineReason.NeverArrived);
            var process = await AliveAsync();
            _world.Note($"The statement says that {attempt.Verb} of payment {_world.PaymentOf(attempt)} is {truth.Verdict}");
            await process.DoAsync(() => process.Collector.CommitNewsAsync(new TakeAnswer(_world.Origin, attempt, truth)));
        }
    }

    /// <summary>When something is due next; null: nothing is.</summary>
    private async Task<DateTimeOffset?> NextAsync()
    {
        await using var command = _world.Database.CreateCommand(
            """
            SELECT least((SELECT min(due_at) FROM attempt WHERE due_at IS NOT NULL),
                         (SELECT min(due_at) FROM notice WHERE due_at IS NOT NULL),
                         (SELECT min(expires_at) FROM session WHERE status = 'open'),
                         (SELECT min(held_until) FROM booking b WHERE status = 'held'
                             AND NOT EXISTS (SELECT FROM claim c
                                              WHERE c.merchant_id = b.merchant_id AND c.charge_id = b.charge_id AND c.is_live)))
            """);
        var due = await command.ExecuteScalarAsync(CancellationToken.None) is DateTime kept ? new DateTimeOffset(kept, TimeSpan.Zero)
            : (DateTimeOffset?)null;
        return new[] { due, _world.Time.Next, _world.Sandbox.NextDue }.Min();
    }

    private async Task EngineDoesAsync(Command command, string what)
    {
        var process = await AliveAsync();
        await process.DoAsync(async () =>
        {
            var outcome = await process.Engine.SubmitAsync(command);
            _world.Note($"{what}: {(outcome.Accepted ? "done" : string.Join(", ", outcome.Faults))}");
        });
    }

    private IReadOnlyList<BookedAuthorisation> Authorisations() => _world.Sandbox.Page(World.Account, null, 1000)!.Authorisations;

    private List<BookedAuthorisation> Captured() => [.. Authorisations().Where(authorisation => authorisation.Amounts.CapturedMinor > 0)];

    private Customer AnyCustomer() => _customers[_random.Next(_customers.Count)];

    private T? Any<T>(IReadOnlyList<T> all)
        where T : class => all.Count == 0 ? null : all[_random.Next(all.Count)];

    private Reference Name(string kind, string value) => new(_world.Merchant, "test", kind, value);
}
