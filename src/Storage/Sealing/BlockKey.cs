using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;

namespace Quittance.Storage.Sealing;

/// <summary>
/// A key that follows from the master key and proves blocks: without it a block can't be added, even with all rights on the database.
/// A proof is the id of the master key (8 bytes) and the HMAC-SHA256 of the block's hash.
/// </summary>
/// <param name="id">The id of the master key.</param>
public sealed class BlockKey(string id, byte[] key)
{
    internal const int IdLength = 8;

    private readonly byte[] _id = Convert.FromHexString(id);

    /// <summary>The id of the master key.</summary>
    public string Id => id;

    /// <summary>The id of the master key that a proof was made with.</summary>
    internal static string IdOf(ReadOnlySpan<byte> proof) => Convert.ToHexStringLower(proof[..IdLength]);

    internal byte[] Prove(ReadOnlySpan<byte> hash)
    {
        var proof = new byte[IdLength + HMACSHA256.HashSizeInBytes];
        _id.CopyTo(proof, 0);
        HMACSHA256.HashData(key, hash, proof.AsSpan(IdLength));
        return proof;
    }

    internal bool Proves(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> proof) => CryptographicOperations.FixedTimeEquals(Prove(hash), proof);
}

/// <summary>
/// The keys that this process has for databases, of which it knows one. The code that opens the books of a database to write names its key
/// once; every block that the process then writes there is proven, in the lanes and beside them.
/// </summary>
public static class BlockKeys
{
    private static readonly ConcurrentDictionary<(string Server, string Database), IReadOnlyList<BlockKey>> Known = new();

    // By connection string, which has no password.
    private static readonly ConcurrentDictionary<string, (string Server, string Database)> Places = new();

    // The nodes of clusters, each with the place whose keys count there.
    private static readonly ConcurrentDictionary<(string Server, string Database), (string, string)> Nodes = new();

    /// <summary>Blocks in this database are proven with this key from now on. Those before it still prove what they have proven.</summary>
    public static void Use(NpgsqlDataSource database, BlockKey key)
    {
        using var connection = database.CreateConnection();
        Known.AddOrUpdate(PlaceOf(connection), [key], (_, known) => [key, .. known.Where(one => one.Id != key.Id)]);
    }

    /// <summary>The keys of a database count at a node of its cluster too.</summary>
    internal static void Share(NpgsqlDataSource database, NpgsqlDataSource node)
    {
        using var first = database.CreateConnection();
        using var other = node.CreateConnection();
        Nodes[PlaceOf(other)] = PlaceOf(first);
    }

    internal static BlockKey? Of(NpgsqlConnection connection) => AllOf(connection) is [var key, ..] ? key : null;

    /// <summary>The newest key and those before it; empty where this process has none.</summary>
    internal static IReadOnlyList<BlockKey> AllOf(NpgsqlConnection connection) => Known.GetValueOrDefault(PlaceOf(connection), []);

    /// <summary>
    /// The server and database that a connection was made for. An open connection of several hosts says which of them it has; the place is
    /// all of them.
    /// </summary>
    private static (string Server, string Database) PlaceOf(NpgsqlConnection connection)
    {
        var place = Places.GetOrAdd(connection.ConnectionString, static text =>
        {
            var settings = new NpgsqlConnectionStringBuilder(text);
            return ($"{settings.Host}:{settings.Port}", settings.Database ?? settings.Username ?? "");
        });
        return Nodes.GetValueOrDefault(place, place);
    }
}
