using System.Text.Json;
using System.Text.Json.Nodes;
using Quittance.Storage;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>Before an upgrade one can know what it locks, and nobody waits for the answer.</summary>
public sealed class MigratePlanTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_OfOlderBooks_NamesLocksAndWork_WithoutALockOfItsOwn()
    {
        await using var old = await OperatedBooks.EmptyAsync(books);
        await OperatedBooks.MigrateAsync(old, 9);
        await OperatedBooks.ExecuteAsync(old, "ANALYZE");
        await using var busy = await old.Database.OpenConnectionAsync(Cancel);
        await using var change = await busy.BeginTransactionAsync(Cancel);
        await using (var hold = busy.CreateCommand())
        {
            hold.CommandText = "LOCK TABLE payment, refund, customer_order IN ACCESS EXCLUSIVE MODE";
            await hold.ExecuteNonQueryAsync(Cancel);
        }

        var (exitCode, output, error) = await RunningProgram.RunAsync("migrate", "--plan", "--json", "--database", old.ConnectionString);

        Assert.True(exitCode == 0, error);
        var missing = JsonNode.Parse(output)!["missing"]!.AsArray();
        Assert.Equal(Migrations.All.Skip(9).Select(migration => migration.Name), missing.Select(migration => (string)migration!["name"]!));
        Assert.Equal(("ShareLock", "writing", "reads_every_row"), Touched("0010-lists.sql", "payment"));
        Assert.Equal(("AccessExclusiveLock", "reading_and_writing", "rewrites_every_row"), Touched("0011-credit.sql", "payment"));
        Assert.Equal(("ShareLock", "writing", "reads_every_row"), Touched("0014-orders.sql", "customer_order"));
        Assert.Equal(("AccessExclusiveLock", "reading_and_writing"), (Touched("0015-token-pairs.sql", "token").Lock, Touched("0015-token-pairs.sql", "token").Stops));
        await change.RollbackAsync(Cancel);
        Assert.Equal(Migrations.All.Count - 9, (await Migrations.MissingAsync(old.Database, Cancel)).Count);

        (string Lock, string Stops, string Work) Touched(string migration, string table)
        {
            var touched = missing.Single(one => (string)one!["name"]! == migration)!["touched"]!.AsArray().Single(one => (string)one!["name"]! == table)!;
            Assert.Equal(0, (long)touched["rows"]!);
            return ((string)touched["lock"]!, (string)touched["stops"]!, (string)touched["work"]!);
        }
    }

    [Fact]
    public async Task Plan_ForPeople_SaysWhatWaits()
    {
        await using var old = await OperatedBooks.EmptyAsync(books);
        await OperatedBooks.MigrateAsync(old, 5);
        var (exitCode, output, error) = await RunningProgram.RunAsync("migrate", "--plan", "--database", old.ConnectionString);
        Assert.True(exitCode == 0, error);
        Assert.Contains("makes departure, booking", output.Replace("booking, departure", "departure, booking", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("payment (rows not estimated yet, 1 MB): AccessExclusiveLock, reading and writing wait; while every row is written anew", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OfBooksOfThisVersion_SaysThatNothingWouldRun()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (exitCode, output, error) = await RunningProgram.RunAsync("migrate", "--plan", "--database", own.ConnectionString);
        Assert.True(exitCode == 0, error);
        Assert.Contains("Nothing would run", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OfBooksOfANewerVersion_IsRefused()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await OperatedBooks.ExecuteAsync(own, "INSERT INTO migration VALUES (9999, '9999-tomorrow.sql', 'ab', now())");
        var (exitCode, _, error) = await RunningProgram.RunAsync("migrate", "--plan", "--database", own.ConnectionString);
        Assert.Equal(1, exitCode);
        Assert.Contains("Use the newer version", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_AsJson_SaysWhatWasApplied()
    {
        await using var old = await OperatedBooks.EmptyAsync(books);
        await OperatedBooks.MigrateAsync(old, 13);
        var (exitCode, output, error) = await RunningProgram.RunAsync("migrate", "--json", "--database", old.ConnectionString);
        Assert.True(exitCode == 0, error);
        using var said = JsonDocument.Parse(output);
        Assert.Equal(Migrations.All.Count - 13, said.RootElement.GetProperty("applied").GetArrayLength());
    }
}
