using System.Globalization;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>Reads what Stripe writes.</summary>
internal static class StripeJson
{
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body) => StrictJson.TryParse(body, depth: 32);

    /// <summary>An object; null when it is missing, null or something else.</summary>
    public static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    /// <summary>The objects of a list; null when one of them is something else, or the list is none.</summary>
    public static IReadOnlyList<JsonElement>? Objects(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array
            && member.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
            ? [.. member.EnumerateArray()]
            : null;

    /// <summary>An amount of the object's currency; null when it is something else.</summary>
    public static Money? Amount(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var units)
            ? StripeAmounts.FromUnits(units, StrictJson.Text(parent, "currency"))
            : null;

    /// <summary>An amount of the object's currency, minor units, which may be below zero; null when it is something else.</summary>
    public static (long Minor, Currency Currency)? SignedAmount(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var units)
        && units > long.MinValue && StripeAmounts.FromUnits(Math.Abs(units), StrictJson.Text(parent, "currency")) is { } amount
            ? (Math.Sign(units) * amount.AmountMinor, amount.Currency) : null;

    /// <summary>A time; null when it is something else.</summary>
    public static DateTimeOffset? Time(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var seconds)
        && seconds is >= 0 and <= 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static bool IsTrue(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    /// <summary>A page of a list, and whether more follows; null when it is something else.</summary>
    public static (IReadOnlyList<JsonElement> Data, bool HasMore)? Page(JsonElement list) =>
        StrictJson.Text(list, "object") == "list" && Objects(list, "data") is { } data && list.TryGetProperty("has_more", out var more)
        && more.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? (data, more.ValueKind == JsonValueKind.True) : null;

    /// <summary>The id of an attempt that we left in the object's metadata.</summary>
    public static Guid? OfMetadata(JsonElement parent, string name) =>
        Object(parent, "metadata") is { } metadata && Guid.TryParseExact(StrictJson.Text(metadata, name), "D", out var id) ? id : null;

    /// <summary>Whether an intent debits a bank account.</summary>
    public static bool IsDebit(JsonElement intent) =>
        intent.TryGetProperty("payment_method_types", out var types) && types.ValueKind == JsonValueKind.Array
        && types.EnumerateArray().Any(type => type.ValueKind == JsonValueKind.String && StripeWords.IsDebit(type.GetString()!));

    /// <summary>Stripe's id of an object; null where it is none that can be kept.</summary>
    public static string? Id(JsonElement parent) => ProviderReference.Of(StrictJson.Text(parent, "id"));
}

/// <summary>A payment intent as far as we read it.</summary>
/// <param name="Attempt">Our authorisation, of its metadata.</param>
/// <param name="Received">How much was captured of it.</param>
internal sealed record StripeIntent(string Id, Guid? Attempt, Money Amount, Money Received, string Status)
{
    /// <summary>Our attempt that captured it, of its metadata.</summary>
    public Guid? Capture { get; init; }

    /// <summary>The payment, of its metadata.</summary>
    public Guid? Payment { get; init; }

    /// <summary>The customer's account, of its metadata.</summary>
    public Guid? Account { get; init; }

    /// <summary>Where the customer must go to confirm.</summary>
    public Uri? RedirectTo { get; init; }

    /// <summary>Whether it is authorised first and captured later.</summary>
    public bool IsManual { get; init; }

    /// <summary>Whether it debits a bank account: Stripe reserves nothing there, so its confirmation is our capture.</summary>
    public bool IsDebit { get; init; }

    /// <summary>What our authorisation asked for, of the metadata of a debit: its capture may change the amount itself.</summary>
    public Money Authorised { get; init; } = Amount;

    /// <summary>Why the last try to pay failed.</summary>
    public DeclineReason Reason { get; init; }

    /// <summary>Where our authorisation stands; null where the intent does not say.</summary>
    public ProviderAnswer? Authorisation => Status switch
    {
        "requires_capture" or "succeeded" => ProviderAnswer.Approved,
        "requires_confirmation" or "processing" when IsDebit => ProviderAnswer.Approved,
        // Its capture was declined.
        "requires_payment_method" when IsDebit && Capture is not null => ProviderAnswer.Approved,
        "processing" => ProviderAnswer.Pending,
        "requires_action" when RedirectTo is { } page => ProviderAnswer.Pending with { RedirectTo = page },
        "canceled" => ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid),
        "requires_payment_method" => ProviderAnswer.Declined(Reason),
        _ => null,
    };

    /// <summary>Where the request that captured it stands; null where the intent does not say.</summary>
    public ProviderAnswer? Captured => Status switch
    {
        "succeeded" => ProviderAnswer.Approved,
        "processing" => ProviderAnswer.Pending,
        "canceled" => ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid),
        "requires_payment_method" when IsDebit => ProviderAnswer.Declined(Reason),
        "requires_confirmation" when IsDebit => ProviderAnswer.NotFound,
        _ => null,
    };

    /// <summary>Reads an intent; null when anything of it is missing or wrong.</summary>
    public static StripeIntent? TryRead(JsonElement intent)
    {
        if (StrictJson.Text(intent, "object") != "payment_intent" || StripeJson.Id(intent) is not { } id
            || StripeJson.Amount(intent, "amount") is not { } amount || StripeJson.Amount(intent, "amount_received") is not { } received
            || StrictJson.Text(intent, "status") is not { } status || AuthorisedOf(intent, amount) is not { } authorised)
        {
            return null;
        }

        var page = StripeJson.Object(intent, "next_action") is { } action && StripeJson.Object(action, "redirect_to_url") is { } to
            ? StrictJson.Text(to, "url") : null;
        return new StripeIntent(id, StripeJson.OfMetadata(intent, "attempt"), amount, received, status)
        {
            Capture = StripeJson.OfMetadata(intent, "capture"),
            Payment = StripeJson.OfMetadata(intent, "payment"),
            Account = StripeJson.OfMetadata(intent, "account"),
            RedirectTo = Uri.TryCreate(page, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null,
            IsManual = StrictJson.Text(intent, "capture_method") == "manual",
            IsDebit = StripeJson.IsDebit(intent),
            Authorised = authorised,
            Reason = StripeJson.Object(intent, "last_payment_error") is { } error ? StripeWords.ToReason(error) : DeclineReason.Declined,
        };
    }

    private static Money? AuthorisedOf(JsonElement intent, Money amount)
    {
        if (StripeJson.Object(intent, "metadata") is not { } metadata || StrictJson.Text(metadata, "authorised") is not { } text)
            return amount;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var units)
            ? StripeAmounts.FromUnits(units, amount.Currency.Code) : null;
    }
}

