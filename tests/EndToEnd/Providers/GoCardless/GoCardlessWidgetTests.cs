using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>Members pay in the widget by debits whose mandates GoCardless holds, over HTTP and to the cent at the face.</summary>
public sealed class GoCardlessWidgetTests(BooksFixture books)
{
    [Fact]
    public async Task Debit_PaysClaims_WhenTheBankHasPaidIt_AndIsRefunded()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var visits = studio.Visits;
        var (member, claims) = await visits.OwingAsync(20_00, 35_50);
        var session = await visits.SessionAsync(member, "55.50");
        var offered = (await visits.ShownAsync(session)).Body!;
        Assert.Equal(("""["SEPA"]""", """["SEPA"]"""), (offered["choices"]!.ToJsonString(), offered["pages"]!.ToJsonString()));
        Assert.False((bool)offered["mayOfferWallets"]!);

        var page = await studio.PageAsync(session);
        Assert.Equal("entering", (await visits.ShownAsync(session)).Text("status"));
        await GoCardlessStudio.EnterAsync(page, GoCardlessStudio.Later);
        var paid = await studio.ComeBackAsync(session);

        Assert.Equal((HttpStatusCode.OK, "ready"), (paid.Status, paid.Text("status")));
        var account = paid.Body!["details"]!["sepa"]!["bankAccountDetails"]!;
        Assert.Equal(("DE ···· ··51", "Ada Nkemelu"), ((string?)account["iban"], (string?)account["accountHolder"]));
        Assert.Equal("pending_submission", (string?)Assert.Single(await studio.ListAsync("payments"))["status"]);

        var booked = await visits.BookAsync(member, paid.Text("paymentRequestToken")!, "55.50", claims);
        Assert.Equal(HttpStatusCode.OK, booked.Status);
        await studio.UntilPaymentIsAsync(booked.Payment!.Value, "captured");
        Assert.Equal([0, 0], await visits.OwedAsync(member));
        var payment = Assert.Single(await studio.ListAsync("payments"));
        Assert.Equal(("confirmed", 55_50, "EUR"), ((string?)payment["status"], (long)payment["amount"]!, (string?)payment["currency"]));

        await studio.RefundAsync(member, booked.Payment.Value, 10_00);
        await NoticePost.UntilAsync(async () => (await studio.ListAsync("refunds")).Count == 1);
        Assert.Equal(10_00, (long)Assert.Single(await studio.ListAsync("refunds"))["amount"]!);
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Debit_ThatNoClientBooks_IsCancelledAtGoCardless()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var (member, _) = await studio.Visits.OwingAsync();
        var session = await studio.Visits.SessionAsync(member, "20");
        Assert.Equal("ready", (await studio.PayAsync(session)).Text("status"));

        await studio.Visits.EndAsync(session);

        await NoticePost.UntilAsync(
            async () => (string?)Assert.Single(await studio.ListAsync("payments"))["status"] == "cancelled");
    }

    [Fact]
    public async Task Account_ThatAMemberLeaves_IsDebitedLaterWithoutThePage()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var visits = studio.Visits;
        var (member, claims) = await visits.OwingAsync(15_00);
        var left = await studio.PayAsync(await visits.SessionAsync(member, "0", "MEMBER_ACCOUNT"));
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(member, left.Text("paymentRequestToken")!)).Status);
        Assert.Empty(await studio.ListAsync("payments"));

        var token = await visits.ChosenAsync(member, "15");
        var booked = await visits.BookAsync(member, token, "15", claims);

        Assert.Equal(HttpStatusCode.OK, booked.Status);
        await studio.UntilPaymentIsAsync(booked.Payment!.Value, "captured");
        Assert.Equal([0], await visits.OwedAsync(member));
    }

    [Fact]
    public async Task Page_IsFoundAgain_AndIsOfItsSessionAlone()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var visits = studio.Visits;
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");
        var first = await visits.SubmitAsync(session, GoCardlessStudio.Page(), "once");
        var again = await visits.SubmitAsync(session, GoCardlessStudio.Page(), "once");
        Assert.Equal((HttpStatusCode.OK, true), (again.Status, again.Replayed));

        // Another flow through the same billing request: either page is good.
        Assert.NotEqual(first.Text("redirectTo"), again.Text("redirectTo"));
        await GoCardlessStudio.EnterAsync(new Uri(again.Text("redirectTo")!));
        Assert.Equal("ready", (await studio.ComeBackAsync(session)).Text("status"));
        Assert.Single(await studio.ListAsync("payments"));
    }
}
