using System.Diagnostics;
using System.Net;
using Quittance.Host.Overdue;
using Quittance.Host.Watching;
using Quittance.Storage;
using Quittance.Storage.Embedded;
using Quittance.Storage.Migrating;
using Quittance.Tests.Running;

namespace Quittance.Tests.Standby;

/// <summary>
/// A server whose database takes no commits says so: once in its log when that begins and once when it is over, and to those who ask.
/// </summary>
[Long]
public sealed class OutageLogTests(BooksFixture books)
{
    private const string Over = "Information: The database takes commits again, after ";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A real disk that is full where the test may make one; elsewhere a table that finds no room.</summary>
    [Fact]
    public async Task FullDisk_IsSaidOnceAndWhenItIsOver()
    {
        await using var disk = await SmallDisk.CreateAsync();
        await using var postgres = await EmbeddedPostgres.StartAsync(Path.Combine(disk.Path, "data"), cancellationToken: Cancel);
        await using var database = Database.Open(postgres.ConnectionString);
        await Migrations.OfThisVersion.ApplyAsync(database, TimeProvider.System, Cancel);
        await StandbyServer.CreateShopAsync(database);
        var log = new OutageLog();
        await using var server = await StandbyServer.StartAsync(postgres.ConnectionString, log.LogTo);
        Assert.Equal(HttpStatusCode.Created, (await server.PayAsync("A-1", "before")).Status);
        Assert.Equal((HttpStatusCode.OK, "It answers, and can be written to."), await server.ReadyAsync());

        await (disk.IsReal ? disk.FillAsync() : StandbyPair.ExecuteAsync(database, NoRoom));
        await SaysOnceAsync(
            server, log, "Its disk is full.", () =>
                disk.IsReal ? disk.ClearAsync() : StandbyPair.ExecuteAsync(database, "DROP TRIGGER no_room ON payment"));
    }

    /// <summary>The proof finds room, and payments do not.</summary>
    [Fact]
    public async Task TableWithoutRoom_IsSaidOnceAndWhenItIsOver()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await StandbyServer.CreateShopAsync(own.Database);
        var log = new OutageLog();
        await using var server = await StandbyServer.StartAsync(own.ConnectionString, log.LogTo);

        await StandbyPair.ExecuteAsync(own.Database, NoRoom);
        await SaysOnceAsync(
            server, log, "Its disk is full.", () => StandbyPair.ExecuteAsync(own.Database, "DROP TRIGGER no_room ON payment"));
    }

    [Fact]
    public async Task ReadOnlyDatabase_IsSaidOnceAndWhenItIsOver()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await StandbyServer.CreateShopAsync(own.Database);
        await own.OnServerAsync("ALTER DATABASE {name} SET default_transaction_read_only = on");
        var log = new OutageLog();
        await using var server = await StandbyServer.StartAsync(own.ConnectionString + ";Pooling=false", log.LogTo);

        await SaysOnceAsync(
            server, log, "It can only be read.", () => own.OnServerAsync("ALTER DATABASE {name} SET default_transaction_read_only = off"));
    }

    /// <summary>The sweeps find it out, though no payment comes.</summary>
    [Fact]
    public async Task DatabaseThatIsAway_IsSaidOnceAndWhenItIsOver()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await StandbyServer.CreateShopAsync(own.Database);
        var (proxy, unused) = CuttingProxy.To(own.ConnectionString, _ => Cut.None);
        await unused.DisposeAsync();
        await using (proxy)
        {
            var log = new OutageLog();
            await using var server = await StandbyServer.StartAsync(proxy.ConnectionString + ";Pooling=false", log.LogTo);
            proxy.IsUp = false;

            await NoticePost.UntilAsync(() => Task.FromResult(log.Lines.Count > 0));
            Assert.Equal("It can't be reached.", (await server.ReadyAsync()).Database);
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Cancel);
            proxy.IsUp = true;
            await NoticePost.UntilAsync(() => Task.FromResult(log.Lines.Count > 1));

            Assert.Equal(2, log.Lines.Count);
            Assert.Equal("Error: The database takes no commits, and payments are refused or wait. It can't be reached.", log.Lines[0]);
            Assert.StartsWith(Over, log.Lines[1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task QuietLog_HasSealsAndTheWorksOfTheDay()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await StandbyServer.CreateShopAsync(own.Database);
        await using var server = await StandbyServer.StartAsync(own.ConnectionString);
        Assert.True(server.LogsInformationOf<SealService>());
        Assert.True(server.LogsInformationOf<OverdueService>());
        Assert.False(server.LogsInformationOf<HoldService>());
    }

    private const string NoRoom =
        """
        CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room' USING ERRCODE = '53100'; END $$;
        CREATE TRIGGER no_room BEFORE INSERT ON payment FOR EACH ROW EXECUTE FUNCTION no_room()
        """;

    private static async Task SaysOnceAsync(StandbyServer server, OutageLog log, string why, Func<Task> whenOver)
    {
        Assert.Empty(log.Lines);
        // Some may still find room in the pages that their tables have.
        for (var nth = 0; (await server.PayAsync("A-1", $"refused {nth}")).Status != HttpStatusCode.ServiceUnavailable; nth++)
            Assert.True(nth < 1000, "Every payment was taken.");
        await NoticePost.UntilAsync(() => Task.FromResult(log.Lines.Count > 0));
        var refused = server.PayAsync("A-1", "refused later");
        await NoticePost.UntilAsync(async () => await server.ReadyAsync() == (HttpStatusCode.ServiceUnavailable, why));
        await refused;
        Assert.Equal([$"Error: The database takes no commits, and payments are refused or wait. {why}"], log.Lines);

        await whenOver();
        Assert.Equal(HttpStatusCode.Created, (await server.PayAsync("A-1", "after")).Status);
        await NoticePost.UntilAsync(() => Task.FromResult(log.Lines.Count > 1));
        Assert.StartsWith(Over, log.Lines[1], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.ReadyAsync()).Status);
        Assert.Equal(2, log.Lines.Count);
    }

    /// <summary>
    /// A folder on a disk of its own with little room, where the test runs as root and may mount one; else just a folder.
    /// </summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private SmallDisk(string path, bool isReal) => (Path, IsReal) = (path, isReal);

        public string Path { get; }

        public bool IsReal { get; }

        private string Filler => System.IO.Path.Combine(Path, "filler");

        public static async Task<SmallDisk> CreateAsync()
        {
            var path = Directory.CreateTempSubdirectory("quittance-disk-").FullName;
            return new SmallDisk(path, OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
                && await RunAsync("mount", "-t", "tmpfs", "-o", "size=256m,mode=755", "tmpfs", path) == 0);
        }

        /// <summary>Leaves no room.</summary>
        public async Task FillAsync()
        {
            await using var filler = new FileStream(Filler, FileMode.CreateNew);
            var piece = new byte[64 * 1024];
            try
            {
                while (true)
                {
                    await filler.WriteAsync(piece, Cancel);
                    await filler.FlushAsync(Cancel);
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public Task ClearAsync()
        {
            File.Delete(Filler);
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            if (IsReal)
                await RunAsync("umount", "-l", Path);
            Directory.Delete(Path, recursive: true);
        }

        private static async Task<int> RunAsync(string program, params string[] arguments)
        {
            using var process =
                Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            await process.WaitForExitAsync(Cancel);
            return process.ExitCode;
        }
    }
}
