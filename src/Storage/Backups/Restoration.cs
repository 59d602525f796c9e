using System.Security.Cryptography;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Migrating;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Backups;

/// <summary>The access that a restoration has ended.</summary>
/// <param name="ConsoleSessions">Sessions at the console.</param>
/// <param name="Tokens">Access and refresh tokens of clients.</param>
/// <param name="Authorisations">Leaves that clients had got, with their codes.</param>
/// <param name="ResetLinks">Links to new passwords.</param>
public sealed record EndedAccess(long ConsoleSessions, long Tokens, long Authorisations, long ResetLinks);

/// <summary>The result of restoring a backup.</summary>
/// <param name="Backup">The backup that was restored.</param>
/// <param name="Ended">The access in it that the restore ended at once.</param>
/// <param name="Epoch">The epoch that the restore began.</param>
public sealed record RestoredBooks(BackupSummary Backup, EndedAccess Ended, Epoch Epoch);

/// <summary>
/// Restores a backup into a database without books, in one transaction: the schema of its time, its rows, and what this version adds to
/// that schema. After a failure nothing of it is there. Sessions, tokens and codes of the time before open nothing: which of them were
/// ended since, the backup can't know. The restored books begin an epoch, and are held.
/// </summary>
public static class Restoration
{
    // Foreign keys of a large table are checked when its last row is sent.
    private const int Patience = int.MaxValue;

    private const string OutOfResources = "53";

    /// <summary>Restores a backup that was opened.</summary>
    /// <param name="schema">The schema of this version.</param>
    /// <param name="database">A database that was never used.</param>
    /// <param name="file">The backup.</param>
    /// <param name="progress">Gets the share that is done, from 0 to 1.</param>
    /// <returns>The backup that was restored, and the access that was ended.</returns>
    /// <exception cref="BackupException">The backup is of a newer version or does not hold together, or the database has books or no
    /// room.</exception>
    public static async Task<RestoredBooks> ReadAsync(
        Migrations schema, NpgsqlDataSource database, BackupFileReader file, TimeProvider clock, IProgress<double>? progress,
        CancellationToken cancel)
    {
        var later = LaterThan(file, schema);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Another one may be at work here, or have been given up by who started it: what it leaves decides.
        await Migrations.LockAsync(connection, cancel);
        if (await BooksTables.CountAsync(connection, cancel) > 0)
        {
            throw new BackupException(
                "There are books in this database already. Restore into a new one: another folder with --data, or an empty database with "
                + "--database. If a restore that was cut off made them, they are whole: see quittance verify.");
        }

        try
        {
            await Migrations.PrepareAsync(connection, cancel);
            await Migrations.ApplyAsync(connection, schema.All.Except(later), clock, cancel);
            var summaries = await ReadTablesAsync(connection, file, progress, cancel);
            await Migrations.ApplyAsync(connection, later, clock, cancel);
            var ended = await EndAccessAsync(connection, clock, cancel);
            var epoch = await Epochs.BeginAsync(transaction, clock, file.Header.TakenAt, cancel);
            await transaction.CommitAsync(cancel);
            await AnalyseAsync(connection, cancel);
            return new RestoredBooks(
                new BackupSummary(
                    file.FullPath, file.Length, file.Header.TakenAt, file.Header.Migrations[^1].Name, file.Key.Id, summaries),
                ended, epoch);
        }
        catch (EpochException clockBehind)
        {
            throw new BackupException($"{clockBehind.Message} Nothing was restored.", clockBehind);
        }
        catch (PostgresException full) when (full.SqlState.StartsWith(OutOfResources, StringComparison.Ordinal))
        {
            throw new BackupException($"The database has no room for the backup ({full.MessageText}). Nothing was restored.", full);
        }
    }

    /// <summary>Our migrations that the backup does not know.</summary>
    private static IReadOnlyList<Migration> LaterThan(BackupFileReader file, Migrations schema)
    {
        if (file.Header.Migrations.Count == 0)
            throw new BackupException($"{file.FullPath} says no schema.");
        try
        {
            return schema.Missing(file.Header.Migrations);
        }
        catch (MigrationException other)
        {
            throw new BackupException(
                $"{file.FullPath} was made by a newer version of Quittance, or by one that was never released. Restore it with that "
                + $"version. ({other.Message})", other);
        }
    }

