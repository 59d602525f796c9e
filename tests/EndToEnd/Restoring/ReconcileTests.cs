using System.Net;
using System.Text.Json;
using Quittance.Storage.Backups;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;

namespace Quittance.Tests.Restoring;

/// <summary>Books that were restored take over what their provider has, and agree with it to the cent.</summary>
public sealed class ReconcileTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Long]
    [Fact]
    public async Task RestoredBooks_AfterReconciliation_AgreeWithTheProviderToTheCent()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        var (anna, bert, carl) = (await telco.CustomerAsync(50_00), await telco.CustomerAsync(), await telco.CustomerAsync(77_00));
        var (ofAnna, ofBert) = (await telco.PayAsync(anna, 50_00, anna.Bills[0]), await telco.PayAsync(bert, 40_00));
        await telco.BackUpAsync();
        Assert.Equal("done", await telco.RefundAsync(anna, ofAnna, 10_00));
        Assert.Equal("done", await telco.RefundAsync(anna, ofAnna, 10_00));
        var lost = await telco.PayAsync(carl, 77_00, carl.Bills[0]);
        Assert.Equal("done", await telco.RefundAsync(carl, lost, 7_00));
        await telco.DisputeAsync(ofBert, "D-1", 40_00);
        await telco.DisputeAsync(lost, "D-2", 5_00, won: true);
        await telco.RestoreAsync();

        var before = await telco.ReconcileAsync();

        Assert.Equal(1, before.ExitCode);
        Assert.Equal(
            [
                "authorise unknown_here", "capture unknown_here", "dispute unknown_here", "dispute unknown_here", "refund unknown_here",
                "refund unknown_here", "refund unknown_here",
            ],
            before.Differences.Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await telco.TryRefundAsync(anna, ofAnna, 10_00)).Status);

        var after = await telco.ReconcileAsync("--take-over", "--reason", "a drill");

        Assert.True(after.ExitCode == 0, string.Join(", ", after.Differences));
        var epochs = new Epochs(telco.Books.Database, TimeProvider.System);
        Assert.Equal(0, (await epochs.ReleaseAsync(isForced: false, RestorableTelco.By, Cancel)).Differences);
        // The books and the provider agree to the cent: what it holds, and what it has charged for disputes.
        Assert.Equal(await telco.HeldAtProviderAsync(), await telco.HeldByTheBooksAsync());
        Assert.Equal((50_00, 20_00), await telco.AtProviderAsync(ofAnna));
        await telco.UntilItTakesChangesAsync();
        Assert.Equal("done", await telco.RefundAsync(anna, ofAnna, 30_00));
        Assert.Equal((50_00, 50_00), await telco.AtProviderAsync(ofAnna));
        Assert.Equal(
            ["7"], await OperatedBooks.ReadAsync(
                telco.Books.Database, "SELECT count(DISTINCT subject)::text FROM operator_action WHERE what = 'books.take_over'"));
        await telco.Books.AssertCleanAsync();
    }

    /// <summary>The page said that it is paid, and says so again: no one pays twice.</summary>
    [Long]
    [Fact]
    public async Task LinkThatWasPaidInTheLostTime_IsUsedUp_AndItsBillsArePaid()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        var anna = await telco.CustomerAsync(30_00, 12_00);
        var (paid, open) = (await telco.LinkAsync(anna, anna.Bills[0]), await telco.LinkAsync(anna, anna.Bills[1]));
        await telco.BackUpAsync();
        Assert.True((await telco.OpenAsync(paid.Id)).Accepted);
        var payment = await telco.PayByLinkAsync(paid);
        await telco.RestoreAsync();

        var after = await telco.ReconcileAsync("--take-over", "--reason", "a drill");

        Assert.True(after.ExitCode == 0, string.Join(", ", after.Differences));
        await new Epochs(telco.Books.Database, TimeProvider.System).ReleaseAsync(isForced: false, RestorableTelco.By, Cancel);
        await telco.UntilItTakesChangesAsync();
        Assert.Equal(Core.Refusal.LinkPaid, (await telco.OpenAsync(paid.Id)).Faults[0].Refusal);
        Assert.True((await telco.OpenAsync(open.Id)).Accepted);
        Assert.Equal(
            ["0", "1200"], await OperatedBooks.ReadAsync(
                telco.Books.Database, "SELECT (amount_minor - allocated_minor)::text FROM charge ORDER BY amount_minor DESC"));
        Assert.Equal((30_00, 0), await telco.AtProviderAsync(payment.Value));
        await telco.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task LostPaymentOfALostCustomer_IsShown_AndLeftToAnOperator()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        await telco.BackUpAsync();
        await telco.PayAsync(await telco.CustomerAsync(), 12_00);
        await telco.RestoreAsync();

        var after = await telco.ReconcileAsync("--take-over", "--reason", "a drill");

        Assert.Equal(1, after.ExitCode);
        Assert.Equal(["authorise unknown_here", "capture unknown_here"], after.Differences.Order(StringComparer.Ordinal));
        // It was compared, so an operator can decide.
        var epochs = new Epochs(telco.Books.Database, TimeProvider.System);
        Assert.Equal(2, (await epochs.ReleaseAsync(isForced: false, RestorableTelco.By, Cancel)).Differences);
    }

    [Long]
    [Fact]
    public async Task Drill_WithProviders_BringsTheBackupToTheCent_AndMovesNothing()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        var (anna, carl) = (await telco.CustomerAsync(50_00), await telco.CustomerAsync(77_00));
        var ofAnna = await telco.PayAsync(anna, 50_00, anna.Bills[0]);
        await telco.BackUpAsync();
        Assert.Equal("done", await telco.RefundAsync(anna, ofAnna, 10_00));
        var lost = await telco.PayAsync(carl, 77_00, carl.Bills[0]);
        await telco.DisputeAsync(lost, "D-3", 5_00, won: true);
        var held = await telco.HeldAtProviderAsync();

        var (exitCode, output, error) = await telco.DrillAsync("--with-providers", "--json");

        Assert.True(exitCode == 0, error + output);
        using var report = JsonDocument.Parse(output);
        var providers = report.RootElement.GetProperty("providers");
        Assert.True(providers.GetProperty("answered").GetBoolean());
        // The refund, the lost payment's authorisation and capture, and its dispute.
        Assert.Equal((4, 0), (providers.GetProperty("takenOver").GetInt32(), providers.GetProperty("left").GetInt32()));
        Assert.Empty(report.RootElement.GetProperty("differences").EnumerateArray());
        Assert.Equal(held, await telco.HeldAtProviderAsync());
    }

    [Long]
    [Fact]
    public async Task TwoTakeOvers_AtOnce_BookARefundOnce()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        var anna = await telco.CustomerAsync();
        var payment = await telco.PayAsync(anna, 50_00);
        await telco.BackUpAsync();
        Assert.Equal("done", await telco.RefundAsync(anna, payment, 10_00));
        Assert.Equal("done", await telco.RefundAsync(anna, payment, 15_00));
        await telco.RestoreAsync();

        var both = await Task.WhenAll(
            telco.RunAsync("reconcile", "--take-over", "--reason", "one"), telco.RunAsync("reconcile", "--take-over", "--reason", "two"));

        Assert.All(both, one => Assert.True(one.ExitCode == 0, one.Error));
        Assert.Equal(["1000", "1500"], (await OperatedBooks.ReadAsync(
            telco.Books.Database, "SELECT amount_minor::text FROM refund WHERE status = 'done'")).Order(StringComparer.Ordinal));
        Assert.Equal(await telco.HeldAtProviderAsync(), await telco.HeldByTheBooksAsync());
        await telco.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task ComparisonThatIsNotWhole_DoesNotCountForTheRelease()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        await telco.BackUpAsync();
        await telco.PayAsync(await telco.CustomerAsync(), 12_00);
        await telco.RestoreAsync();

        var late = await telco.RunAsync("reconcile", "--since", $"{TimeProvider.System.GetUtcNow():O}");

        Assert.Contains("does not count for the release", late.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await telco.RunAsync("release", "--reason", "a drill")).ExitCode);
        await telco.RunAsync("reconcile");
        var released = await telco.RunAsync("release", "--reason", "a drill");
        Assert.Equal(0, released.ExitCode);
        Assert.Contains("Differences that the last comparison left: 2", released.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthyBooks_AgreeWithTheirProvider()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        var anna = await telco.CustomerAsync();
        var payment = await telco.PayAsync(anna, 30_00);
        Assert.Equal("done", await telco.RefundAsync(anna, payment, 10_00));
        Assert.Empty((await telco.ReconcileAsync("--since", "2026-01-01")).Differences);

        var (exitCode, _, error) = await telco.RunAsync("reconcile", "--since", "2199-01-01");

        Assert.Equal(1, exitCode);
        Assert.Contains("lies in the future", error, StringComparison.Ordinal);
        Assert.Contains("needs a --reason", (await telco.RunAsync("reconcile", "--take-over")).Error, StringComparison.Ordinal);
    }
}
