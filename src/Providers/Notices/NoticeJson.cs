using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Providers.Notices;

/// <summary>Writes notices so that they can be kept and shown.</summary>
public static class NoticeJson
{
    /// <summary>
    /// A notice as JSON, written anew from what was understood of it: nothing else of what came can get in. A card number in
    /// a text is cut to its last four digits.
    /// </summary>
    public static string ToRedactedJson(this ProviderNotice notice)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            switch (notice)
            {
                case RequestChanged changed:
                    Write(json, changed);
                    break;
                case RequestTouched touched:
                    Write(json, "request_touched", touched.At);
                    json.WriteString("request", touched.Request);
                    break;
                case ObjectTouched touched:
                    Write(json, "object_touched", touched.At);
                    json.WriteString("name", RedactedName(touched.Name));
                    if (touched.Of is { } of)
                        json.WriteString("of", RedactedName(of));
                    break;
                case MandateTouched touched:
                    Write(json, "mandate_touched", touched.At);
                    json.WriteString("name", RedactedName(touched.Name));
                    break;
                case DisputeTouched touched:
                    Write(json, "dispute_touched", touched.At);
                    json.WriteString("dispute", RedactedName(touched.Dispute));
                    break;
                case DisputeNotice dispute:
                    Write(json, dispute switch { DisputeWon => "dispute_won", DisputeLost => "dispute_lost", _ => "dispute_opened" },
                        dispute.At);
                    json.WriteString("dispute", RedactedName(dispute.Dispute));
                    json.WriteString("kind", Word(dispute.Kind));
                    json.WriteString("authorisation", dispute.Authorisation);
                    Write(json, dispute.Amount);
                    json.WriteNumber("fee_minor", dispute.Fee.AmountMinor);
                    break;
                case SettlementReported settlement:
                    Write(json, "settlement_reported", settlement.At);
                    json.WriteString("authorisation", settlement.Authorisation);
                    Write(json, settlement.Amount);
                    break;
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, RequestChanged changed)
    {
        Write(json, "request_changed", changed.At);
        json.WriteString("request", changed.Request);
        json.WriteString("verb", Word(changed.Verb));
        json.WriteString("verdict", Word(changed.Verdict));
        if (changed.Reason is { } reason)
            json.WriteString("reason", Word(reason));
        if (changed.Reference is { } reference)
            json.WriteString("reference", reference);
        if (changed.Authorisation is { } authorisation)
            json.WriteString("of", authorisation);
        Write(json, changed.Amount);
    }

    /// <summary>A name without a card number in it, and still the name of one thing only.</summary>
    private static string RedactedName(string name)
    {
        var redacted = CardNumberMask.Apply(name);
        return redacted == name ? name
            : $"{redacted} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8))}";
    }

    private static void Write(Utf8JsonWriter json, string type, DateTimeOffset at)
    {
        json.WriteString("type", type);
        json.WriteString("at", at);
    }

    private static void Write(Utf8JsonWriter json, Money amount)
    {
        json.WriteNumber("amount_minor", amount.AmountMinor);
        json.WriteString("currency", amount.Currency.Code);
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
