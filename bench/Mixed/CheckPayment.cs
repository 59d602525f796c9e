using Quittance.Bench.Books;
using Quittance.Bench.Load;

namespace Quittance.Bench.Mixed;

/// <summary>A payment by check at Oracle BRM's API.</summary>
internal static class CheckPayment
{
    public static RequestTemplate Of(BenchMerchant merchant, int accounts) => new(
        "/brm/payment/v4/payment", merchant.Headers,
        "{\"account\":{\"id\":\"A-",
        "\"},\"paymentMethod\":{\"id\":\"check\",\"@type\":\"Check\"},\"totalAmount\":{\"unit\":\"USD\",\"value\":",
        ".50}}",
        accounts);
}
