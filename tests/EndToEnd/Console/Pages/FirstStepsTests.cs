using System.Net;
using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Providers;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A merchant's first days: what is left to do until money comes, and whether it is real money.</summary>
public sealed class FirstStepsTests(BooksFixture books, Browser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_LeadToTheirPages_AndGoAwayWithTheFirstPayment()
    {
        using var admin = await TestDesk.OpenAsync(books);
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, admin.Merchant);
        var today = await admin.PageAsync("/console");
        Assert.Equal(4, Count(today, ">to do<"));
        foreach (var page in new[] { "/console/access/business", "/console/access/providers", "/console/access/credentials" })
        {
            Assert.Contains($"<a href=\"{page}\">", today, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await admin.Client.GetAsync(page, Cancel)).StatusCode);
        }

        Assert.DoesNotContain("Until your first payment", await viewer.PageAsync("/console"), StringComparison.Ordinal);
        await admin.LookEverywhereAsync(browser, "/console", "today-first-steps");

        var biller = await Biller.OpenAsync(books, admin.Merchant);
        await Payer.ConnectAsync(books, admin.Merchant);
        var said = await biller.PostAsync(
            "/api/v1/profile", new System.Text.Json.Nodes.JsonObject { ["legal_name"] = "Studio GmbH", ["reason"] = "we open" });
        Assert.True(said.Status == HttpStatusCode.OK, said.Text);
        Assert.Equal((1, 3), (Count(await admin.PageAsync("/console"), ">to do<"), Count(await admin.PageAsync("/console"), ">done<")));

        // Money that is only promised is none yet.
        var till = new Till(books, admin.Merchant);
        await till.PromiseAsync("A");
        Assert.Contains("Until your first payment", await admin.PageAsync("/console"), StringComparison.Ordinal);
        await till.PayAsync("A");
        Assert.DoesNotContain("Until your first payment", await admin.PageAsync("/console"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EachPage_SaysWhetherTheMoneyIsReal()
    {
        var port = BooksFixture.FreePort();
        var address = new Uri($"http://127.0.0.1:{port}");
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"{address}".TrimEnd('/')), IsDemo: false), books.Database,
            books.Engine, books.Vault);
        await server.StartAsync(Cancel);
        foreach (var (word, tone, connectAsync) in new (string, string, Func<MerchantId, Task>)[]
        {
            ("no provider", "quiet", _ => Task.CompletedTask),
            ("test", "waiting", merchant => Payer.ConnectAsync(books, merchant)),
            ("live", "good", async merchant =>
            {
                await Payer.ConnectAsync(books, merchant);
                await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(
                    BankSettings.AccountOf(merchant, new BankAccount(
                        "Studio", Iban.Parse("DE89370400440532013000"), null, CreditorIdentifier.Parse("DE98ZZZ09999999999"),
                        DebitScheme.Core)), Cancel);
            }),
        })
        {
            var merchant = await books.Merchants.CreateAsync($"Works {Biller.NewText()}", Cancel);
            await connectAsync(merchant);
            using var desk = await TestDesk.OpenAsync(books.Database, address, OperatorRole.Viewer, merchant);
            foreach (var page in new[] { "/console", "/console/customers" })
                Assert.Contains($"<span class=\"pill {tone}\">{word}</span>", await desk.PageAsync(page), StringComparison.Ordinal);
        }

        using var demo = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        Assert.Contains("<span class=\"pill quiet\">demo</span>", await demo.PageAsync("/console"), StringComparison.Ordinal);
        await server.StopAsync(Cancel);
    }

    private static int Count(string page, string text) => page.Split(text).Length - 1;
}
