using System.Text.Json;
using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Http;

/// <summary>A request that gets an error for an answer.</summary>
internal sealed class HttpFault(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static HttpFault Malformed(string field, string rule) => new(StatusCodes.Status400BadRequest, "malformed", $"{field} {rule}.");

    public static HttpFault NotFound(string what) => new(StatusCodes.Status404NotFound, "not_found", $"{what} does not exist.");
}

/// <summary>Reads the fields of a JSON object strictly. It names each fault.</summary>
internal sealed class Fields(JsonElement body, string path = "")
{
    private const long MostMinor = 1_000_000_000_000_000;

    public static async Task<Fields> ReadAsync(HttpRequest request)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            using var document = await JsonDocument.ParseAsync(request.Body, options, request.HttpContext.RequestAborted);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new Fields(document.RootElement.Clone())
                : throw HttpFault.Malformed("The body", "must be a JSON object");
        }
        catch (JsonException)
        {
            throw HttpFault.Malformed("The body", "is not JSON");
        }
    }

    public Guid Id(string name) =>
        Guid.TryParseExact(Text(name), "D", out var id) ? id : throw Wrong(name, "must be a UUID");

    public string Text(string name, int longest = 200) => OptionalText(name, longest) ?? throw Wrong(name, "is missing");

    public string? OptionalText(string name, int longest = 200) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value when value.GetString() is { Length: > 0 } text && text.Length <= longest => text,
        _ => throw Wrong(name, $"must be a text of 1 to {longest} characters"),
    };

    public string Name(string name) =>
        Text(name) is { } text && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
        ? text
        : throw Wrong(name, "must have letters, digits, - and _ only");

    public long Minor(string name) => OptionalMinor(name, 1) ?? throw Wrong(name, "is missing");

    public long? OptionalMinor(string name, long least) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var minor) && minor >= least && minor <= MostMinor => minor,
        _ => throw Wrong(name, $"must be a whole number of minor units from {least} to {MostMinor}"),
    };

    public string Currency(string name) =>
        Text(name) is { Length: 3 } text && text.All(char.IsAsciiLetterUpper) ? text
            : throw Wrong(name, "must be a currency code such as EUR");

    public bool Flag(string name) => Find(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, "must be true or false"),
    };

    public Uri? Address(string name)
    {
        if (OptionalText(name, 2000) is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw Wrong(name, "must be an http or https address");
    }

    public T Choice<T>(string name)
        where T : struct, Enum
    {
        var text = Text(name);
        foreach (var value in Enum.GetValues<T>())
        {
            if (text == JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()))
                return value;
        }

        throw Wrong(name, "is none of the known values");
    }

    public InstrumentDetails Instrument(string name)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Object } value)
            throw Wrong(name, "must be an object");
        var fields = new Fields(value, $"{path}{name}.");
        fields.OptionalText("holder");
        var kind = fields.Choice<InstrumentKind>("kind");
        return kind switch
        {
            InstrumentKind.Card => fields.Card(),
            InstrumentKind.Iban or InstrumentKind.SwissAccount => new InstrumentDetails(kind, fields.Iban("iban")),
            InstrumentKind.UkAccount => fields.UkAccount(),
        };
    }

    private static bool IsDigits(string text, int least, int most) =>
        text.Length >= least && text.Length <= most && text.All(char.IsAsciiDigit);

    private InstrumentDetails Card()
    {
        // The code is looked at by issuers, not by the sandbox; what a card does follows from its number.
        if (OptionalText("security_code") is { } code && !IsDigits(code, 3, 4))
            throw Wrong("security_code", "must have 3 or 4 digits");
        return new InstrumentDetails(InstrumentKind.Card, Digits("number", 12, 19))
        {
            ExpiryMonth = Number("expiry_month", 1, 12),
            ExpiryYear = Number("expiry_year", 2000, 2999),
        };
    }

    private InstrumentDetails UkAccount()
    {
        Digits("sort_code", 6, 6);
        return new InstrumentDetails(InstrumentKind.UkAccount, Digits("account_number", 8, 8));
    }

    private string Iban(string name)
    {
        var text = Text(name);
        var isIban = text.Length is >= 15 and <= 34 && text[..2].All(char.IsAsciiLetterUpper) && IsDigits(text[2..4], 2, 2)
            && text.All(character => char.IsAsciiDigit(character) || char.IsAsciiLetterUpper(character));
        return isIban ? text : throw Wrong(name, "must be an IBAN without spaces");
    }

    private string Digits(string name, int least, int most) =>
        Text(name) is { } text && IsDigits(text, least, most) ? text
            : throw Wrong(name, least == most ? $"must have {least} digits" : $"must have {least} to {most} digits");

    private int Number(string name, int least, int most) =>
        Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, $"must be a whole number from {least} to {most}");

    private JsonElement? Find(string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private HttpFault Wrong(string name, string rule) => HttpFault.Malformed($"{path}{name}", rule);
}
