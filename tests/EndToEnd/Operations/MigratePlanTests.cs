using System.Text.Json;
using System.Text.Json.Nodes;
using Quittance.Host.Commands.Operations;
using Quittance.Storage.Backups;
using Quittance.Storage.Migrating;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>Operators can know before an upgrade which tables it locks, and no server waits for the answer.</summary>
[Long]
public sealed class MigratePlanTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly Migrations Later = OperatedBooks.WithLater(
        ("9001-dates.sql", "CREATE INDEX payment_by_date ON payment ((details ->> 'paymentDate'), merchant_id, id)"),
        ("9002-rests.sql", "ALTER TABLE payment ADD COLUMN rest_minor bigint GENERATED ALWAYS AS (amount_minor - allocated_minor) STORED"),
        ("9003-deposits.sql", "CREATE INDEX customer_order_by_deposit ON customer_order (deposit_asked_minor, merchant_id)"),
        ("9004-devices.sql", "ALTER TABLE token ADD COLUMN device text; CREATE TABLE device (merchant_id bigint PRIMARY KEY)"));

    [Fact]
    public async Task Plan_OfOlderBooks_NamesLocksAndWork_WithoutALockOfItsOwn()
    {
        await using var old = await OwnBooks.CreateAsync(books);
        await OperatedBooks.ExecuteAsync(old, "ANALYZE");
        await using var busy = await old.Database.OpenConnectionAsync(Cancel);
        await using var change = await busy.BeginTransactionAsync(Cancel);
        await using (var hold = busy.CreateCommand())
        {
            hold.CommandText = "LOCK TABLE payment, refund, customer_order IN ACCESS EXCLUSIVE MODE";
            await hold.ExecuteNonQueryAsync(Cancel);
        }

        var plan = await PlanAsync(old);

        Assert.Equal(Migrations.OfThisVersion.All.Select(migration => migration.Hash), plan.Applied.Select(migration => migration.Hash));
        Assert.Equal(["9001-dates.sql", "9002-rests.sql", "9003-deposits.sql", "9004-devices.sql"],
            plan.Missing.Select(migration => migration.Name));
        Assert.Equal(("ShareLock", StoppedWork.Writing, TableWork.ReadsEveryRow), Touched("9001-dates.sql", "payment"));
        Assert.Equal(
            ("AccessExclusiveLock", StoppedWork.ReadingAndWriting, TableWork.RewritesEveryRow), Touched("9002-rests.sql", "payment"));
        Assert.Equal(("ShareLock", StoppedWork.Writing, TableWork.ReadsEveryRow), Touched("9003-deposits.sql", "customer_order"));
        Assert.Equal(("AccessExclusiveLock", StoppedWork.ReadingAndWriting, TableWork.None), Touched("9004-devices.sql", "token"));
        Assert.Equal(["device"], plan.Missing[^1].Created);
        await change.RollbackAsync(Cancel);
        Assert.Equal(4, (await Later.MissingAsync(old.Database, Cancel)).Count);

        (string Lock, StoppedWork Stops, TableWork Work) Touched(string migration, string table)
        {
            var touched = plan.Missing.Single(one => one.Name == migration).Touched.Single(one => one.Name == table);
            Assert.Equal(0, touched.Rows);
            return (touched.Lock, touched.Stops, touched.Work);
        }
    }

    [Fact]
    public async Task Plan_ForPeople_NamesTheWorkThatWaits()
    {
        await using var old = await OwnBooks.CreateAsync(books);
        var effects = (await PlanAsync(old)).Missing.SelectMany(MigrateCommand.Effects).ToArray();
        Assert.Contains("makes device", effects);
        Assert.Contains(
            "payment (rows not estimated yet, 1 MB): AccessExclusiveLock, reading and writing wait; while every row is written anew",
            effects);
        Assert.Contains("token (rows not estimated yet, 1 MB): AccessExclusiveLock, reading and writing wait; for a moment", effects);
    }

    [Fact]
    public async Task Plan_OfTheProgram_NamesMigrationsAndLocks_ForPeopleAndPrograms()
    {
        await using var old = await OperatedBooks.EmptyAsync(books);
        await OperatedBooks.MigrateAsync(old, 13);
        var people = await RunningProgram.RunAsync("migrate", "--plan", "--database", old.ConnectionString);
        Assert.True(people.ExitCode == 0, people.Error);
        Assert.Contains("makes booking, departure", people.Output, StringComparison.Ordinal);
        Assert.Contains("merchant (rows not estimated yet, 1 MB): ShareRowExclusiveLock, writing waits; for a moment", people.Output,
            StringComparison.Ordinal);

        var programs = await RunningProgram.RunAsync("migrate", "--plan", "--json", "--database", old.ConnectionString);
        Assert.True(programs.ExitCode == 0, programs.Error);
        var missing = JsonNode.Parse(programs.Output)!["missing"]!.AsArray();
        Assert.Equal(Migrations.OfThisVersion.All.Skip(13).Select(migration => migration.Name),
            missing.Select(migration => (string)migration!["name"]!));
        var merchant = missing.SelectMany(migration => migration!["touched"]!.AsArray())
            .Where(table => (string)table!["name"]! == "merchant")
            .Select(table => ((string)table!["lock"]!, (string)table["stops"]!, (string)table["work"]!)).ToList();
        Assert.Contains(("ShareRowExclusiveLock", "writing", "none"), merchant);
        // A column more, which is filled in for each.
        Assert.Equal(("AccessExclusiveLock", "reading_and_writing", "reads_every_row"), merchant[^1]);
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
        await OperatedBooks.ExecuteAsync(own, "INSERT INTO migration VALUES (9999, '9999-tomorrow.sql', 'ab', now(), '99.0.0')");
        var (exitCode, _, error) = await RunningProgram.RunAsync("migrate", "--plan", "--database", own.ConnectionString);
        Assert.Equal(1, exitCode);
        Assert.Contains("Quittance 99.0.0 applied migration 9999-tomorrow.sql", error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains($"this is Quittance {Migrations.Version}", error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("migrate", "--plan")]
    [InlineData("migrate")]
    public async Task BooksOfAVersionBeforeTheFirstRelease_AreRefused_AndStayAsTheyWere(params string[] command)
    {
        await using var old = await OperatedBooks.EmptyAsync(books);
        await OperatedBooks.ExecuteAsync(old, """
            CREATE TABLE migration (number int PRIMARY KEY, name text NOT NULL, hash text NOT NULL, applied_at timestamptz NOT NULL);
            INSERT INTO migration SELECT n, to_char(n, 'FM0000') || '-books.sql', 'ab', now() FROM generate_series(1, 41) n
            """);
        var (exitCode, _, error) = await RunningProgram.RunAsync([.. command, "--database", old.ConnectionString]);
        Assert.Equal(1, exitCode);
        Assert.Contains("of a version before the first release of Quittance", error, StringComparison.Ordinal);
        Assert.Equal(["migration"],
            await OperatedBooks.ReadAsync(old.Database, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task Migrate_AsJson_SaysWhatWasApplied()
    {
        await using var old = await OperatedBooks.EmptyAsync(books);
        await OperatedBooks.MigrateAsync(old, 13);
        var (exitCode, output, error) = await RunningProgram.RunAsync("migrate", "--json", "--database", old.ConnectionString);
        Assert.True(exitCode == 0, error);
        using var said = JsonDocument.Parse(output);
        Assert.Equal(Migrations.OfThisVersion.All.Count - 13, said.RootElement.GetProperty("applied").GetArrayLength());
    }

    private static Task<MigrationPlan> PlanAsync(OwnBooks old) => MigrationPlanner.PlanAsync(
        Later, old.Database, () => ScratchDatabase.EmbeddedAsync(null, TimeProvider.System, null, Cancel), TimeProvider.System, Cancel);
}
