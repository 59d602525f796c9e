using System.Buffers;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Providers.Sandbox;

/// <summary>Writes what the sandbox is asked. The bytes may hold a card: they go to the wire and nowhere else.</summary>
internal static class SandboxBody
{
    /// <summary>The body of a request; null when the sandbox has no name for its instrument.</summary>
    public static ReadOnlyMemory<byte>? Of(Verb verb, ProviderRequest request, Uri? noticeAddress)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("id", request.Id.Value);
            if (request.Authorisation is { } authorisation)
                json.WriteString("authorisation", authorisation.Value);
            if (verb != Verb.Void)
                Write(json, request.Amount);
            if (verb == Verb.Authorise)
            {
                if (!TryWrite(json, request))
                    return null;
                if (request.Payment is { } payment)
                    json.WriteString("payment", payment.Value);
                if (request.Account is { } account)
                    json.WriteString("customer", account.Value);
                if (request.Mandate is not null)
                    json.WriteString("mandate", request.Mandate);
                if (noticeAddress is not null)
                    json.WriteString("notice_url", noticeAddress.AbsoluteUri);
                if (request.ReturnTo is not null)
                    json.WriteString("return_url", request.ReturnTo);
            }

            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, Money amount)
    {
        json.WriteNumber("amount_minor", amount.AmountMinor);
        json.WriteString("currency", amount.Currency.Code);
    }

    private static bool TryWrite(Utf8JsonWriter json, ProviderRequest request)
    {
        json.WriteStartObject("instrument");
        switch (request.Instrument)
        {
            case Card card:
                json.WriteString("kind", "card");
                json.WriteString("number", card.Number.Reveal());
                json.WriteNumber("expiry_month", card.Expiry.Month);
                json.WriteNumber("expiry_year", card.Expiry.Year);
                if (card.Holder is not null)
                    json.WriteString("holder", card.Holder);
                if (request.SecurityCode is { } code)
                    json.WriteString("security_code", code.Reveal());
                break;
            case IbanAccount account:
                json.WriteString("kind", account.IsSwiss ? "swiss_account" : "iban");
                json.WriteString("iban", account.Iban.Reveal());
                json.WriteString("holder", account.Holder);
                break;
            case UkAccount account:
                json.WriteString("kind", "uk_account");
                json.WriteString("sort_code", account.SortCode.Reveal());
                json.WriteString("account_number", account.Number.Reveal());
                json.WriteString("holder", account.Holder);
                break;
            default:
                return false;
        }

        json.WriteEndObject();
        return true;
    }
}
