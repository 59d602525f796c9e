using System.Data;
using System.Security.Cryptography;
using Npgsql;
using Quittance.Storage.Migrating;
using Quittance.Storage.Vault;

namespace Quittance.Storage.Backups;

/// <summary>The head of a backup, before its rows.</summary>
/// <param name="TakenAt">When it was begun: all that was committed before is in it.</param>
/// <param name="Migrations">The schema that its rows are of.</param>
/// <param name="Tables">The tables in the order of their rows: what is referred to comes before what refers to it.</param>
public sealed record BackupHeader(DateTimeOffset TakenAt, IReadOnlyList<AppliedMigration> Migrations, IReadOnlyList<TableLayout> Tables);

/// <summary>The content of a backup.</summary>
/// <param name="File">Where it is.</param>
/// <param name="FileBytes">The size of the file.</param>
/// <param name="TakenAt">When it was begun: all that was committed before is in it.</param>
/// <param name="Schema">The last migration of its schema.</param>
/// <param name="MasterKey">The id of the master key that it is sealed under.</param>
public sealed record BackupSummary(
    string File, long FileBytes, DateTimeOffset TakenAt, string Schema, string MasterKey, IReadOnlyList<TableSummary> Tables)
{
    /// <summary>The rows of all tables.</summary>
    public long Rows => Tables.Sum(table => table.Rows);
}

/// <summary>
/// Backs the books up as of one moment, beside a server at work: everything is read in one snapshot and goes straight to the file, so that
/// no more than a piece of it is in memory.
/// </summary>
public static class Backup
{
    // Long work on the server's side: a table is counted, or its first rows are far behind dead ones.
    private const int Patience = int.MaxValue;

    /// <summary>Writes a backup. It bears its name from the moment at which it is whole.</summary>
    /// <param name="database">The books, of this version's schema or an older one.</param>
    /// <param name="path">The file, which must not exist.</param>
    /// <param name="keys">The master keys at hand. The backup is sealed under the one that the books are sealed with.</param>
    /// <param name="progress">Gets the share that is done, from 0 to 1.</param>
    /// <exception cref="BackupException">There are no books, their key is not at hand, or the file can't be written.</exception>
    /// <exception cref="MigrationException">The database was made by another version.</exception>
    public static async Task<BackupSummary> WriteAsync(
        NpgsqlDataSource database, string path, IReadOnlyList<MasterKey> keys, TimeProvider clock, IProgress<double>? progress,
        CancellationToken cancel)
    {
        var target = Path.GetFullPath(path);
        if (File.Exists(target) || Directory.Exists(target))
            throw new BackupException($"{target} exists already, and a backup is never written over another. Choose another name.");
        var unfinished = $"{target}.{Guid.CreateVersion7(clock.GetUtcNow()):N}.unfinished";
        try
        {
            var summary = await WriteUnfinishedAsync(database, unfinished, keys, clock, progress, cancel);
            File.Move(unfinished, target);
            return summary with { File = target };
        }
        catch (Exception unwritable) when (BackupFormat.MeansUnwritable(unwritable))
        {
            throw new BackupException($"The backup can't be written to {target}: {unwritable.Message}", unwritable);
        }
        finally
        {
            DeleteIfThere(unfinished);
        }
    }

