using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Engine;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;

namespace Quittance.Tests.Vault;

/// <summary>A data key is replaced beside servers at work: nothing is lost, and the old key goes when nothing can need it.</summary>
public sealed class RekeyTests(BooksFixture books)
{
    private static readonly Card Visa = new(CardNumber.Parse("4242424242424242"), new CardExpiry(12, 2030), "Mary Irwin");

    private static readonly byte[] Stored = [.. Enumerable.Repeat((byte)7, 32)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static MasterKey Key => RunningProgram.MasterKeyOfExternalDatabases;

    [Long]
    [Fact]
    public async Task Rekey_SealsEverythingAnew_AndTheOldKeyGoesLater()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var (merchant, other) = (await own.MerchantAsync(), await own.MerchantAsync());
        var vault = await OpenAsync(own);
        // More than a batch.
        var ids = await Task.WhenAll(Enumerable.Range(0, 210).Select(_ => VaultTests.RegisterAsync(engine, vault, merchant, Visa)));
        var others = await VaultTests.RegisterAsync(engine, vault, other, Visa);
        await SaveAccountAsync(own, vault, merchant);
        var derived = await vault.DeriveKeyAsync(merchant, Stored, Cancel);

        var replaced = await ReplaceAsync(own, [merchant]);

        var one = Assert.Single(replaced);
        Assert.Equal((merchant, 2, 211L, 0, 0), (one.Merchant, one.DataKey, one.Resealed, one.Deleted, one.Broken.Count));
        Assert.Equal(
            ["2"], await ReadAsync(own, $"SELECT DISTINCT data_key_id::text FROM vault_entry WHERE merchant_id = {merchant.Value}"));
        // Something may still be sealed by the old key, for an hour.
        Assert.Equal(0, await DeleteFormersAsync(own));
        await PassAsync(own, TimeSpan.FromHours(2));
        Assert.Equal(1, await DeleteFormersAsync(own));
        Assert.Equal(["2"], await ReadAsync(own, $"SELECT id::text FROM data_key WHERE merchant_id = {merchant.Value}"));
        Assert.Equal(["1"], await ReadAsync(own, $"SELECT id::text FROM data_key WHERE merchant_id = {other.Value}"));
        // A server that ran all the time, and one that starts now.
        foreach (var reader in (PostgresVault[])[vault, await OpenAsync(own)])
        {
            foreach (var id in (InstrumentId[])[ids[0], ids[^1], others])
                Assert.Equal(Visa, await reader.OpenAsync(id, Cancel));
            Assert.Equal(derived.ToArray(), (await reader.DeriveKeyAsync(merchant, Stored, Cancel)).ToArray());
            var account = await new ProviderAccounts(own.Database, reader, TimeProvider.System).FindAsync(merchant, "sandbox", Cancel);
            Assert.Equal("the key at the provider", account!.ApiKey);
            Assert.Equal(2, (await reader.SealAsync(ids[0], Visa, Cancel)).DataKey);
            Assert.Empty((await reader.CheckAsync(Cancel))[false]);
        }

        Assert.Single(await ReadAsync(own, $"SELECT DISTINCT fingerprint::text FROM vault_entry WHERE merchant_id = {merchant.Value}"));
        await own.AssertCleanAsync();
        // And once more, so that no number of a key counts for ever.
        Assert.Equal(3, Assert.Single(await ReplaceAsync(own, [merchant])).DataKey);
        Assert.Equal(Visa, await (await OpenAsync(own)).OpenAsync(ids[0], Cancel));
    }

    [Fact]
    public async Task NumberUnderAKeyThatIsGone_IsRefusedAlone_AndItsSenderRepeatsIt()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine(lanes: 1);
        var shop = new Business(await own.MerchantAsync());
        var vault = await OpenAsync(own);
        Assert.True((await engine.SubmitAsync(shop.Opening("A-1"))).Accepted);
        var instrument = new InstrumentId(shop.Merchant, Business.NewId());
        var late = new RegisterInstrument(
            new Origin(shop.Merchant, 0, Guid.Empty), AccountTarget.Named(shop.AccountName("A-1")), instrument,
            new Reference(shop.Merchant, "test", "instrument", "late"), PaymentMethod.BankCard, Visa.Masked)
        {
            Holding = new Holding(
                new Vaulted("sandbox", Visa.Shown, null), await vault.SealAsync(instrument, Visa, Cancel) with { DataKey = 99 }),
        };

        var outcomes = await Task.WhenAll(engine.SubmitAsync(shop.Opening("A-2")), engine.SubmitAsync(late),
            engine.SubmitAsync(shop.Opening("A-3")));

