using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.Storage.Lanes;

/// <summary>A lane's sessions at the nodes of a cluster: each batch runs where its merchant's rows lie. One PostgreSQL has one.</summary>
internal sealed class ClusterSession(NpgsqlDataSource books, Nodes nodes, Func<NpgsqlDataSource, PostgresSession> open) : IStoreSession
{
    private readonly Dictionary<NpgsqlDataSource, PostgresSession> _sessions = new() { [books] = open(books) };
    private PostgresSession? _last;

    public Task<bool> TakesOneMerchantAsync() => _sessions[books].TakesOneMerchantAsync();

    public object NodeOf(MerchantId merchant) => nodes.KnownHome(merchant) ?? (object)books;

    public async Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) =>
        await (await OfAsync(references.First().Merchant)).ResolveAsync(references, state);

    public async Task PrefetchAsync(Wanted wanted, State state) =>
        await (await OfAsync(wanted.Slots.First().Merchant)).PrefetchAsync(wanted, state);

    public Task<CommitFate> CommitAsync(Batch batch) => Current.CommitAsync(batch);

    public Task ConfirmAsync() => Current.ConfirmAsync();

    public Task ReleaseAsync() => Current.ReleaseAsync();

    public async Task<bool> WasCommittedAsync(Batch batch) =>
        await (await OfAsync(batch.Slots.First().Merchant)).WasCommittedAsync(batch);

    public void BreakOff() => Current.BreakOff();

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions.Values)
            await session.DisposeAsync();
    }

    private PostgresSession Current => _last ?? _sessions[books];

    /// <summary>The session at a merchant's node. The last one has no transaction any more: a lane has one batch at a time.</summary>
    private async ValueTask<PostgresSession> OfAsync(MerchantId merchant)
    {
        if (!await TakesOneMerchantAsync())
            return Current;
        var node = await nodes.OfAsync(merchant);
        if (!_sessions.TryGetValue(node, out var session))
            _sessions[node] = session = open(node);
        return _last = session;
    }
}
