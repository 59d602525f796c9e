using System.Diagnostics;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Host;
using Quittance.Host.Demo;
using Quittance.Storage.Backups;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>Restored books let no client in by credentials from before, and a restore that was interrupted is repeated.</summary>
[Long]
public sealed class RestoreTests(BooksFixture books) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-restore-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeProvider Clock => TimeProvider.System;

    private string File => Path.Combine(_folder, "b");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Restore_EndsSessionsTokensAndCodes_AndSaysWhatToLookAt()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        var given = await GiveAsync(own.Database);
        await BackUpAsync(own);
        await using var empty = await OperatedBooks.EmptyAsync(books);

        var (exitCode, output, error) = await RestoreAsync(empty);

        Assert.True(exitCode == 0, error);
        Assert.Contains(
            "Ended: console sessions 1, tokens 2, authorisations of clients 2, links to new passwords 1.", output,
            StringComparison.Ordinal);
        Assert.Matches(
            @"Credentials, clients, people, origins and keys are as of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: "
                + "later revocations, rotations and erasures are undone",
            output);
        Assert.Equal(["session", "access token", "refresh token", "code", "secret", "link"], await OpensAsync(own.Database, given));
        Assert.Equal(["secret"], await OpensAsync(empty.Database, given));
        Assert.Equal(await own.CountAsync("person"), await empty.CountAsync("person"));
    }

    [Fact]
    public async Task Restore_ThatIsKilled_LeavesNothing_AndCanBeRepeated()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        await BackUpAsync(own);
        await using var empty = await OperatedBooks.EmptyAsync(books);
        await AtTransfersAsync(empty, "WHILE EXISTS (SELECT FROM test.held) LOOP PERFORM pg_sleep(0.05); END LOOP;");
        using (var killed = Start(empty))
        {
            await UntilAsync(empty, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");
            killed.Kill();
            await killed.WaitForExitAsync(Cancel);
        }

        await OperatedBooks.ExecuteAsync(empty, "DELETE FROM test.held");
        var (exitCode, output, error) = await RestoreAsync(empty);

        Assert.True(exitCode == 0, error);
        Assert.Contains("The books are clean", output, StringComparison.Ordinal);
        Assert.Equal(await own.CountAsync("transfer"), await empty.CountAsync("transfer"));
    }

    [Fact]
    public async Task Restore_BesideAnotherOne_WaitsForItAndIsRefused()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        await BackUpAsync(own);
        await using var empty = await OperatedBooks.EmptyAsync(books);
        await AtTransfersAsync(empty, "WHILE EXISTS (SELECT FROM test.held) LOOP PERFORM pg_sleep(0.05); END LOOP;");
        var first = RestoreAsync(empty);
        await UntilAsync(empty, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");
        var second = RestoreAsync(empty);
        await UntilAsync(empty, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'");
        await OperatedBooks.ExecuteAsync(empty, "DELETE FROM test.held");

        Assert.Equal(0, (await first).ExitCode);
        Assert.Equal(1, (await second).ExitCode);
        Assert.Contains("There are books in this database already", (await second).Error, StringComparison.Ordinal);
        await empty.AssertCleanAsync();
    }

    [Fact]
    public async Task Restore_OnADiskThatFillsUp_SaysSo_LeavesNothing_AndCanBeRepeated()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        await BackUpAsync(own);
        await using var empty = await OperatedBooks.EmptyAsync(books);
        // As PostgreSQL itself says it.
        await AtTransfersAsync(empty, """
            IF EXISTS (SELECT FROM test.held) THEN
                RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
            END IF;
            """);

        var full = await RestoreAsync(empty);

        Assert.Equal(1, full.ExitCode);
        Assert.Contains("The database has no room for the backup (could not extend file: No space left on device). Nothing was restored.",
            full.Error, StringComparison.Ordinal);
        Assert.Empty(await OperatedBooks.ReadAsync(empty.Database, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"));
        await OperatedBooks.ExecuteAsync(empty, "DELETE FROM test.held");
        Assert.Equal(0, (await RestoreAsync(empty)).ExitCode);
        Assert.Equal(await own.CountAsync("transfer"), await empty.CountAsync("transfer"));
    }

    /// <summary>One of everything that is handed out for a while.</summary>
    private static async Task<Given> GiveAsync(NpgsqlDataSource database)
    {
        var (authorisations, _) = await AccessAsync(database);
        var client = (await new Clients(database, Clock, new HashSet<string>()).FindAsync(DemoCredentials.TravelClient, Cancel))!;
        using var people = new People(database, Clock, new HashSet<string>());
        var everybody = (await people.ListAsync(client.Credential.Merchant, Cancel)).Select(one => one.Person).ToList();
        var terms = new CodeTerms(client.RedirectUris[0], new byte[32]);
        var given = new Given(
            client,
            await new ConsoleSessions(database, Clock).OpenAsync(everybody.Single(person => person.Role is not null), Cancel),
            await authorisations.IssueAsync(client, ["payment.read"], Cancel, isRefreshable: true),
            await authorisations.AllowAsync(client, everybody.Single(person => person.Role is null), ["read"], terms, Cancel),
            terms,
            (await people.MakeResetLinkAsync(
                client.Credential.Merchant, everybody[0].Id, new Origin(client.Credential.Merchant, 0, Guid.Empty), Cancel)).Token!);
        SecretWatch.OfTheRun.Add([given.Session, given.Tokens.AccessToken, given.Tokens.RefreshToken!, given.Code, given.Link]);
        return given;
    }

    /// <summary>The parts of it that let somebody in.</summary>
    private static async Task<IReadOnlyList<string>> OpensAsync(NpgsqlDataSource database, Given given)
    {
        var (authorisations, credentials) = await AccessAsync(database);
        List<string> opens = [];
        Note("session", await new ConsoleSessions(database, Clock).FindAsync(given.Session, Cancel) is not null);
        Note("access token",
            await credentials.FindAsync(CredentialKind.Bearer, "train-travel", given.Tokens.AccessToken, Cancel) is not null);
        Note("refresh token",
            (await authorisations.RefreshAsync(given.Client, given.Tokens.RefreshToken!, null, Cancel)).Tokens is not null);
        Note("code", await authorisations.RedeemAsync(given.Client, given.Code, given.Terms, Cancel) is not null);
        using var people = new People(database, Clock, new HashSet<string>());
        Note("secret", await credentials.FindAsync(CredentialKind.Bearer, "train-travel", DemoCredentials.TravelToken, Cancel) is not null);
        Note("link", await people.FindByResetLinkAsync(given.Link, Cancel) is not null);
        return opens;

        void Note(string what, bool letsIn)
        {
            if (letsIn)
                opens.Add(what);
        }
    }

    private static async Task<(Authorisations Authorisations, Credentials Credentials)> AccessAsync(NpgsqlDataSource database)
    {
        var vault = await PostgresVault.OpenAsync(database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), Clock, Cancel);
        var credentials = new Credentials(database, vault, Clock, new HashSet<string>(), Api.Rights);
        return (new Authorisations(database, Clock, credentials, watch: null, Api.Rights), credentials);
    }

    private Task<BackupSummary> BackUpAsync(OwnBooks own) =>
        Backup.WriteAsync(own.Database, File, [RunningProgram.MasterKeyOfExternalDatabases], Clock, null, Cancel);

    private Task<(int ExitCode, string Output, string Error)> RestoreAsync(OwnBooks empty) =>
        RunningProgram.RunAsync("restore", File, "--database", empty.ConnectionString);

    /// <summary>A restore without an output.</summary>
    private Process Start(OwnBooks empty) =>
        Process.Start(new ProcessStartInfo(
            RunningProgram.Path, ["restore", File, "--database", empty.ConnectionString])
        {
            Environment = { ["QUITTANCE_MASTER_KEY"] = RunningProgram.MasterKeyOfExternal },
        })!;

    /// <summary>
    /// Something happens in the middle of a restore, before the transfers' rows are taken, as long as a row stands in <c>test.held</c>.
    /// </summary>
    private static Task AtTransfersAsync(OwnBooks empty, string happens) => OperatedBooks.ExecuteAsync(empty, $"""
        CREATE SCHEMA test;
        CREATE TABLE test.held AS SELECT true AS is_held;
        CREATE FUNCTION test.happens() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {happens} RETURN NULL; END $$;
        CREATE FUNCTION test.prepare() RETURNS event_trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF to_regclass('public.transfer') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'happens') THEN
                CREATE TRIGGER happens BEFORE INSERT ON public.transfer EXECUTE FUNCTION test.happens();
            END IF;
        END $$;
        CREATE EVENT TRIGGER prepare ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION test.prepare();
        """);

    private static async Task UntilAsync(OwnBooks own, string sql)
    {
        for (var since = Stopwatch.GetTimestamp(); (await OperatedBooks.ReadAsync(own.Database, $"SELECT ({sql})::text"))[0] == "0";)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(60), "The other does not come there.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Clock, Cancel);
        }
    }

    private sealed record Given(Client Client, string Session, IssuedTokens Tokens, string Code, CodeTerms Terms, string Link);
}
