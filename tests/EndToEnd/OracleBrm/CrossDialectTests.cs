using System.Globalization;
using System.Net;
using System.Text;
using Quittance.Host.Demo;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>
/// A payment of any API is listed by both TMF mounts, with how it was made; and a refund of it through one of them shows in the other.
/// </summary>
public sealed class CrossDialectTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/paymentManagement/v4/payment", "Cash", null)]
    [InlineData("/brm/payment/v4/payment", "PaymentMethodRef", "BankCard")]
    [InlineData("/v1/Generic/CustomerPaymentInsert", null, null)]
    [InlineData("/v1/customers/{customerId}/account/payment", "PaymentMethodRef", "BankCard")]
    [InlineData("/bookings/{bookingId}/payment", "PaymentMethodRef", "BankCard")]
    public async Task Payment_OfEachApi_IsListedAndRefunded(string path, string? type, string? kind)
    {
        var payment = await PayAsync(path);
        var (oracle, telco) = (new TmfHttp(books, "demo-brm"), new TmfHttp(books, DemoCredentials.Tmf676));

        var listed = await oracle.GetAsync($"{Carrier.Payments}?@type=PaymentOracle&id={payment}");
        var other = await telco.GetAsync($"{Telco.Payments}?id={payment}");
        var paid = decimal.Parse(listed["0/totalAmount/value"]!, CultureInfo.InvariantCulture);
        Assert.Equal(
            ("done", listed["0/totalAmount/value"], "done"), (listed["0/status"], other["0/totalAmount/value"], other["0/status"]));
        Assert.Equal(
            (type ?? "PaymentMethodRefOrValue", Camel(kind)), (listed["0/paymentMethod/@type"], listed["0/paymentMethod/@referredType"]));
        Assert.Equal((type, Same(kind)), (TypeOf(other, "@type"), Same(TypeOf(other, "@referredType"))));
        Assert.Equal(
            payment, (await telco.GetAsync($"{Telco.Payments}?id={payment}&account.id={Uri.EscapeDataString(other["0/account/id"]!)}"))[
                "0/id"]);
        Assert.Equal(
            listed["0/id"],
            (await oracle.GetAsync($"{Carrier.Payments}?account.id={Uri.EscapeDataString(listed["0/account/id"]!)}&id={payment}"))["0/id"]);

        var refund = await oracle.PostAsync(
            Carrier.Refunds,
            Carrier.RefundBody(listed["0/account/id"]!, listed["0/id"], "3.5")
                .Replace("USD", listed["0/totalAmount/unit"], StringComparison.Ordinal));
        Assert.True(refund.Status == HttpStatusCode.Created, refund.Text);
        // Money at a client's gateway waits to be paid out there.
        var status = path == Carrier.Payments ? "pendingAuthorization" : "done";
        Assert.Equal(status, refund["status"]);
        var shown = await telco.GetAsync($"{Telco.Refunds}?account.id={Uri.EscapeDataString(other["0/account/id"]!)}");
        Assert.Equal(("3.5", status), (shown["0/totalAmount/value"], shown["0/status"]));
        Assert.Equal(paid - 3.5m, Left(await oracle.GetAsync($"{Carrier.Payments}/{listed["0/id"]}?@type=PaymentOracle")));
        await books.AssertBooksAreCleanAsync();
    }

    /// <summary>The part of a payment that has not gone back.</summary>
    private static decimal Left(TmfAnswer payment)
    {
        var items = payment["paymentItem"] is null ? 0
            : payment.Body.GetProperty("paymentItem").EnumerateArray().Sum(item => Carrier.ValueOf(item, "totalAmount"));
        return items + Carrier.ValueOf(payment.Body, "unallocatedAmount");
    }

    private static string? Camel(string? kind) => kind is null ? null : char.ToLowerInvariant(kind[0]) + kind[1..];

    private static string? Same(string? kind) => kind?.ToUpperInvariant();

    private static string? TypeOf(TmfAnswer list, string name) =>
        list.Body[0].GetProperty("paymentMethod").TryGetProperty(name, out var type) ? type.GetString() : null;

    /// <summary>Pays through an API; the payment's id.</summary>
    private async Task<string> PayAsync(string path)
    {
        var sample = await WritingRoutes.Samples[path](books);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sample.Path ?? path, UriKind.Relative))
        {
            Content = new StringContent(sample.Body("8"), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in sample.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await books.Client.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await books.ScalarAsync(
            """
            SELECT p.id FROM payment p
             WHERE p.status = 'captured'
               AND (p.account_id IN (SELECT r.account_id FROM reference r WHERE r.value = $1)
                    OR p.account_id IN (SELECT b.account_id FROM booking b WHERE b.id::text = $1))
            """,
            sample.Account))!.ToString()!;
    }
}
