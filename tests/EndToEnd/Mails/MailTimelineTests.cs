using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Tests.Console;
using Quittance.Tests.Engine;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Mails;

/// <summary>The pages of a payment and of a bill say which mails went out about them.</summary>
public sealed class MailTimelineTests(BooksFixture books)
{
    [Fact]
    public async Task PaymentAndBill_SayWhatWasMailed_AndNothingOfOthers()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, desk.Merchant);
        var reference = await biller.CustomerAsync();
        var account = (Guid)(await biller.GetAsync($"{Biller.Accounts}/{reference}")).Json["id"]!;
        var late = Biller.Charge(reference, "20.00");
        late["due"] = "2026-01-31";
        var (bill, other) = (
            (await biller.PostAsync(Biller.Charges, late)).Json,
            (await biller.PostAsync(Biller.Charges, Biller.Charge(reference, "7.00"))).Json);
        var link = (Guid)(await biller.PostAsync(
            Biller.Links, new JsonObject { ["account"] = reference, ["charges"] = new JsonArray((string)bill["id"]!) })).Json["id"]!;
        // It was sent while the bill was overdue, and was about the customer.
        await SampleMail.SentAsync(books.Database, desk.Merchant, account, account, "reminder", 2);
        await SampleMail.SentAsync(books.Database, desk.Merchant, account, link, "payment_link");
        var payment = new PaymentId(desk.Merchant, Business.NewId());
        await books.Engine.DoAsync(new RecordPayment(
            new Origin(desk.Merchant, 0, Business.NewId()),
            AccountTarget.Named([Reference.ToAccountId(desk.Merchant, account)]), payment, "quittance")
        {
            Amount = new Money(20_00, Currency.Parse("EUR")),
            ReceivedBy = ClearingProvider.Cash,
            Parts = [Part.Charge(Reference.ToChargeId(desk.Merchant, (Guid)bill["id"]!), 20_00)],
        });
        await SampleMail.SentAsync(books.Database, desk.Merchant, account, payment.Value);
        // It is about no bill that is paid already.
        await SampleMail.SentAsync(books.Database, desk.Merchant, account, account, "reminder", 3);

        var number = await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", payment.Value);
        var paid = await desk.PageAsync($"/console/payments/{number}");
        var billed = await desk.PageAsync($"/console/charges/{bill["number"]}");
        var beside = await desk.PageAsync($"/console/charges/{other["number"]}");

        Assert.Contains("Receipt of a payment was mailed to anna@example.com", paid, StringComparison.Ordinal);
        Assert.DoesNotContain("Reminder was mailed", paid, StringComparison.Ordinal);
        Assert.All(
            (string[])["Reminder was mailed", "Payment link was mailed", "Receipt of a payment was mailed"],
            told => Assert.Equal(2, billed.Split(told).Length));
        Assert.DoesNotContain("was mailed", beside, StringComparison.Ordinal);
        var listed = (await biller.GetAsync($"/api/v1/mails?about={payment.Value:D}")).Json["items"]!.AsArray();
        Assert.Equal("receipt", (string)Assert.Single(listed)!["kind"]!);
    }

    [Fact]
    public async Task MailToACustomer_NamesWhom_AndSaysWhereThereIsNoAddress()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, desk.Merchant);
        var account = (Guid)(await biller.GetAsync($"{Biller.Accounts}/{await biller.CustomerAsync()}")).Json["id"]!;
        var address = $"/console/mails/statement?account={account:D}";

        Assert.Contains("no e-mail address, so nothing would be sent", await desk.PageAsync(address), StringComparison.Ordinal);
        await biller.PostAsync(
            $"{Biller.Accounts}/{account:D}/contact", new JsonObject { ["email"] = "ada@example.com", ["reason"] = "asked" });
        Assert.Contains("Ada Nkemelu, ada@example.com", await desk.PageAsync(address), StringComparison.Ordinal);
        var form = await SeenForm.OpenAsync(desk, address);
        var (to, page) = await form.SendAsync();
        Assert.True(to is not null, page);
        var sent = await desk.PageAsync(to.ToString());
        Assert.Contains("waits to be mailed", sent, StringComparison.Ordinal);
        Assert.Contains("Statement of a month", sent, StringComparison.Ordinal);
    }
}
