using System.Net;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>Money that a customer promises in the widget: it is in the books when the studio's side has it, and not before.</summary>
public sealed class PromisedPaymentTests(BooksFixture books)
{
    private static readonly (string, string) Reason = ("Reason", "Counted with the drawer");

    public static TheoryData<string, string> Promises => new() { { "CASH", "cash" }, { "BANK_TRANSFER", "bankTransfer" } };

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task NoActOfACustomerAlone_MakesAPaymentCaptured(string choice, string details)
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        var session = await visits.SessionAsync(member, "20", more: Visits.Permitting("CREDIT_CARD", choice));
        var submitted = await visits.SubmitAsync(session, $$"""{"choice":"{{choice}}"}""");
        Assert.Equal("ready", submitted.Text("status"));
        Assert.True(submitted.Body!["details"]!.AsObject().ContainsKey(details));

        // The studio's server books by itself what the widget gave it.
        var booked = await visits.BookAsync(member, submitted.Text("paymentRequestToken")!, "20", claims);

        Assert.Equal((HttpStatusCode.OK, choice), (booked.Status, booked.Method));
        Assert.Equal((0, 1), (await visits.PaymentsAsync(member, "captured"), await visits.PaymentsAsync(member, "settling")));
        Assert.Equal([20m], await visits.OwedAsync(member));
        await books.AssertBooksAreCleanAsync();
    }

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task Choice_ThatTheStudioDidNotPermit_IsRefused(string choice, string details)
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync(20_00);
        foreach (var session in new[] { await visits.SessionAsync(member, "20"), await visits.SessionAsync(member, "0", "MEMBER_ACCOUNT") })
        {
            var refused = await visits.SubmitAsync(session, $$"""{"choice":"{{choice}}"}""");

            Assert.Equal((HttpStatusCode.UnprocessableEntity, "choice_not_offered"), (refused.Status, refused.Text("code")));
            Assert.DoesNotContain(details, $"{refused.Body}", StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task Money_ThatAnOperatorHas_SettlesTheClaim(string choice, string details)
    {
        var visits = await Visits.OpenAsync(books);
        var (member, number) = await PromisedAsync(visits, choice, details);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        Assert.Contains("/complete\"", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);

        var sent = await (await SeenForm.OpenAsync(desk, $"/console/payments/{number}/complete")).SendAsync(Reason);

        Assert.Equal($"/console/payments/{number}?done=payment-completed", sent.To?.OriginalString);
        Assert.Equal((1, 0), (await visits.PaymentsAsync(member, "captured"), await visits.PaymentsAsync(member, "settling")));
        Assert.Equal([0m], await visits.OwedAsync(member));
        await books.AssertBooksAreCleanAsync();
    }

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task Money_ThatNeverComes_IsCalledOff_AndTheClaimCanBePaidOtherwise(string choice, string details)
    {
        var visits = await Visits.OpenAsync(books);
        var (member, number) = await PromisedAsync(visits, choice, details);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);

        var sent = await (await SeenForm.OpenAsync(desk, $"/console/payments/{number}/cancel")).SendAsync(Reason);

        Assert.Equal($"/console/payments/{number}?done=payment-cancelled", sent.To?.OriginalString);
        Assert.Equal((0, 1), (await visits.PaymentsAsync(member, "captured"), await visits.PaymentsAsync(member, "cancelled")));
        var claims = (await visits.Studio.GetAsync($"/v1/customers/{member}/account/transactions/upcoming")).Ids;
        var card = await visits.BookAsync(member, await visits.PaidAsync(member, "20"), "20", claims);
        Assert.Equal((HttpStatusCode.OK, "CREDIT_CARD"), (card.Status, card.Method));
        Assert.Equal([0m], await visits.OwedAsync(member));
        await books.AssertBooksAreCleanAsync();
    }

    private async Task<(long Member, long Number)> PromisedAsync(Visits visits, string choice, string details)
    {
        var (member, claims) = await visits.OwingAsync(20_00);
        var session = await visits.SessionAsync(member, "20", more: Visits.Permitting(choice));
        var booked = await visits.BookAsync(member, await visits.ReadyAsync(session, $$"""{"choice":"{{choice}}"}"""), "20", claims);
        Assert.True(booked.Status == HttpStatusCode.OK, $"{details}: {booked.Status} {booked.Body}");
        return (member, (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", booked.Payment!.Value))!);
    }
}
