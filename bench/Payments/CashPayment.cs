using Quittance.Bench.Books;
using Quittance.Bench.Load;

namespace Quittance.Bench.Payments;

/// <summary>A TMF676 payment in cash, the same for all who speak HTTP.</summary>
internal static class CashPayment
{
    public static RequestTemplate Of(BenchMerchant merchant, int accounts) => new(
        "/paymentManagement/v4/payment", merchant.Headers,
        "{\"account\":{\"id\":\"A-",
        "\"},\"paymentMethod\":{\"@type\":\"Cash\"},\"totalAmount\":{\"unit\":\"USD\",\"value\":",
        ".50}}",
        accounts);

    /// <summary>To any of several merchants, at random.</summary>
    public static RequestTemplate Of(IReadOnlyList<BenchMerchant> merchants, int accounts) =>
        Of(merchants[0], accounts) with { AnyHeaders = [.. merchants.Select(merchant => merchant.Headers)] };
}
