using System.Text;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>
/// Work at the console beside payments, in a browser and by clicking: statements, receivers, credentials, people, customers.
/// </summary>
[Long("whole errands in a browser")]
public sealed class ClickedDeskTests(BooksFixture books, Browser browser)
{
    private const string Why = "Asked for by phone";

    [Fact]
    public async Task Statement_IsUploaded_AndItsOpenLineBooked()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var business = new Business(desk.Merchant);
        foreach (var (account, bill, amountMinor) in new[] { ("anna", "INV-2027-1", 30_00L), ("jonas", "INV-2027-2", 50_00L) })
        {
            Assert.True((await books.Engine.SubmitAsync(business.Opening(account))).Accepted);
            Assert.True((await books.Engine.SubmitAsync(business.Charge(account, bill, amountMinor))).Accepted);
        }

        await using var opened = await desk.BrowseAsync(browser, "/console/settlements");
        var page = opened.Page;
        await page.GetByRole(AriaRole.Link, Called("Import a statement")).First.ClickAsync();
        await page.GetByLabel("File").SetInputFilesAsync(new FilePayload
        {
            Name = "november.xml",
            MimeType = "application/xml",
            Buffer = Encoding.UTF8.GetBytes(new Camt().With(30, "INV-2027-1").With(50, "from Jonas").ToXml()),
        });
        await page.GetByRole(AriaRole.Button, Called("Import")).ClickAsync();
        await Expect(Message(page)).ToContainTextAsync("The statement is imported");
        await Expect(page.Locator("main")).ToContainTextAsync("1 booked, 1 open, 0 ignored");

        await page.GetByRole(AriaRole.Link, Called("Open")).ClickAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "from Jonas" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose Charge INV-2027-2" }).ClickAsync();
        await ActAsync(page, "Book", "The line is booked.");

        await Expect(page.Locator(".decided .pill")).ToHaveTextAsync("booked", new() { IgnoreCase = true });
        Assert.Equal(
            80_00L, await books.ScalarAsync(
            "SELECT sum(debits_minor - credits_minor)::bigint FROM ledger_account WHERE merchant_id = $1 AND kind = 'bank'",
            desk.Merchant.Value));
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM charge WHERE merchant_id = $1 AND is_open", desk.Merchant.Value));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Credential_GetsANewSecret_ThatIsRevoked_AndPeopleAndPagesLoseTheirAccess()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        await using var opened = await desk.BrowseAsync(browser, $"/console/access/credentials/{samples.Credential}");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Link, Called("New secret")).ClickAsync();
        await page.GetByLabel("The old secret").SelectOptionAsync("ends at once");
        await page.GetByLabel("Reason").FillAsync(Why);
        await page.GetByRole(AriaRole.Button, Called("Make a new secret")).ClickAsync();
        var secret = await page.Locator("dl.secret code").InnerTextAsync();
        secret = secret[(secret.LastIndexOf(' ') + 1)..];
        SecretWatch.OfTheRun.Add([secret]);
        Assert.True(await LetsInAsync(secret));
        await page.GetByRole(AriaRole.Link, Called("Done")).ClickAsync();
        await page.GetByRole(AriaRole.Link, Called("Revoke")).ClickAsync();
        await ActAsync(page, "Revoke", "The credential is revoked.");
        await Expect(page.Locator("h1 .pill")).ToHaveTextAsync("revoked", new() { IgnoreCase = true });
        Assert.False(await LetsInAsync(secret));

        await page.GotoAsync("/console/access/origins");
        await page.GetByRole(AriaRole.Link, Called("Add an origin")).ClickAsync();
        await page.GetByLabel("Origin", new() { Exact = true }).FillAsync("https://pay.example");
        await ActAsync(page, "Add it", "Pages of the origin may embed the payment widget");
        await page.GetByRole(AriaRole.Link, Called("Remove https://pay.example")).ClickAsync();
        await ActAsync(page, "Remove", "Pages of the origin can't embed the payment widget or call the API any more.");
        await Expect(page.Locator("main table")).Not.ToContainTextAsync("https://pay.example");

        await page.GotoAsync("/console/access/people");
        await page.GetByRole(AriaRole.Link, Called("End the access of Grace")).ClickAsync();
        await ActAsync(page, "End their access", "They are signed out and can't sign in any more.");
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        Assert.Equal(
            1L, await books.ScalarAsync("SELECT count(*) FROM person WHERE merchant_id = $1 AND id = $2 AND ended_at IS NOT NULL",
            samples.Merchant.Value, samples.Person));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task WhatWasGivenUp_IsReplayed_AndACustomersData_IsErased()
    {
        var samples = await DeskSamples.CreateWithDeadLettersAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        await new Till(books, samples.Merchant).OpenAsync("E", "Eve Leaving");
        await using var opened = await desk.BrowseAsync(browser, "/console/webhooks");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Link, Called("Replay all failed events")).ClickAsync();
        await ActAsync(page, "Replay", "The receivers get the failed events again");
        Assert.Equal(0L,
            await books.ScalarAsync("SELECT count(*) FROM delivery WHERE merchant_id = $1 AND status = 'dead'", samples.Merchant.Value));

        await page.GotoAsync("/console/customers");
        await page.GetByRole(AriaRole.Link, Called("Eve Leaving")).ClickAsync();
        await page.GetByText("More", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, Called("Erase personal data")).ClickAsync();
        var confirmation = page.GetByLabel("Type the customer's number");
        var number = $"{await books.ScalarAsync(
            "SELECT a.number FROM account a JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = a.id "
            + "WHERE a.merchant_id = $1 AND h.name = 'Eve Leaving'", samples.Merchant.Value)}";
        await confirmation.FillAsync($"{number}0");
        await page.GetByLabel("Reason").FillAsync(Why);
        await page.GetByRole(AriaRole.Button, Called("Erase this person's data")).ClickAsync();
        await Expect(page.GetByText("This is not the customer's number.")).ToBeVisibleAsync();
        await confirmation.FillAsync(number);
        await ActAsync(page, "Erase this person's data", "The person's data is erased.");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("Eve Leaving");
        Assert.Equal(
            0L, await books.ScalarAsync(
            "SELECT count(*) FROM account_holder WHERE merchant_id = $1 AND name = 'Eve Leaving'", samples.Merchant.Value));
        Assert.Empty(opened.Errors);
    }

    /// <summary>Says why, presses the form's button, and reads what the next page tells.</summary>
    private static async Task ActAsync(IPage page, string verb, string report)
    {
        await page.GetByLabel("Reason").FillAsync(Why);
        await page.GetByRole(AriaRole.Button, Called(verb)).ClickAsync();
        await Expect(Message(page)).ToContainTextAsync(report);
    }

    private static ILocator Message(IPage page) => page.Locator("p.notice[role=status]");

    private static PageGetByRoleOptions Called(string name) => new() { Name = name, Exact = true };

    /// <summary>Whether a secret opens the API to a server that has not seen it yet.</summary>
    private async Task<bool> LetsInAsync(string secret) =>
        await new Storage.Tenancy.Credentials(books.Database, books.Vault, TimeProvider.System, new HashSet<string>())
            .FindAsync(CredentialKind.Bearer, "tmf676", secret, TestContext.Current.CancellationToken) is not null;
}
