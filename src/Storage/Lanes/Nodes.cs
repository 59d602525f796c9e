using System.Collections.Concurrent;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Lanes;

/// <summary>
/// The nodes of a cluster, and on which of them each merchant's rows lie. What it remembers may be old: any node carries out any statement
/// and passes it on, so that costs time and nothing else.
/// </summary>
internal sealed class Nodes(NpgsqlDataSource books)
{
    private static readonly TimeSpan HoldsFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WatchedFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WatchedEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan GoesOnWithin = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<MerchantId, Known<Address?>> _homes = new();
    private readonly ConcurrentDictionary<Address, Known<bool>> _reachable = new();
    private readonly ConcurrentDictionary<Address, Absence> _away = new();
    private readonly ConcurrentDictionary<Address, (DateTimeOffset Since, DateTimeOffset Until)> _lastAway = new();
    private readonly Dictionary<Address, NpgsqlDataSource?> _nodes = [];
    private readonly Lock _gate = new();

    /// <summary>Whether the database is a cluster.</summary>
    public bool AreSeveral { get; set; }

    /// <summary>The node that a merchant's batches run on: its own where it can be reached, else the one of the settings.</summary>
    /// <exception cref="StoreUnavailableException">It is watched, since it is away.</exception>
    public async Task<NpgsqlDataSource> OfAsync(MerchantId merchant)
    {
        if (!_homes.TryGetValue(merchant, out var home) || home.IsOld)
            _homes[merchant] = home = new(await HomeAsync(merchant) ?? home.Value, Now);
        if (home.Value is not { } address || NodeAt(address) is not { } node)
            return books;
        if (_away.TryGetValue(address, out var absence))
        {
            absence.NoteAsked();
            throw new StoreUnavailableException();
        }

        if (!_reachable.TryGetValue(address, out var reachable) || reachable.IsOld)
            _reachable[address] = reachable = new(await IsReachableAsync(node), Now);
        return reachable.Value ? node : books;
    }

    /// <summary>Since when the node with a merchant's rows has been watched, as it was away; null where it is not.</summary>
    public DateTimeOffset? AwaySince(MerchantId merchant)
    {
        if (_away.IsEmpty || HomeOf(merchant) is not { } home || !_away.TryGetValue(home, out var absence))
            return null;
        return absence.Since;
    }

    /// <summary>The trouble of the node that has been away the longest; null while none is watched.</summary>
    public StoreTrouble? Trouble =>
        _away.Values.MinBy(absence => absence.Since) is { } oldest ? new(oldest.Fault, oldest.Since, Now) : null;

    /// <summary>
    /// Watches the node with a merchant's rows until it is back, or until no lane has asked for it for a minute: no lane waits for the
    /// tries to reach it meanwhile.
    /// </summary>
    public void Watch(MerchantId merchant)
    {
        if (HomeOf(merchant) is not { } home)
            return;
        // A node that comes and goes is one outage.
        var before = _lastAway.TryGetValue(home, out var last) && Now - last.Until < GoesOnWithin ? last.Since : Now;
        if (_away.TryAdd(home, new Absence(before)))
            _ = WatchAsync(home, merchant);
    }

    private async Task WatchAsync(Address home, MerchantId merchant)
    {
        try
        {
            var (node, absence) = (NodeAt(home) ?? books, _away[home]);
            while (absence.IsAskedFor && await FaultAsync(node, merchant) is not null && await FaultAsync(books, merchant) is { } fault)
            {
                (absence.Fault, absence.WasSeen) = (fault, true);
                await Task.Delay(WatchedEvery, TimeProvider.System);
            }
        }
        catch (ObjectDisposedException)
        {
            // The server has ended.
        }
        finally
        {
            _reachable.TryRemove(home, out _);
            _homes.TryRemove(merchant, out _);
            if (_away.TryRemove(home, out var over) && over.WasSeen)
                _lastAway[home] = (over.Since, Now);
        }
    }

    /// <summary>Why the node with a merchant's rows takes no writes, asked by itself or by another; null where it takes them.</summary>
    private static async Task<StoreFault?> FaultAsync(NpgsqlDataSource by, MerchantId merchant)
    {
        try
        {
            return await by.FirstAsync(
                "SELECT current_setting('transaction_read_only') = 'off' FROM merchant WHERE id = $1",
                command => command.With(merchant.Value), row => row.GetBoolean(0), CancellationToken.None)
                ? null : StoreFault.ReadOnly;
        }
        catch (StoreUnavailableException)
        {
            return StoreFault.Unreachable;
        }
    }

    private Address? HomeOf(MerchantId merchant) => _homes.TryGetValue(merchant, out var home) ? home.Value : null;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private NpgsqlDataSource? NodeAt(Address address)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(address, out var node))
                _nodes[address] = node = Database.OpenNode(books, address.Host, address.Port);
            return node;
        }
    }

    private async Task<Address?> HomeAsync(MerchantId merchant)
    {
        try
        {
            return await books.FirstAsync(
                """
                SELECT n.nodename, n.nodeport FROM pg_dist_placement p JOIN pg_dist_node n ON n.groupid = p.groupid
                 WHERE p.shardid = get_shard_id_for_distribution_column('merchant', $1) AND n.isactive AND n.noderole = 'primary'
                """,
                command => command.With(merchant.Value), row => new Address(row.GetString(0), row.GetInt32(1)), CancellationToken.None);
        }
        catch (Exception broken) when (Database.MeansUnreachable(broken))
        {
            return null;
        }
    }

    private static async Task<bool> IsReachableAsync(NpgsqlDataSource node)
    {
        try
        {
            await using var connection = await node.OpenConnectionAsync();
            return true;
        }
        catch (Exception broken) when (SqlStates.MeansUnreachable(broken))
        {
            return false;
        }
    }

    private sealed record Address(string Host, int Port);

    /// <summary>A node that is away.</summary>
    private sealed class Absence(DateTimeOffset since)
    {
        private long _askedAt = Now.UtcTicks;

        public DateTimeOffset Since => since;

        public StoreFault Fault { get; set; } = StoreFault.Unreachable;

        /// <summary>Whether the watcher has met the fault, too: one failure may be of a statement alone.</summary>
        public bool WasSeen { get; set; }

        public bool IsAskedFor => Now.UtcTicks - Volatile.Read(ref _askedAt) < WatchedFor.Ticks;

        public void NoteAsked() => Volatile.Write(ref _askedAt, Now.UtcTicks);
    }

    private readonly record struct Known<T>(T Value, DateTimeOffset At)
    {
        public bool IsOld => Now - At > HoldsFor;
    }
}
