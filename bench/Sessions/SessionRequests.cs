using System.Text;
using Quittance.Bench.Books;

namespace Quittance.Bench.Sessions;

/// <summary>The requests of a session: the studio's and those of its customer's browser.</summary>
internal sealed class SessionRequests(Uri server, Studio studio)
{
    /// <summary>The body with which the widget pays at the counter.</summary>
    public const string Cash = """{"choice":"CASH"}""";

    /// <summary>The body with which the widget pays by a card that the sandbox approves.</summary>
    public static string Card { get; } =
        $$"""{"choice":"CREDIT_CARD","card":{"number":"4242424242424242","expiry":"{{Expiry}}","securityCode":"123","holder":"Bench"} }""";

    private static string Expiry => $"12/{(TimeProvider.System.GetUtcNow().Year + 4) % 100:00}";

    /// <summary>
    /// Opens a session for a customer, over so many whole units and a half. A studio has to name the payment at the counter to permit it.
    /// </summary>
    public byte[] Open(int customer, int amount) => Post(
        "/v1/payments/user-session", studio.NextKey,
        $$"""
        {"amount":{{amount}}.50,"scope":"ECOM","customerId":{{customer}},"referenceText":"Bench",
         "permittedPaymentChoices":["CASH","CREDIT_CARD"]}
        """);

    /// <summary>Pays in it, as the widget does.</summary>
    public byte[] Pay(string userToken, string body) => Post("/widget/session/payment", $"Authorization: Bearer {userToken}", body);

    /// <summary>Books what was paid, as credit of the customer.</summary>
    public byte[] Book(int customer, int amount, string requestToken) => Post(
        $"/v1/customers/{customer}/account/payment", studio.NextKey,
        $$"""{"paymentRequestToken":"{{requestToken}}","amount":{"amount":{{amount}}.50,"currency":"{{BenchAccounts.Currency.Code}}"} }""");

    private byte[] Post(string path, string credential, string body) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\n{credential}\r\n"
        + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
