using System.IO.Compression;
using System.Security.Cryptography;
using Npgsql;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Debits;

/// <summary>
/// The files of collections: compressed, in pieces that the vault seals, since they have the numbers of customers' bank accounts.
/// </summary>
public sealed class CollectionFiles(NpgsqlDataSource database, IVault vault)
{
    private const int PieceLength = 256 * 1024;

    /// <summary>Keeps the file of a collection that is being built, in place of one that an interrupted run kept.</summary>
    /// <param name="write">Writes the file.</param>
    /// <returns>The file's SHA-256.</returns>
    public Task<byte[]> KeepAsync(CollectionId id, Func<Stream, Task> write, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            // The lock keeps another run from the same file, and the file of a collection that is built never changes.
            batch.Statement("SELECT 1 FROM collection WHERE merchant_id = $1 AND id = $2 AND status = 'building' FOR SHARE")
                .With(id.Merchant.Value).With(id.Value);
            batch.Statement(
                """
                DELETE FROM collection_file WHERE merchant_id = $1 AND collection_id = $2 AND EXISTS (
                    SELECT FROM collection c WHERE c.merchant_id = $1 AND c.id = $2 AND c.status = 'building')
                """).With(id.Merchant.Value).With(id.Value);
            await batch.ExecuteNonQueryAsync(cancel);
        }

        await using var pieces = new Pieces(this, connection, id, cancel);
        byte[] hash;
        await using (var packed = new BufferedStream(pieces, PieceLength))
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (var sha = SHA256.Create())
        {
            await using (var hashed = new CryptoStream(gzip, sha, CryptoStreamMode.Write, leaveOpen: true))
            {
                await write(hashed);
                await hashed.FlushFinalBlockAsync(cancel);
            }

            hash = sha.Hash!;
        }

        await transaction.CommitAsync(cancel);
        return hash;
    });

    /// <summary>Writes a kept file to a stream, and returns its SHA-256; null where there is none.</summary>
    public async Task<byte[]?> ReadAsync(CollectionId id, Stream to, CancellationToken cancel)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var packed = new MemoryStream();
        for (var piece = 1; await PieceAsync(id, piece, cancel) is { } text; piece++)
            packed.Write(Convert.FromBase64String(text));
        if (packed.Length == 0)
            return null;
        packed.Position = 0;
        await using var gzip = new GZipStream(packed, CompressionMode.Decompress);
        var buffer = new byte[PieceLength];
        while (await gzip.ReadAsync(buffer, cancel) is > 0 and var length)
        {
            sha.AppendData(buffer, 0, length);
            await to.WriteAsync(buffer.AsMemory(0, length), cancel);
        }

        return sha.GetHashAndReset();
    }

    internal static string PurposeOf(string name) => $"collection file {name}";

    private static string NameOf(CollectionId id, int piece) => $"{id.Value:D} {piece}";

    private async Task<string?> PieceAsync(CollectionId id, int piece, CancellationToken cancel)
    {
        var found = await database.FirstAsync(
            "SELECT sealed FROM collection_file WHERE merchant_id = $1 AND collection_id = $2 AND piece = $3",
            command => command.With(id.Merchant.Value).With(id.Value).With(piece), row => row.GetFieldValue<byte[]>(0), cancel);
        return found is null ? null : await vault.OpenTextAsync(id.Merchant, PurposeOf(NameOf(id, piece)), found, cancel);
    }

    private async Task AddAsync(
        NpgsqlConnection connection, CollectionId id, int piece, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var name = NameOf(id, piece);
        var sealedText = await vault.SealTextAsync(id.Merchant, PurposeOf(name), Convert.ToBase64String(bytes.Span), cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("INSERT INTO collection_file (merchant_id, collection_id, piece, name, sealed) VALUES ($1, $2, $3, $4, $5)")
            .With(id.Merchant.Value).With(id.Value).With(piece).With(name).With(sealedText);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Takes what is written as one piece each time.</summary>
    private sealed class Pieces(CollectionFiles files, NpgsqlConnection connection, CollectionId id, CancellationToken cancel)
        : OneWayStream
    {
        private int _piece;
        private bool _isBroken;

        public override bool CanWrite => true;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // The streams above flush what they have when they are disposed of, also after a failure, which is the one to be told.
            if (buffer.Length == 0 || _isBroken)
                return;
            _isBroken = true;
            await files.AddAsync(connection, id, ++_piece, buffer, cancel);
            _isBroken = false;
        }
    }
}
