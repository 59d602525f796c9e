using System.Text.Json.Serialization;

namespace Quittance.Bench.Servers;

/// <summary>A payment as it is sent.</summary>
internal sealed record PlainPaymentRequest(PlainAccount Account, PlainMethod PaymentMethod, PlainMoney TotalAmount);

/// <summary>The account that pays.</summary>
internal sealed record PlainAccount(string Id);

/// <summary>How it pays.</summary>
internal sealed record PlainMethod([property: JsonPropertyName("@type")] string Type);

/// <summary>How much it pays.</summary>
internal sealed record PlainMoney(string Unit, decimal Value);

/// <summary>A payment as it is answered.</summary>
internal sealed record PlainPayment(
    string Id, string Href, string Status, DateTimeOffset StatusDate, DateTimeOffset PaymentDate, PlainAccount Account, PlainMoney Amount,
    PlainMethod PaymentMethod, PlainMoney TotalAmount, [property: JsonPropertyName("@type")] string Type);
