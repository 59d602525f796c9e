using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Sessions;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Webhooks;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>
/// Looks through all merchants while a node of a cluster is away: they are at the merchants of the other nodes. The statements are the same
/// before one PostgreSQL.
/// </summary>
public sealed class LooksTests(BooksFixture books)
{
    private static readonly Currency Euro = Currency.Parse("EUR");
    private static readonly TimeProvider Clock = TimeProvider.System;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_OfMerchantsThatCanBeReached_IsFound()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        MerchantId there = await own.MerchantAsync(), away = await own.MerchantAsync();
        var (sessions, notices) = (new Storage.Reading.Sessions(own.Database), new Notices(own.Database, new AttemptSchedule(), Clock));
        await using (var engine = own.Engine())
        {
            foreach (var merchant in new[] { there, away })
            {
                await OpenOverSessionAsync(engine, merchant);
                Assert.True(await notices.KeepAsync(merchant, "sandbox", "notice-1", "{}", Cancel));
            }
        }

        async Task<IReadOnlyList<MerchantId>> FoundAsync<T>(Func<Task<IReadOnlyList<T>>> look, Func<T, MerchantId> of)
        {
            DueWork.Narrow(own.Database, $"{there.Value}");
            return [.. (await look()).Select(of)];
        }

        var now = Clock.GetUtcNow();
        Assert.Equal([there], await FoundAsync(() => sessions.ExpiredAsync(now, 10, Cancel), session => session.Id.Merchant));
        Assert.Equal([there], await FoundAsync(() => notices.DueAsync(10, [], Cancel), account => account.Merchant));
        Assert.Equal([there], await FoundAsync(() => new Merchants(own.Database, Clock).ReachedAsync(Cancel), merchant => merchant));
        // The others find nothing in these books: PostgreSQL takes their statements.
        Assert.Empty(await FoundAsync(() => sessions.PaidAsync(10, Cancel), session => session.Id.Merchant));
        Assert.Empty(await FoundAsync(
            () => new Storage.Reading.Bookings(own.Database).ExpiredAsync(now, 10, Cancel), booking => booking.Id.Merchant));
        Assert.Empty(await FoundAsync(
            () => new Storage.Console.Approvals(own.Database).ToEndAsync(now, 10, Cancel), request => request.Id.Merchant));
        Assert.Empty(await FoundAsync(() => new Attempts(own.Database).DueAsync(now, 10, Cancel), attempt => attempt.Id.Merchant));
        Assert.Empty(await FoundAsync(() => new Deliveries(own.Database, Clock).DueAsync(Cancel), subscription => subscription.Merchant));
        DueWork.Narrow(own.Database, $"{there.Value}");
        Assert.Equal(0, await new FormerDataKeys(own.Database, Clock).DeleteAsync(Cancel));
        DueWork.Narrow(own.Database, "");
        Assert.Empty(await sessions.ExpiredAsync(now, 10, Cancel));
    }

    [Fact]
    public async Task Secret_ThatNoReachedMerchantHas_IsAnOutage_AndNotAWrongSecret()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        MerchantId there = await own.MerchantAsync(), away = await own.MerchantAsync();
        var merchants = new Merchants(own.Database, Clock);
        foreach (var merchant in new[] { there, away })
        {
            var installation = await merchants.InstallAsync(merchant, "tmf676", Euro, Cancel);
            await merchants.EnsureCredentialAsync(
                installation, CredentialKind.Bearer, "test", SecretOf(merchant), ["payment.read"], Cancel);
        }

        SecretWatch.OfTheRun.Add([SecretOf(there), SecretOf(away)]);
        var vault = await PostgresVault.OpenAsync(own.Database, RunningProgram.MasterKeyOfExternalDatabases, Clock, Cancel);
        await vault.SealTextAsync(there, "test", "text", Cancel);
        var credentials = new Credentials(own.Database, vault, Clock, new HashSet<string>());
        ValueTask<Credential?> FindAsync(string secret) => credentials.FindAsync(CredentialKind.Bearer, "tmf676", secret, Cancel);

        DueWork.Narrow(own.Database, $"{there.Value}");
        Assert.Equal(there, (await FindAsync(SecretOf(there)))?.Merchant);
        DueWork.Narrow(own.Database, $"{there.Value}");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await FindAsync(SecretOf(away)));
        DueWork.Narrow(own.Database, $"{there.Value}");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await FindAsync("qt_nothing has this secret"));
        DueWork.Narrow(own.Database, $"{there.Value}");
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => new Clients(own.Database, Clock, new HashSet<string>()).FindAsync("qc_nothing", Cancel));
    }

    /// <summary>A vault that seems empty is not taken for one: another master key would seal in it.</summary>
    [Fact]
    public async Task MasterKey_OfMerchantsThatCanNotBeReached_IsNotTakenForNone()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        MerchantId there = await own.MerchantAsync(), away = await own.MerchantAsync();
        var rotation = new MasterKeyRotation(own.Database, Clock);
        Assert.Null(await rotation.CurrentIdAsync(Cancel));
        var vault = await PostgresVault.OpenAsync(own.Database, RunningProgram.MasterKeyOfExternalDatabases, Clock, Cancel);
        await vault.SealTextAsync(away, "test", "text", Cancel);

        DueWork.Narrow(own.Database, $"{there.Value}");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => rotation.CurrentIdAsync(Cancel));
        DueWork.Narrow(own.Database, $"{there.Value}");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await vault.SealTextAsync(there, "test", "text", Cancel));
        DueWork.Narrow(own.Database, $"{away.Value}");
        Assert.Equal(RunningProgram.MasterKeyOfExternalDatabases.Id, await rotation.CurrentIdAsync(Cancel));
        DueWork.Narrow(own.Database, $"{away.Value}");
        await vault.SealTextAsync(there, "test", "text", Cancel);
    }

    private static string SecretOf(MerchantId merchant) => $"qt_the secret of merchant {merchant.Value} in looks";

    private static async Task OpenOverSessionAsync(PaymentEngine engine, MerchantId merchant)
    {
        var origin = new Origin(merchant, 0, NewId());
        var name = new Reference(merchant, "test", "account", "anna");
        Assert.True((await engine.SubmitAsync(new OpenAccount(origin, new AccountId(merchant, NewId()), [name], Euro, "Anna"))).Accepted);
        Assert.True((await engine.SubmitAsync(new Core.Sessions.OpenSession(
            origin, AccountTarget.Named(name), new SessionId(merchant, NewId()), 1, SessionScope.Ecom, new Money(20_00, Euro), "Fees",
            [PaymentChoice.Cash], TimeSpan.FromHours(-1)))).Accepted);
    }

    private static Guid NewId() => Guid.CreateVersion7(Clock.GetUtcNow());
}
