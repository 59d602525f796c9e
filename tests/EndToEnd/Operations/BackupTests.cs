using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Quittance.Storage;
using Quittance.Storage.Backups;
using Quittance.Storage.Embedded;
using Quittance.Storage.Migrating;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>A backup has every change that was acknowledged before it, and an incomplete backup leaves nothing.</summary>
public sealed class BackupTests(BooksFixture books) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-backup-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Long]
    [Fact]
    public async Task Backup_UnderLoad_HasEveryPaymentThatWasAcknowledgedBefore()
    {
        var folder = Path.Combine(_folder, "books");
        ConcurrentQueue<string> acknowledged = new();
        string[] before;
        int atEnd;
        int tables;
        await using (var demo = await RunningProgram.StartAsync("demo", "--empty", "--data", folder))
        {
            using var client = new HttpClient { BaseAddress = demo.Address };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "demo-telco");
            using var enough = new CancellationTokenSource();
            var load = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PayAsync(client, acknowledged, enough.Token)));
            await WaitForAsync(() => acknowledged.Count >= 200);
            before = [.. acknowledged];
            var (exitCode, output, error) = await RunningProgram.RunAsync("backup", InFolder("b"), "--data", folder, "--json");
            atEnd = acknowledged.Count;
            await WaitForAsync(() => acknowledged.Count > atEnd);
            await enough.CancelAsync();
            await load;
            Assert.True(exitCode == 0, error);
            tables = JsonDocument.Parse(output).RootElement.GetProperty("tables").GetArrayLength();
        }

        Assert.True(atEnd > before.Length, "Nothing was paid while the backup was made.");
        var restored = await RunningProgram.RunAsync(
            "restore", InFolder("b"), "--data", InFolder("restored"), "--master-key-file", Path.Combine(folder, "master.key"));
        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.Contains("The books are clean", restored.Output, StringComparison.Ordinal);
        await using var postgres = await EmbeddedPostgres.StartAsync(InFolder("restored"), cancellationToken: Cancel);
        await using var database = Database.Open(postgres.ConnectionString);
        var payments = await OperatedBooks.ReadAsync(database, "SELECT id::text FROM payment");
        Assert.Equal($"{tables}", Assert.Single(await OperatedBooks.ReadAsync(
            database, "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'")));
        Assert.Empty(before.Except(payments));
        Assert.Empty(payments.Except(acknowledged).Skip(8));
        await OwnBooks.AssertCleanAsync(database);
    }

    [Fact]
    public async Task Restore_GivesEveryTableTheSameRows()
    {
        await using var own = await FilledAsync();
        var summary = await BackUpAsync(own);
        await using var empty = await EmptyAsync();
        await RestoreAsync(empty);
        Assert.Equal(await ContentsAsync(own.Database), await ContentsAsync(empty.Database));
        // The slots go on behind all that the lost books can have given out, and are held.
        var counts = await OperatedBooks.ReadAsync(own.Database, "SELECT max(last_number)::text FROM slot");
        Assert.Equal(["true"], await OperatedBooks.ReadAsync(empty.Database, $"""
            SELECT bool_and(s.last_number = e.numbers_from AND s.last_number > {counts[0]} + 3600 * {Epochs.NumbersPerSecond} - 1000
                            AND s.last_at = e.began_at AND s.is_held)::text
              FROM slot s, epoch e
            """));
        Assert.True(summary.Rows > 100, "There is little to compare.");
        Assert.Empty(await Migrations.OfThisVersion.MissingAsync(empty.Database, Cancel));
    }

    [Fact]
    public async Task Backup_HasEveryTable_WithoutWhatIsGenerated()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var connection = await own.Database.OpenConnectionAsync(Cancel);
        var tables = await BooksTables.ReadAsync(connection, Cancel);
        Assert.Equal(
            await OperatedBooks.ReadAsync(
                own.Database,
                "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration' ORDER BY tablename "
                    + "COLLATE \"C\""),
            tables.Select(table => table.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("is_open", tables.Single(table => table.Name == "charge").Columns);
    }

    [Long]
    [Fact]
    public async Task Restore_OfOlderSchema_BringsItUpToDate()
    {
        await using var old = await EmptyAsync();
        await OperatedBooks.MigrateAsync(old, Migrations.OfThisVersion.All.Count);
        await OperatedBooks.ExecuteAsync(old, """
            INSERT INTO merchant VALUES (1, 'Old', decode(repeat('00', 32), 'hex'), now());
            INSERT INTO account VALUES (1, gen_random_uuid(), 0, 32, 'EUR', gen_random_uuid());
            INSERT INTO payment (merchant_id, id, number, account_id, amount_minor, currency, allocated_minor, events, dialect, status,
                method, status_at)
            SELECT 1, gen_random_uuid(), 64, id, 123, 'EUR', 0, 1, 'tmf676', 'captured', 'cash', now() FROM account
            """);
        await BackUpAsync(old);
        await using var empty = await EmptyAsync();
        var later = OperatedBooks.WithLater(
            ("9001-cents.sql", "ALTER TABLE payment ADD COLUMN cents bigint GENERATED ALWAYS AS (amount_minor % 100) STORED"),
            ("9002-notes.sql",
                "CREATE TABLE note (merchant_id bigint REFERENCES merchant (id)); INSERT INTO note SELECT id FROM merchant"));
        await RestoreAsync(empty, later);
        Assert.Empty(await later.MissingAsync(empty.Database, Cancel));
        Assert.Equal(["23"], await OperatedBooks.ReadAsync(empty.Database, "SELECT cents::text FROM payment"));
        Assert.Equal(["1"], await OperatedBooks.ReadAsync(empty.Database, "SELECT merchant_id::text FROM note"));
    }

    [Fact]
    public async Task Restore_IntoADatabaseWithBooks_IsRefused()
    {
        await using var own = await FilledAsync();
        await BackUpAsync(own);
        var (exitCode, _, error) = await RunningProgram.RunAsync("restore", InFolder("b"), "--database", own.ConnectionString);
        Assert.Equal(1, exitCode);
        Assert.Contains("There are books in this database already", error, StringComparison.Ordinal);
    }

    [Long]
    [Fact]
    public async Task Restore_OfAFileThatWasCutOffOrAltered_IsRefused()
    {
        await using var own = await FilledAsync();
        await BackUpAsync(own);
        var whole = await File.ReadAllBytesAsync(InFolder("b"), Cancel);
        await using var empty = await EmptyAsync();
        foreach (var length in (int[])[0, 5, 19, 60, whole.Length / 2, whole.Length - 33, whole.Length - 1])
            await AssertRefusedAsync(whole[..length], empty, length < 19 ? "is no backup" : "was cut off");
        foreach (var at in (int[])[27, 58, 59, whole.Length / 3, whole.Length / 2, whole.Length - 40, whole.Length - 1])
            await AssertRefusedAsync(Changed(whole, at), empty, "changed at its end: piece 1 of 1 is not the one that was sealed");
        await AssertRefusedAsync([.. whole, 0], empty, "changed at its end");
        await AssertRefusedAsync(Encoding.UTF8.GetBytes(new string('x', 5000)), empty, "is no backup");
        await AssertRefusedAsync([.. "quittance backup 1\n"u8, .. whole[19..]], empty, "is not sealed");
        await AssertRefusedAsync([.. "quittance backup 3\n"u8, .. whole[19..]], empty, "newer version");
        // The id of the master key.
        await AssertRefusedAsync(Changed(whole, 19), empty, "is sealed under the master key");
    }

    [Fact]
    public async Task Backup_TellsNothingWithoutTheMasterKey()
    {
        await using var own = await FilledAsync();
        await BackUpAsync(own);
        var bytes = await File.ReadAllBytesAsync(InFolder("b"), Cancel);
        // Sealed bytes are as good as random: what is packed in them has gone, and no table or column is named.
        Assert.Equal(-1, bytes.AsSpan().IndexOf("migrations"u8));
        Assert.True(bytes.Length > 10_000, "There is little to look at.");
        await using var packed = new MemoryStream();
        await using (var pack = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            await pack.WriteAsync(bytes, Cancel);
        Assert.True(packed.Length >= bytes.Length, "The backup can be compressed.");
        // Of the same books no two backups are alike, under a key of their own each.
        await Backup.WriteAsync(own.Database, InFolder("again"), Keys, TimeProvider.System, null, Cancel);
        Assert.NotEqual(bytes[59..91], (await File.ReadAllBytesAsync(InFolder("again"), Cancel))[59..91]);
    }

    [Long]
    [Fact]
    public async Task Backup_NeedsTheMasterKeyOfItsBooks()
    {
        await using var own = await FilledAsync();
        var command = (string[])["backup", InFolder("b"), "--data", InFolder("none"), "--database", own.ConnectionString];

        var none = await RunningProgram.RunAsync(command);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("A backup is sealed under the master key of its books", none.Error, StringComparison.Ordinal);
        var wrong = await RunningProgram.RunWithKeyAsync(MasterKeyText(), command);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("and the one at hand is", wrong.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(InFolder("b")) || Directory.Exists(InFolder("none")));
    }

    [Long]
    [Fact]
    public async Task Restore_OfABackupFromBeforeARotation_NeedsTheFormerKey_ByName()
    {
        await using var own = await FilledAsync();
        await BackUpAsync(own);
        var present = MasterKey.Generate();
        var former = RunningProgram.MasterKeyOfExternalDatabases;
        var drill = (string[])[
            "drill", InFolder("b"), "--database", own.ConnectionString, "--data", InFolder("none"), "--master-key-file"];
        var file = new MasterKeyFile(InFolder("now.key"));
        file.CreateUnlessThere(present);
        var refused = await RunningProgram.RunAsync([.. drill, file.FullPath]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(
            $"is sealed under the master key {former.Id}, and the one at hand is {present.Id}", refused.Error, StringComparison.Ordinal);

        // As a rotation keeps it beside the key: a thief of it may have made the backup.
        file.Former(former).CreateUnlessThere(former);
        refused = await RunningProgram.RunAsync([.. drill, file.FullPath]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"repeat the command with --former-key {former.Id}", refused.Error, StringComparison.Ordinal);
        refused = await RunningProgram.RunAsync([.. drill, file.FullPath, "--former-key", present.Id]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"No former master key {present.Id} lies beside", refused.Error, StringComparison.Ordinal);
        foreach (var named in (string[][])[[file.FullPath, "--former-key", former.Id], [file.Former(former).FullPath]])
        {
            var (exitCode, output, error) = await RunningProgram.RunAsync([.. drill, .. named]);
            Assert.True(exitCode == 0, error);
            Assert.Contains($"sealed under the master key {former.Id}", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
            Assert.Contains($"The master key {former.Id} opens the data keys", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Restore_OfABackupOfANewerSchema_IsRefused()
    {
        await using var empty = await EmptyAsync();
        AppliedMigration[] newer =
        [
            .. Migrations.OfThisVersion.All.Select(known => new AppliedMigration(known.Number, known.Name, known.Hash, Migrations.Version)),
            new(9999, "9999-tomorrow.sql", "ab", "99.0.0"),
        ];
        await using (var file = BackupFileWriter.Create(InFolder("b"), Keys[0]))
        {
            await file.WriteJsonAsync(FrameKind.Header, new BackupHeader(TimeProvider.System.GetUtcNow(), newer, []), Cancel);
            await file.FinishAsync(Cancel);
        }

        await AssertRefusedAsync(await File.ReadAllBytesAsync(InFolder("b"), Cancel), empty, "Use version 99.0.0 or a later one");
    }

    [Long]
    [Fact]
    public async Task Restore_OfRowsThatAreNotThoseOfTheSummary_LeavesNothing()
    {
        await using var own = await FilledAsync();
        await BackUpAsync(own);
        await using (var whole = await BackupFileReader.OpenAsync(InFolder("b"), Keys, Cancel))
        await using (var changed = BackupFileWriter.Create(InFolder("changed"), Keys[0]))
        {
            await changed.WriteJsonAsync(FrameKind.Header, whole.Header, Cancel);
            while (await whole.ReadAsync(Cancel) is { Kind: not FrameKind.End } frame)
            {
                var contents = frame.Kind == FrameKind.TableEnd && whole.Parse<TableSummary>(frame.Contents) is { Name: "transfer" } summary
                    ? JsonSerializer.SerializeToUtf8Bytes(summary with { Rows = summary.Rows + 1 }, BackupFormat.Json)
                    : frame.Contents;
                await changed.WriteAsync(frame.Kind, contents, Cancel);
            }

            await changed.FinishAsync(Cancel);
        }

        await using var empty = await EmptyAsync();
        await AssertRefusedAsync(await File.ReadAllBytesAsync(InFolder("changed"), Cancel), empty, "does not hold together at transfer");
    }

    [Fact]
    public async Task Backup_IsForItsOwnerAlone_AndNeverWrittenOverAnother()
    {
        await using var own = await FilledAsync();
        await BackUpAsync(own);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(InFolder("b")));
        var again = await Assert.ThrowsAsync<BackupException>(() => BackUpAsync(own));
        Assert.Contains("exists already", again.Message, StringComparison.Ordinal);
        Assert.Equal([InFolder("b")], Directory.GetFileSystemEntries(_folder));
    }

    [Long]
    [Fact]
    public async Task Backup_WhereNothingMoreCanBeWritten_SaysSo_AndLeavesNoFile()
    {
        await using var own = await FilledAsync();
        using var process = Process.Start(new ProcessStartInfo(
            "bash", ["-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" backup \"$1\" --database \"$2\"",
                RunningProgram.Path, InFolder("b"), own.ConnectionString])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
            // Else the runtime itself writes a large file.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0", ["QUITTANCE_MASTER_KEY"] = RunningProgram.MasterKeyOfExternal },
        })!;
        var error = await process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("The backup can't be written", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Long]
    [Fact]
    public async Task Drill_TriesTheMasterKey_AndLeavesNoDatabase()
    {
        await using var own = await FilledAsync();
        await BackUpAsync(own);
        var drill = (string[])["drill", InFolder("b"), "--data", InFolder("none"), "--json", "--database", own.ConnectionString];

        var right = await RunningProgram.RunWithKeyAsync(RunningProgram.MasterKeyOfExternal, drill);
        Assert.True(right.ExitCode == 0, right.Error);
        using var report = JsonDocument.Parse(right.Output);
        Assert.True(report.RootElement.GetProperty("vault").GetProperty("isTried").GetBoolean());
        Assert.True(report.RootElement.GetProperty("isGood").GetBoolean());

        var wrong = await RunningProgram.RunWithKeyAsync(MasterKeyText(), drill);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("is sealed under the master key", wrong.Error, StringComparison.Ordinal);

        var none = await RunningProgram.RunAsync(drill);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains(
            $"is sealed under the master key {RunningProgram.MasterKeyOfExternalDatabases.Id}. Name", none.Error, StringComparison.Ordinal);
        // A drill of another test may be under way, and drops its database soon.
        await NoticePost.UntilAsync(async () =>
            (await OperatedBooks.ReadAsync(
                own.Database, "SELECT datname::text FROM pg_database WHERE datname LIKE 'quittance\\_scratch\\_%'")).Count == 0);
    }

    [Long]
    [Fact]
    public async Task Drill_OfBooksThatAreNotClean_EndsWith1()
    {
        await using var own = await FilledAsync();
        await OperatedBooks.ExecuteAsync(own, "UPDATE ledger_account SET debits_minor = debits_minor + 1 WHERE debits_minor > 0");
        await BackUpAsync(own);
        var (exitCode, output, _) = await RunningProgram.RunWithKeyAsync(
            RunningProgram.MasterKeyOfExternal, "drill", InFolder("b"), "--data", InFolder("none"));
        Assert.Equal(1, exitCode);
        Assert.Contains("The books are not clean", output, StringComparison.Ordinal);
    }

    [Long]
    [Fact]
    public async Task Drill_DropsScratchDatabasesThatKilledOnesLeft_AndNoOthers()
    {
        await using var own = await FilledAsync();
        await BackUpAsync(own);
        var now = TimeProvider.System.GetUtcNow();
        var left = NameAt("quittance_scratch_", now.AddDays(-1));
        var used = NameAt("quittance_scratch_", now.AddDays(-1));
        // The process that made it may not be connected yet.
        var young = NameAt("quittance_scratch_", now);
        var another = $"quittance_scratch_of_somebody_{young[^8..]}";
        string[] all = [left, used, young, another];
        foreach (var name in all)
            await own.OnServerAsync($"CREATE DATABASE {name}");
        await using (
            var database =
            Database.Open(new Npgsql.NpgsqlConnectionStringBuilder(own.ConnectionString) { Database = used }.ConnectionString))
        await using (await database.OpenConnectionAsync(Cancel))
        {
            var (exitCode, _, error) = await RunningProgram.RunAsync("drill", InFolder("b"), "--database", own.ConnectionString);
            Assert.True(exitCode == 0, error);
            Assert.Equal(
                all[1..].Order(StringComparer.Ordinal),
                await OperatedBooks.ReadAsync(
                    own.Database, $"SELECT datname::text FROM pg_database WHERE datname IN ('{string.Join("', '", all)}') ORDER BY 1"));
        }

        foreach (var name in all[1..])
            await own.OnServerAsync($"DROP DATABASE {name} WITH (FORCE)");
    }

    [Long]
    [Fact]
    public async Task Drill_ClearsAwayTheScratchPostgresThatAKilledOneLeft_AndNothingElse()
    {
        await using var own = await FilledAsync();
        await BackUpAsync(own);
        var now = TimeProvider.System.GetUtcNow();
        var scratch = Directory.CreateDirectory(InFolder("scratch"));
        var (left, used, young) =
            (NameAt("quittance-scratch-", now.AddDays(-1)), NameAt("quittance-scratch-", now.AddDays(-1)),
            NameAt("quittance-scratch-", now));
        foreach (var name in (string[])[young, "quittance-scratch-of-somebody"])
            scratch.CreateSubdirectory(name);
        await using var user = await EmbeddedPostgres.StartAsync(Path.Combine(scratch.FullName, used), cancellationToken: Cancel);
        await using var killed = await RunningProgram.StartAsync("serve", "--embedded", "--data", Path.Combine(scratch.FullName, left));
        await killed.KillAsync();
        using var server = Process.GetProcessById(
            int.Parse((await File.ReadAllLinesAsync(Path.Combine(scratch.FullName, left, "postgres", "postmaster.pid"), Cancel))[0]));

        try
        {
            var (exitCode, _, error) =
                await RunningProgram.RunWithKeyAsync(
                    RunningProgram.MasterKeyOfExternal, "drill", InFolder("b"), "--scratch", scratch.FullName, "--data", InFolder("none"));

            Assert.True(exitCode == 0, error);
            Assert.Equal(
                ((string[])[used, young, "quittance-scratch-of-somebody"]).Order(StringComparer.Ordinal),
                scratch.GetDirectories().Select(folder => folder.Name).Order(StringComparer.Ordinal));
            await server.WaitForExitAsync(Cancel);
            Assert.False(user.Exited.IsCompleted);
        }
        finally
        {
            if (!server.HasExited)
                server.Kill();
        }
    }

    private static IReadOnlyList<MasterKey> Keys => [RunningProgram.MasterKeyOfExternalDatabases];

    private static string MasterKeyText() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static byte[] Changed(byte[] whole, int at) => [.. whole[..at], (byte)(whole[at] ^ 1), .. whole[(at + 1)..]];

    private static string NameAt(string prefix, DateTimeOffset made) => $"{prefix}{Guid.CreateVersion7(made):N}";

    private string InFolder(string name) => Path.Combine(_folder, name);

    private Task<BackupSummary> BackUpAsync(OwnBooks own) =>
        Backup.WriteAsync(own.Database, InFolder("b"), Keys, TimeProvider.System, null, Cancel);

    private async Task RestoreAsync(OwnBooks empty, Migrations? schema = null)
    {
        await using var file = await BackupFileReader.OpenAsync(InFolder("b"), Keys, Cancel);
        await Restoration.ReadAsync(schema ?? Migrations.OfThisVersion, empty.Database, file, TimeProvider.System, null, Cancel);
    }

    private async Task AssertRefusedAsync(byte[] contents, OwnBooks empty, string reason)
    {
        await File.WriteAllBytesAsync(InFolder("refused"), contents, Cancel);
        var refused = await Assert.ThrowsAsync<BackupException>(async () =>
        {
            await using var file = await BackupFileReader.OpenAsync(InFolder("refused"), Keys, Cancel);
            await Restoration.ReadAsync(Migrations.OfThisVersion, empty.Database, file, TimeProvider.System, null, Cancel);
        });
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Empty(await OperatedBooks.ReadAsync(empty.Database, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"));
    }

    private Task<OwnBooks> FilledAsync() => OperatedBooks.FilledAsync(books);

    private Task<OwnBooks> EmptyAsync() => OperatedBooks.EmptyAsync(books);

    private static async Task<string> ContentsAsync(Npgsql.NpgsqlDataSource database)
    {
        var contents = new StringBuilder();
        // A restore begins an epoch, which raises the counter and the time of each slot.
        foreach (var table in BooksTables.Names.Except(["epoch"]).Order(StringComparer.Ordinal))
        {
            var row = table == "slot" ? "(t.merchant_id, t.slot)" : "t";
            contents.Append(table)
                .AppendJoin(
                    '\n', await OperatedBooks.ReadAsync(database, $"SELECT {row}::text FROM {table} t ORDER BY {row}::text COLLATE \"C\""));
        }

        return contents.ToString();
    }

    private static async Task PayAsync(HttpClient client, ConcurrentQueue<string> acknowledged, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            using var body = new StringContent(
                """{"account":{"id":"AC-5580"},"payer":{"id":"P-14","name":"R. Osei","@referredType":"Individual"},"paymentMethod":"""
                    + """{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":0.50}}""",
                Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("paymentManagement/v4/payment", UriKind.Relative), body, Cancel);
            answer.EnsureSuccessStatusCode();
            using var said = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
            acknowledged.Enqueue(said.RootElement.GetProperty("id").GetString()!);
        }
    }

    private static async Task WaitForAsync(Func<bool> isSo)
    {
        for (var tries = 0; !isSo(); tries++)
        {
            Assert.True(tries < 1200, "It takes too long.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }
}
