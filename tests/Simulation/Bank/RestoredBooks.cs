using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage.Backups;
using Quittance.Storage.Lanes;
using Quittance.Storage.Vault;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Bank;

/// <summary>Books of a schedule of its own, which are backed up, lost and restored, while the bank keeps what it got.</summary>
/// <param name="forgets">Whether no one tells the restored books that they were restored: a deliberate mistake.</param>
internal sealed class RestoredBooks(SimulationBooks books, bool forgets) : IAsyncDisposable
{
    private readonly MasterKey _key = MasterKey.Generate();
    private readonly List<string> _names = [];
    private LastingStore? _store;
    private string? _backup;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public IStore Store => _store!;

    public IVault Vault { get; private set; } = null!;

    private static CancellationToken Cancel => CancellationToken.None;

    public async Task CreateAsync() => await OpenAsync(await books.CopyAsync(await books.EmptyAsync()));

    /// <summary>Copies the books; they go on.</summary>
    public async Task BackUpAsync()
    {
        await CloseAsync();
        _names.Add(_backup = await books.CopyAsync(_names[^1]));
        await OpenAsync(_names[^2], isNew: false);
    }

    /// <summary>Goes on with the copy, in place of the books.</summary>
    public async Task RestoreAsync(BankClock clock)
    {
        await CloseAsync();
        await OpenAsync(_backup!, isNew: false);
        if (forgets)
            return;
        var epochs = new Epochs(Database, clock);
        var ids = 0;
        Origin By(MerchantId merchant) => new(merchant, 0, new Guid(++ids, 0, 0, new byte[8]))
        {
            Action = new OperatorAction(null, OperatorAction.CommandLine, "books.hold", "the books", "simulation"),
        };
        await epochs.BeginAsync(lostFrom: null, By, Cancel);
        clock.Pass(TimeSpan.FromMinutes(1));
        await epochs.ReleaseAsync(isForced: true, By, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        foreach (var name in _names)
            await books.DropAsync(name);
    }

    private async Task OpenAsync(string name, bool isNew = true)
    {
        if (isNew)
            _names.Add(name);
        Database = books.OpenOf(name);
        Vault = await PostgresVault.OpenAsync(Database, _key, TimeProvider.System, Cancel);
        _store = new LastingStore(new PostgresStore(Database));
    }

    private async Task CloseAsync()
    {
        if (_store is null)
            return;
        await _store.DisposeAsync();
        await Database.DisposeAsync();
        _store = null;
    }
}
