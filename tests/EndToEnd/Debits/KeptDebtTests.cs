using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>Each refund keeps the debt or forgives it, and a forgiven one is opened again.</summary>
public sealed class KeptDebtTests(BooksFixture books)
{
    [Fact]
    public async Task Refund_ForgivesTheDebt_UnlessItKeepsIt_AndAForgivenDebtIsOpenedAgain()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas, ada) = (await studio.DebitAsync("40"), await studio.DebitAsync("40"), await studio.DebitAsync("40"));
        var (_, file) = await studio.CollectAllAsync();
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(120, BankFileTests.Lump(120, BankFileTests.GroupOf(file))));

        var kept = await studio.Biller.PostAsync($"{Biller.Payments}/{anna.Payment}/refund", new JsonObject
        {
            ["amount"] = Biller.Euro("15"),
            ["keep_debt"] = true,
        });
        Assert.True(kept.Status == HttpStatusCode.Created, kept.Text);
        Assert.Equal(15m, await studio.OpenOfAsync(anna));

        var (exitCode, output, error) = await studio.RunAsync(
            "payment", "refund", $"{jonas.Number}", "--keep-debt", "--reason", "the wrong account was debited");
        Assert.True(exitCode == 0, $"{output}{error}");
        Assert.Equal(40m, await studio.OpenOfAsync(jonas));

        await studio.RefundAsync(ada, "40");
        Assert.Equal(0m, await studio.OpenOfAsync(ada));
        foreach (var (amount, status) in new[] { ("40.01", HttpStatusCode.Conflict), ("40.00", HttpStatusCode.OK) })
        {
            var opened = await studio.Biller.PostAsync($"/api/v1/charges/{ada.Fee}/correct", new JsonObject
            {
                ["correction"] = "reinstate",
                ["amount"] = Biller.Euro(amount),
                ["reason"] = "she still owes it",
            });
            Assert.True(opened.Status == status, opened.Text);
        }

        Assert.Equal(40m, await studio.OpenOfAsync(ada));
        await studio.AssertCleanAsync();
    }
}
