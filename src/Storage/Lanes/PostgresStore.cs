using System.Collections.Concurrent;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.Storage.Lanes;

/// <summary>The books in PostgreSQL, as the engine sees them.</summary>
public sealed class PostgresStore(NpgsqlDataSource database) : IStore
{
    private readonly ReferenceMemory _references = new();
    private readonly ConcurrentQueue<CommitWatch> _watches = new();
    private readonly Nodes _nodes = new(database);

    /// <inheritdoc/>
    public StoreTrouble? Trouble => CommitWatch.Oldest(_watches);

    /// <inheritdoc/>
    public Referent? Remembered(Reference reference) => _references.Find(reference);

    /// <inheritdoc/>
    public void Forget() => _references.Forget();

    /// <inheritdoc/>
    public IStoreSession OpenSession()
    {
        var watch = new CommitWatch();
        _watches.Enqueue(watch);
        return new ClusterSession(database, _nodes, node => new PostgresSession(node, _references, watch));
    }
}
