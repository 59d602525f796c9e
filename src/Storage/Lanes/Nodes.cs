using System.Collections.Concurrent;
using Npgsql;
using Quittance.Core;
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

    private readonly ConcurrentDictionary<MerchantId, Known<Address?>> _homes = new();
    private readonly ConcurrentDictionary<Address, Known<bool>> _reachable = new();
    private readonly Dictionary<Address, NpgsqlDataSource?> _nodes = [];
    private readonly Lock _gate = new();

    /// <summary>The node that a merchant's batches run on: its own where it can be reached, else the one of the settings.</summary>
    public async Task<NpgsqlDataSource> OfAsync(MerchantId merchant)
    {
        if (!_homes.TryGetValue(merchant, out var home) || home.IsOld)
            _homes[merchant] = home = new(await HomeAsync(merchant) ?? home.Value, Now);
        if (home.Value is not { } address || NodeAt(address) is not { } node)
            return books;
        if (!_reachable.TryGetValue(address, out var reachable) || reachable.IsOld)
            _reachable[address] = reachable = new(await IsReachableAsync(node), Now);
        return reachable.Value ? node : books;
    }

    /// <summary>Where a merchant's rows lie, as far as that was asked for; null where it was not, or there is one PostgreSQL.</summary>
    public object? KnownHome(MerchantId merchant) => _homes.TryGetValue(merchant, out var home) ? home.Value : null;

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

    private readonly record struct Known<T>(T Value, DateTimeOffset At)
    {
        public bool IsOld => Now - At > HoldsFor;
    }
}
