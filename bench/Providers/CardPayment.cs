using Quittance.Bench.Books;
using Quittance.Bench.Load;

namespace Quittance.Bench.Providers;

/// <summary>A TMF676 payment with the registered card of the account.</summary>
internal static class CardPayment
{
    public static RequestTemplate Of(BenchMerchant merchant, int accounts) => new(
        "/paymentManagement/v4/payment", merchant.Headers,
        "{\"account\":{\"id\":\"A-",
        "\"},\"totalAmount\":{\"unit\":\"USD\",\"value\":",
        ".50}}",
        accounts)
    {
        BeforeAccountAgain = "\"},\"paymentMethod\":{\"@type\":\"BankCard\",\"id\":\"" + BenchCards.Prefix,
    };
}
