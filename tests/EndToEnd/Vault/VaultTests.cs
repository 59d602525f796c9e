using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Vault;

/// <summary>The vault seals secrets, and opens each only for its own purpose.</summary>
public sealed class VaultTests(BooksFixture books)
{
    private static readonly Card Visa = new(CardNumber.Parse("4242424242424242"), new CardExpiry(12, 2030), "Mary Irwin");

    private static readonly Mandate Signed = new("MANDATE-1", MandateScheme.Sepa, new DateOnly(2026, 11, 20), MandateStatus.Active);

    public static TheoryData<InstrumentSecret> Secrets =>
    [
        Visa,
        new Card(CardNumber.Parse("378282246310005"), new CardExpiry(1, 2027), null),
        new IbanAccount(Iban.Parse("DE89370400440532013000"), Bic.Parse("COBADEFF"), "Jürgen Groß"),
        new IbanAccount(Iban.Parse("CH9300762011623852957"), null, "Anna \"Ann\" Muster"),
        new UkAccount(SortCode.Parse("20-12-53"), UkAccountNumber.Parse("55779911"), "M Irwin"),
        new UkAccount(SortCode.Parse("20-12-53"), UkAccountNumber.Parse("55779911"), "M Irwin") { Email = "mary@example.org" },
        new IbanAccount(Iban.Parse("DE89370400440532013000"), null, "Mary Irwin") { Signature = "data:image/png;base64,iVBORw0KGgo=" },
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Secrets))]
    public async Task Open_AnInstrumentThatWasRegistered_GivesItsNumber(InstrumentSecret secret)
    {
        var merchant = await books.Merchants.CreateAsync("Test", Cancel);
        var id = await RegisterAsync(books.Engine, books.Vault, merchant, secret, secret is Card ? null : Signed);

        Assert.Equal(secret, await books.Vault.OpenAsync(id, Cancel));
    }

    [Fact]
    public async Task Open_WhatIsNotThere_GivesNothing()
    {
        var merchant = await books.Merchants.CreateAsync("Test", Cancel);
        Assert.Null(await books.Vault.OpenAsync(new InstrumentId(merchant, NewId()), Cancel));
        Assert.Null(await books.Vault.OpenAsync(new InstrumentId(new MerchantId(long.MaxValue), NewId()), Cancel));
    }

    [Fact]
    public async Task Instrument_ReadForAPayment_ShowsWhatMayBeShown()
    {
        var merchant = await books.Merchants.CreateAsync("Test", Cancel);
        var iban = new IbanAccount(Iban.Parse("DE89370400440532013000"), null, "Mary Irwin");
        var account = new AccountId(merchant, NewId());
        var id = await RegisterAsync(books.Engine, books.Vault, merchant, iban, Signed, account);
        var paid = await books.Engine.SubmitAsync(
            new RecordPayment(Origin(merchant), AccountTarget.Named(Name(merchant, account)), new PaymentId(merchant, NewId()), "test")
            {
                Amount = new Money(100, Currency.Parse("EUR")),
                Instrument = Name(merchant, id),
                ReceivedBy = ClearingProvider.Gateway,
                Method = PaymentMethod.BankAccountDebit,
            });

        Assert.True(paid.Accepted, string.Join(", ", paid.Faults));
        var view = await new Storage.Reading.Books(books.Database).PaymentAsync(new PaymentId(merchant, paid.Subject), null, Cancel);
        Assert.Equal(new Vaulted("sandbox", iban.Shown, Signed), view!.Instrument!.Vaulted);
    }

    [Fact]
    public async Task Open_AfterAnyBitHasChanged_Refuses()
    {
        var merchant = await books.Merchants.CreateAsync("Test", Cancel);
        var id = await RegisterAsync(books.Engine, books.Vault, merchant, Visa);
        var length = (int)(await ScalarAsync("SELECT octet_length(sealed) FROM vault_entry WHERE merchant_id = $1", merchant.Value))!;
        for (var at = 0; at < length; at++)
        {
            const string Flip = "UPDATE vault_entry SET sealed = set_byte(sealed, $2, get_byte(sealed, $2) # 1) WHERE merchant_id = $1";
            await ScalarAsync(Flip, merchant.Value, at);
            await Assert.ThrowsAsync<VaultException>(async () => await books.Vault.OpenAsync(id, Cancel));
            await ScalarAsync(Flip, merchant.Value, at);
        }

        foreach (var kept in (int[])[0, 1, 5, 20, length - 1])
        {
            var other = await RegisterAsync(books.Engine, books.Vault, merchant, Visa);
            await ScalarAsync("UPDATE vault_entry SET sealed = substr(sealed, 1, $2) WHERE merchant_id = $1 AND instrument_id = $3",
                merchant.Value, kept, other.Value);
            await Assert.ThrowsAsync<VaultException>(async () => await books.Vault.OpenAsync(other, Cancel));
        }

        Assert.Equal(Visa, await books.Vault.OpenAsync(id, Cancel));
    }

    [Fact]
    public async Task Open_MovedFromAnotherInstrument_Refuses()
    {
        var merchant = await books.Merchants.CreateAsync("Test", Cancel);
        var from = await RegisterAsync(books.Engine, books.Vault, merchant, Visa);
        var to = await RegisterAsync(books.Engine, books.Vault, merchant, Visa);

        await CopyAsync(from, to);

        await Assert.ThrowsAsync<VaultException>(async () => await books.Vault.OpenAsync(to, Cancel));
    }

    [Fact]
    public async Task Open_MovedFromAnotherMerchant_Refuses()
    {
        var one = await books.Merchants.CreateAsync("One", Cancel);
        var other = await books.Merchants.CreateAsync("Other", Cancel);
        var id = NewId();
        var from = await RegisterAsync(books.Engine, books.Vault, one, Visa, id: id);
        // Even under the same id, and with the data key brought along.
        var to = await RegisterAsync(books.Engine, books.Vault, other, Visa, id: id);
        await CopyAsync(from, to);
        await Assert.ThrowsAsync<VaultException>(async () => await books.Vault.OpenAsync(to, Cancel));

        await using var own = await OwnBooks.CreateAsync(books);
        var (key, engine) = (MasterKey.Generate(), own.Engine());
        await using var stopping = engine;
        var vault = await PostgresVault.OpenAsync(own.Database, key, TimeProvider.System, Cancel);
        await RegisterAsync(engine, vault, await own.MerchantAsync(), Visa);
        await RegisterAsync(engine, vault, await own.MerchantAsync(), Visa);
        await using (
            var copy = own.Database.CreateCommand(
            "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE merchant_id = 1) WHERE merchant_id = 2"))
        {
            await copy.ExecuteNonQueryAsync(Cancel);
        }

        var refused =
            await Assert.ThrowsAsync<VaultException>(() => PostgresVault.OpenAsync(own.Database, key, TimeProvider.System, Cancel));
        Assert.Contains("merchant 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fingerprint_IsTheSameForTheSameNumberOfAMerchantOnly()
    {
        var one = await books.Merchants.CreateAsync("One", Cancel);
        var other = await books.Merchants.CreateAsync("Other", Cancel);
        var renewed = Visa with { Expiry = new CardExpiry(12, 2034), Holder = "M. Irwin" };
        var different = Visa with { Number = CardNumber.Parse("4000000000000002") };

        Assert.Equal(await FingerprintAsync(one, Visa), await FingerprintAsync(one, renewed));
        Assert.NotEqual(await FingerprintAsync(one, Visa), await FingerprintAsync(one, different));
        Assert.NotEqual(await FingerprintAsync(one, Visa), await FingerprintAsync(other, Visa));
        Assert.NotEqual((await SealAsync(one, Visa)).Bytes.ToArray(), (await SealAsync(one, Visa)).Bytes.ToArray());
    }

    [Fact]
    public async Task Text_OpensOnlyForItsMerchantAndPurpose()
    {
        var one = await books.Merchants.CreateAsync("One", Cancel);
        var other = await books.Merchants.CreateAsync("Other", Cancel);
        await books.Vault.SealTextAsync(other, "sandbox", "other", Cancel);
        var bytes = await books.Vault.SealTextAsync(one, "sandbox", "sk_test_schlüssel", Cancel);

        Assert.Equal("sk_test_schlüssel", await books.Vault.OpenTextAsync(one, "sandbox", bytes, Cancel));
        Assert.DoesNotContain("sk_test", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        await Assert.ThrowsAsync<VaultException>(async () => await books.Vault.OpenTextAsync(one, "else", bytes, Cancel));
        await Assert.ThrowsAsync<VaultException>(async () => await books.Vault.OpenTextAsync(other, "sandbox", bytes, Cancel));
        await Assert.ThrowsAsync<VaultException>(async () => await books.Vault.OpenTextAsync(one, "sandbox", bytes.AsMemory(1), Cancel));
        await Assert.ThrowsAsync<VaultException>(
            async () => await books.Vault.OpenTextAsync(one, "sandbox", ReadOnlyMemory<byte>.Empty, Cancel));
    }

    [Fact]
    public async Task Database_DumpedAsText_HoldsNoNumber()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var vault = await PostgresVault.OpenAsync(own.Database, MasterKey.Generate(), TimeProvider.System, Cancel);
        var merchant = await own.MerchantAsync();
        foreach (var secret in Secrets)
            await RegisterAsync(engine, vault, merchant, secret.Data, secret.Data is Card ? null : Signed);

        var dump = await DumpAsync(own.Database);

        Assert.Contains("vault_entry", dump, StringComparison.Ordinal);
        Assert.Contains("MANDATE-1", dump, StringComparison.Ordinal);
        Assert.Contains("4242", dump, StringComparison.Ordinal);
        foreach (var number in (
            string[])["424242424242", "378282246310", "37040044", "0532013000", "007620116238", "201253", "20-12-53", "55779911"])
        {
            Assert.DoesNotContain(number, dump, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.ASCII.GetBytes(number)), dump, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task DataKey_OfTwoProcessesAtOnce_IsOne()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var key = MasterKey.Generate();
        for (var round = 0; round < 5; round++)
        {
            var merchant = await own.MerchantAsync();
            var vaults = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => PostgresVault.OpenAsync(own.Database, key, TimeProvider.System, Cancel)));
            var texts = await Task.WhenAll(
                vaults.Select(
                (vault, index) => Task.Run(async () => await vault.SealTextAsync(merchant, "test", $"{index}", Cancel), Cancel)));

            foreach (var vault in vaults)
            {
                for (var index = 0; index < texts.Length; index++)
                    Assert.Equal($"{index}", await vault.OpenTextAsync(merchant, "test", texts[index], Cancel));
            }

            Assert.Equal(round + 1, await own.CountAsync("data_key"));
        }
    }

    [Fact]
    public async Task Seal_WhileTheDatabaseCannotBeReached_SaysSo()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var (proxy, database) = CuttingProxy.To(own.ConnectionString, _ => Cut.None);
        await using var closing = database;
        var vault = await PostgresVault.OpenAsync(database, MasterKey.Generate(), TimeProvider.System, Cancel);
        await proxy.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await vault.SealTextAsync(merchant, "test", "text", Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await vault.OpenAsync(new InstrumentId(merchant, NewId()), Cancel));
    }

    internal static async Task<InstrumentId> RegisterAsync(
        PaymentEngine engine, IVault vault, MerchantId merchant, InstrumentSecret secret, Mandate? mandate = null,
        AccountId? account = null, Guid? id = null)
    {
        var of = account ?? new AccountId(merchant, NewId());
        var instrument = new InstrumentId(merchant, id ?? NewId());
        var opened = await engine.SubmitAsync(new OpenAccount(Origin(merchant), of, [Name(merchant, of)], Currency.Parse("EUR"), null));
        var registered = await engine.SubmitAsync(new RegisterInstrument(
            Origin(merchant), AccountTarget.Named(Name(merchant, of)), instrument, Name(merchant, instrument),
            secret is Card ? PaymentMethod.BankCard : PaymentMethod.BankAccountDebit, secret.Masked)
        {
            Holding = new Holding(
                new Vaulted("sandbox", secret.Shown, mandate), await vault.SealAsync(instrument, secret, CancellationToken.None)),
        });
        Assert.True(opened.Accepted && registered.Accepted);
        return instrument;
    }

    /// <summary>Every row of every table as text; bytes are in hexadecimal.</summary>
    internal static async Task<string> DumpAsync(NpgsqlDataSource database)
    {
        List<string> tables = [];
        await using (var list = database.CreateCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
        await using (var reader = await list.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await reader.ReadAsync(CancellationToken.None))
                tables.Add(reader.GetString(0));
        }

        var dump = new StringBuilder();
        foreach (var table in tables)
        {
            dump.AppendLine(table);
            await using var rows = database.CreateCommand($"SELECT x::text FROM {table} x");
            await using var reader = await rows.ExecuteReaderAsync(CancellationToken.None);
            while (await reader.ReadAsync(CancellationToken.None))
                dump.AppendLine(reader.GetString(0));
        }

        return dump.ToString();
    }

    private static Origin Origin(MerchantId merchant) => new(merchant, 0, NewId());

    private static Reference Name(MerchantId merchant, AccountId account) => new(merchant, "test", "account", $"{account.Value}");

    private static Reference Name(MerchantId merchant, InstrumentId instrument) =>
        new(merchant, "test", "paymentMethod", $"{instrument.Value}");

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private async Task<Sealed> SealAsync(MerchantId merchant, InstrumentSecret secret) =>
        await books.Vault.SealAsync(new InstrumentId(merchant, NewId()), secret, Cancel);

    private async Task<string> FingerprintAsync(MerchantId merchant, InstrumentSecret secret) =>
        Convert.ToHexString((await SealAsync(merchant, secret)).Fingerprint.Span);

    private async Task CopyAsync(InstrumentId from, InstrumentId to) => await ScalarAsync(
        "UPDATE vault_entry t SET sealed = f.sealed FROM vault_entry f WHERE f.merchant_id = $1 AND f.instrument_id = $2 AND "
            + "t.merchant_id = $3 AND t.instrument_id = $4",
        from.Merchant.Value, from.Value, to.Merchant.Value, to.Value);

    private async Task<object?> ScalarAsync(string sql, params object[] parameters)
    {
        await using var command = books.Database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync(Cancel);
    }
}
