using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Providers.Cash;
using Quittance.Providers.Notices;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.Simulation.Provider;

namespace Quittance.Tests.Simulation.Running;

/// <summary>
/// One server process: the real engine, collector, recovery and notice desk, with their own memories. When it dies, it stops; its sent
/// requests still arrive.
/// </summary>
internal sealed class SimulatedProcess : IAsyncDisposable, IProviders
{
    private readonly World _world;
    private readonly int _number;
    private readonly IProvider _provider;
    private readonly NoticeDesk _desk;
    private readonly Attempts _attempts;
    private readonly Notices _notices;
    private readonly Func<Command, Task<Outcome>> _submit;
    private readonly AsyncLocal<Work?> _work = new();
    private (int After, Mortality Mortality) _next;

    public SimulatedProcess(World world, int number)
    {
        (_world, _number) = (world, number);
        var wire = world.Counterpart.ConnectTo(this);
        _provider = world.Mistake.Provider?.Invoke(wire) ?? wire;
        var store = world.Mistake.Store?.Invoke(world.Store) ?? world.Store;
        Engine = new PaymentEngine(new MortalStore(store, this), world.Time, new EngineOptions { Lanes = 1 });
        _attempts = new Attempts(world.Database);
        Books = Unsteady.Of(world.Books, this);
        var attempts = Unsteady.Of<IAttempts>(_attempts, this);
        Vault = Unsteady.Of(world.Vault, this);
        Collector = new Collector(Engine, Books, attempts, this, Vault, new AttemptSchedule(), new Hold(IsHeld: false), world.Time);
        Collector.Interrupted += (_, trouble) => Tell(trouble);
        _submit = world.Mistake.Answers?.Invoke(this) ?? (command => Collector.SubmitAsync(command));
        _notices = new Notices(world.Database, new AttemptSchedule(), world.Time);
        _desk = new NoticeDesk(
            attempts, Books, Unsteady.Of<IMandates>(new Mandates(world.Database), this),
            Unsteady.Of<ILinks>(new Links(world.Database), this), Unsteady.Of<ISessions>(new Sessions(world.Database), this), Collector);
    }

    public PaymentEngine Engine { get; }

    public Collector Collector { get; }

    public IBooks Books { get; }

    public IVault Vault { get; }

    public bool IsDead { get; private set; }

    public Origin Origin => _world.Origin;

    /// <summary>Dies here and now.</summary>
    public ProcessDiedException Die()
    {
        if (!IsDead)
            _world.Note($"      {this} dies");
        IsDead = true;
        return new ProcessDiedException();
    }

    public void ThrowIfDead()
    {
        if (IsDead)
            throw new ProcessDiedException();
    }

    /// <summary>Plans a failure at one of the process's next commits.</summary>
    public void Befalls(int after, Mortality mortality) => _next = (after, mortality);

    public Mortality NextCommit()
    {
        if (_next.Mortality == Mortality.None || _next.After-- > 0)
            return Mortality.None;
        var mortality = _next.Mortality;
        _next = default;
        _world.Note($"      {this}: commit {mortality}");
        return mortality;
    }

    /// <summary>Carries out a client's command.</summary>
    public Task<Outcome> SubmitAsync(Command command) => _submit(command);

