using System.Collections.Concurrent;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.Storage.Lanes;

/// <summary>The books in PostgreSQL, as the engine sees them.</summary>
public sealed class PostgresStore(NpgsqlDataSource database) : IStore
{
    private readonly ReferenceMemory _references = new();
    private readonly ConcurrentDictionary<CommitWatch, bool> _watches = new();
    private readonly Nodes _nodes = new(database);

    /// <summary>Whether events ask for the mail that their merchant sends. A server that sends none leaves it out.</summary>
    public bool AsksForMail { get; init; }

    /// <inheritdoc/>
    public StoreTrouble? Trouble => _nodes.Trouble ?? CommitWatch.Oldest(_watches.Keys);

    /// <inheritdoc/>
    public NamedObject? Remembered(Reference reference) => _references.Find(reference);

    /// <inheritdoc/>
    public void Forget() => _references.Forget();

    /// <inheritdoc/>
    public IStoreSession OpenSession() => new ClusterSession(
        // Each node has a watch of its own: the commits at one do not hide that another takes none.
        database, _nodes, node => new PostgresSession(node, _references, new CommitWatch(_watches), AsksForMail));
}
