using System.Globalization;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>Reads what Stripe writes.</summary>
internal static class StripeJson
{
    public static readonly ObjectManner Manner = new(
        static (answer, _) => answer, static (answer, _) => Page(answer), "starting_after",
        static (from, until) => $"created[gte]={from.ToUnixTimeSeconds()}&created[lte]={until.ToUnixTimeSeconds()}");

    public static readonly ObjectKind<StripeIntent> Intents = new(Manner, "v1/payment_intents", StripeIntent.TryRead);

    public static readonly ObjectKind<HttpRefund> Refunds = new(Manner, "v1/refunds", Refund);

    /// <summary>An amount of the object's currency; null when it is something else.</summary>
    public static Money? Amount(JsonElement parent, string name) =>
        StrictJson.Whole(parent, name) is { } units ? StripeAmounts.FromUnits(units, StrictJson.Text(parent, "currency")) : null;

    /// <summary>An amount of the object's currency, minor units, which may be below zero; null when it is something else.</summary>
    public static (long Minor, Currency Currency)? SignedAmount(JsonElement parent, string name) =>
        StrictJson.Whole(parent, name) is > long.MinValue and var units
        && StripeAmounts.FromUnits(Math.Abs(units), StrictJson.Text(parent, "currency")) is { } amount
            ? (Math.Sign(units) * amount.AmountMinor, amount.Currency) : null;

    /// <summary>A time; null when it is something else.</summary>
    public static DateTimeOffset? Time(JsonElement parent, string name) =>
        StrictJson.Whole(parent, name) is >= 0 and <= 253402300799 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>A page of a list; null when it is something else.</summary>
    public static ObjectPage? Page(JsonElement list) =>
        StrictJson.Text(list, "object") == "list" && StrictJson.Objects(list, "data") is { } data
        && list.TryGetProperty("has_more", out var more) && more.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new ObjectPage(data, more.ValueKind == JsonValueKind.False, data is [.., var last] ? StrictJson.Reference(last) : null)
            : null;

    /// <summary>Reads a refund, with its intent or the id of that; null when anything of it is missing or wrong.</summary>
    public static HttpRefund? Refund(JsonElement refund)
    {
        if (StrictJson.Text(refund, "object") != "refund" || StrictJson.Reference(refund) is not { } id
            || Amount(refund, "amount") is not { } amount || StrictJson.Text(refund, "status") is not { } status)
        {
            return null;
        }

        var intent = StrictJson.Object(refund, "payment_intent");
        var of = intent is { } shown ? StrictJson.Reference(shown) : StrictJson.Text(refund, "payment_intent");
        return new HttpRefund(id, StrictJson.OfMetadata(refund, "attempt"), of, amount, status, status switch
        {
            "succeeded" => ProviderAnswer.Approved,
            "pending" or "requires_action" => ProviderAnswer.Pending,
            "failed" or "canceled" => ProviderAnswer.Declined(DeclineReason.Declined),
            _ => null,
        })
        {
            Authorisation = intent is { } whole ? StrictJson.OfMetadata(whole, "attempt") : null,
        };
    }

    /// <summary>Whether an intent debits a bank account.</summary>
    public static bool IsDebit(JsonElement intent) => HasType(intent, StripeWords.IsDebit);

    /// <summary>Whether an intent charges a card.</summary>
    public static bool IsCard(JsonElement intent) => HasType(intent, type => type == StripeWords.TypeOf(InstrumentKind.Card));

    private static bool HasType(JsonElement intent, Func<string, bool> isOne) =>
        intent.TryGetProperty("payment_method_types", out var types) && types.ValueKind == JsonValueKind.Array
        && types.EnumerateArray().Any(type => type.ValueKind == JsonValueKind.String && isOne(type.GetString()!));
}

