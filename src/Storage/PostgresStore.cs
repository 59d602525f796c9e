using Npgsql;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;

namespace Quittance.Storage;

/// <summary>The books in PostgreSQL, as the engine sees them.</summary>
public sealed class PostgresStore(NpgsqlDataSource database) : IStore
{
    private readonly ReferenceMemory _references = new();

    /// <inheritdoc/>
    public Referent? Remembered(Reference reference) => _references.Find(reference);

    /// <inheritdoc/>
    public IStoreSession OpenSession() => new PostgresSession(database, _references);
}
