using System.Net;
using System.Text;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>No client writes into the trail of an operator, or of another client.</summary>
public sealed class TrailTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ClientsTrace_IsARemark_AndItsRefundIsItsOwn()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany, "Olga Operator");
        var (first, second) = (await PayAsync(), await PayAsync());
        var form = await SeenForm.OpenAsync(desk, $"/console/payments/{first.Number}/refund");
        Assert.NotNull((await form.SendAsync(("Reason", "asked, ticket 4711"), ("Amount", "10"))).To);
        var operators = (Guid)(await books.ScalarAsync(
            "SELECT request_id FROM operator_action WHERE merchant_id = $1 AND who = 'Olga Operator'", books.DemoCompany.Value))!;

        await RefundAsync(second, operators, 100);
        await RefundAsync(first, operators, 20);

        foreach (var payment in new[] { first, second })
        {
            Assert.Equal(0L, await books.ScalarAsync(
                "SELECT count(*) FROM event WHERE subject_id = $1 AND request_id = $2 AND credential_id <> 0", payment.Id, operators));
            Assert.Equal(operators, await books.ScalarAsync(
                "SELECT client_trace FROM event WHERE subject_id = $1 AND credential_id <> 0 ORDER BY sequence DESC LIMIT 1", payment.Id));
        }

        Assert.DoesNotContain("Olga Operator", await StoryAsync(desk, second.Number), StringComparison.Ordinal);
        var both = await StoryAsync(desk, first.Number);
        Assert.Equal(1, both.Split("Olga Operator: Refunded a payment").Length - 1);
        Assert.Equal(2, both.Split("TMF676, credential").Length - 1);

        // Books of a time when clients chose the id: what was written then is shown by its credential.
        await books.ScalarAsync(
            "UPDATE event SET request_id = $2 WHERE merchant_id = $1 AND client_trace = $2", books.DemoCompany.Value, operators);
        Assert.DoesNotContain("Olga Operator", await StoryAsync(desk, second.Number), StringComparison.Ordinal);
        both = await StoryAsync(desk, first.Number);
        Assert.Equal(1, both.Split("Olga Operator: Refunded a payment").Length - 1);
        Assert.Equal(2, both.Split("TMF676, credential").Length - 1);
    }

    /// <summary>All steps of a payment, as its page has them.</summary>
    private static async Task<string> StoryAsync(TestDesk desk, long number)
    {
        var page = WebUtility.HtmlDecode(await desk.PageAsync($"/console/payments/{number}"));
        return page[page.IndexOf("id=\"steps\"", StringComparison.Ordinal)..];
    }

    private async Task<Paid> PayAsync()
    {
        // An id of the form of ours is no name.
        var account = $"A-{WritingRoutes.NewKey()}";
        var answer = await new TmfHttp(books, "demo-telco").PostAsync(
            "/paymentManagement/v4/payment", $$$"""
            {"account":{"id":"{{{account}}}"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":100}}
            """);
        var id = Guid.Parse(answer.Headers["Quittance-Payment"]);
        return new Paid(id, account, (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", id))!);
    }

    private async Task RefundAsync(Paid payment, Guid trace, int euros)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(books.Address, "/paymentManagement/v4/refund"))
        {
            Content = new StringContent(
                $$$"""
                {"account":{"id":"{{{payment.Account}}}"},"payment":{"id":"{{{payment.Id}}}"},"paymentMethod":{},
                 "totalAmount":{"unit":"EUR","value":{{{euros}}}}}
                """, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", "demo-telco");
        request.Headers.Add("traceparent", $"00-{trace:N}-00f067aa0ba902b7-01");
        using var answer = await books.Client.SendAsync(request, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.NotEqual(trace.ToString("N"), answer.Headers.GetValues("Quittance-Trace").Single());
    }

    private sealed record Paid(Guid Id, string Account, long Number);
}
