using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Every route that writes honours Idempotency-Key, whichever dialect it belongs to.</summary>
public sealed class WritingRoutesTests(BooksFixture books)
{
    private static readonly (string Name, string Value)[] MidnightHeaders =
        [("Authorization", "PRC demo-prc, Midnight demo-midnight"), ("MISKEY", "demo-mis")];

    /// <summary>A valid request to each route. A route that writes and is not here fails the tests below.</summary>
    private static readonly Dictionary<string, Func<BooksFixture, Task<Sample>>> Samples = new()
    {
        ["/paymentManagement/v4/payment"] = TmfAsync,
        ["/payment/v4/payment"] = TmfAsync,
        ["/brm/payment/v4/payment"] = OracleAsync,
        ["/brm/payment/version/payment"] = OracleAsync,
        ["/v1/Generic/CustomerPaymentInsert"] = MidnightAsync,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Routes_ThatWrite_AreAllSampled() =>
        Assert.Equal(books.WritingRoutes.Select(PathOf).Order(StringComparer.Ordinal), Samples.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Requests_WithOneKeyAtTheSameTime_AreBookedOnceAndAnsweredAlike()
    {
        foreach (var path in books.WritingRoutes.Select(PathOf))
        {
            var sample = await Samples[path](books);
            var key = NewKey();

            var answers = await Task.WhenAll(SendAsync(path, sample, sample.Body(8), key), SendAsync(path, sample, sample.Body(8), key));

            Assert.All(answers, answer => Assert.True((int)answer.Status is 200 or 201, $"{path}: {answer.Status} {answer.Body}"));
            Assert.Equal((path, answers[0].Body), (path, answers[1].Body));
            Assert.Equal((path, answers[0].Status), (path, answers[1].Status));
            Assert.Single(answers, answer => answer.Replayed);
            Assert.Equal((path, 1), (path, await PaymentsAsync(sample)));
        }
    }

    [Fact]
    public async Task Key_WithAnotherBody_IsRefused()
    {
        foreach (var path in books.WritingRoutes.Select(PathOf))
        {
            var sample = await Samples[path](books);
            var key = NewKey();
            await SendAsync(path, sample, sample.Body(8), key);

            var reused = await SendAsync(path, sample, sample.Body(9), key);

            Assert.Equal((path, HttpStatusCode.Conflict, false), (path, reused.Status, reused.Replayed));
            Assert.Equal((path, 1), (path, await PaymentsAsync(sample)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task Key_OfAnImpossibleLength_IsRefused(int length)
    {
        foreach (var path in books.WritingRoutes.Select(PathOf))
        {
            var sample = await Samples[path](books);

            var refused = await SendAsync(path, sample, sample.Body(8), new string('k', length));

            Assert.Equal((path, HttpStatusCode.BadRequest), (path, refused.Status));
            Assert.Equal((path, 0), (path, await PaymentsAsync(sample)));
        }
    }

    private static Task<Sample> TmfAsync(BooksFixture books)
    {
        var account = NewKey();
        return Task.FromResult(new Sample(
            account, [("Authorization", "Bearer demo-telco")],
            amount => $$"""{"account":{"id":"{{account}}"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":{{amount}} } }"""));
    }

    private static async Task<Sample> OracleAsync(BooksFixture books)
    {
        var customer = await new TmfHttp(books, "demo-brm").CustomerAsync();
        return new Sample(
            customer.Poid, [("Authorization", "Bearer demo-brm")],
            amount => $$"""
                {"@type":"Payment_Create","account":{"id":"{{customer.Poid}}"},
                 "paymentMethod":{"id":"{{customer.Card}}","@referredType":"bankCard","@type":"PaymentMethodRef"},
                 "totalAmount":{"value":{{amount}},"unit":"USD"} }
                """);
    }

    private static async Task<Sample> MidnightAsync(BooksFixture books)
    {
        var customer = await (await MidnightShop.OpenAsync(books)).CustomerAsync();
        return new Sample(
            $"{customer}", MidnightHeaders,
            amount => $$"""
                [{"CustomerId":{{customer}},"AmountBilled":{{amount}},"RequestSource":"Other",
                  "CustomerPaymentDetailList":[{"PaymentLabel":"Escrow","AmountBilled":{{amount}} }]}]
                """);
    }

    private async Task<(HttpStatusCode Status, string Body, bool Replayed)> SendAsync(string path, Sample sample, string body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in sample.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await books.Client.SendAsync(request, Cancel);
        var replayed = answer.Headers.TryGetValues("Idempotency-Replayed", out var values) && values.Single() == "true";
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), replayed);
    }

    private async Task<int> PaymentsAsync(Sample sample)
    {
        await using var command = books.Database.CreateCommand($"""
            SELECT count(*)::int FROM payment p JOIN reference r ON r.merchant_id = p.merchant_id AND r.object_id = p.account_id
             WHERE r.value = '{sample.Account}'
            """);
        return (int)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static string PathOf(RouteEndpoint route) => route.RoutePattern.RawText!;

    private static string NewKey() => $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):D}";

    private sealed record Sample(string Account, (string Name, string Value)[] Headers, Func<int, string> Body);
}
