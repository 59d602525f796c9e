using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests.Http;

/// <summary>A search for a day that no business has is refused, in the words of each API.</summary>
public sealed class SearchedDaysTests(BooksFixture books)
{
    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("1989-12-31T23:59:59Z")]
    [InlineData("2201-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task Tmf_NamesTheAttribute(string day)
    {
        var (telco, oracle) = (await Telco.OpenAsync(books), await Carrier.OpenAsync(books));
        foreach (var name in (string[])["statusDate.gt", "paymentDate.lte", "paymentDate"])
        {
            var found = await telco.GetAsync($"{Telco.Payments}?{name}={day}");
            Assert.Equal(HttpStatusCode.BadRequest, found.Status);
            Assert.Contains($"{name} is not a date from 1990", found.Text, StringComparison.Ordinal);
        }

        Assert.Contains(
            "refundDate.gt is not a date from 1990", (await telco.GetAsync($"{Telco.Refunds}?refundDate.gt={day}")).Text,
            StringComparison.Ordinal);
        var payments = await oracle.Http.GetAsync($"{Carrier.Payments}?paymentDate.gt={day}");
        Assert.Equal(HttpStatusCode.BadRequest, payments.Status);
        Assert.Contains("paymentDate.gt is not a date from 1990", payments.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"StartDate":"12/31/1989"}""", "StartDate")]
    [InlineData("""{"EndDate":"01/01/2201"}""", "EndDate")]
    [InlineData("""{"StartDate":"0001-01-01T00:00:00"}""", "StartDate")]
    [InlineData("""{"TableFilterModel":{"Filters":{"createDate":{"value":"01/01/1800","matchMode":"dateAfter"}}}}""", "value")]
    public async Task Midnight_NamesTheField(string body, string field)
    {
        var (status, answer) = await new MidnightCalls(books).CallAsync("v1/Generic/PaymentHistoryList", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, answer!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("from 1990-01-01 to 2200-12-31", answer.ToJsonString(), StringComparison.Ordinal);
    }
}