        Assert.Equal([true, false, true], outcomes.Select(outcome => outcome.Accepted));
        Assert.Equal(Refusal.Unavailable, Assert.Single(outcomes[1].Faults).Refusal);
        await own.AssertCleanAsync();
    }

    [Long]
    [Fact]
    public async Task Rekey_WithHashes_LeavesNothingThatFollowsFromTheOldKey()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var merchant = await own.MerchantAsync();
        var vault = await OpenAsync(own);
        var id = await VaultTests.RegisterAsync(engine, vault, merchant, Visa);
        var before = await vault.DeriveKeyAsync(merchant, Stored, Cancel);

        await ReplaceAsync(own, [merchant], withHashes: true);

        var after = await OpenAsync(own);
        Assert.NotEqual(before.ToArray(), (await after.DeriveKeyAsync(merchant, Stored, Cancel)).ToArray());
        Assert.Equal(Visa, await after.OpenAsync(id, Cancel));
    }

    [Long]
    [Fact]
    public async Task Rekey_BesideAServerThatSeals_LosesNothing()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var merchant = await own.MerchantAsync();
        var vault = await OpenAsync(own);
        var ids = new List<InstrumentId> { await VaultTests.RegisterAsync(engine, vault, merchant, Visa) };
        var replacing = ReplaceAsync(own, [merchant]);
        while (!replacing.IsCompleted)
            ids.Add(await VaultTests.RegisterAsync(engine, vault, merchant, Visa));

        await replacing;
        await PassAsync(own, TimeSpan.FromHours(2));
        Assert.Equal(1, await DeleteFormersAsync(own));
        var after = await OpenAsync(own);
        Assert.Equal(ids.Count, (await after.CheckAsync(Cancel))[true].Count());
        Assert.Empty((await after.CheckAsync(Cancel))[false]);
    }

    [Long]
    [Fact]
    public async Task Rekey_CutOffAtAnyMoment_LosesNothing_AndIsDoneWhenItIsRepeated()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var merchant = await own.MerchantAsync();
        var vault = await OpenAsync(own);
        var ids = await Task.WhenAll(Enumerable.Range(0, 210).Select(_ => VaultTests.RegisterAsync(engine, vault, merchant, Visa)));
        // After it has made the key, and in the middle of its batches.
        foreach (var milliseconds in (int[])[200, 5030, 5080, 5150])
        {
            using var cut = new CancellationTokenSource(milliseconds);
            try
            {
                await new DataKeyReplacement(own.Database, Key, TimeProvider.System).ReplaceAsync([merchant], false, null, null, cut.Token);
            }
            catch (OperationCanceledException)
            {
                // Cut off somewhere.
            }

            var between = await OpenAsync(own);
            foreach (var id in (InstrumentId[])[ids[0], ids[105], ids[^1]])
                Assert.Equal(Visa, await between.OpenAsync(id, Cancel));
        }

        var one = Assert.Single(await ReplaceAsync(own, [merchant]));
        Assert.Equal([$"{one.DataKey}"], await ReadAsync(own, "SELECT DISTINCT data_key_id::text FROM vault_entry"));
        await PassAsync(own, TimeSpan.FromHours(2));
        await DeleteFormersAsync(own);
        Assert.Equal(1, await own.CountAsync("data_key"));
        Assert.Equal(210, (await (await OpenAsync(own)).CheckAsync(Cancel))[true].Count());
    }

    [Long]
    [Fact]
    public async Task Rekey_OfAnEntryThatWasChanged_NamesItAndKeepsItsKey()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var merchant = await own.MerchantAsync();
        var vault = await OpenAsync(own);
        var whole = await VaultTests.RegisterAsync(engine, vault, merchant, Visa);
        var changed = await VaultTests.RegisterAsync(engine, vault, merchant, Visa);
        await OperatedBooks.ExecuteAsync(
            own, $"UPDATE vault_entry SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1) WHERE instrument_id = '{changed.Value}'");

        var (exitCode, output, error) = await RunningProgram.RunAsync("vault", "rekey", "--database", own.ConnectionString);

        Assert.True(exitCode == 1, error);
        Assert.Contains($"instrument {changed.Value} does not open", output, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], await ReadAsync(own, "SELECT id::text FROM data_key ORDER BY id"));
        Assert.Equal(Visa, await (await OpenAsync(own)).OpenAsync(whole, Cancel));
        // The key that it keeps stands in the way of no further one.
        var again = Assert.Single(await ReplaceAsync(own, [merchant]));
        Assert.Equal((3, 1L, $"instrument {changed.Value}"), (again.DataKey, again.Resealed, Assert.Single(again.Broken)));
        await PassAsync(own, TimeSpan.FromHours(2));
        Assert.Equal(1, await DeleteFormersAsync(own));
        Assert.Equal(["1", "3"], await ReadAsync(own, "SELECT id::text FROM data_key ORDER BY id"));
        Assert.Equal(Visa, await (await OpenAsync(own)).OpenAsync(whole, Cancel));
    }

    [Long]
    [Fact]
    public async Task Rekey_WithHashes_AfterOneWithoutThatWasCutOff_LeavesNothingOfTheOldKey()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var merchant = await own.MerchantAsync();
        var vault = await OpenAsync(own);
        var id = await VaultTests.RegisterAsync(engine, vault, merchant, Visa);
        var before = await vault.DeriveKeyAsync(merchant, Stored, Cancel);
        // As far as a run comes that is cut off while it waits for the servers.
        await DataKeys.SucceedAsync(own.Database, Key, merchant, withHashes: false, by: null, TimeProvider.System, Cancel);

        Assert.Equal(3, Assert.Single(await ReplaceAsync(own, [merchant], withHashes: true)).DataKey);

        var after = await OpenAsync(own);
        Assert.NotEqual(before.ToArray(), (await after.DeriveKeyAsync(merchant, Stored, Cancel)).ToArray());
        Assert.Equal(Visa, await after.OpenAsync(id, Cancel));
    }

    [Long]
    [Fact]
    public async Task Secret_SealedBeforeARekey_AndCommittedAfterIt_KeepsItsKey()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (merchant, vault) = (await own.MerchantAsync(), await OpenAsync(own));
        await SaveAccountAsync(own, vault, merchant);
        var late = Assert.Single(await ReadAsync(own, "SELECT encode(sealed_keys, 'hex') FROM provider_account"));
        await ReplaceAsync(own, [merchant]);
        await SealedSql.ScalarAsync(own.Database, $"UPDATE provider_account SET sealed_keys = decode('{late}', 'hex')");

        await PassAsync(own, TimeSpan.FromHours(2));
        Assert.Equal(0, await DeleteFormersAsync(own));
        Assert.Equal("the key at the provider", await ApiKeyAsync(own, merchant));
        var again = Assert.Single(await ReplaceAsync(own, [merchant]));
        Assert.Equal((3, 1L, 1), (again.DataKey, again.Resealed, again.Deleted));
        Assert.Equal("the key at the provider", await ApiKeyAsync(own, merchant));
        await own.AssertCleanAsync();
    }

    [Long]
    [Fact]
    public async Task Rekey_BesideOneThatLocksRowsInAnotherOrder_DoesNotStopIt()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var merchant = await own.MerchantAsync();
        var vault = await OpenAsync(own);
        List<InstrumentId> ids = [];
        for (var count = 0; count < 3; count++)
            ids.Add(await VaultTests.RegisterAsync(engine, vault, merchant, Visa));
        await using var connection = await own.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await DeleteAsync(ids[2]);

        var replacing = ReplaceAsync(own, [merchant]);
        await NoticePost.UntilAsync(async () => await own.WaitingAsync() == 1);
        await DeleteAsync(ids[0]);
        await transaction.CommitAsync(Cancel);

        Assert.Equal(2, Assert.Single(await replacing).Resealed);
        Assert.Equal(Visa, await (await OpenAsync(own)).OpenAsync(ids[1], Cancel));

        async Task DeleteAsync(InstrumentId instrument)
        {
            await using var delete = new NpgsqlCommand($"DELETE FROM vault_entry WHERE instrument_id = '{instrument.Value}'", connection);
            Assert.Equal(1, await delete.ExecuteNonQueryAsync(Cancel));
        }
    }

    [Fact]
    public async Task Check_OfASecretThatWasChanged_NamesIt()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await SaveAccountAsync(own, await OpenAsync(own), await own.MerchantAsync());
        var check = (string[])["vault", "check", "--database", own.ConnectionString];
        var whole = await RunningProgram.RunAsync(check);
        Assert.True(whole.ExitCode == 0, whole.Error);
        Assert.Contains("Other secrets that open: 1 of 1", whole.Output, StringComparison.Ordinal);
        await SealedSql.ScalarAsync(
            own.Database, "UPDATE provider_account SET sealed_keys = set_byte(sealed_keys, 30, get_byte(sealed_keys, 30) # 1)");

        var changed = await RunningProgram.RunAsync(check);

        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("provider_account sandbox does not open", changed.Output, StringComparison.Ordinal);
        Assert.Contains("Other secrets that open: 0 of 1", changed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rekey_UnderAnotherMasterKey_ChangesNothing()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        await VaultTests.RegisterAsync(engine, await OpenAsync(own), await own.MerchantAsync(), Visa);
        var before = await VaultTests.DumpAsync(own.Database);

        var (exitCode, _, error) = await RunningProgram.RunWithKeyAsync(
            Convert.ToBase64String(new byte[32]), "vault", "rekey", "--database", own.ConnectionString);

        Assert.Equal(1, exitCode);
        Assert.Contains("is sealed by the master key", error, StringComparison.Ordinal);
        Assert.Equal(before, await VaultTests.DumpAsync(own.Database));
    }

    [Long]
    [Fact]
    public async Task SecondFactor_GivesValidCodes_AfterARekey()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (merchant, vault) = (await own.MerchantAsync(), await OpenAsync(own));
        using var people = new People(own.Database, TimeProvider.System, new HashSet<string>());
        await people.EnsureAsync(merchant, "ada@example.com", "Ada", "correct horse battery staple", Cancel, OperatorRole.Admin);
        var person = (await people.FindAsync(merchant, "ada@example.com", Cancel))!;
        var (secret, step) = (SecondFactors.NewSecret(), OneTimeCode.StepOf(TimeProvider.System.GetUtcNow()));
        var by = new Origin(merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(person.Id, person.Name, "factor.set", "person Ada", ""),
        };
        var factors = new SecondFactors(own.Database, vault, TimeProvider.System);
        Assert.Equal(
            CodeOutcome.Right, (await factors.SetUpAsync(merchant, person.Id, secret, OneTimeCode.Of(secret, step), by, Cancel)).Outcome);

        Assert.Empty(Assert.Single(await ReplaceAsync(own, [merchant])).Broken);

        var code = OneTimeCode.Of(secret, step + 1);
        Assert.Equal(CodeOutcome.Right, (await factors.CheckAsync(person, code, TryKind.Code, by, Cancel)).Outcome);
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task EverySealedColumn_IsSealedAnew() => Assert.Equal(
        await ReadAsync(books.Database, """
            SELECT table_name || '.' || column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type = 'bytea' AND column_name LIKE '%sealed%' ORDER BY 1
            """),
        DataKeyReplacement.Texts.Select(text => $"{text.Table}.{text.Column}").Append("vault_entry.sealed")
            .Order(StringComparer.Ordinal));

    private static ValueTask<PostgresVault> OpenAsync(OwnBooks own) =>
        new(PostgresVault.OpenAsync(own.Database, Key, TimeProvider.System, Cancel));

    private static Task<IReadOnlyList<ReplacedDataKey>> ReplaceAsync(
        OwnBooks own, IReadOnlyList<MerchantId> merchants, bool withHashes = false) =>
        new DataKeyReplacement(own.Database, Key, TimeProvider.System).ReplaceAsync(merchants, withHashes, null, null, Cancel);

    private static Task<int> DeleteFormersAsync(OwnBooks own) => new FormerDataKeys(own.Database, TimeProvider.System).DeleteAsync(Cancel);

    /// <summary>Makes the keys older.</summary>
    private static Task PassAsync(OwnBooks own, TimeSpan time) =>
        OperatedBooks.ExecuteAsync(own, $"UPDATE data_key SET created_at = created_at - interval '{time}'");

    private static Task SaveAccountAsync(OwnBooks own, PostgresVault vault, MerchantId merchant) =>
        new ProviderAccounts(own.Database, vault, TimeProvider.System).SaveAsync(
            new ProviderAccount(merchant, "sandbox", new Uri("http://127.0.0.1:1/"), "the key at the provider", ["notices"]), Cancel);

    private static async Task<string?> ApiKeyAsync(OwnBooks own, MerchantId merchant)
    {
        var accounts = new ProviderAccounts(own.Database, await OpenAsync(own), TimeProvider.System);
        return (await accounts.FindAsync(merchant, "sandbox", Cancel))?.ApiKey;
    }

    private static Task<IReadOnlyList<string>> ReadAsync(OwnBooks own, string sql) => OperatedBooks.ReadAsync(own.Database, sql);

    private static Task<IReadOnlyList<string>> ReadAsync(NpgsqlDataSource database, string sql) =>
        OperatedBooks.ReadAsync(database, sql);
}
