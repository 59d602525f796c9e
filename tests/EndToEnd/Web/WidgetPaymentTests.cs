using Microsoft.Playwright;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>Customers pay in the widget, in a page with a strict policy, and the studio books the payment.</summary>
public sealed class WidgetPaymentTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Card_Pays_AndIsBookedByTheApi()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        long[] claims = [await studio.ClaimAsync(member, 20_00), await studio.ClaimAsync(member, 35_50)];
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSessionAsync(member, 55.50m));
        await Expect(widget.Heading).ToContainTextAsync("€55.50");
        await opened.LookAsync("card-empty");

        await widget.FillCardAsync();
        await opened.LookAsync("card-filled");
        await widget.PayAsync();
        var token = await widget.TokenAsync();
        await opened.LookAsync("card-paid");

        Assert.Equal(
            """{"creditCard":{"cardHolder":"Ada Nkemelu","cardNumber":"···· 4242","expiry":"12/40","brand":"Visa"}}""",
                await widget.DetailsAsync());
        Assert.Equal([20.00m, 35.50m], await studio.OpenAmountsAsync(member));
        await studio.BookAsync(member, token, 55.50m, claims);
        Assert.Equal([0, 0], await studio.OpenAmountsAsync(member));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(studio.Studio.Merchant);
    }

    [Fact]
    public async Task FieldsThatAreWrong_AreSaid_WhileOneTypesAndWhenOnePays()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (_, _, widget) = await OpenAsync(shop, opened, 20, "CREDIT_CARD");

        await widget.PayAsync();
        await Expect(widget.Frame.GetByLabel("Card number")).ToBeFocusedAsync();
        await Expect(widget.Frame.GetByText("Please fill in this field.")).Not.ToHaveCountAsync(0);
        await opened.LookAsync("card-missing");

        await widget.Frame.GetByLabel("Card number").PressSequentiallyAsync("4242424242424241");
        await Expect(widget.Frame.GetByLabel("Card number")).ToHaveValueAsync("4242 4242 4242 4241");
        await widget.Frame.GetByLabel("Expiry date").PressSequentiallyAsync("120");
        await Expect(widget.Frame.GetByText("This card number is not valid.")).ToBeVisibleAsync();
        await opened.LookAsync("card-wrong");
        Assert.Empty(opened.Errors);
    }

    [Theory]
    [InlineData("4000000000000002", "declined", "The payment was declined.")]
    [InlineData("4000000000009995", "insufficient-funds", "The account does not have sufficient funds.")]
    [InlineData("4000000000000069", "expired-card", "This card has expired.")]
    [InlineData("4000000000000127", "security-code-wrong", "The security code is wrong.")]
    public async Task CardThatIsRefused_IsSaidPlainly_AndAnotherPaysInTheSameSession(string number, string name, string said)
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (studio, member, widget) = await OpenAsync(shop, opened, 20);

        await widget.FillCardAsync(number);
        await widget.PayAsync();
        await Expect(widget.Banner).ToContainTextAsync(said);
        await opened.LookAsync($"card-{name}");

        // It is still said after the page is loaded anew.
        await opened.Page.ReloadAsync();
        await Expect(widget.Banner).ToContainTextAsync(said);

        await widget.FillCardAsync();
        await widget.PayAsync();
        await studio.BookAsync(member, await widget.TokenAsync(), 20);
        Assert.All(opened.Errors, error => Assert.Contains("402", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConfirmationAtTheBank_LeadsThereAndBack(bool approves)
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (studio, member, widget) = await OpenAsync(shop, opened, 20);

        await widget.FillCardAsync("4000000000003220");
        await widget.PayAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Sandbox bank");
        await opened.KeepAsync("confirm-bank");

        // The widget asks a customer who comes back without an answer to go there again.
        await opened.GoAsync(shop.Address);
        await Expect(widget.Heading).ToHaveTextAsync("Your bank asks you to confirm");
        await opened.LookAsync("confirm-again");
        await widget.Button.ClickAsync();

        await opened.Page.GetByRole(AriaRole.Button, new() { Name = approves ? "Approve" : "Refuse" }).ClickAsync();
        if (approves)
        {
            await studio.BookAsync(member, await widget.TokenAsync(), 20);
            await opened.LookAsync("confirm-approved");
        }
        else
        {
            await Expect(widget.Banner).ToContainTextAsync("The payment was not confirmed.");
            await opened.LookAsync("confirm-refused");
            await widget.FillCardAsync();
            await widget.PayAsync();
            await widget.TokenAsync();
        }

        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task SepaMandate_BecomesTheMembersInstrument_AndPaysTheNextTime()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (studio, member, widget) = await OpenAsync(shop, opened, 0, "SEPA", "CREDIT_CARD");
        await Expect(widget.Heading).ToHaveTextAsync("Save a payment method");
        await widget.Frame.GetByText("SEPA Direct Debit").ClickAsync();
        await opened.LookAsync("sepa-empty");

        await widget.FillSepaAsync();
        await opened.LookAsync("sepa-filled");
        await widget.PayAsync();
        await studio.TakeInstrumentAsync(member, await widget.TokenAsync());
        await opened.LookAsync("sepa-saved");
        Assert.Equal(
            """{"sepa":{"bankAccountDetails":{"accountHolder":"Ada Nkemelu","bankName":"","bic":"","iban":"DE ···· 2051"}}}""",
            await widget.DetailsAsync());

        var claim = await studio.ClaimAsync(member, 42_00);
        await opened.GoAsync(shop.Address);
        await widget.OpenAsync(await studio.OpenSessionAsync(member, 42));
        await Expect(widget.Frame.GetByRole(AriaRole.Radio).First).ToBeCheckedAsync();
        await opened.LookAsync("stored");
        await widget.PayAsync();
        await studio.BookAsync(member, await widget.TokenAsync(), 42, claim);
        await studio.AssertSettledAsync(member);
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(studio.Studio.Merchant);
    }

    [Fact]
    public async Task CardThatIsStored_IsOfferedTheNextTime()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (studio, member, widget) = await OpenAsync(shop, opened, 20);
        await widget.FillCardAsync();
        await widget.CheckAsync("Save this payment method for next time");
        await widget.PayAsync();
        await studio.BookAsync(member, await widget.TokenAsync(), 20);

        await opened.GoAsync(shop.Address);
        await widget.OpenAsync(await studio.OpenSessionAsync(member, 15));
        await Expect(widget.Frame.GetByText("Visa ···· 4242")).ToBeVisibleAsync();
        await widget.PayAsync();
        await studio.BookAsync(member, await widget.TokenAsync(), 15);
        await books.AssertBooksAreCleanAsync(studio.Studio.Merchant);
    }

    [Fact]
    public async Task Bacs_PaysInPounds()
    {
        var studio = await WidgetStudio.OpenAsync(books, "GBP");
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(
            await studio.OpenSessionAsync(member, 29.99m, "BACS"), new { countryCode = "GB", locale = "en-GB" });
        await Expect(widget.Heading).ToContainTextAsync("£29.99");

        await widget.Frame.GetByLabel("Sort code").FillAsync("200000");
        await widget.Frame.GetByLabel("Account number").FillAsync("55779911");
        await widget.Frame.GetByLabel("Account holder").FillAsync("Ada Nkemelu");
        await widget.Frame.GetByLabel("Email for the confirmation").FillAsync("ada@example.org");
        await widget.CheckAsync("I give this mandate");
        await opened.LookAsync("bacs-filled");
        await widget.PayAsync();

        await studio.BookAsync(member, await widget.TokenAsync(), 29.99m);
        Assert.Contains("\"bankAccountNumber\":\"···· 9911\"", await widget.DetailsAsync(), StringComparison.Ordinal);
        Assert.Contains("\"shopperEmail\":\"ada@example.org\"", await widget.DetailsAsync(), StringComparison.Ordinal);
        Assert.Empty(opened.Errors);
    }

    [Theory]
    [InlineData("CASH", "Cash", "cash")]
    [InlineData("BANK_TRANSFER", "Bank transfer", "transfer")]
    public async Task WhatNeedsNoNumber_IsOneClick(string choice, string title, string name)
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (studio, member, widget) = await OpenAsync(shop, opened, 20, "CREDIT_CARD", choice);
        await widget.Frame.GetByText(title, new() { Exact = true }).ClickAsync();
        await opened.LookAsync(name);

        await widget.PayAsync();
        await studio.BookAsync(member, await widget.TokenAsync(), 20);
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task TwoWidgetsOnOnePage_KnowNothingOfEachOther()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (studio, member, first) = await OpenAsync(shop, opened, 20, "CREDIT_CARD");
        var second = await new EmbeddedWidget(opened.Page, "two").OpenAsync(await studio.OpenSessionAsync(member, 30, "SEPA"));
        await first.FillCardAsync("4000000000000002");
        await second.FillSepaAsync();
        await first.PayAsync();
        await Expect(first.Banner).ToBeVisibleAsync();
        await opened.LookAsync("two-widgets");

        await second.PayAsync();
        var token = await second.TokenAsync();
        await studio.BookAsync(member, token, 30);
        Assert.Equal("two", await opened.Page.EvaluateAsync<string>("() => heard.map(one => one.container).join()"));

        await opened.Page.EvaluateAsync("() => widgets[1].destroy()");
        await Expect(opened.Page.Locator("#two iframe")).ToHaveCountAsync(0);
        await first.FillCardAsync();
        await first.PayAsync();
        Assert.NotEqual(token, await first.TokenAsync());
    }

    [Fact]
    public async Task PageWithAButtonOfItsOwn_IsReportedWhatBecomesOfIt()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (studio, member, widget) = await OpenWithAsync(shop, opened, 20, new { hidePaymentButton = true }, "SEPA");
        await Expect(widget.Button).ToHaveCountAsync(0);
        Assert.Equal((false, "invalid_fields"), (await CanSubmitAsync(), await SubmitAsync()));

        await widget.FillSepaAsync();
        await opened.Page.WaitForFunctionAsync("() => widgets[0].getPaymentState().canSubmit");
        Assert.Equal("paid", await SubmitAsync());
        await studio.BookAsync(member, await widget.TokenAsync(), 20);
        Assert.False(await CanSubmitAsync());

        Task<string> SubmitAsync() =>
            opened.Page.EvaluateAsync<string>("() => widgets[0].submitPayment().then(() => 'paid', (failure) => failure.code)");
        Task<bool> CanSubmitAsync() => opened.Page.EvaluateAsync<bool>("() => widgets[0].getPaymentState().canSubmit");
    }

    private Task<(WidgetStudio Studio, long Member, EmbeddedWidget Widget)> OpenAsync(
        EmbeddingShop shop, BrowserPage opened, decimal amount, params string[] choices) => OpenWithAsync(
            shop, opened, amount, null, choices);

    private async Task<(WidgetStudio Studio, long Member, EmbeddedWidget Widget)> OpenWithAsync(
        EmbeddingShop shop, BrowserPage opened, decimal amount, object? more, params string[] choices)
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await opened.GoAsync(shop.Address);
        return (studio, member,
            await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSessionAsync(member, amount, choices), more));
    }
}