/// <summary>A payment intent as far as we read it.</summary>
/// <param name="Attempt">Our authorisation, of its metadata.</param>
/// <param name="Received">How much was captured of it.</param>
internal sealed record StripeIntent(string Id, Guid? Attempt, Money Amount, Money Received, string Status) : IHttpObject
{
    /// <summary>Our attempt that captured it, of its metadata.</summary>
    public Guid? Capture { get; init; }

    /// <summary>The payment, of its metadata.</summary>
    public Guid? Payment { get; init; }

    /// <summary>The customer's account, of its metadata.</summary>
    public Guid? Account { get; init; }

    /// <summary>The address at which the customer must confirm.</summary>
    public Uri? RedirectTo { get; init; }

    /// <summary>Whether it is authorised first and captured later.</summary>
    public bool IsManual { get; init; }

    /// <summary>Whether it debits a bank account: Stripe reserves nothing there, so its confirmation is our capture.</summary>
    public bool IsDebit { get; init; }

    /// <summary>The amount of our authorisation, from the metadata of a debit: its capture may change the amount itself.</summary>
    public Money Authorised { get; init; } = Amount;

    /// <summary>Why the last try to pay failed.</summary>
    public DeclineReason Reason { get; init; }

    /// <summary>Whether its status is a word that is known here (docs.stripe.com/payments/paymentintents/lifecycle).</summary>
    public bool HasKnownStatus => Status is "requires_payment_method" or "requires_confirmation" or "requires_action" or "processing"
        or "requires_capture" or "canceled" or "succeeded";

    /// <summary>The status of our authorisation; null where the intent does not say.</summary>
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

    /// <summary>The status of the request that captured it; null where the intent does not say.</summary>
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
        if (StrictJson.Text(intent, "object") != "payment_intent" || StrictJson.Reference(intent) is not { } id
            || StripeJson.Amount(intent, "amount") is not { } amount || StripeJson.Amount(intent, "amount_received") is not { } received
            || StrictJson.Text(intent, "status") is not { } status || AuthorisedOf(intent, amount) is not { } authorised)
        {
            return null;
        }

        return new StripeIntent(id, StrictJson.OfMetadata(intent, "attempt"), amount, received, status)
        {
            Capture = StrictJson.OfMetadata(intent, "capture"),
            Payment = StrictJson.OfMetadata(intent, "payment"),
            Account = StrictJson.OfMetadata(intent, "account"),
            RedirectTo = StrictJson.Object(intent, "next_action") is { } action
                && StrictJson.Object(action, "redirect_to_url") is { } to ? StrictJson.Address(to, "url") : null,
            IsManual = StrictJson.Text(intent, "capture_method") == "manual",
            IsDebit = StripeJson.IsDebit(intent),
            Authorised = authorised,
            Reason = StrictJson.Object(intent, "last_payment_error") is { } error ? StripeWords.ToReason(error) : DeclineReason.Declined,
        };
    }

    private static Money? AuthorisedOf(JsonElement intent, Money amount)
    {
        if (StrictJson.Metadata(intent, "authorised") is not { } text)
            return amount;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var units)
            ? StripeAmounts.FromUnits(units, amount.Currency.Code) : null;
    }
}

/// <summary>An error as Stripe says it.</summary>
/// <param name="Type">Such as <c>card_error</c>.</param>
/// <param name="Intent">The intent that a card's decline is about.</param>
internal sealed record StripeError(string Type, string? Code, DeclineReason Reason, StripeIntent? Intent)
{
    /// <summary>Reads an error; null when the body is none of Stripe's.</summary>
    public static StripeError? TryRead(ReadOnlyMemory<byte> body)
    {
        using var document = StrictJson.TryParse(body);
        return document is not null && StrictJson.Object(document.RootElement, "error") is { } error
            && StrictJson.Word(error, "type") is { } type
            ? new StripeError(
                type, StrictJson.Word(error, "code"), StripeWords.ToReason(error),
                StrictJson.Object(error, "payment_intent") is { } intent ? StripeIntent.TryRead(intent) : null)
            : null;
    }
}
