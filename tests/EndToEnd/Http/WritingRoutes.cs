using Microsoft.AspNetCore.Routing;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A valid request to each route that writes.</summary>
internal static class WritingRoutes
{
    private static readonly (string Name, string Value)[] MidnightHeaders =
        [("Authorization", "PRC demo-prc, Midnight demo-midnight"), ("MISKEY", "demo-mis")];

    /// <summary>Each by its path. A test fails for a route that writes and is not here.</summary>
    public static readonly Dictionary<string, Func<BooksFixture, Task<WritingSample>>> Samples = new()
    {
        ["/paymentManagement/v4/payment"] = TmfAsync,
        ["/payment/v4/payment"] = TmfAsync,
        ["/brm/payment/v4/payment"] = OracleAsync,
        ["/brm/payment/version/payment"] = OracleAsync,
        ["/v1/Generic/CustomerPaymentInsert"] = MidnightAsync,
    };

    public static string PathOf(RouteEndpoint route) => route.RoutePattern.RawText!;

    public static string NewKey() => $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):D}";

    private static Task<WritingSample> TmfAsync(BooksFixture books)
    {
        var account = NewKey();
        return Task.FromResult(new WritingSample(
            account, [("Authorization", "Bearer demo-telco")],
            amount => $$"""{"account":{"id":"{{account}}"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":{{amount}} } }"""));
    }

    private static async Task<WritingSample> OracleAsync(BooksFixture books)
    {
        var customer = await new TmfHttp(books, "demo-brm").CustomerAsync();
        return new WritingSample(
            customer.Poid, [("Authorization", "Bearer demo-brm")],
            amount => $$"""
                {"@type":"Payment_Create","account":{"id":"{{customer.Poid}}"},
                 "paymentMethod":{"id":"{{customer.Card}}","@referredType":"bankCard","@type":"PaymentMethodRef"},
                 "totalAmount":{"value":{{amount}},"unit":"USD"} }
                """);
    }

    private static async Task<WritingSample> MidnightAsync(BooksFixture books)
    {
        var customer = await (await MidnightShop.OpenAsync(books)).CustomerAsync();
        return new WritingSample(
            $"{customer}", MidnightHeaders,
            amount => $$"""
                [{"CustomerId":{{customer}},"AmountBilled":{{amount}},"RequestSource":"Other",
                  "CustomerPaymentDetailList":[{"PaymentLabel":"Escrow","AmountBilled":{{amount}} }]}]
                """);
    }
}