    public ValueTask<IProvider?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel)
    {
        Reads("the provider's account");
        return ValueTask.FromResult(
            provider == _provider.Name ? _provider : provider == ClearingProvider.BankTransfer ? CashProvider.BankTransfer : null);
    }

    /// <summary>The process reads something beside its engine, which may fail.</summary>
    public void Reads(string what)
    {
        if (_work.Value is not { } work || _world.Fates.FailureOf(work.Number, Interlocked.Increment(ref work.Reads)) is not { } failure)
            return;
        _world.Note($"      {this}: reading fails ({what}, {failure.GetType().Name})");
        throw failure;
    }

    /// <summary>Starts work in the process. It runs until it sleeps, ends or dies; the stage tells when.</summary>
    public void Begin(Func<Task> work)
    {
        _world.Stage.Enter();
        _work.Value = new Work(_world.NextWork());
        _ = RunAsync(work);
        _work.Value = null;
    }

    /// <summary>Starts work in the process, and waits until it sleeps, ends or dies.</summary>
    public Task DoAsync(Func<Task> work)
    {
        Begin(work);
        return _world.Stage.QuietAsync();
    }

    /// <summary>Attempts whose time has come, in an order that does not depend on the machine.</summary>
    public async Task<IReadOnlyList<Attempt>> DueAsync()
    {
        var due = await _attempts.DueAsync(_world.Time.GetUtcNow(), 1000, CancellationToken.None);
        return [.. due.OrderBy(attempt => attempt.DueAt).ThenBy(_world.PaymentOf).ThenBy(attempt => attempt.Verb)];
    }

    /// <summary>Attempts without a clear answer.</summary>
    public async Task<IReadOnlyList<Attempt>> UnknownAsync()
    {
        var unknown = await _attempts.UnsettledAsync(onlyUnknown: true, CancellationToken.None);
        return [.. unknown.OrderBy(_world.PaymentOf).ThenBy(attempt => attempt.Verb)];
    }

    /// <summary>Takes an attempt on.</summary>
    public void BeginToRecover(Attempt attempt) => Begin(async () =>
    {
        var recovered = await RecoverAsync(attempt);
        ThrowIfDead();
        _world.Note($"      {this}: {attempt.Verb} of payment {_world.PaymentOf(attempt)}: {recovered}");
    });

    /// <summary>Takes a notice of the provider; false when it is refused.</summary>
    public async Task<bool> KeepAsync(SentNotice sent)
    {
        var batch = _world.Counterpart.Kind.ReadNotices(new PostedNotice(
            name => sent.Headers.GetValueOrDefault(name), System.Text.Encoding.UTF8.GetBytes(sent.Body), [_world.Counterpart.NoticeKey],
            _world.Time.GetUtcNow()));
        if (batch.Refusal is not null)
            return false;
        if (batch.Unreadable > 0)
            throw new SimulationException($"A notice that can't be read: {sent.Body}");
        foreach (var notice in batch.Notices)
            await _notices.KeepAsync(_world.Merchant, _provider.Name, notice.Id, notice.Notice.ToRedactedJson(), CancellationToken.None);
        return true;
    }

    /// <summary>Processes the notices that were kept.</summary>
    public async Task ProcessNoticesAsync()
    {
        var claimed = await _notices.ClaimAsync(new NoticeAccount(_world.Merchant, _provider.Name), 50, CancellationToken.None);
        foreach (var notice in claimed.OrderBy(notice => notice.ReceivedAt).ThenBy(notice => notice.Body, StringComparer.Ordinal))
        {
            var outcome = await ProcessAsync(notice);
            ThrowIfDead();
            await _notices.FinishAsync(notice, outcome, CancellationToken.None);
            _world.Note($"      {this}: notice {notice.Body}: {outcome}");
            _world.Post.Processed(notice.Id, outcome);
        }
    }

    private async Task<NoticeOutcome> ProcessAsync(KeptNotice notice)
    {
        try
        {
            return await _desk.ProcessAsync(Origin, notice.Account.Provider, NoticeReading.Read(notice.Body), CancellationToken.None);
        }
        catch (Exception trouble) when (Fates.IsFailureOfRead(trouble))
        {
            // Tried again later, as the server does.
            return NoticeOutcome.Early;
        }
    }

    private async Task<Recovered> RecoverAsync(Attempt attempt)
    {
        try
        {
            return await Collector.RecoverAsync(attempt, Origin);
        }
        catch (Exception trouble) when (Fates.IsFailureOfRead(trouble))
        {
            return await Collector.NoteUnansweredAsync(attempt, Origin);
        }
    }

    /// <summary>Only planned failures of reads may happen after a commit.</summary>
    private void Tell(Exception trouble)
    {
        if (!IsDead && !Fates.IsFailureOfRead(trouble))
            _world.Stage.Fail(trouble);
    }

    // Its first step happens before this returns: two processes that begin one after the other are in this order.
    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ProcessDiedException)
        {
            // Nothing of it goes on.
        }
        catch (Exception) when (IsDead)
        {
            // A dead process answers no one.
        }
        catch (Exception failure)
        {
            _world.Stage.Fail(failure);
        }
        finally
        {
            _world.Stage.Leave();
        }
    }

    public async ValueTask DisposeAsync()
    {
        IsDead = true;
        await Engine.DisposeAsync();
        Collector.Dispose();
    }

    public override string ToString() => $"process {_number}";

    /// <summary>One piece of the process's work, with the number of its reads.</summary>
    private sealed class Work(int number)
    {
        public int Reads;

        public int Number => number;
    }
}
