using System.Text.Json.Nodes;
using Quittance.Core.Instruments;

namespace Quittance.Storage.Vault;

/// <summary>The text of a secret that is sealed. Its words never change: what was sealed long ago must still be read.</summary>
internal static class SecretText
{
    public static string Write(InstrumentSecret secret)
    {
        JsonObject text = secret switch
        {
            Card card => new()
            {
                ["kind"] = "card",
                ["number"] = card.Number.Reveal(),
                ["month"] = card.Expiry.Month,
                ["year"] = card.Expiry.Year,
                ["holder"] = card.Holder,
            },
            IbanAccount account => new()
            {
                ["kind"] = "iban",
                ["iban"] = account.Iban.Reveal(),
                ["bic"] = account.Bic?.ToString(),
                ["holder"] = account.Holder,
                ["signature"] = account.Signature,
            },
            UkAccount account => new()
            {
                ["kind"] = "uk",
                ["sort_code"] = account.SortCode.Reveal(),
                ["number"] = account.Number.Reveal(),
                ["holder"] = account.Holder,
                ["email"] = account.Email,
            },
            _ => throw new ArgumentException($"The vault does not know {secret.GetType().Name}.", nameof(secret)),
        };
        return text.ToJsonString();
    }

    public static InstrumentSecret Read(string json)
    {
        var text = JsonNode.Parse(json)!.AsObject();
        return Text(text, "kind") switch
        {
            "card" => new Card(
                CardNumber.Parse(Text(text, "number")!), new CardExpiry((int)text["month"]!, (int)text["year"]!), Text(text, "holder")),
            "iban" => new IbanAccount(
                Iban.Parse(Text(text, "iban")!), Text(text, "bic") is { } bic ? Bic.Parse(bic) : null, Text(text, "holder")!)
            {
                Signature = Text(text, "signature"),
            },
            "uk" => new UkAccount(SortCode.Parse(Text(text, "sort_code")!), UkAccountNumber.Parse(Text(text, "number")!), Text(text, "holder")!)
            {
                Email = Text(text, "email"),
            },
            var kind => throw new VaultException($"The vault holds an instrument of the kind {kind}, which this version does not know."),
        };
    }

    /// <summary>What makes two instruments the same: the kind and the number.</summary>
    public static string NumberOf(InstrumentSecret secret) => secret switch
    {
        Card card => $"card {card.Number.Reveal()}",
        IbanAccount account => $"iban {account.Iban.Reveal()}",
        UkAccount account => $"uk {account.SortCode.Reveal()} {account.Number.Reveal()}",
        _ => throw new ArgumentException($"The vault does not know {secret.GetType().Name}.", nameof(secret)),
    };

    private static string? Text(JsonObject text, string name) => (string?)text[name];
}
