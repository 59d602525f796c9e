using Quittance.Storage.Migrating;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>Books are distributed only where that can be done as a whole.</summary>
public sealed class DistributionTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Distribution_WithoutCitus_IsRefused_AndMakesNoTable()
    {
        var name = $"bare_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await books.OnServerAsync($"CREATE DATABASE {name}");
        await using (var bare = Storage.Database.Open(books.ConnectionStringOf(name)))
        {
            var refused = await Assert.ThrowsAsync<MigrationException>(
                () => Migrations.OfThisVersion.DistributeAsync(bare, TimeProvider.System, Cancel));
            Assert.StartsWith("This database has no extension citus. Create it on every node", refused.Message, StringComparison.Ordinal);
            await using var tables = bare.CreateCommand("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace");
            Assert.Equal(0L, await tables.ExecuteScalarAsync(Cancel));
            Assert.False(await Distribution.CheckAsync(bare, Cancel));
        }

        await books.OnServerAsync($"DROP DATABASE {name} WITH (FORCE)");
    }

    /// <summary>Tables that are not distributed, with blanks between them; some only where the tests run on a cluster.</summary>
    public static TheoryData<string> Undistributed => Cluster.IsNamed ? ["", "event", "epoch event"] : [""];

    [Theory]
    [MemberData(nameof(Undistributed))]
    public async Task Database_ThatIsDistributedInPart_IsRefused_UntilTheRestIsToo(string names)
    {
        var tables = names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var own = await OwnBooks.CreateAsync(books);
        foreach (var table in tables)
            await OperatedBooks.ExecuteAsync(own, $"SELECT undistribute_table('{table}')");
        if (tables.Length > 0)
        {
            var refused = await Assert.ThrowsAsync<MigrationException>(() => Distribution.CheckAsync(own.Database, Cancel));
            Assert.Equal(
                $"Citus distributes some tables of this database, and not these as they have to be: {string.Join(", ", tables)}. "
                + "Distribute them with: quittance migrate --distribute",
                refused.Message);
            var (_, distributed) = await Migrations.OfThisVersion.DistributeAsync(own.Database, TimeProvider.System, Cancel);
            Assert.Equal(tables.Length, distributed);
        }

        Assert.Equal(Cluster.IsNamed, await Distribution.CheckAsync(own.Database, Cancel));
    }

    /// <summary>Settings of the nodes; those that are refused only where the tests run on a cluster.</summary>
    public static TheoryData<string, bool> Commits => Cluster.IsNamed ? new() { { "off", true }, { "local", true }, { "on", false } }
        : new() { { "off", false } };

    [Theory]
    [MemberData(nameof(Commits))]
    public async Task Cluster_WithANodeThatAnswersBeforeACommitIsDurable_IsRefused(string setting, bool isRefused)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await own.OnServerAsync($"ALTER DATABASE {{name}} SET synchronous_commit = {setting}");
        own.Database.Clear();
        var check = () => Distribution.CheckAsync(own.Database, Cancel);
        if (!isRefused)
        {
            Assert.Equal(Cluster.IsNamed, await check());
            return;
        }

        var refused = await Assert.ThrowsAsync<MigrationException>(check);
        Assert.StartsWith("These nodes answer before a commit is durable: 127.0.0.1:", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($"({setting}). Set synchronous_commit = on there.", refused.Message, StringComparison.Ordinal);
    }
}