    private static async Task<List<TableSummary>> ReadTablesAsync(
        NpgsqlConnection connection, BackupFileReader file, IProgress<double>? progress, CancellationToken cancel)
    {
        var ours = await BooksTables.ReadAsync(connection, cancel);
        var kept = file.Header.Tables;
        if (!kept.Select(table => table.Name).Order(StringComparer.Ordinal)
            .SequenceEqual(ours.Select(table => table.Name).Order(StringComparer.Ordinal))
            || !kept.All(table => ours.First(our => our.Name == table.Name).Columns.SequenceEqual(table.Columns)))
        {
            throw new BackupException($"{file.FullPath} has other tables than its schema.");
        }

        List<TableSummary> summaries = [];
        foreach (var table in kept)
        {
            try
            {
                summaries.Add(await ReadTableAsync(connection, file, table, progress, cancel));
            }
            catch (PostgresException refused) when (refused.SqlState[..2] is "22" or "23")
            {
                throw new BackupException(
                    $"PostgreSQL does not take the rows of {table.Name}: {refused.MessageText}. Nothing was restored.", refused);
            }
        }

        return (await file.ReadAsync(cancel)).Kind == FrameKind.End ? summaries : throw Broken(file, "its end");
    }

    private static async Task<TableSummary> ReadTableAsync(
        NpgsqlConnection connection, BackupFileReader file, TableLayout table, IProgress<double>? progress, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (kind, contents) = await file.ReadAsync(cancel);
        var rows = await connection.BeginRawBinaryCopyAsync($"COPY {BooksTables.Quoted(table)} FROM STDIN (FORMAT binary)", cancel);
        rows.ReadTimeout = Patience;
        try
        {
            for (; kind == FrameKind.Rows; (kind, contents) = await file.ReadAsync(cancel))
            {
                hash.AppendData(contents);
                await rows.WriteAsync(contents, cancel);
                progress?.Report((double)file.Position / file.Length);
            }
        }
        catch
        {
            await rows.CancelAsync();
            throw;
        }

        await rows.DisposeAsync();
        if (kind != FrameKind.TableEnd || file.Parse<TableSummary>(contents) is not { } summary || summary.Name != table.Name)
            throw Broken(file, table.Name);
        var count = await BooksTables.RowsAsync(connection, table.Name, cancel);
        return summary.Rows == count && summary.Sha256 == Convert.ToHexStringLower(hash.GetHashAndReset())
            ? summary
            : throw Broken(file, table.Name);
    }

    /// <summary>Ends the sessions, tokens and authorisations of every merchant. Their holders sign in, or ask for access, again.</summary>
    private static async Task<EndedAccess> EndAccessAsync(NpgsqlConnection connection, TimeProvider clock, CancellationToken cancel)
    {
        await EmptyAsync("pending_sign_in");
        return new EndedAccess(
            await EmptyAsync("console_session"), await EmptyAsync("token"), await EmptyAsync("authorisation"),
            await EndResetLinksAsync(connection, clock, cancel));

        async Task<long> EmptyAsync(string table)
        {
            await using var delete = new NpgsqlCommand($"DELETE FROM {BooksTables.Quoted(table)}", connection) { CommandTimeout = 0 };
            return await delete.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>A link may have been used since the backup, and would work again.</summary>
    private static async Task<long> EndResetLinksAsync(NpgsqlConnection connection, TimeProvider clock, CancellationToken cancel)
    {
        var merchants = await connection.AllAsync(
            "SELECT DISTINCT merchant_id FROM person WHERE reset_hash IS NOT NULL ORDER BY 1", _ => { },
            row => new MerchantId(row.GetInt64(0)), cancel);
        var links = 0;
        foreach (var merchant in merchants)
        {
            var change = await SealedChange.OfWholeAsync(connection, merchant, cancel, SealedTables.Person);
            await using var batch = new NpgsqlBatch(connection);
            batch.Statement("UPDATE person SET reset_hash = NULL, reset_until = NULL WHERE merchant_id = $1 AND reset_hash IS NOT NULL")
                .With(merchant.Value);
            links += await batch.ExecuteNonQueryAsync(cancel);
            await change.SealAsync(clock.GetUtcNow(), cancel);
        }

        return links;
    }

    /// <summary>So that the first plans are made for tables as large as they are.</summary>
    private static async Task AnalyseAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var analyse = new NpgsqlCommand(
            $"ANALYZE {string.Join(", ", BooksTables.Names.Select(BooksTables.Quoted))}", connection)
        { CommandTimeout = 0 };
        await analyse.ExecuteNonQueryAsync(cancel);
    }

    private static BackupException Broken(BackupFileReader file, string table) =>
        new($"{file.FullPath} does not hold together at {table}: the rows are not those that it says. Nothing was restored; use another "
            + "backup.");
}
