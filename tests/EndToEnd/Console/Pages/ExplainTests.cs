using System.Net;
using System.Text.RegularExpressions;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>From a figure down to the person or program that caused it.</summary>
public sealed partial class ExplainTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task ProvidersPayment_IsTracedToItsAttempts_ItsRequestAndItsCredential()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany);
        var paid = await new VaultedPayments(books).CaptureAsync(42_00);
        var number = (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", paid.Id))!;
        var request = (Guid)(await books.ScalarAsync("SELECT request_id FROM event WHERE subject_id = $1 AND sequence = 1", paid.Id))!;

        var money = await desk.PageAsync($"/console/explain/payment/{number}");
        Assert.Contains("adds up", money, StringComparison.Ordinal);
        Assert.DoesNotContain("does not add up", money, StringComparison.Ordinal);
        var transfer = await desk.PageAsync(TransferLinks().Match(money).Value);

        Assert.Contains(paid.Authorisation.ToString("D"), transfer, StringComparison.Ordinal);
        Assert.Contains(paid.Capture.ToString("D"), transfer, StringComparison.Ordinal);
        Assert.Contains(request.ToString("N"), transfer, StringComparison.Ordinal);
        Assert.Contains("Oracle BRM", transfer, StringComparison.Ordinal);
        Assert.Contains("/console/access/credentials/", transfer, StringComparison.Ordinal);
        Assert.Contains($"/console/payments/{number}", transfer, StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, $"/console/explain/payment/{number}", "explain-payment");
        await desk.LookEverywhereAsync(browser, TransferLinks().Match(money).Value, "explain-transfer");
    }

    [Fact]
    public async Task OperatorsRefund_IsTracedToTheOperator_AndTheReason()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        await ours.CustomerAsync("A-1");
        var payment = await ours.PayAsync("A-1", 30_00);
        var operators = new BooksOfOne(books, desk.Merchant)
        {
            Origin = new Origin(
                desk.Merchant, 0, BooksOfOne.NewId())
            {
                Action =
                new OperatorAction(desk.Person.Id, desk.Person.Name, "payment.refund", "payment 1", "Bread was <stale>")
            },
        };
        await operators.RefundAsync("A-1", payment, 12_00);
        var number = await ours.NumberAsync(payment);

        var money = await desk.PageAsync($"/console/explain/payment/{number}");
        var last = await desk.PageAsync(TransferLinks().Matches(money)[^1].Value);

        Assert.Contains("adds up", money, StringComparison.Ordinal);
        Assert.Contains(desk.Person.Name, last, StringComparison.Ordinal);
        Assert.Contains("Bread was &lt;stale&gt;", last, StringComparison.Ordinal);
        Assert.Contains("The request that began the payment", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notice_ShowsTheFieldsThatMayBeShown_AndNoOthers()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany);
        var paid = await new VaultedPayments(books).CaptureAsync(43_00);
        var number = (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", paid.Id))!;
        await books.ScalarAsync(
            $$"""
            INSERT INTO notice (merchant_id, provider, id, received_at, tries, outcome, body)
            VALUES ($1, 'sandbox', $2, now(), 1, 'no_news',
                    '{"type":"request_changed","at":"2026-01-01T00:00:00Z","request":"{{paid.Capture:D}}","verdict":"approved",
                      "amount_minor":4300,"currency":"USD","holder":"Hidden Person"}')
            RETURNING 1
            """,
            desk.Merchant.Value, $"n-{paid.Capture:N}");

        var transfer = await desk.PageAsync(TransferLinks().Match(await desk.PageAsync($"/console/explain/payment/{number}")).Value);

        Assert.Contains("request changed", transfer, StringComparison.Ordinal);
        Assert.Contains("43.00 USD", transfer, StringComparison.Ordinal);
        Assert.DoesNotContain("Hidden Person", transfer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CustomersBalance_IsTheSumOfItsCharges_AndADifferenceIsReported()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1", "Ada");
        for (var i = 0; i < 101; i++)
            await ours.ChargeAsync("A-1", $"B-{i:000}", 1_00, new DateOnly(2026, 1, 1).AddDays(i));

        var part = await desk.PageAsync($"/console/explain/customer/{ada.Value:D}");
        var whole = await desk.PageAsync($"/console/explain/customer/{ada.Value:D}?more=true");

        Assert.Contains("Those due later", part, StringComparison.Ordinal);
        Assert.Contains("<span class=\"figure\">101.00</span>", part, StringComparison.Ordinal);
        Assert.Contains(">adds up<", whole, StringComparison.Ordinal);
        var receivable = await ours.ReceivableAsync(ada);
        await books.FalsifyAsync(desk.Merchant, receivable);
        Assert.Contains(
            "does not add up", await desk.PageAsync($"/console/explain/customer/{ada.Value:D}?more=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TransferOfAnotherMerchant_IsMissing()
    {
        using var desk = await TestDesk.OpenAsync(books);
        using var other = await TestDesk.OpenAsync(books);
        var theirs = new BooksOfOne(books, other.Merchant);
        await theirs.CustomerAsync("F-1", "Not Yours");
        var payment = await theirs.PayAsync("F-1", 5_00);

        foreach (var path in new[] { $"/console/explain/transfer/{payment.Value:D}/1/1",
            $"/console/explain/payment/{await theirs.NumberAsync(payment)}" })
        {
            using var answer = await desk.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
            Assert.Equal(HttpStatusCode.OK, (await other.Client.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    [GeneratedRegex("/console/explain/transfer/[0-9a-f-]{36}/[0-9]+/[0-9]+", RegexOptions.None, 60_000)]
    private static partial Regex TransferLinks();
}
