using System.Text.Json;
using Quittance.Core;
using Quittance.Storage.Backups;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;

namespace Quittance.Tests.Restoring;

/// <summary>Restored books never give out a number or id that the lost books gave out.</summary>
[Long("restored books")]
public sealed class EpochTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeProvider Clock => TimeProvider.System;

    [Fact]
    public async Task Restore_GivesNothingOutThatTheLostBooksGaveOut()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        var (anna, bert, carl) = (await telco.CustomerAsync(), await telco.CustomerAsync(), await telco.CustomerAsync(12_00));
        var (ofAnna, ofBert) = (await telco.PayAsync(anna, 30_00), await telco.PayAsync(bert, 40_00));
        await telco.BackUpAsync();
        var before = await telco.GivenOutAsync();
        Assert.Equal("done", await telco.RefundAsync(anna, ofAnna, 10_00));
        Assert.Equal("done", await telco.RefundAsync(bert, ofBert, 10_00));
        await telco.PayAsync(carl, 77_00);
        await telco.PayAsync(await telco.CustomerAsync(5_00), 5_00);
        var lost = await telco.GivenOutAsync();
        lost.ExceptWith(before);
        Assert.True(lost.Count > 20, "Little is lost.");

        await telco.RestoreAsync();
        await telco.ReleaseAsync();

        // The same requests again, each with its own key, and another refund in the place of a lost one.
        Assert.Equal("done", await telco.RefundAsync(anna, ofAnna, 10_00));
        Assert.Equal("done", await telco.RefundAsync(bert, ofBert, 15_00));
        await telco.PayAsync(carl, 12_00);
        await telco.PayAsync(await telco.CustomerAsync(5_00), 5_00);
        var now = await telco.GivenOutAsync();
        Assert.Subset(now, before);
        Assert.Empty(now.Intersect(lost));
        // Each refund that a client heard of has moved money, the lost ones too.
        Assert.Equal((30_00, 20_00), await telco.AtProviderAsync(ofAnna));
        Assert.Equal((40_00, 25_00), await telco.AtProviderAsync(ofBert));
        await telco.Books.AssertCleanAsync();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(45)]
    [InlineData(60 * 24 * 365)]
    public void Restores_InARow_GiveNoNumberTwice(int minutes)
    {
        // The books of a backup go on after each restore as fast as they can; then the next restore comes, of the first backup or of one
        // that was made after the restore before.
        var (age, given) = (TimeSpan.FromMinutes(3), 0L);
        foreach (var last in (long[])[0, 4000, 0, 50, 4000])
        {
            var from = Epochs.NumbersFrom(last, age);
            Assert.True(from >= given, $"{from} after {given}");
            given = from + (Epochs.NumbersPerSecond * minutes * 60);
            age += TimeSpan.FromMinutes(minutes);
            Assert.True(Epochs.NumbersFrom(given, age) >= given, "of a backup that was made last");
        }

        // The largest number that the books take.
        Assert.True((Epochs.NumbersFrom(0, TimeSpan.FromDays(250 * 365)) * MerchantId.Slots) + 31 < 9_007_199_254_740_991);
    }

    [Fact]
    public async Task Restore_OfOneBackupTwice_GivesNothingOutTwice()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        var anna = await telco.CustomerAsync();
        var payment = await telco.PayAsync(anna, 30_00);
        await telco.BackUpAsync();
        var before = await telco.GivenOutAsync();
        await telco.RestoreAsync();
        await telco.ReleaseAsync();
        Assert.Equal("done", await telco.RefundAsync(anna, payment, 5_00));
        await telco.PayAsync(anna, 12_00);
        var lost = await telco.GivenOutAsync();
        lost.ExceptWith(before);
        await telco.RestoreAgainAsync(books);
        await telco.ReleaseAsync();

        Assert.Equal("done", await telco.RefundAsync(anna, payment, 5_00));
        await telco.PayAsync(anna, 12_00);

        Assert.Empty((await telco.GivenOutAsync()).Intersect(lost));
        Assert.Equal((30_00, 10_00), await telco.AtProviderAsync(payment));
    }

    [Fact]
    public async Task Epoch_OnHeldBooks_KeepsWhatTheFirstRestoreLost()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        var epochs = new Epochs(own.Database, Clock);
        var early = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
        Assert.Equal(early, (await epochs.BeginAsync(early, RestorableTelco.By, Cancel)).LostFrom);

        var refused = await RunningProgram.RunAsync("epoch", "begin", "--reason", "again", "--database", own.ConnectionString);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("held already", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--lost-from", refused.Error, StringComparison.Ordinal);
        await RunAsync(own, "epoch", "begin", "--reason", "again", "--lost-from", $"{Clock.GetUtcNow():O}");
        var second = (await epochs.LatestAsync(Cancel))!;
        Assert.Equal(2, second.Number);
        Assert.Equal(early, second.LostFrom);
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task Books_AheadOfTheClock_AreNotRestoredAndNotReleased()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        await OperatedBooks.ExecuteAsync(own, "UPDATE slot SET last_at = now() + interval '1 hour' WHERE slot = 7");
        var epochs = new Epochs(own.Database, Clock);

        var begun = await Assert.ThrowsAsync<EpochException>(() => epochs.BeginAsync(lostFrom: null, RestorableTelco.By, Cancel));

        Assert.Contains("Set the clock", begun.Message, StringComparison.Ordinal);
        Assert.Null(await epochs.LatestAsync(Cancel));
        await OperatedBooks.ExecuteAsync(own, "UPDATE slot SET last_at = now() WHERE slot = 7");
        await epochs.BeginAsync(lostFrom: null, RestorableTelco.By, Cancel);
        await OperatedBooks.ExecuteAsync(own, "UPDATE slot SET last_at = now() + interval '1 hour' WHERE slot = 7");
        var released = await Assert.ThrowsAsync<EpochException>(
            () => epochs.ReleaseAsync(isForced: true, RestorableTelco.By, Cancel));
        Assert.Contains("Set the clock", released.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MerchantOfTheRestoredBooks_GetsNumbersThatNoLostMerchantHad()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await own.MerchantAsync();
        var epochs = new Epochs(own.Database, Clock);
        var epoch = await epochs.BeginAsync(lostFrom: null, RestorableTelco.By, Cancel);
        var merchant = await own.MerchantAsync();
        Assert.Equal(["true"], await OperatedBooks.ReadAsync(
            own.Database,
            $"SELECT (count(*) = 32 AND min(last_number) > 0 AND bool_and(is_held))::text FROM slot WHERE merchant_id = {merchant.Value}"));
        Assert.Equal((1, true), (epoch.Number, epoch.IsHeld));
    }

    [Fact]
    public async Task Epoch_OfBooksThatAnotherToolRestored_BeginsByCommand()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        Assert.Contains("never restored", await RunAsync(own, "epoch", "show"), StringComparison.Ordinal);

        using var begun = JsonDocument.Parse(await RunAsync(own, "epoch", "begin", "--reason", "pg_restore", "--json"));

        Assert.True(begun.RootElement.GetProperty("isHeld").GetBoolean());
        Assert.Equal(
            ["books.hold: pg_restore"], await OperatedBooks.ReadAsync(
                own.Database, "SELECT what || ': ' || reason FROM operator_action WHERE what = 'books.hold'"));
        Assert.Contains("are held", await RunAsync(own, "epoch", "show"), StringComparison.Ordinal);
        await own.AssertCleanAsync();
    }

    private static async Task<string> RunAsync(OwnBooks own, params string[] arguments)
    {
        var (exitCode, output, error) = await RunningProgram.RunAsync([.. arguments, "--database", own.ConnectionString]);
        Assert.True(exitCode == 0, error);
        return output.ReplaceLineEndings(" ");
    }
}
