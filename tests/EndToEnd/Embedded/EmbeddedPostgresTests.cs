using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Quittance.Storage.Embedded;
using Quittance.Tests.Running;

namespace Quittance.Tests;

[Long("a PostgreSQL for each test; the run has one too")]
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("quittance-test-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_temporary.FullName, "data");

    public void Dispose() => _temporary.Delete(recursive: true);

    [Fact]
    public async Task A_new_folder_gets_a_server_that_answers()
    {
        await using var postgres = await StartAsync();

        Assert.Equal(1, await AskAsync(postgres, "SELECT 1"));
        Assert.Equal("quittance", await AskAsync(postgres, "SELECT current_database()::text"));
    }

    [Fact]
    public async Task The_server_has_our_settings()
    {
        await using var postgres = await StartAsync();

        var settings = await AskAsync(postgres, """
            SELECT string_agg(name || '=' || setting, ' ' ORDER BY name COLLATE "C") FROM pg_settings WHERE name IN
                ('fsync', 'synchronous_commit', 'data_checksums', 'server_encoding', 'listen_addresses', 'jit')
            """);

        // Another program on the port gets no password, and is not taken for the server.
        Assert.Equal("ScramSHA256", new NpgsqlConnectionStringBuilder(postgres.ConnectionString).RequireAuth);
        Assert.Equal(
            "data_checksums=on fsync=on jit=off listen_addresses=127.0.0.1 server_encoding=UTF8 synchronous_commit=on", settings);
    }

    [Theory]
    [InlineData(256, 128, 256, 64, 4096)]
    [InlineData(2048, 512, 1024, 64, 4096)]
    [InlineData(16_384, 4096, 8192, 256, 8192)]
    [InlineData(262_144, 4096, 131_072, 512, 8192)]
    public void Its_sizes_follow_the_memory(long memoryMb, long shared, long cache, long maintenance, long log) => Assert.Equal(
        new PostgresSizes(memoryMb, shared, cache, maintenance, log), PostgresSizes.Of(memoryMb << 20));

    [Fact]
    public async Task The_start_says_which_sizes_it_chose()
    {
        await using var postgres = await StartAsync();

        var sizes = PostgresSizes.OfThisMachine();
        Assert.Equal($"{sizes}", postgres.Sizes);
        Assert.Equal($"{sizes.SharedBuffersMb}", await AskAsync(
            postgres, "SELECT (pg_size_bytes(current_setting('shared_buffers')) / 1048576)::text"));
    }

    [Fact]
    public async Task No_program_of_the_current_folder_runs()
    {
        var (elsewhere, mark) = (_temporary.CreateSubdirectory("elsewhere").FullName, Path.Combine(_temporary.FullName, "mark"));
        foreach (var program in (string[])["setpriv", "id", "test", "stat", "chown"])
        {
            var path = Path.Combine(elsewhere, program);
            await File.WriteAllTextAsync(path, $"#!/bin/sh\necho {program} >> {mark}\nexec /usr/bin/{program} \"$@\"\n", Cancelled);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var start = new ProcessStartInfo(RunningProgram.Path, ["migrate", "--data", Folder])
        {
            WorkingDirectory = elsewhere,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["PATH"] = $".{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        using var started = Process.Start(start)!;
        var said = await Task.WhenAll(
            started.StandardOutput.ReadToEndAsync(Cancelled), started.StandardError.ReadToEndAsync(Cancelled));
        await started.WaitForExitAsync(Cancelled);

        Assert.True(started.ExitCode == 0, string.Concat(said));
        Assert.False(File.Exists(mark), File.Exists(mark) ? await File.ReadAllTextAsync(mark, Cancelled) : null);
    }

    [Fact]
    public async Task Data_outlives_a_stop_and_a_start()
    {
        await using (var first = await StartAsync())
            await AskAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");

        await using var second = await StartAsync();

        Assert.Equal(42, await AskAsync(second, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task A_stopped_server_is_gone()
    {
        var postgres = await StartAsync();
        await postgres.DisposeAsync();

        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(postgres, "SELECT 1"));
        Assert.False(File.Exists(Path.Combine(Folder, "postgres", "postmaster.pid")));
        Assert.Null(EmbeddedPostgres.FindRunning(Folder));
    }

    [Fact]
    public async Task A_folder_in_use_is_refused_in_words_for_its_user()
    {
        await using var owner = await StartAsync();

        var refusal = await Assert.ThrowsAsync<EmbeddedPostgresException>(StartAsync);

        Assert.Contains($"{Folder} is in use by another running Quittance", refusal.Message);
        Assert.Equal(1, await AskAsync(owner, "SELECT 1"));
    }

    [Fact]
    public async Task Two_folders_run_side_by_side()
    {
        await using var one = await StartAsync();
        await using var other = await EmbeddedPostgres.StartAsync(Folder + " of o'ther", cancellationToken: Cancelled);

        Assert.Equal(1, await AskAsync(one, "SELECT 1"));
        Assert.Equal(1, await AskAsync(other, "SELECT 1"));
    }

    [Fact]
    public async Task A_server_left_by_a_killed_owner_is_taken_over()
    {
        await using var owner = await RunningProgram.StartAsync("serve", "--embedded", "--data", Folder);
        var left = EmbeddedPostgres.FindRunning(Folder)!;
        await AskAsync(left, "CREATE TABLE kept AS SELECT 42 AS answer");
        await owner.KillAsync();
        Assert.Equal(42, await AskAsync(left, "SELECT answer FROM kept"));
        Assert.Null(EmbeddedPostgres.FindRunning(Folder));

        await using var heir = await StartAsync();

        Assert.Equal(42, await AskAsync(heir, "SELECT answer FROM kept"));
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(left, "SELECT 1"));
    }

    [Fact]
    public async Task A_stranger_with_the_process_id_of_a_dead_server_is_left_alone()
    {
        await using (await StartAsync())
            File.Copy(PostmasterPid, PostmasterPid + ".dead");

        using var stranger = StartStranger();
        string[] lines = [$"{stranger.Id}", .. (await File.ReadAllLinesAsync(PostmasterPid + ".dead", Cancelled))[1..]];
        await File.WriteAllLinesAsync(PostmasterPid, lines, Cancelled);

        await using var postgres = await StartAsync();

        Assert.Equal(1, await AskAsync(postgres, "SELECT 1"));
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public async Task An_interrupted_initdb_does_not_stand_in_the_way()
    {
        var half = Directory.CreateDirectory(Path.Combine(Folder, "postgres.new", "base"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "postgres.new", "PG_VERSION"), "18", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(Folder, "password.initdb"), "left behind", Cancelled);

        await using var postgres = await StartAsync();

        Assert.Equal(1, await AskAsync(postgres, "SELECT 1"));
        Assert.False(half.Exists && half.Parent!.Exists);
        Assert.False(File.Exists(Path.Combine(Folder, "password.initdb")));
    }

    /// <summary>The temporary folder is closed to all but us; elsewhere the tests run in it, here it is opened.</summary>
    [Theory]
    [InlineData(UnixFileMode.None)]
    [InlineData(UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)]
    public async Task The_folder_may_lie_in_a_closed_or_an_open_one(UnixFileMode open)
    {
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            _temporary.UnixFileMode = Closed | open;
        }

        await using var postgres = await StartAsync();

        Assert.Equal(1, await AskAsync(postgres, "SELECT 1"));
    }

    [Fact]
    public async Task Only_the_owner_may_read_the_password()
    {
        await using var postgres = await StartAsync();

        var password = Path.Combine(Folder, "password");
        Assert.Contains(await File.ReadAllTextAsync(password, Cancelled), postgres.ConnectionString);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(password));
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        await using var postgres = await StartAsync();
        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "wrong" };

        await Assert.ThrowsAsync<PostgresException>(() => AskAsync(wrong.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_running_server_is_found_by_commands_beside_it()
    {
        Assert.Null(EmbeddedPostgres.FindRunning(Folder));

        await using var postgres = await StartAsync();

        Assert.Equal(postgres.ConnectionString, EmbeddedPostgres.FindRunning(Folder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_behind_a_symbolic_link_is_the_folder(bool isStartedByTheLink)
    {
        var link = $"{Folder}-link";
        // The folder's own parent may be the link, as with a disk that is mounted elsewhere.
        Directory.CreateSymbolicLink(link, Path.GetDirectoryName(Folder)!);
        try
        {
            var behind = Path.Combine(link, Path.GetFileName(Folder));
            await using var postgres = await EmbeddedPostgres.StartAsync(
                isStartedByTheLink ? behind : Folder, progress: null, TestContext.Current.CancellationToken);

            Assert.Equal(postgres.ConnectionString, EmbeddedPostgres.FindRunning(isStartedByTheLink ? Folder : behind));
        }
        finally
        {
            Directory.Delete(link);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_replaced_by_another()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var ports = new Queue<int>([PortOf(taken), PortOf(free)]);
        free.Stop();

        await using var postgres = await EmbeddedPostgres.StartAsync(Folder, ports.Dequeue, null, Cancelled);

        Assert.Empty(ports);
        Assert.Equal(1, await AskAsync(postgres, "SELECT 1"));
    }

    [Fact]
    public async Task A_reason_that_is_written_after_the_server_has_ended_is_read()
    {
        Directory.CreateDirectory(Folder);
        var log = new ServerLog(Folder);
        await File.WriteAllTextAsync(log.StartFile, "redirecting log output to logging collector process", Cancelled);

        var lines = log.LastLinesOfFailureAsync(Cancelled);
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "postgres-20270104T080000Z.log"), "LOG:  could not bind\nFATAL:  no socket", Cancelled);

        Assert.Contains("could not bind", await lines);
    }

    [Fact]
    public async Task A_server_that_ends_by_itself_is_noticed()
    {
        await using var postgres = await StartAsync();
        Assert.False(postgres.Exited.IsCompleted);

        using (var server = Process.GetProcessById(int.Parse((await File.ReadAllLinesAsync(PostmasterPid, Cancelled))[0])))
            server.Kill();
        var reason = await postgres.Exited.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);

        Assert.Contains("ended by itself", reason.Message);
        Assert.Contains("ready to accept connections", reason.Message);
    }

    [Fact]
    public async Task The_programs_role_is_no_superuser_and_reaches_nothing_but_its_database()
    {
        await using var postgres = await StartAsync();

        Assert.Equal("f f f f f", await RightsAsync(postgres));
        foreach (var sql in (string[])[
            "COPY (SELECT 1) TO PROGRAM 'true'", "COPY pg_class TO '/tmp/quittance-test-copied'", "SELECT pg_read_file('/etc/hostname')",
            "SELECT pg_ls_dir('.')", "ALTER SYSTEM SET fsync = off", "CREATE ROLE thief LOGIN", "CREATE DATABASE other",
            "SET ROLE postgres", "SELECT rolpassword FROM pg_authid"])
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(postgres, sql));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public async Task Nothing_can_connect_as_the_superuser()
    {
        await using var postgres = await StartAsync();
        var superuser = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Username = "postgres" };

        var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(superuser.ConnectionString, "SELECT 1"));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        Assert.Equal(false, await AskAsync(postgres, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'postgres'"));
    }

    [Fact]
    public async Task A_folder_of_an_earlier_version_gets_a_role_without_rights_and_keeps_its_data()
    {
        var password = await CreateAsBeforeAsync(
        [
            "CREATE TABLE kept (id int GENERATED ALWAYS AS IDENTITY, answer int)", "INSERT INTO kept (answer) VALUES (42)",
            "CREATE SEQUENCE counted", "CREATE VIEW seen AS SELECT answer FROM kept", "CREATE TYPE colour AS ENUM ('red')",
            "CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql RETURN 2 * n", "CREATE SCHEMA \"of its own\"",
            "CREATE TABLE \"of its own\".\"odd name\" (n int)",
        ]);

        await using (var postgres = await StartAsync())
        {
            Assert.Equal("f f f f f", await RightsAsync(postgres));
            Assert.Contains(password, postgres.ConnectionString, StringComparison.Ordinal);
            Assert.Equal(84, await AskAsync(postgres, "SELECT twice(answer) FROM seen"));
            foreach (var sql in (string[])[
                "ALTER TABLE kept ADD COLUMN later colour", "INSERT INTO kept (answer) VALUES (43)", "SELECT nextval('counted')",
                "ALTER SEQUENCE counted RESTART", "ALTER TYPE colour ADD VALUE 'blue'", "DROP VIEW seen", "DROP FUNCTION twice",
                "DROP SCHEMA \"of its own\" CASCADE"])
            {
                await AskAsync(postgres, sql);
            }

            Assert.Equal(0L, await AskAsync(postgres, """
                SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname IN ('public', 'of its own') AND c.relowner <> 'quittance'::regrole
                """));
        }

        await using var again = await StartAsync();
        Assert.Equal(2L, await AskAsync(again, "SELECT count(*) FROM kept"));
        Assert.Equal(["postgres", "quittance"], (string[])(await AskAsync(
            again, "SELECT array_agg(rolname::text ORDER BY rolname) FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'"))!);
    }

    /// <summary>As root alone: other users can't start it as another user.</summary>
    [Fact]
    public async Task As_root_the_server_runs_as_a_user_of_its_own_and_nobody_reaches_its_files()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return;
        _temporary.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        await using var postgres = await StartAsync();

        var server = (await File.ReadAllLinesAsync(PostmasterPid, Cancelled))[0];
        var user = await RunAsync("id", "-u", "quittance-db");
        Assert.Equal(0, user.ExitCode);
        Assert.NotEqual("65534", user.Output);
        var status = await File.ReadAllLinesAsync($"/proc/{server}/status", Cancelled);
        Assert.Contains(status, line => line.StartsWith("Uid:", StringComparison.Ordinal)
            && line.Split('\t')[1..].All(id => id == user.Output));
        // Folders and programs are open here, so there is no need to pass closed ones.
        Assert.Contains("CapEff:\t0000000000000000", status);
        var found = await RunAsync(
            [.. AsNobody, "find", Folder, "-type", "f", "(", "-readable", "-o", "-writable", ")", "-not", "-name", "postgresql.conf",
                "-not", "-name", "lock"]);
        Assert.Equal("", found.Output);
        var killed = await RunAsync([.. AsNobody, "kill", "-HUP", server]);
        Assert.NotEqual(0, killed.ExitCode);
    }

    [Fact]
    public async Task As_root_below_a_closed_folder_the_start_says_what_the_server_may_pass()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return;
        var said = new Messages();
        await using var postgres = await EmbeddedPostgres.StartAsync(Folder, said, Cancelled);
        Assert.Contains(said.Lines, line =>
            line.Contains(Folder, StringComparison.Ordinal) && line.Contains("CAP_DAC_OVERRIDE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_an_earlier_version_left_running_as_nobody_is_taken_over()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return;
        _temporary.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        await using (await StartAsync())
        {
        }

        await RunAsync("chown", "-R", "65534:65534", Path.Combine(Folder, "postgres"), Path.Combine(Folder, "log"));
        var left = await RunAsync([.. AsNobody, ProgramOf("pg_ctl"), "start", "--silent", "--wait", "-D",
            Path.Combine(Folder, "postgres"), "-l", Path.Combine(Folder, "log", "start.log"),
            "-o", $"-c config_file={Path.Combine(Folder, "postgresql.conf")}"]);
        Assert.Equal(0, left.ExitCode);

        await using var postgres = await StartAsync();

        Assert.Equal(1, await AskAsync(postgres, "SELECT 1"));
    }

    private static string[] AsNobody => ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

    private static string ProgramOf(string name) => PostgresBinaries.Of(AppContext.BaseDirectory).PathOf(name);

    /// <summary>A cluster whose program is the superuser that initdb made.</summary>
    /// <returns>Its password.</returns>
    private async Task<string> CreateAsBeforeAsync(string[] statements)
    {
        var folder = new DataFolder(Folder);
        await using var taken = await folder.TakeAsync(Cancelled);
        var programs = await PostgresPrograms.ForAsync(
            PostgresBinaries.Of(AppContext.BaseDirectory), folder, progress: null, Cancelled);
        var password = folder.CreatePassword();
        DataFolder.WritePrivate(folder.InitdbPassword, password);
        Directory.CreateDirectory(folder.Cluster);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Cluster, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await programs.HandOverAsync(folder.Cluster, Cancelled);
        await programs.HandOverAsync(folder.InitdbPassword, Cancelled);
        await programs.CreateClusterAsync(folder.Cluster, "quittance", Cancelled);
        await programs.RunAsSuperuserAsync(folder.Cluster, "postgres", ["CREATE DATABASE quittance"], Cancelled);
        await programs.RunAsSuperuserAsync(folder.Cluster, "quittance", statements, Cancelled);
        return password;
    }

    private static Task<object?> RightsAsync(EmbeddedPostgres postgres) => AskAsync(
        postgres,
        "SELECT concat_ws(' ', rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls) FROM pg_roles "
            + "WHERE rolname = current_user");

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = "/",
            })!;
        var errors = process.StandardError.ReadToEndAsync(Cancelled);
        var output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        await errors;
        return (process.ExitCode, output.Trim());
    }

    private string PostmasterPid => Path.Combine(Folder, "postgres", "postmaster.pid");

    private Task<EmbeddedPostgres> StartAsync() => EmbeddedPostgres.StartAsync(Folder, cancellationToken: Cancelled);

    private sealed class Messages : IProgress<string>
    {
        public List<string> Lines { get; } = [];

        public void Report(string value) => Lines.Add(value);
    }

    /// <summary>A process of PostgreSQL's user: those of others PostgreSQL itself knows to be strangers.</summary>
    private static Process StartStranger()
    {
        string[] sleep = OperatingSystem.IsWindows() ? ["timeout", "60"] : ["sleep", "60"];
        string[] command = !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=quittance-db", "--regid=quittance-db", "--clear-groups", .. sleep]
            : sleep;
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false })!;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task<T> UntilAsync<T>(Func<T?> find)
        where T : class
    {
        for (var attempt = 1; attempt <= 300; attempt++)
        {
            if (find() is { } found)
                return found;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancelled);
        }

        throw new TimeoutException("Waited 30 seconds in vain.");
    }

    private static Task<object?> AskAsync(EmbeddedPostgres postgres, string sql) => AskAsync(postgres.ConnectionString, sql);

    private static async Task<object?> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Timeout=60");
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
