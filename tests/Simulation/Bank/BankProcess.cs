using Npgsql;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Providers;
using Quittance.Storage.Providers;
using Quittance.Storage.Settlements;

namespace Quittance.Tests.Simulation.Bank;

/// <summary>A process with the real engine and the real desks of collections, which may die at one of its commits.</summary>
internal sealed class BankProcess : IAsyncDisposable
{
    private readonly DyingStore _store;

    private BankProcess(NpgsqlDataSource database, DyingStore store, IVault vault, TimeProvider clock)
    {
        _store = store;
        Engine = new PaymentEngine(store, clock, new EngineOptions { Lanes = 2 });
        var accounts = new ProviderAccounts(database, vault, clock);
        Collections = new CollectionDesk(database, Engine, vault, accounts, clock);
        Status = new StatusDesk(database, Engine, accounts);
        Lost = new LostFileDesk(database, Engine, accounts);
        Statements = new SettlementDesk(
            database, Engine, clock, _ => [], new KnownProviders(ProviderDirectory.Connected), accounts,
            new StatementFormats(database, vault, clock));
    }

    public PaymentEngine Engine { get; }

    public CollectionDesk Collections { get; }

    public StatusDesk Status { get; }

    public SettlementDesk Statements { get; }

    public LostFileDesk Lost { get; }

    /// <summary>Does something in a process of its own. False where the process died of it.</summary>
    /// <param name="commits">After how many commits it dies; null for never.</param>
    public static async Task<bool> DoAsync(
        NpgsqlDataSource database, IStore store, IVault vault, TimeProvider clock, (int Commits, bool DiesAfter)? commits,
        Func<BankProcess, Task> work)
    {
        var dying = new DyingStore(store, commits?.Commits ?? int.MaxValue, commits?.DiesAfter ?? false);
        await using var process = new BankProcess(database, dying, vault, clock);
        try
        {
            await work(process);
            return !dying.IsDead;
        }
        catch (Exception) when (dying.IsDead)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