/// <summary>A refund as far as we read it.</summary>
/// <param name="Attempt">Our attempt, of its metadata.</param>
internal sealed record StripeRefund(string Id, Guid? Attempt, string? Intent, Money Amount, string Status)
{
    /// <summary>Reads a refund; null when anything of it is missing or wrong.</summary>
    public static StripeRefund? TryRead(JsonElement refund) =>
        StrictJson.Text(refund, "object") == "refund" && StripeJson.Id(refund) is { } id
        && StripeJson.Amount(refund, "amount") is { } amount && StrictJson.Text(refund, "status") is { } status
            ? new StripeRefund(id, StripeJson.OfMetadata(refund, "attempt"), StrictJson.Text(refund, "payment_intent"), amount, status)
            : null;
}

/// <summary>An error as Stripe says it.</summary>
/// <param name="Type">Such as <c>card_error</c>.</param>
/// <param name="Intent">The intent that a card's decline is about.</param>
internal sealed record StripeError(string Type, string? Code, DeclineReason Reason, StripeIntent? Intent)
{
    /// <summary>Reads an error; null when the body is none of Stripe's.</summary>
    public static StripeError? TryRead(ReadOnlyMemory<byte> body)
    {
        using var document = StripeJson.TryParse(body);
        return document is not null && StripeJson.Object(document.RootElement, "error") is { } error
            && Word(StrictJson.Text(error, "type")) is { } type
            ? new StripeError(
                type, Word(StrictJson.Text(error, "code")), StripeWords.ToReason(error),
                StripeJson.Object(error, "payment_intent") is { } intent ? StripeIntent.TryRead(intent) : null)
            : null;
    }

    // Nothing but a word gets into a log.
    private static string? Word(string? text) =>
        text is { Length: > 0 and <= 60 } && text.All(static letter => char.IsAsciiLetterLower(letter) || letter == '_') ? text : null;
}
