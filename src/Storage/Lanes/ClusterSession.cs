using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.Storage.Lanes;

/// <summary>A lane's sessions at the nodes of a cluster: each batch runs where its merchant's rows lie. One PostgreSQL has one.</summary>
internal sealed class ClusterSession(NpgsqlDataSource books, Nodes nodes, Func<NpgsqlDataSource, PostgresSession> open) : IStoreSession
{
    private readonly Dictionary<NpgsqlDataSource, PostgresSession> _sessions = new() { [books] = open(books) };
    private PostgresSession? _last;

    public async Task<bool> TakesOneMerchantAsync()
    {
        // A session that begins while the coordinator is away does not see it by itself.
        if (!nodes.AreSeveral && await _sessions[books].TakesOneMerchantAsync())
            nodes.AreSeveral = true;
        return nodes.AreSeveral;
    }

    public DateTimeOffset? AwaySince(MerchantId merchant) => nodes.AwaySince(merchant);

    public async Task ResolveAsync(IReadOnlyCollection<Reference> references, State state)
    {
        await AtAsync(references.First().Merchant, async session =>
        {
            await session.ResolveAsync(references, state);
            return true;
        });
    }

    public async Task PrefetchAsync(Wanted wanted, State state)
    {
        await AtAsync(wanted.Slots.First().Merchant, async session =>
        {
            await session.PrefetchAsync(wanted, state);
            return true;
        });
    }

    public Task<CommitFate> CommitAsync(Batch batch) => Current.CommitAsync(batch);

    public Task ConfirmAsync() => Current.ConfirmAsync();

    public Task ReleaseAsync() => Current.ReleaseAsync();

    public Task<bool> WasCommittedAsync(Batch batch) =>
        AtAsync(batch.Slots.First().Merchant, session => session.WasCommittedAsync(batch));

    public void BreakOff() => Current.BreakOff();

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions.Values)
            await session.DisposeAsync();
    }

    private PostgresSession Current => _last ?? _sessions[books];

    /// <summary>
    /// Uses the session at a merchant's node. The last one has no transaction any more: a lane has one batch at a time. A node that is away
    /// is left alone until it is back, since each try to reach it would keep the other merchants of the lane waiting.
    /// </summary>
    private async Task<T> AtAsync<T>(MerchantId merchant, Func<PostgresSession, Task<T>> use)
    {
        if (!await TakesOneMerchantAsync())
            return await use(Current);
        var node = await nodes.OfAsync(merchant);
        if (!_sessions.TryGetValue(node, out var session))
            _sessions[node] = session = open(node);
        try
        {
            return await use(_last = session);
        }
        catch (StoreUnavailableException)
        {
            nodes.Watch(merchant);
            throw;
        }
    }
}
