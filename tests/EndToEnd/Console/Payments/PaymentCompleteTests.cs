using System.Globalization;
using System.Net;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The money of a payment that was only recorded came, and an operator says so.</summary>
public sealed class PaymentCompleteTests(BooksFixture books)
{
    private static readonly (string, string) Reason = ("Reason", "Seen on the account");

    [Fact]
    public async Task Money_ThatCame_SettlesTheBillThatThePaymentNames_AndIsCreditBeyond()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var telco = new TmfHttp(books, "demo-telco");
        var till = new Till(books, books.DemoCompany);
        var customer = await new Customers(books.Engine, books.Vault, books.DemoCompany, "tmf676")
            .CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), 30_00);
        var recorded = await telco.PayAsync(
            customer.Account, total: """{"unit":"USD","value":50}""",
            more: $$""","paymentItem":[{"item":{"id":"{{customer.Bills[0]}}","@referredType":"CustomerBill"}"""
                + ""","totalAmount":{"unit":"USD","value":50} }]""");
        var number = (long)(
            await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", Guid.Parse(recorded.Headers["Quittance-Payment"])))!;
        Assert.Contains("/complete\"", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
        var form = await SeenForm.OpenAsync(desk, $"/console/payments/{number}/complete");

        Assert.Contains("Say where the money is.", (await form.SendAsync(Reason)).Page, StringComparison.Ordinal);
        var answers = await Task.WhenAll(
            form.SendAsync(Reason, ("ReceivedBy", "bank-transfer")), form.SendAsync(Reason, ("ReceivedBy", "bank-transfer")));

        Assert.All(answers, answer => Assert.Equal($"/console/payments/{number}?done=payment-completed", answer.To?.OriginalString));
        Assert.Equal(("captured", 30_00), (await till.StatusAsync(number), await till.MinorAsync(number, "allocated")));
        Assert.Contains("Booked money that came, “Seen on the account”",
            WebUtility.HtmlDecode(await desk.PageAsync($"/console/payments/{number}")), StringComparison.Ordinal);
        Assert.Contains("Transfers that customers sent", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
        Assert.Contains("It waits for no money", await desk.PageAsync($"/console/payments/{number}/complete"), StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Money_IsBookedForTheDayOnWhichItCame_AndForNoneThatIsToCome()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        var number = await till.PromiseAsync("A");
        var form = await SeenForm.OpenAsync(desk, $"/console/payments/{number}/complete");
        var today = DateOnly.ParseExact(form["On"], "O", CultureInfo.InvariantCulture);
        (string, string) cash = ("ReceivedBy", "cash");

        foreach (var (day, problem) in new[]
        {
            ($"{today.AddDays(1):O}", "This day has not come yet."),
            ("yesterday", "Type a day such as 2027-01-31."),
        })
        {
            Assert.Contains(problem, (await form.SendAsync(Reason, cash, ("On", day))).Page, StringComparison.Ordinal);
        }

        Assert.NotNull((await form.SendAsync(Reason, cash, ("On", $"{today.AddDays(-3):O}"))).To);
        Assert.Equal($"{today.AddDays(-3):O}", (string)(await books.ScalarAsync(
            "SELECT e.effective_on::text FROM event e JOIN payment p ON p.merchant_id = e.merchant_id AND p.id = e.subject_id WHERE "
                + "p.merchant_id = $1 AND e.type = 'payment.captured'", desk.Merchant.Value))!);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Money_OfAPaymentThatWaitsForNone_IsNotBooked()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        foreach (var number in new[] { await till.PayAsync("A"), await till.RecordAsync("A"),
            await new SilentProvider(books, desk.Merchant).PayAsync(5_00) })
        {
            var path = $"/console/payments/{number}/complete";
            Assert.DoesNotContain("/complete\"", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
            Assert.Contains("It waits for no money", await desk.PageAsync(path), StringComparison.Ordinal);
            using var sent = await desk.SendAsync(path, Reason, ("ReceivedBy", "cash"), ("Seen", await SeenAsync(number)));
            Assert.Contains(
                "Nothing has changed: the payment does not wait for its money", WebUtility.HtmlDecode(
                await sent.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        }

        Assert.Equal("", await till.ActionsAsync());

        // The fields of a form, as the payment stands.
        async Task<string> SeenAsync(long number) => $"{await books.ScalarAsync(
            """
            SELECT p.events + (SELECT count(*) + count(*) FILTER (WHERE a.status IN ('approved', 'declined'))
                                 FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = p.id)
              FROM payment p WHERE p.merchant_id = $1 AND p.number = $2
            """, desk.Merchant.Value, number)}";
    }
}