    private static async Task<BackupSummary> WriteUnfinishedAsync(
        NpgsqlDataSource database, string path, IReadOnlyList<MasterKey> keys, TimeProvider clock, IProgress<double>? progress,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (!await Migrations.AnyAsync(connection, cancel))
            throw new BackupException("There are no books in this database.");
        var tables = await BooksTables.ReadAsync(connection, cancel);
        var takenAt = clock.GetUtcNow();
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        // Before the snapshot is taken, by the first query: a migration that rewrites a table afterwards would hide its rows from us.
        await ExecuteAsync(connection, "SET TRANSACTION READ ONLY", cancel);
        // Where the books are distributed, each node reads all of its rows in one snapshot: those of a merchant are on one node. Elsewhere
        // no such setting is read.
        await ExecuteAsync(connection, "SET LOCAL citus.multi_shard_modify_mode = 'sequential'", cancel);
        await ExecuteAsync(connection,
            $"LOCK TABLE {string.Join(", ", tables.Select(table => BooksTables.Quoted(table.Name)))} IN ACCESS SHARE MODE", cancel);
        tables = await BooksTables.ReadAsync(connection, cancel);
        var header = new BackupHeader(takenAt, await Migrations.AppliedAsync(connection, cancel), tables);
        _ = Migrations.OfThisVersion.Missing(header.Migrations);

        // As of the snapshot, which a rotation of the key may be ahead of.
        var key = KeyOf(await MasterKeyRotation.NeededIdAsync(connection, cancel), keys);
        await using var file = BackupFileWriter.Create(path, key);
        await file.WriteJsonAsync(FrameKind.Header, header, cancel);
        var sizes = await SizesAsync(connection, tables, cancel);
        var all = Math.Max(1, sizes.Sum());
        List<TableSummary> summaries = [];
        long done = 0;
        foreach (var (table, size) in tables.Zip(sizes))
        {
            var before = done;
            var summary = await WriteAsync(
                connection, file, table, bytes => progress?.Report((double)(before + Math.Min(size, bytes)) / all), cancel);
            await file.WriteJsonAsync(FrameKind.TableEnd, summary, cancel);
            summaries.Add(summary);
            progress?.Report((double)(done += size) / all);
        }

        var length = await file.FinishAsync(cancel);
        return new BackupSummary(path, length, takenAt, header.Migrations[^1].Name, key.Id, summaries);
    }

    /// <summary>The key that the books are sealed with: with it alone can a server go on from the backup.</summary>
    private static MasterKey KeyOf(string? needed, IReadOnlyList<MasterKey> keys)
    {
        if (keys.FirstOrDefault(key => needed is null || key.Id == needed) is { } key)
            return key;
        throw new BackupException(
            "A backup is sealed under the master key of its books"
            + (needed is null ? "" : $", {needed}")
            + (keys.Count == 0 ? ". " : $", and the one at hand is {keys[0].Id}. ")
            + "Name the right one with --master-key-file or the variable QUITTANCE_MASTER_KEY.");
    }

    private static async Task<TableSummary> WriteAsync(
        NpgsqlConnection connection, BackupFileWriter file, TableLayout table, Action<long> progress, CancellationToken cancel)
    {
        var count = await BooksTables.RowsAsync(connection, table.Name, cancel);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[BackupFormat.Piece];
        long bytes = 0;
        await using var rows =
            await connection.BeginRawBinaryCopyAsync($"COPY {BooksTables.Quoted(table)} TO STDOUT (FORMAT binary)", cancel);
        rows.ReadTimeout = Patience;
        while (await rows.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancel) is > 0 and var length)
        {
            hash.AppendData(piece.AsSpan(0, length));
            await file.WriteAsync(FrameKind.Rows, piece.AsMemory(0, length), cancel);
            progress(bytes += length);
        }

        return new TableSummary(table.Name, count, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The size of each table on the disk, in bytes.</summary>
    private static async Task<IReadOnlyList<long>> SizesAsync(
        NpgsqlConnection connection, IReadOnlyList<TableLayout> tables, CancellationToken cancel)
    {
        List<long> sizes = [];
        foreach (var table in tables)
        {
            await using var size = new NpgsqlCommand("SELECT pg_table_size($1::regclass)", connection);
            size.Parameters.Add(new NpgsqlParameter<string> { TypedValue = BooksTables.Quoted(table.Name) });
            sizes.Add((long)(await size.ExecuteScalarAsync(cancel))!);
        }

        return sizes;
    }

    private static void DeleteIfThere(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception unwritable) when (BackupFormat.MeansUnwritable(unwritable))
        {
            // Nothing was written where nothing can be; the error that is on its way says the reason.
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }
}
