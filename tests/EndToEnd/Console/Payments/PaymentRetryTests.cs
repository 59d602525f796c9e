using System.Net;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>
/// A payment that its provider declined is tried again, with the instrument that the vault holds, for what is still open of what it was
/// for.
/// </summary>
public sealed class PaymentRetryTests(BooksFixture books, Browser browser)
{
    private const string NeverGood = "4000000000000002";

    private static readonly (string, string) Reason = ("Reason", "Payday");

    [Fact]
    public async Task Retry_ChargesWhatIsStillOpen_Once_AsAPaymentOfItsOwn()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var (number, _) = await Declined.MakeAsync(VaultedPayments.GoodCard, 80_00);
        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}", "payment-declined");
        await desk.LookEverywhereAsync(browser, Path(number), "payment-retry");
        var form = await SeenForm.OpenAsync(desk, Path(number));
        Assert.Contains("Give a reason", (await form.SendAsync()).Page, StringComparison.Ordinal);

        var answers = await Task.WhenAll(form.SendAsync(Reason), form.SendAsync(Reason));

        // The second one may get its answer while the provider is still being asked.
        Assert.Single(answers.Select(answer => (answer.To?.OriginalString ?? answer.Page).Split('?')[0]).Distinct());
        var to = "";
        // A provider that answers late is asked again later.
        await NoticePost.UntilAsync(async () =>
            (to = (await form.SendAsync(Reason)).To!.OriginalString).EndsWith("?done=payment-retried", StringComparison.Ordinal));
        var page = WebUtility.HtmlDecode(await desk.PageAsync(to));
        Assert.Contains("notice good", page, StringComparison.Ordinal);
        Assert.Contains("Tried a payment again, “Payday”", page, StringComparison.Ordinal);
        var till = new Till(books, books.DemoCompany);
        var second = long.Parse(to["/console/payments/".Length..to.IndexOf('?', StringComparison.Ordinal)]);
        Assert.Equal(("declined", "captured", 80_00L),
            (await till.StatusAsync(number), await till.StatusAsync(second), await till.MinorAsync(second, "allocated")));
        // There is nothing left to try.
        Assert.Contains("none of its charges is open", await desk.PageAsync(Path(number)), StringComparison.Ordinal);
        Assert.DoesNotContain("/retry\"", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
        Assert.Equal(1L, await ActionsAsync(number));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Retry_ThatIsDeclinedAgain_IsReportedAsAFailure_AndMayBeTriedOnceMore()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var (number, _) = await Declined.MakeAsync(NeverGood, 30_00);

        var (to, page) = await (await SeenForm.OpenAsync(desk, Path(number))).SendAsync(Reason);

        Assert.True(to is not null, page);
        var report = await desk.PageAsync(to.OriginalString);
        Assert.Contains(
            "<p class=\"notice bad\" role=\"alert\">The provider did not take the money this time either.", report,
            StringComparison.Ordinal);
        Assert.Contains("/retry\"", report, StringComparison.Ordinal);
        var (again, _) = await (await SeenForm.OpenAsync(desk, Path(number))).SendAsync(Reason);
        Assert.EndsWith("?done=payment-retry-declined", again?.OriginalString, StringComparison.Ordinal);
        Assert.NotEqual(to, again);
        Assert.Equal(2L, await ActionsAsync(number));
    }

    [Fact]
    public async Task Retry_OfWhatWasPaidInPartMeanwhile_IsShownAnew_AndTakesTheRest()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var (number, customer) = await Declined.MakeAsync(VaultedPayments.GoodCard, 50_00);
        var form = await SeenForm.OpenAsync(desk, Path(number));
        Assert.True((
            await books.Engine.SubmitAsync(
            new RecordPayment(
            Declined.Origin(), Declined.AccountOf(customer), new PaymentId(books.DemoCompany, Business.NewId()), "oracle-brm")
            {
                Amount = new Money(20_00, Currency.Parse("USD")),
                ReceivedBy = ClearingProvider.Cash,
                Parts = [Part.Charge(new Reference(books.DemoCompany, "oracle-brm", "bill", customer.Bills[0]), 20_00)],
            })).Accepted);

        var (to, page) = await form.SendAsync(Reason);

        Assert.Null(to);
        Assert.Contains("after you opened this page a charge was paid, or somebody tried", page, StringComparison.Ordinal);
        Assert.Contains("Charge 30.00 USD", page, StringComparison.Ordinal);
        Assert.EndsWith("?done=payment-retried",
            (await (await SeenForm.OpenAsync(desk, Path(number))).SendAsync(Reason)).To?.OriginalString, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Payment_ThatIsNotToBeTriedAgain_SaysWhy()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var paid = await new VaultedPayments(books).CaptureAsync(10_00);
        var captured = (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", paid.Id))!;
        var (replaced, customer) = await Declined.MakeAsync(VaultedPayments.GoodCard, 10_00);
        await books.ScalarAsync("UPDATE instrument SET standing = 'inactive' WHERE merchant_id = $1 AND reference = $2 RETURNING 1",
            books.DemoCompany.Value, customer.Instrument);

        foreach (var (number, words) in new[] { (captured, "Only a payment that was declined"), (replaced, "was not kept") })
        {
            Assert.DoesNotContain("/retry\"", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
            Assert.Contains(words, await desk.PageAsync(Path(number)), StringComparison.Ordinal);
            using var sent = await desk.SendAsync(Path(number), Reason, ("Open", "10.00"));
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
            Assert.Equal(0L, await ActionsAsync(number));
        }
    }

    private static string Path(long number) => $"/console/payments/{number}/retry";

    private DeclinedPayments Declined => new(books);

    private Task<object?> ActionsAsync(long number) => books.ScalarAsync(
        "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'payment.retry' AND subject = $2", books.DemoCompany.Value,
        $"payment {number}");
}
