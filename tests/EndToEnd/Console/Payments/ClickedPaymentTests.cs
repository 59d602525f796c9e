using Microsoft.Playwright;
using Npgsql;
using Quittance.Core.Access;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>
/// Operators' actions on payments, done in a browser as they do them: by clicking, and as seen on the page that comes after.
/// </summary>
public sealed class ClickedPaymentTests(BooksFixture books, Browser browser)
{
    private const string Why = "Asked for by phone";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refund_TypedAsInGermany_AndClickedTwice_GivesBackOnce(bool withScripts)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        var number = await till.PayAsync("A", 2_000_00);
        await using var opened = await desk.BrowseAsync(browser, $"/console/payments/{number}", locale: "de-DE", withScripts: withScripts);
        var page = opened.Page;
        var sent = 0;
        page.Request += (_, request) => sent += request.Method == "POST" ? 1 : 0;

        await page.GetByRole(AriaRole.Link, Called("Erstatten")).ClickAsync();
        await page.GetByLabel("Betrag in EUR").FillAsync("1.234,56");
        await page.GetByLabel("Grund").FillAsync(Why);
        // The server is slow: it can refund nothing before both clicks are done.
        await using (var connection = await books.Database.OpenConnectionAsync(Cancel))
        await using (var transaction = await connection.BeginTransactionAsync(Cancel))
        {
            await using var hold =
                new NpgsqlCommand("SELECT 1 FROM slot WHERE merchant_id = $1 FOR UPDATE", connection,
                transaction)
                { Parameters = { new() { Value = desk.Merchant.Value } } };
            await hold.ExecuteNonQueryAsync(Cancel);
            await page.GetByRole(AriaRole.Button, Called("Erstatten")).HoverAsync();
            await page.RunAndWaitForRequestAsync(PressAsync, "**/refund");
            await PressAsync();
            await transaction.CommitAsync(Cancel);
        }

        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Das Geld geht an den Zahler zurück.");
        await Expect(Fact(page, "Erstattet")).ToHaveTextAsync("1.234,56 EUR");
        Assert.Equal(
            (1_234_56, 1L),
            (await till.MinorAsync(number, "refunded"),
            await books.ScalarAsync("SELECT count(*) FROM refund WHERE merchant_id = $1", desk.Merchant.Value)));
        Assert.Equal($"payment.refund payment {number}: {Why}", await till.ActionsAsync());
        // Without scripts the browser sends it as often as it is clicked, and the server does it once.
        Assert.Equal(withScripts ? 1 : 2, sent);
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);

        async Task PressAsync()
        {
            await page.Mouse.DownAsync();
            await page.Mouse.UpAsync();
        }
    }

    [Theory]
    [InlineData(true, "50.00")]
    [InlineData(false, "0.00")]
    public async Task Refund_ForgivesTheCharge_UnlessTheBoxKeepsTheDebt(bool keepsDebt, string open)
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "50.00");
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "50.00", charge));
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);
        var number = await books.ScalarAsync("SELECT number FROM payment WHERE merchant_id = $1", desk.Merchant.Value);
        await using var opened = await desk.BrowseAsync(browser, $"/console/payments/{number}/refund");
        var (page, name) = (opened.Page, $"console-refund-{(keepsDebt ? "keeps" : "forgives")}");

        var box = page.GetByLabel("Keep the debt", new() { Exact = false });
        await Expect(box).Not.ToBeCheckedAsync();
        await box.SetCheckedAsync(keepsDebt);
        await page.KeepAsync(name);
        await ActAsync(page, "Refund", "The money goes back to the payer.");
        await Expect(Fact(page, "Refunded")).ToHaveTextAsync("50.00 EUR");
        await page.KeepAsync($"{name}-after");

        Assert.Equal([open], await biller.OpenOfAsync(charge));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Credit_IsAllocated_AndMoneyThatCame_IsBooked()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        var (paid, promised) = (await till.PayAsync("A", 50_00), await till.PromiseAsync("A", 30_00));
        await till.ChargeAsync("A", "B-7", 80_00);
        await using var opened = await desk.BrowseAsync(browser, $"/console/payments/{paid}");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Link, Called("Allocate credit")).ClickAsync();
        await page.GetByLabel("Charge", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Index = 0 });
        await page.GetByLabel("Amount in EUR").FillAsync("20,00");
        await ActAsync(page, "Allocate", "The credit settles the charge now.");
        await Expect(Fact(page, "Settles charges")).ToHaveTextAsync("20.00 EUR");
        await Expect(Fact(page, "Credit left")).ToHaveTextAsync("30.00 EUR");

        await page.GotoAsync($"/console/payments/{promised}");
        await page.GetByRole(AriaRole.Link, Called("Money came in")).ClickAsync();
        await page.GetByLabel("On the bank account").CheckAsync();
        await ActAsync(page, "Book the money", "The money is in the books.");
        await Expect(Fact(page, "Paid")).ToHaveTextAsync("30.00 EUR");

        Assert.Equal((20_00, "captured"), (await till.MinorAsync(paid, "allocated"), await till.StatusAsync(promised)));
        Assert.Equal(30_00L, await books.ScalarAsync(
            "SELECT sum(debits_minor - credits_minor)::bigint FROM ledger_account WHERE merchant_id = $1 AND kind = 'clearing' AND "
                + "purpose = 'bank-transfer'", desk.Merchant.Value));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Long]
    [Fact]
    public async Task AttemptWithoutAnswer_IsAskedAgain_AndSettledByHand()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var number = await new SilentProvider(books, desk.Merchant).PayAsync(45_00);
        await using var opened = await desk.BrowseAsync(browser, $"/console/payments/{number}");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Link, Called("Ask again")).ClickAsync();
        await ActAsync(page, "Ask again", "The provider gave no clear answer.");
        // The reserved money is taken next, and the provider does not answer that either.
        foreach (var did in new[] { "It did reserve the money", "It did take the money" })
        {
            await page.GetByRole(AriaRole.Link, Called("Settle by hand")).ClickAsync();
            await page.GetByLabel(did).CheckAsync();
            await ActAsync(page, "Settle", "You have settled the attempt.");
        }

        await Expect(Fact(page, "Paid")).ToHaveTextAsync("45.00 USD");
        var till = new Till(books, desk.Merchant);
        Assert.Equal(("captured", 45_00), (await till.StatusAsync(number), await till.MinorAsync(number, "allocated")));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Reservation_IsGivenBack_AndADeclinedPayment_IsTriedAgain()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var till = new Till(books, books.DemoCompany);
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync(20_00);
        var session = Visits.SessionOf(await visits.PaidAsync(member, "20"));
        var reserved = (long)(await books.ScalarAsync(
            "SELECT p.number FROM session s JOIN payment p ON p.merchant_id = s.merchant_id AND p.id = s.payment_id WHERE s.merchant_id = "
                + "$1 AND s.id = $2", books.DemoCompany.Value, session))!;
        var (declined, _) = await new DeclinedPayments(books).MakeAsync(VaultedPayments.GoodCard, 80_00);
        await using var opened = await desk.BrowseAsync(browser, $"/console/payments/{reserved}");
        var page = opened.Page;

        await page.GetByText("More", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, Called("Call off")).ClickAsync();
        await ActAsync(page, "Call off", "The payment is called off.");
        await Expect(page.Locator("h1 .pill")).ToHaveTextAsync("Cancelled");
        Assert.Equal(("cancelled", 20m), (await till.StatusAsync(reserved), Assert.Single(await visits.OwedAsync(member))));

        await page.GotoAsync($"/console/payments/{declined}");
        await page.GetByRole(AriaRole.Link, Called("Try again")).ClickAsync();
        await ActAsync(page, "Charge 80.00 USD", "The provider took the money.");
        await Expect(Fact(page, "Settles charges")).ToHaveTextAsync("80.00 USD");
        var second = long.Parse(new Uri(page.Url).Segments[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(("declined", "captured", 80_00L),
            (await till.StatusAsync(declined), await till.StatusAsync(second), await till.MinorAsync(second, "allocated")));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    /// <summary>Says why, presses the form's button, and reads what the next page tells.</summary>
    private static async Task ActAsync(IPage page, string verb, string report)
    {
        await page.GetByLabel("Reason").FillAsync(Why);
        await page.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }).ClickAsync();
        await Expect(page.Locator("p.notice[role=status]")).ToContainTextAsync(report);
    }

    private static PageGetByRoleOptions Called(string name) => new() { Name = name, Exact = true };

    /// <summary>The value beside a word.</summary>
    private static ILocator Fact(IPage page, string word) => page.Locator($"dt:text-is('{word}') + dd");
}
