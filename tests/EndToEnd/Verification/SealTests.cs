using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Host.Watching;
using Quittance.Storage;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Verification;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Verification;

/// <summary>A seal that is kept outside of the books shows later whether they were continued or rewritten.</summary>
public sealed class SealTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Books_ContainTheSealsThatTheyHad()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        List<Seal> seals = [await SealAsync(own)];
        Assert.Equal(seals, [await SealAsync(own)], HaveOneHash);
        await using (var engine = own.Engine())
        {
            for (var payment = 0; payment < 3; payment++)
            {
                Assert.True((await engine.SubmitAsync(shop.Payment($"A-{payment}"))).Accepted);
                seals.Add(await SealAsync(own));
            }
        }

        Assert.Equal(4, seals.Select(seal => Convert.ToHexString(seal.Hash.Span)).Distinct().Count());
        var kept = Read([.. seals.Select(seal => SealText.Of(seal).ToJsonString())]);
        Assert.Equal(4, kept.Count);
        Assert.Empty(await BrokenAsync(own, kept));
        Assert.Empty(await BrokenAsync(own, [.. kept.Select(seal => new KeptSeal(seal.Merchant, null, seal.Hash[..12]))]));
        var wrong = Assert.Single(await BrokenAsync(own, [kept[1] with { Hash = "0123456789ab" }, kept[2]]));
        Assert.Equal((SealCheck.AgainstRule, 1L), (wrong.Rule, wrong.Count));
        var late = Assert.Single(await BrokenAsync(own, [kept[1] with { At = kept[2].At }]));
        Assert.Contains("it was changed", late.Examples[0], StringComparison.Ordinal);
    }

    /// <summary>A connection that is open says one of its hosts; before, it says all of them.</summary>
    [Fact]
    public async Task Blocks_OfADatabaseThatIsReachedBySeveralHosts_AreProven()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var hosts = new NpgsqlConnectionStringBuilder(own.ConnectionString)
        {
            Host = "localhost,127.0.0.1",
            TargetSessionAttributes = "primary",
        };
        await using var database = Storage.Database.Open(hosts.ConnectionString);
        BlockKeys.Use(database, RunningProgram.MasterKeyOfExternalDatabases.Blocks);
        var before = await own.CountAsync("block");
        await using (var engine = OwnBooks.Engine(database))
            Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);

        Assert.True(await own.CountAsync("block") > before);
        Assert.Equal(0, await own.CountAsync("block WHERE proof IS NULL"));
        await OwnBooks.AssertCleanAsync(database);
    }

    [Fact]
    public async Task BooksThatWereRewrittenWhole_LackTheSealsThatTheyHad()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var rewritten = await OwnBooks.CreateAsync(books);
        var (shop, other) = (new Business(await own.MerchantAsync()), new Business(await rewritten.MerchantAsync()));
        await PayAsync(own, shop);
        var seal = await SealAsync(own);
        await PayAsync(rewritten, other);

        var found = Assert.Single(await BrokenAsync(rewritten, Read(SealText.Of(seal).ToJsonString())));

        Assert.Equal(SealCheck.AgainstRule, found.Rule);
        Assert.Contains("is not in the chain of these books", found.Examples[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task BooksFromBeforeASeal_AreReportedToBeOlder()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var restored = await OwnBooks.CreateAsync(books);
        var (shop, other) = (new Business(await own.MerchantAsync()), new Business(await restored.MerchantAsync()));
        await PayAsync(restored, other);
        await PayAsync(own, shop);

        var found = Assert.Single(await BrokenAsync(restored, Read(SealText.Of(await SealAsync(own)).ToJsonString())));

        Assert.Contains("is younger than these books", found.Examples[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileOfSeals_ThatWasCutOrChanged_IsRefusedWithItsReason()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await PayAsync(own, shop);
        var seal = await SealAsync(own);
        var text = SealText.Of(seal).ToJsonString();
        var hash = Convert.ToHexStringLower(seal.Hash.Span);
        var kept = new KeptSeal(seal.Merchant, seal.At, hash);

        Assert.Equal([kept], Read(text));
        Assert.Equal([kept], Read(text, "", text));
        Assert.Equal([kept], Read($$"""{"seals":[{{text}}]}"""));
        Assert.Equal([kept], Read("{", "  \"seals\": [", text, "  ]", "}"));
        Assert.Equal([new KeptSeal(seal.Merchant, null, hash)],
            Read($"12:00 info: The books of merchant {seal.Merchant.Value} are sealed as {hash}; the seal is of 2027-01-01"));
        Assert.Equal([new KeptSeal(null, null, hash[..12])], Read(hash[..12]));
        Assert.Equal("its line 1 is no seal: it was cut or changed there", FaultOf(text[..^10]));
        Assert.Equal("its line 2 is no seal: it was cut or changed there", FaultOf(text, text.Replace("\"at\"", "\"then\"")));
        Assert.Equal("its line 1 is no seal: it was cut or changed there", FaultOf(hash[..11]));
        Assert.Equal("it is not JSON as it was written: the file was cut or changed", FaultOf($$"""{"seals":[{{text}}"""));
        Assert.Equal("one of its seals lacks something: the file was cut or changed", FaultOf("""{"seals":[{"merchant":1}]}"""));
        Assert.Equal("it has no seal", FaultOf(""));
        Assert.Equal("it has no seal", FaultOf());
    }

    [Fact]
    public async Task Commands_ShowASeal_AndVerifyAgainstIt()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await PayAsync(own, shop);
        var file = Path.Combine(Path.GetTempPath(), $"seals-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}.json");
        try
        {
            var (_, shown, _) = await RunningProgram.RunAsync("seal", "show", "--json", "--database", own.ConnectionString);
            await File.WriteAllTextAsync(file, shown, Cancel);
            var verified = await VerifyAsync(own, file);
            Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
            Assert.Contains("seals compared 1", verified.Output, StringComparison.Ordinal);
            Assert.Matches(@"blocks (\d+) · proven \1 ", verified.Output);

            var (_, text, _) = await RunningProgram.RunAsync("seal", "show", "--database", own.ConnectionString);
            await File.WriteAllTextAsync(file, text, Cancel);
            Assert.Equal(0, (await VerifyAsync(own, file)).ExitCode);
            await File.WriteAllTextAsync(file, "merchant 1 0123456789abcdef", Cancel);
            Assert.Contains("is not in the chain of these books", (await VerifyAsync(own, file)).Output, StringComparison.Ordinal);

            await File.WriteAllTextAsync(file, "merchant 77 0123456789abcdef", Cancel);
            var foreign = await VerifyAsync(own, file);
            Assert.Equal(1, foreign.ExitCode);
            Assert.Contains("the books have no such merchant", foreign.Error, StringComparison.Ordinal);

            await File.WriteAllTextAsync(file, shown[..100], Cancel);
            Assert.Contains("is no file of seals", (await VerifyAsync(own, file)).Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Server_AppendsTheSealsThatHaveChangedToItsFile()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var file = Path.Combine(Path.GetTempPath(), $"seals-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}.json");
        var settings = new ServerSettings(IPAddress.Loopback, 1, new PublicAddress("http://127.0.0.1:1"), IsDemo: false)
        {
            SealFile = file,
        };
        using var service = new SealService(
            new Seals(own.Database, TimeProvider.System), settings, TimeProvider.System, NullLogger<SealService>.Instance);
        try
        {
            // A crash has cut the last line.
            await File.WriteAllTextAsync(file, "{\"mercha", Cancel);
            for (var payment = 0; payment < 2; payment++)
            {
                await PayAsync(own, shop);
                await service.TellAsync(Cancel);
                await service.TellAsync(Cancel);
            }

            var seals = Read([.. (await File.ReadAllLinesAsync(file, Cancel)).Skip(1)]);
            Assert.Equal(2, seals.Count);
            Assert.Empty(await BrokenAsync(own, seals));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A thief changes a row by SQL, and adds a block as the server would.</summary>
    [Theory]
    [InlineData("UPDATE payment SET method = 'voucher'")]
    [InlineData("UPDATE credential SET scopes = '{everything}'")]
    public async Task BlockThatAThiefAdds_LacksTheProof(string sql)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await CredentialAsync(own, shop.Merchant);
        await PayAsync(own, shop);
        Assert.Empty(await BrokenAsync(own, []));
        await SealedSql.AddBlockAsync(own.Database, sql);
        // The thief has no key: there is no proof, or that of another block.
        foreach (var proof in (string[])["NULL", "(SELECT proof FROM block ORDER BY at LIMIT 1)", "decode(repeat('07', 40), 'hex')"])
        {
            await ExecuteAsync(own, $"UPDATE block SET proof = {proof} WHERE at = (SELECT max(at) FROM block)");
            Assert.Equal((SealCheck.ProofRule, 1L), Of(Assert.Single(await BrokenAsync(own, []))));
        }
    }

    /// <summary>Also with the key, what never changes does not.</summary>
    [Long]
    [Theory]
    [InlineData("UPDATE event SET occurred_at = occurred_at + interval '1 day', request_id = gen_random_uuid()", SealCheck.LastingRule)]
    [InlineData("DELETE FROM transfer; DELETE FROM event; DELETE FROM payment", SealCheck.LastingRule)]
    [InlineData("DELETE FROM operator_action", SealCheck.LastingRule)]
    [InlineData("UPDATE reference SET value = value || 'x'", SealCheck.LastingRule)]
    [InlineData("DELETE FROM credential", SealCheck.LastingRule)]
    public async Task BlockThatEndsWhatNeverEnds_IsFound(string sql, string rule)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await CredentialAsync(own, shop.Merchant);
        await PayAsync(own, shop);
        await SealedSql.AddBlockAsync(own.Database, sql);

        var broken = await BrokenAsync(own, []);

        Assert.Contains(rule, broken.Select(difference => difference.Rule));
        Assert.DoesNotContain(SealCheck.RowRule, broken.Select(difference => difference.Rule));
        Assert.DoesNotContain(SealCheck.ProofRule, broken.Select(difference => difference.Rule));
    }

    [Fact]
    public async Task BlocksOfAFormerMasterKey_AreProvenByTheKeyThatItsRotationKept()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var folder = Directory.CreateTempSubdirectory("seals-");
        try
        {
            var file = new MasterKeyFile(Path.Combine(folder.FullName, "a.key"));
            var former = file.CreateUnlessThere(MasterKey.Generate());
            var vault = await PostgresVault.OpenAsync(own.Database, former, TimeProvider.System, Cancel);
            var shop = new Business(await own.MerchantAsync());
            await vault.SealTextAsync(shop.Merchant, "a test", "text", Cancel);
            await PayAsync(own, shop);
            await new MasterKeyRotation(own.Database, TimeProvider.System).InPlaceAsync(former, file, Cancel);
            string[] verify =
                ["verify", "--database", own.ConnectionString, "--data", folder.FullName, "--master-key-file", file.FullPath];

            var (exitCode, output, _) = await RunningProgram.RunAsync(verify);
            Assert.True(exitCode == 0, output);
            Assert.Contains(" · proven 1", output, StringComparison.Ordinal);

            File.Delete(file.Former(former).FullPath);
            (exitCode, output, _) = await RunningProgram.RunAsync(verify);
            Assert.Equal(1, exitCode);
            Assert.Contains($"names the master key {former.Id}, which is not at hand", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task ErasedName_LeavesNoHashThatAGuessCouldBeCheckedAgainst()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using (var engine = own.Engine())
            Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);
        await SealedSql.ScalarAsync(
            own.Database, "INSERT INTO account_holder (merchant_id, account_id, name) SELECT merchant_id, id, 'Anna Smith' FROM account");
        await SealedSql.ScalarAsync(own.Database, """UPDATE payment SET details = '{"payer":"Anna Smith"}'""");
        var guesses = await HashesAsync(own);
        Assert.All(guesses, guess => Assert.Contains(guess, Leaves(own).Result));
        var account = (Guid)(await own.Database.FirstAsync("SELECT id FROM account", _ => { }, row => row.GetValue(0), Cancel))!;

        var erased = await new Erasing(own.Database, TimeProvider.System).EraseAsync(
            new AccountId(shop.Merchant, account), OperatorOf(shop.Merchant, "account.erase"), Cancel);

        Assert.True(erased.IsDone);
        Assert.Empty(await BrokenAsync(own, []));
        // All rows that are left, and all that was erased, give none of the hashes that the blocks keep.
        await ExecuteAsync(
            own, "INSERT INTO account_holder (merchant_id, account_id, name) SELECT merchant_id, id, 'Anna Smith' FROM account");
        await ExecuteAsync(own, """UPDATE payment SET details = '{"payer":"Anna Smith"}'""");
        var leaves = await Leaves(own);
        Assert.All(guesses, guess => Assert.Contains(guess, leaves));
        Assert.All(await HashesAsync(own), guess => Assert.DoesNotContain(guess, leaves));
    }

    [Fact]
    public async Task OneBatch_SealsTheBooksOfEachMerchantByThemselves()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        Business[] shops = [new(await own.MerchantAsync()), new(await own.MerchantAsync())];
        await using (var engine = own.Engine(lanes: 1))
        {
            // While the first waits for its slots, the others become one batch.
            await using var held = await own.Database.OpenConnectionAsync(Cancel);
            await using (var locked = await held.BeginTransactionAsync(Cancel))
            {
                await using (var take = new NpgsqlCommand("SELECT FROM slot FOR UPDATE", held, locked))
                    await take.ExecuteNonQueryAsync(Cancel);
                var first = engine.SubmitAsync(shops[0].Payment("A-0"));
                await NoticePost.UntilAsync(async () => await own.WaitingAsync() == 1);
                Task<Outcome>[] others = [.. shops.Select(shop => engine.SubmitAsync(shop.Payment("A-1")))];
                await locked.RollbackAsync(Cancel);
                Assert.All(await Task.WhenAll([first, .. others]), outcome => Assert.True(outcome.Accepted));
            }
        }

        Assert.True(await own.Database.FirstAsync(
            "SELECT EXISTS (SELECT FROM block a JOIN block b ON a.id = b.id AND a.at = b.at AND a.merchant_id < b.merchant_id)",
            _ => { }, row => row.GetBoolean(0), Cancel));
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task ChangesBesideTheLanes_AreSealedBetweenTheBatchesOfARunningEngine()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var (seals, actions) = (new Seals(own.Database, TimeProvider.System), new OperatorActions(own.Database));
        await using (var engine = own.Engine())
        {
            var payments = Task.WhenAll(Enumerable.Range(0, 400).Select(n => engine.SubmitAsync(shop.Payment($"A-{n % 40}"))));
            for (var n = 0; n < 20; n++)
            {
                await actions.AddAsync(OperatorOf(shop.Merchant, "payment.ask"), TimeProvider.System.GetUtcNow(), Cancel);
                await seals.OfAsync(shop.Merchant, Cancel);
            }

            Assert.All(await payments, outcome => Assert.True(outcome.Accepted));
        }

        Assert.Equal(20, await own.CountAsync("operator_action"));
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task OperatorsActionOfALane_IsSealedWithItsBatch()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using (var engine = own.Engine())
        {
            var payment = shop.Payment("A-1");
            Assert.True((await engine.SubmitAsync(payment with { Origin = OperatorOf(shop.Merchant, "payment.record") })).Accepted);
        }

        await own.AssertCleanAsync();
        await ExecuteAsync(own, "DELETE FROM operator_action");
        var found = Assert.Single(await BrokenAsync(own, []));
        Assert.Equal((SealCheck.RowRule, 1L), Of(found));
        Assert.StartsWith("operator_action: a row as block ", found.Examples[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM slot WHERE slot = 31", "slot 31 has no row")]
    [InlineData("UPDATE block SET at = 'infinity' WHERE at = (SELECT max(at) FROM block)", " does not follow from the blocks before it")]
    [InlineData("UPDATE block SET at = '0044-03-15 BC' WHERE at = (SELECT max(at) FROM block)", " does not follow from the blocks")]
    [InlineData("ALTER TABLE block DROP CONSTRAINT block_hash_check; UPDATE block SET hash = ''", " does not follow from the blocks")]
    [InlineData("ALTER TABLE block DROP CONSTRAINT block_proof_check; UPDATE block SET proof = ''", "has no proof")]
    public async Task ChainThatIsNoneOfOurs_IsAFinding(string sql, string said)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await PayAsync(own, shop);
        await ExecuteAsync(own, sql);

        Assert.Contains(await BrokenAsync(own, []), found => found.Examples[0].Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ChangedRow_CountsOnce()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await PayAsync(own, shop);
        await PayAsync(own, shop);
        await ExecuteAsync(own, "UPDATE payment SET method = 'voucher'");

        Assert.Equal((SealCheck.RowRule, 2L), Of(Assert.Single(await BrokenAsync(own, []))));
    }

    private static bool HaveOneHash(Seal one, Seal other) => one.Hash.Span.SequenceEqual(other.Hash.Span);

    private static (string Rule, long Count) Of(Difference difference) => (difference.Rule, difference.Count);

    private static Origin OperatorOf(MerchantId merchant, string what) => new(merchant, 0, Business.NewId())
    {
        Action = new OperatorAction(null, OperatorAction.CommandLine, what, "1", "because"),
    };

    private static async Task CredentialAsync(OwnBooks own, MerchantId merchant)
    {
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var installation = await merchants.InstallAsync(merchant, "tmf676", Currency.Parse("EUR"), Cancel);
        await new IssuedCredentials(own.Database, TimeProvider.System).IssueAsync(
            installation, [CredentialKind.Bearer], "shop", [], _ => OperatorOf(merchant, "credential.issue"), Cancel);
    }

    /// <summary>The hashes of the rows that hold a person's data, as they are now.</summary>
    private static async Task<IReadOnlyList<string>> HashesAsync(OwnBooks own)
    {
        List<string> hashes = [];
        foreach (var table in (SealedTable[])[Tables.AccountHolder.Sealed, Tables.Payment.Sealed])
        {
            hashes.AddRange(await own.Database.AllAsync(table.Select(""), command => command.With(1L), row =>
            {
                var hash = new byte[RowDigest.Size];
                table.Hash(row, new RowDigest(), hash);
                return Convert.ToHexString(hash);
            }, Cancel));
        }

        Assert.Equal(2, hashes.Count);
        return hashes;
    }

    private static async Task<HashSet<string>> Leaves(OwnBooks own)
    {
        HashSet<string> hashes = [];
        var blocks = await own.Database.AllAsync("SELECT leaves FROM block", _ => { }, row => row.GetFieldValue<byte[]>(0), Cancel);
        foreach (var leaves in blocks)
            hashes.UnionWith(leaves.Chunk(1 + RowDigest.Size).Select(leaf => Convert.ToHexString(leaf[1..])));
        return hashes;
    }

    private static async Task ExecuteAsync(OwnBooks own, string sql)
    {
        await using var command = own.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static IReadOnlyList<KeptSeal> Read(params string[] lines)
    {
        var seals = SealText.Read(lines, out var fault);
        Assert.Null(fault);
        return seals;
    }

    private static string? FaultOf(params string[] lines)
    {
        SealText.Read(lines, out var fault);
        return fault;
    }

    private static Task<(int ExitCode, string Output, string Error)> VerifyAsync(OwnBooks own, string file) =>
        RunningProgram.RunAsync("verify", "--against", file, "--database", own.ConnectionString);

    private static async Task PayAsync(OwnBooks own, Business shop)
    {
        await using var engine = own.Engine();
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);
    }

    private static async Task<Seal> SealAsync(OwnBooks own)
    {
        var seals = new Seals(own.Database, TimeProvider.System);
        return await seals.OfAsync(Assert.Single(await seals.MerchantsAsync(Cancel)), Cancel);
    }

    private static async Task<IReadOnlyList<Difference>> BrokenAsync(OwnBooks own, IReadOnlyList<KeptSeal> seals) =>
        Assert.Single(await new Verifier(own.Database).VerifyAsync(null, Cancel, seals)).Differences;
}
