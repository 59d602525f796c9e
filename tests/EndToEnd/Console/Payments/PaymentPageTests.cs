using System.Net;
using System.Text.RegularExpressions;
using Quittance.Core.Access;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The page of a payment tells all that happened, in order.</summary>
public sealed partial class PaymentPageTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Page_TellsTheStoryOfACardPayment_FromTheRequestToTheRefund()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var paid = await new VaultedPayments(books).CaptureAsync(120_00);
        var number = (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", paid.Id))!;
        var refund = await SeenForm.OpenAsync(desk, $"/console/payments/{number}/refund");
        Assert.NotNull((await refund.SendAsync(("Reason", "Bike came late"), ("Amount", "20"))).To);

        var page = WebUtility.HtmlDecode(await desk.PageAsync($"/console/payments/{number}"));

        AssertInOrder(
            page, "Timeline", "20.00 USD refunded", "Paid with Visa ···· 4242", "steps, with requests, ledger and webhooks",
            "Taken on; its provider is asked for the money", "Oracle BRM, credential",
            "Sandbox is asked to reserve 120.00 USD", "Sandbox reserved 120.00 USD",
            "Sandbox is asked to take 120.00 USD", "Sandbox took 120.00 USD", "Paid: the money is in the books", "Held by sandbox",
            "Receivable",
            "Bike came late", "Refund", "Sandbox is asked to give back 20.00 USD", "Sandbox gave back 20.00 USD");
        var (credential, request) = (
            await books.ScalarAsync("SELECT credential_id FROM event WHERE subject_id = $1 AND sequence = 1", paid.Id),
            (Guid)(await books.ScalarAsync("SELECT request_id FROM event WHERE subject_id = $1 AND sequence = 1", paid.Id))!);
        Assert.Contains($"credential <a href=\"/console/access/credentials/{credential}\">", page, StringComparison.Ordinal);
        Assert.Contains($"trace id <code>{request:N}</code>", page, StringComparison.Ordinal);
        Assert.Contains(
            request.ToString("N"), await desk.PageAsync(
            TransferLinks().Match(page[page.IndexOf("Paid: the money", StringComparison.Ordinal)..]).Value), StringComparison.Ordinal);
        // The table of charges and the timeline call a charge the same.
        var bill = paid.Customer.Bills[0];
        Assert.InRange(Charges().Matches(page).Count(link => link.Groups["name"].Value == bill), 3, 9);
        var charge = await desk.PageAsync(Charges().Matches(page).First(link => link.Groups["name"].Value == bill).Groups["path"].Value);
        Assert.Contains($"Paid by <a href=\"/console/payments/{number}\">", charge, StringComparison.Ordinal);
        Assert.Contains("Visa ···· 4242", page, StringComparison.Ordinal);
        Assert.DoesNotContain("4242424242424242", page, StringComparison.Ordinal);
        Assert.Contains($"{desk.Person.Name}: Refunded a payment, “Bike came late”", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"pill quiet\">Refunded in part</span>", page, StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}", "payment");
    }

    [Fact]
    public async Task WhatTheClientSaid_StandsOnThePage_AndBesideItsRequest()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var business = new Business(desk.Merchant);
        const string details =
            """{"correlatorId":"PO 2026/12","description":"Two <b>chairs</b>","name":7,"payer":{"id":"P-14","name":"R. <i>Osei</i>"}}""";
        var payment = business.Payment("A") with { Details = details };
        Assert.True((await books.Engine.SubmitAsync(payment)).Accepted);
        var number = (long)(
            await books.ScalarAsync(
            "SELECT number FROM payment WHERE merchant_id = $1 AND id = $2", desk.Merchant.Value, payment.Id.Value))!;

        foreach (var path in new[] { $"/console/payments/{number}", $"/console/explain/transfer/{payment.Id.Value:D}/1/1" })
        {
            var page = await desk.PageAsync(path);
            Assert.Contains("<dt>Payer</dt><dd>R. &lt;i&gt;Osei&lt;/i&gt;</dd>", Joined(page), StringComparison.Ordinal);
            Assert.Contains("<dt>Client reference</dt><dd>PO 2026/12</dd>", Joined(page), StringComparison.Ordinal);
            Assert.Contains("<dt>Description</dt><dd>Two &lt;b&gt;chairs&lt;/b&gt;</dd>", Joined(page), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Client reference",
            await desk.PageAsync($"/console/payments/{await new Till(books, desk.Merchant).PayAsync("A")}"), StringComparison.Ordinal);

        static string Joined(string page) => Blanks().Replace(page, "><");
    }

    [Fact]
    public async Task Decline_IsReportedInWords()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany);
        var customer = await new Customers(books.Engine, books.Vault, books.DemoCompany)
            .CreateAsync(Customers.CardOf("4000000000009995"), 30_00);
        var payments = new VaultedPayments(books);
        var declined = await payments.Http.PostAsync(VaultedPayments.Path, customer.Payment(30_00, customer.Bills[0]));
        var number = (long)(await books.ScalarAsync(
            "SELECT p.number FROM payment p JOIN reference r USING (merchant_id, account_id) WHERE r.value = $1", customer.Account))!;
        Assert.NotEqual("done", declined.Status == HttpStatusCode.Created ? declined["status"] : "");

        var page = WebUtility.HtmlDecode(await desk.PageAsync($"/console/payments/{number}"));

        Assert.Contains("Sandbox did not reserve 30.00 USD: Not enough money", page, StringComparison.Ordinal);
        Assert.Contains("<strong>Declined: not enough money</strong>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/refund\"", page, StringComparison.Ordinal);
        var explained = await desk.PageAsync($"/console/explain/payment/{number}");
        Assert.Contains("It moved no money: it was declined", explained, StringComparison.Ordinal);
        Assert.DoesNotContain("adds up", explained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NumberOfAnotherMerchantsPayment_IsNotFound()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin);
        using var other = await TestDesk.OpenAsync(books, OperatorRole.Admin);
        var number = await new Till(books, other.Merchant).PayAsync("A");
        foreach (var action in new[] { "", "/refund", "/allocate", "/cancel", $"/attempts/{Business.NewId()}/settle" })
        {
            using var answer = await desk.Client.GetAsync($"/console/payments/{number}{action}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [GeneratedRegex("/console/explain/transfer/[0-9a-f-]{36}/[0-9]+/[0-9]+", RegexOptions.None, 60_000)]
    private static partial Regex TransferLinks();

    [GeneratedRegex("(?<path>/console/charges/[0-9]+)\">(?<name>[^<]*)</a>", RegexOptions.None, 60_000)]
    private static partial Regex Charges();

    [GeneratedRegex(">\\s+<", RegexOptions.None, 60_000)]
    private static partial Regex Blanks();

    private static void AssertInOrder(string page, params string[] texts)
    {
        var at = 0;
        foreach (var text in texts)
        {
            var found = page.IndexOf(text, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{text}' is missing after {at}:\n{page}");
            at = found + text.Length;
        }
    }
}
