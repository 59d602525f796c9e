using System.Globalization;
using System.Runtime.Versioning;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Vault;

/// <summary>The master key as its operator meets it: made, missing, wrong, open to others, changed.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class MasterKeyTests(BooksFixture books) : IDisposable
{
    private static readonly Card Visa = new(CardNumber.Parse("4242424242424242"), new CardExpiry(12, 2030), "Mary Irwin");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-key-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string KeyPath => Path.Combine(_folder.FullName, "master.key");

    private MasterKeyFile KeyFile => new(KeyPath);

    public void Dispose() => _folder.Delete(recursive: true);

    [Long]
    [Fact]
    public async Task Demo_OnAFolderOfItsOwn_MakesAKeyForItsOwnerOnlyAndOpensItsCards()
    {
        await using (await RunningProgram.StartAsync("demo", "--data", _folder.FullName))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
            AssertSays(await RunningProgram.RunAsync("vault", "check", "--data", _folder.FullName), 0, "Instruments that open: 5 of 5");
        }

        // A second start fills nothing in again, and the key is the same.
        var key = await File.ReadAllTextAsync(KeyPath, Cancel);
        await using (await RunningProgram.StartAsync("demo", "--data", _folder.FullName))
        {
        }

        AssertSays(await RunningProgram.RunAsync("vault", "check", "--data", _folder.FullName), 0, "Instruments that open: 5 of 5");
        Assert.Equal(key, await File.ReadAllTextAsync(KeyPath, Cancel));
    }

    [Long]
    [Theory]
    [InlineData("missing", "There is no master key in")]
    [InlineData("short", "holds the base64 of 31 bytes, but a master key is the base64 of 32 bytes")]
    [InlineData("empty", "holds the base64 of 0 bytes")]
    [InlineData("text", "holds no base64")]
    [InlineData("wrong", "is sealed by the master key")]
    [InlineData("open", "is open to other users of this machine. Close it with: chmod 600")]
    public async Task Serve_WithoutTheRightKey_RefusesAndOverwritesNothing(string how, string why)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var id = await SealOneAsync(own, KeyFile.CreateUnlessThere(MasterKey.Generate()));
        switch (how)
        {
            case "missing":
                File.Delete(KeyPath);
                break;
            case "open":
                File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
                break;
            default:
                await File.WriteAllTextAsync(KeyPath, KeyText(how), Cancel);
                break;
        }

        var before = await StateAsync(own);
        AssertSays(await ServeAsync(own), 1, why);
        AssertSays(await RunningProgram.RunAsync("vault", "check", "--database", own.ConnectionString, "--data", _folder.FullName), 1, why);
        AssertSays(await RunningProgram.RunAsync("vault", "rotate", "--database", own.ConnectionString, "--data", _folder.FullName), 1,
            why);
        Assert.Equal(before, await StateAsync(own));
        Assert.NotEqual(Guid.Empty, id.Value);
    }

    [Long]
    [Theory]
    [InlineData("short", "The variable QUITTANCE_MASTER_KEY holds the base64 of 31 bytes")]
    [InlineData("empty", "The variable QUITTANCE_MASTER_KEY holds the base64 of 0 bytes")]
    [InlineData("text", "The variable QUITTANCE_MASTER_KEY holds no base64")]
    [InlineData("wrong", "is sealed by the master key")]
    public async Task Serve_WithAWrongVariable_RefusesAlthoughTheFileIsRight(string how, string why)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await SealOneAsync(own, KeyFile.CreateUnlessThere(MasterKey.Generate()));

        AssertSays(await ServeAsync(own, KeyText(how)), 1, why);
    }

    [Long]
    [Fact]
    public async Task Serve_WithANamedFileThatIsNotThere_RefusesAndMakesNone()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var file = Path.Combine(_folder.FullName, "elsewhere.key");

        AssertSays(await ServeAsync(own, null, "--master-key-file", file), 1, $"There is no master key in {file}");
        Assert.Empty(_folder.EnumerateFiles());
    }

    [Fact]
    public void CreateUnlessThere_ByManyAtOnce_MakesOneKey()
    {
        for (var round = 0; round < 20; round++)
        {
            var file = new MasterKeyFile(Path.Combine(_folder.FullName, round.ToString(CultureInfo.InvariantCulture), "master.key"));
            var made = new string[8];
            Parallel.For(0, made.Length, index => made[index] = file.CreateUnlessThere(MasterKey.Generate()).Id);

            Assert.Single(made.Distinct());
            Assert.Equal([file.FullPath], Directory.GetFiles(Path.GetDirectoryName(file.FullPath)!));
        }
    }

    [Long]
    [Fact]
    public async Task Rotate_BesideARunningServer_KeepsTheOldKeyAndOpensWithTheNew()
    {
        await using (var server = await RunningProgram.StartAsync("demo", "--data", _folder.FullName))
        {
            var old = KeyFile.Read()!;
            AssertSays(await RunningProgram.RunAsync("vault", "rotate", "--data", _folder.FullName), 0, "Data keys sealed anew: 1.");

            var key = KeyFile.Read()!;
            Assert.NotEqual(old.Id, key.Id);
            Assert.Equal(old.Id, KeyFile.Former(old).Read()!.Id);
            Assert.Equal(["master.key", $"master.key.{old.Id}"],
                _folder.GetFiles("master.key*").Select(file => file.Name).Order(StringComparer.Ordinal));
            using var client = new HttpClient { BaseAddress = server.Address };
            Assert.True((await client.GetAsync(new Uri("health/ready", UriKind.Relative), Cancel)).IsSuccessStatusCode);
        }

        await using var again = await RunningProgram.StartAsync("serve", "--embedded", "--data", _folder.FullName);
        AssertSays(await RunningProgram.RunAsync("vault", "check", "--data", _folder.FullName), 0, "Instruments that open: 5 of 5");
    }

    [Long]
    [Fact]
    public async Task Rotate_ToANamedFile_MakesItAndCanBeRepeated()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await SealOneAsync(own, KeyFile.CreateUnlessThere(MasterKey.Generate()));
        var next = Path.Combine(_folder.FullName, "next.key");
        string[] where = ["--database", own.ConnectionString, "--data", _folder.FullName];

        AssertSays(await RunningProgram.RunAsync(["vault", "rotate", "--new-master-key-file", next, .. where]), 0,
            "Data keys sealed anew: 1.");
        AssertSays(await RunningProgram.RunAsync(["vault", "rotate", "--new-master-key-file", next, .. where]), 0, "already");
        AssertSays(await RunningProgram.RunAsync(["vault", "check", "--master-key-file", next, .. where]), 0,
            "Instruments that open: 1 of 1");
        AssertSays(await RunningProgram.RunAsync(["vault", "check", .. where]), 1, "is sealed by the master key");
        AssertSays(await RunningProgram.RunAsync(["vault", "rotate", "--master-key-file", next, .. where]), 1, "--new-master-key-file");
    }

    [Long]
    [Fact]
    public async Task RotateAndCheck_WhereNothingIsSealed_SayThatAndMakeNoKey()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        string[] where = ["--database", own.ConnectionString, "--data", _folder.FullName];

        AssertSays(await RunningProgram.RunAsync(["vault", "rotate", .. where]), 1, "There is nothing to seal anew");
        AssertSays(await RunningProgram.RunAsync(["vault", "check", .. where]), 0, "The vault of this database is empty.");
        Assert.Empty(_folder.EnumerateFiles());
    }

    /// <summary>
    /// A rotation is cut off at any moment: some key on the disk opens the database, serving works and so does rotating again.
    /// </summary>
    [Long]
    [Theory]
    [InlineData("next key written")]
    [InlineData("old key kept")]
    [InlineData("database sealed anew")]
    public async Task Rotate_CutOff_LeavesAKeyThatOpensTheDatabaseAndCanBeRepeated(string after)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var old = KeyFile.CreateUnlessThere(MasterKey.Generate());
        var id = await SealOneAsync(own, old);
        var next = KeyFile.Next.CreateUnlessThere(MasterKey.Generate());
        if (after != "next key written")
            KeyFile.Former(old).CreateUnlessThere(old);
        if (after == "database sealed anew")
            await DataKeys.RewrapAsync(own.Database, old, next, by: null, TimeProvider.System, Cancel);
        string[] where = ["--database", own.ConnectionString, "--data", _folder.FullName];

        AssertSays(await RunningProgram.RunAsync(["vault", "check", .. where]), 0, "Instruments that open: 1 of 1");
        Assert.Equal(after == "database sealed anew" ? next.Id : old.Id, KeyFile.Read()!.Id);
        AssertSays(await RunningProgram.RunAsync(["vault", "rotate", .. where]), 0, "Data keys sealed anew: 1.");
        AssertSays(await RunningProgram.RunAsync(["vault", "check", .. where]), 0, "Instruments that open: 1 of 1");
        var vault = await PostgresVault.OpenAsync(own.Database, KeyFile.Read()!, TimeProvider.System, Cancel);
        Assert.Equal(Visa, await vault.OpenAsync(id, Cancel));
        Assert.Null(KeyFile.Next.Read());
        Assert.Equal(old.Id, KeyFile.Former(old).Read()?.Id ?? old.Id);
    }

    [Fact]
    public async Task Rotate_CancelledAtAnyMoment_LeavesAKeyThatOpensTheDatabase()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var id = await SealOneAsync(own, KeyFile.CreateUnlessThere(MasterKey.Generate()));
        for (var delay = 0; delay < 40; delay += 2)
        {
            using var cut = new CancellationTokenSource();
            var rotation = new MasterKeyRotation(own.Database, TimeProvider.System);
            var current = (await rotation.FinishAsync(KeyFile, Cancel))!;
            var rotating = rotation.InPlaceAsync(current, KeyFile, cut.Token);
            cut.CancelAfter(delay);
            try
            {
                await rotating;
            }
            catch (OperationCanceledException)
            {
                // Cut off somewhere: the database may still commit, also where it has not read the request for it yet.
                await NoticePost.UntilAsync(async () => await own.Database.FirstAsync(
                    """
                    SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
                    """,
                    _ => { }, row => row.GetInt64(0), Cancel) == 0);
            }

            var found = (await rotation.FinishAsync(KeyFile, Cancel))!;
            Assert.Equal(
                Visa, await (await PostgresVault.OpenAsync(own.Database, found, TimeProvider.System, Cancel)).OpenAsync(id, Cancel));
        }
    }

    [Fact]
    public async Task Seal_ForANewMerchantAfterTheKeyWasChanged_IsRefusedAndNotLost()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var old = KeyFile.CreateUnlessThere(MasterKey.Generate());
        var id = await SealOneAsync(own, old);
        var running = await PostgresVault.OpenAsync(own.Database, old, TimeProvider.System, Cancel);
        var newcomer = await own.MerchantAsync();

        await new MasterKeyRotation(own.Database, TimeProvider.System).InPlaceAsync(old, KeyFile, Cancel);

        Assert.Equal(Visa, await running.OpenAsync(id, Cancel));
        await Assert.ThrowsAsync<VaultException>(async () => await running.SealTextAsync(newcomer, "test", "text", Cancel));
        Assert.Equal(1, await own.CountAsync("data_key"));
    }

    [Fact]
    public async Task Check_OfAnEntryThatWasChanged_NamesItAndEndsWith1()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var id = await SealOneAsync(own, KeyFile.CreateUnlessThere(MasterKey.Generate()));
        await using (
            var change = own.Database.CreateCommand("UPDATE vault_entry SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)"))
        {
            await change.ExecuteNonQueryAsync(Cancel);
        }

        var said = await RunningProgram.RunAsync("vault", "check", "--database", own.ConnectionString, "--data", _folder.FullName);

        AssertSays(said, 1, "Instruments that open: 0 of 1");
        Assert.Contains($"{id.Value}", said.Output, StringComparison.Ordinal);
    }

    private static async Task<InstrumentId> SealOneAsync(OwnBooks own, MasterKey key)
    {
        await using var engine = own.Engine();
        var vault = await PostgresVault.OpenAsync(own.Database, key, TimeProvider.System, Cancel);
        return await VaultTests.RegisterAsync(engine, vault, await own.MerchantAsync(), Visa);
    }

    private static string KeyText(string how) => how switch
    {
        "short" => Convert.ToBase64String(new byte[31]),
        "empty" => "",
        "text" => "not a key, surely!",
        "wrong" => Convert.ToBase64String(new byte[32]),
        _ => throw new ArgumentOutOfRangeException(nameof(how), how, null),
    };

    private static void AssertSays((int ExitCode, string Output, string Error) said, int exitCode, string what)
    {
        Assert.Equal((exitCode, ""), (said.ExitCode, said.ExitCode == exitCode ? "" : said.Output + said.Error));
        Assert.Contains(what, said.Output + said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said.Error, StringComparison.Ordinal);
        // One line says it; the others tell of progress.
        Assert.True(said.ExitCode == 0 || said.Error.Split('\n').Count(line => line.StartsWith('✗')) <= 1, said.Error);
    }

    private Task<(int ExitCode, string Output, string Error)> ServeAsync(OwnBooks own, string? key = null, params string[] more) =>
        RunningProgram.RunWithKeyAsync(
        key, ["serve", "--database", own.ConnectionString, "--data", _folder.FullName, "--port", $"{BooksFixture.FreePort()}", .. more]);

    private async Task<string> StateAsync(OwnBooks own) =>
        string.Join('\n', _folder.GetFiles("master.key").Select(file => $"{file.UnixFileMode} {File.ReadAllText(file.FullName)}"))
            + await VaultTests.DumpAsync(own.Database);
}
