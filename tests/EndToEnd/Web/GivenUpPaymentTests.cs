using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>A customer leaves the bank's page (3-D Secure) without confirming, and pays in another way.</summary>
public sealed class GivenUpPaymentTests(BooksFixture books, Browser browser)
{
    private const string NeedsConfirmation = "4000000000003220";
    private const string Back = "https://pay.example/back";

    [Fact]
    public async Task Payment_ThatWaitsAtTheBank_IsGivenUp_AndAnotherCardPaysAtOnce()
    {
        var (biller, account, charge) = await OwingAsync("25.00");
        using var payer = new Payer(books);
        var token = await OpenedAsync(payer, biller, account, charge);
        var bank = await AtTheBankAsync(payer, token);
        Assert.True((bool)(await payer.ShownAsync(token)).Answer["mayGiveUp"]!);

        var given = await payer.GiveUpAsync(token);
        var again = await payer.GiveUpAsync(token);
        var paid = await payer.PayAsync(token);
        // The bank's page is still open in another tab.
        await payer.DecideAsync(bank, approves: true);

        Assert.Equal((HttpStatusCode.OK, "open", "given_up"),
            (given.Status, (string)given.Answer["status"]!, (string)given.Answer["failure"]!));
        Assert.Equal((HttpStatusCode.OK, "open"), (again.Status, (string)again.Answer["status"]!));
        Assert.Equal((HttpStatusCode.OK, "ready"), (paid.Status, (string)paid.Answer["status"]!));
        await VoidedAsync(biller);
        Assert.Equal([("cancelled", 0L), ("captured", 2500L)], await PaymentsAsync(biller));
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Payment_ThatTheBankHasApproved_GoesOn_AndTheMoneyIsTakenOnce()
    {
        var (biller, account, charge) = await OwingAsync("25.00");
        using var payer = new Payer(books);
        var token = await OpenedAsync(payer, biller, account, charge);
        await payer.DecideAsync(await AtTheBankAsync(payer, token), approves: true);

        var given = await payer.GivenUpAsync(token);
        var other = await payer.PayAsync(token);

        Assert.Equal((HttpStatusCode.OK, "ready"), (given.Status, (string)given.Answer["status"]!));
        Assert.Equal((HttpStatusCode.OK, "ready"), (other.Status, (string)other.Answer["status"]!));
        Assert.Equal([("captured", 2500L)], await PaymentsAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Approval_AndGivingUp_AtOnce_TakeTheMoneyOnce()
    {
        var (biller, account, charge) = await OwingAsync("25.00");
        using var payer = new Payer(books);
        var token = await OpenedAsync(payer, biller, account, charge);
        var bank = await AtTheBankAsync(payer, token);

        await Task.WhenAll([payer.DecideAsync(bank, approves: true), .. Enumerable.Range(0, 4).Select(_ => payer.GiveUpAsync(token))]);
        await NoticePost.UntilAsync(async () => (string)(await payer.ShownAsync(token)).Answer["status"]! is not "pending");
        await payer.PayAsync(token);

        await NoticePost.UntilAsync(async () => (await biller.OpenOfAsync(charge))[0] == "0.00");
        await NoticePost.UntilAsync(async () => await UnsettledAsync(biller) == 0);
        Assert.Equal(2500L, (await PaymentsAsync(biller)).Where(one => one.Status == "captured").Sum(one => one.AmountMinor));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task SecondLink_SaysThatAPaymentIsUnderWay_AndGivesItUp()
    {
        var (biller, account, charge) = await OwingAsync("25.00");
        using var payer = new Payer(books);
        var first = await OpenedAsync(payer, biller, account, charge);
        await AtTheBankAsync(payer, first);
        var url = await LinkAsync(biller, account, charge);
        var page = await payer.OpenAsync(url);
        var second = Payer.TokenIn(page.Html);

        var shown = await payer.ShownAsync(second);
        var claimed = await payer.PayAsync(second);
        var given = await payer.GiveUpAsync(second);
        var paid = await payer.PayAsync(second);

        Assert.Contains("A payment is under way", page.Html, StringComparison.Ordinal);
        Assert.Equal(("claimed", true), ((string)shown.Answer["status"]!, (bool)shown.Answer["mayGiveUp"]!));
        Assert.Equal((HttpStatusCode.Conflict, "claimed"), (claimed.Status, (string)claimed.Answer["code"]!));
        Assert.Equal("open", (string)given.Answer["status"]!);
        Assert.Equal((HttpStatusCode.OK, "ready"), (paid.Status, (string)paid.Answer["status"]!));
        Assert.Equal("used", (string)(await payer.ShownAsync(first)).Answer["status"]!);
        await VoidedAsync(biller);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task SecondLink_WhoseBillTheBankHasApproved_SaysThatItIsPaid()
    {
        var (biller, account, charge) = await OwingAsync("25.00");
        using var payer = new Payer(books);
        var first = await OpenedAsync(payer, biller, account, charge);
        var bank = await AtTheBankAsync(payer, first);
        var second = await OpenedAsync(payer, biller, account, charge);
        await payer.DecideAsync(bank, approves: true);

        var given = await payer.GivenUpAsync(second);

        Assert.Equal((HttpStatusCode.OK, "used"), (given.Status, (string)given.Answer["status"]!));
        Assert.Equal([("captured", 2500L)], await PaymentsAsync(biller));
    }

    [Theory]
    [InlineData("cash")]
    [InlineData("write_off")]
    [InlineData("cancel")]
    public async Task Card_ThatWaitsAtTheBank_IsVoided_WhenItsBillIsSettledOtherwise(string otherwise)
    {
        var (biller, account, charge) = await OwingAsync("25.00");
        using var payer = new Payer(books);
        var token = await OpenedAsync(payer, biller, account, charge);
        var bank = await AtTheBankAsync(payer, token);

        var settled = otherwise == "cash" ? await biller.PostAsync(Biller.Payments, Biller.Cash(account, "25.00", charge))
            : await biller.PostAsync(
                $"{Biller.Charges}/{charge}/correct", new JsonObject { ["correction"] = otherwise, ["reason"] = "Agreed by phone" });
        Assert.True((int)settled.Status < 300, settled.Text);
        await payer.DecideAsync(bank, approves: true);

        await VoidedAsync(biller);
        Assert.Equal(otherwise == "cash" ? [("cancelled", 0L), ("captured", 2500L)] : [("cancelled", 0L)], await PaymentsAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Card_ThatWaitsAtTheBank_KeepsItsBillFromACorrectionOfAPart()
    {
        var (biller, account, charge) = await OwingAsync("25.00");
        using var payer = new Payer(books);
        await AtTheBankAsync(payer, await OpenedAsync(payer, biller, account, charge));

        var refused = await biller.PostAsync($"{Biller.Charges}/{charge}/correct", new JsonObject
        {
            ["correction"] = "credit",
            ["amount"] = Biller.Euro("5.00"),
            ["reason"] = "Agreed by phone",
        });

        Assert.Equal((409, "charge-claimed"), refused.Problem);
    }

    [Fact]
    public async Task Customer_WhoLeftTheBank_PaysWithAnotherCard_OnAPhone()
    {
        var (biller, account, charge) = await OwingAsync("25.00");
        await using var opened = await PhoneAsync();
        var widget = new EmbeddedWidget(opened.Page, "widget");
        var url = await LinkAsync(biller, account, charge);
        await opened.GoAsync(url);
        await widget.FillCardAsync(NeedsConfirmation);
        await widget.PayAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToBeVisibleAsync();
        await opened.GoAsync(url);
        await Expect(widget.Heading).ToHaveTextAsync("Your bank asks you to confirm");
        await opened.LookAsync("way-back-1-confirm");

        await widget.Frame.GetByRole(AriaRole.Button, new() { Name = "Pay another way" }).ClickAsync();
        await Expect(widget.Banner).ToContainTextAsync("The earlier payment was given up");
        await opened.LookAsync("way-back-2-form");
        await widget.FillCardAsync();
        await widget.PayAsync();

        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Name = "Paid. Thank you." })).ToBeVisibleAsync();
        await VoidedAsync(biller);
        Assert.Equal([("cancelled", 0L), ("captured", 2500L)], await PaymentsAsync(biller));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Customer_WithASecondLink_GivesTheFirstPaymentUp_OnAPhone()
    {
        var (biller, account, charge) = await OwingAsync("25.00");
        using var payer = new Payer(books);
        await AtTheBankAsync(payer, await OpenedAsync(payer, biller, account, charge));
        await using var opened = await PhoneAsync();
        var widget = new EmbeddedWidget(opened.Page, "widget");
        await opened.GoAsync(await LinkAsync(biller, account, charge));
        await Expect(widget.Heading).ToHaveTextAsync("A payment for this is under way");
        await opened.LookAsync("way-back-3-claimed");

        await widget.Frame.GetByRole(AriaRole.Button, new() { Name = "Give it up and pay here" }).ClickAsync();
        await Expect(widget.Frame.GetByLabel("Card number")).ToBeVisibleAsync();
        await widget.FillCardAsync();
        await widget.PayAsync();

        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Name = "Paid. Thank you." })).ToBeVisibleAsync();
        Assert.Empty(opened.Errors);
    }

    private Task<BrowserPage> PhoneAsync() =>
        browser.OpenAsync(new() { ViewportSize = new() { Width = 360, Height = 780 }, Locale = "en-GB" });

    private async Task<(Biller Biller, string Account, string Charge)> OwingAsync(string amount)
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        var account = await biller.CustomerAsync();
        return (biller, account, await biller.OwingAsync(account, amount));
    }

    private static async Task<string> LinkAsync(Biller biller, string account, string charge)
    {
        var made = await biller.PostAsync(Biller.Links, new JsonObject { ["account"] = account, ["charges"] = new JsonArray(charge) });
        var url = (string)made.Json["url"]!;
        SecretWatch.OfTheRun.Add([url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        return url;
    }

    /// <summary>Opens a new link. Returns the session's token.</summary>
    private static async Task<string> OpenedAsync(Payer payer, Biller biller, string account, string charge) =>
        Payer.TokenIn((await payer.OpenAsync(await LinkAsync(biller, account, charge))).Html);

    /// <summary>Pays with a card that is to be confirmed. Returns the page of the bank.</summary>
    private static async Task<string> AtTheBankAsync(Payer payer, string token)
    {
        var pending = await payer.PayAsync(token, NeedsConfirmation, Back);
        Assert.True((string?)pending.Answer["status"] == "pending", $"{pending.Answer}");
        return (string)pending.Answer["redirectTo"]!;
    }

    /// <summary>Waits until the provider has given back what it reserved, or keeps it from being reserved.</summary>
    private Task VoidedAsync(Biller biller) => NoticePost.UntilAsync(async () => await UnsettledAsync(biller) == 0
        && await books.ScalarAsync(
            "SELECT 1 FROM attempt WHERE merchant_id = $1 AND verb = 'void' AND status = 'approved'", biller.Merchant.Value) is not null);

    private async Task<long> UnsettledAsync(Biller biller) => (long)(await books.ScalarAsync(
        "SELECT count(*) FROM attempt WHERE merchant_id = $1 AND status IN ('open', 'unknown', 'pending')", biller.Merchant.Value))!;

    private static async Task<IReadOnlyList<(string Status, long AmountMinor)>> PaymentsAsync(Biller biller) =>
    [
        .. (await biller.GetAsync(Biller.Payments)).Json["items"]!.AsArray()
            .Select(one => (Status: (string)one!["status"]!, Settled: one["charges"]!.AsArray().Sum(
                part => (long)(decimal.Parse((string)part!["amount"]!["amount"]!, CultureInfo.InvariantCulture) * 100))))
            .OrderBy(one => one.Status),
    ];
}
