using System.Text.Json;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Stripe's Checkout in the mode <c>setup</c>: a page on which a customer enters a card. Stripe then holds it for a customer of its own, so
/// that it can be charged without the customer.
/// </summary>
internal sealed class StripePages(HttpWire wire, ILogger log)
{
    private const int LastYear = 2099;

    public async Task<InstrumentPage?> OpenAsync(PageRequest request, CancellationToken cancel)
    {
        var id = $"{request.Session.Value:D}";
        var (reply, trouble) = await wire.SendAsync(
            WireRequest.Form(
                "v1/checkout/sessions",
                [
                    ("mode", "setup"), ("payment_method_types[]", "card"), ("customer_creation", "always"),
                    ("success_url", request.ReturnTo), ("cancel_url", request.ReturnTo),
                    ("metadata[session]", id), ("metadata[store]", request.Stores ? "true" : "false"),
                ]) with
            {
                Headers = [("Idempotency-Key", $"{id}-page-{request.Nth}")],
            }, cancel);
        if (reply is { Status: 200 } && Page(reply, request.Session) is { Reference: { } reference, Address: { } address })
            return new InstrumentPage(reference, address);
        ProviderLog.NoPage(log, StripeProvider.ProviderName, request.Session.Value, trouble ?? $"status {reply!.Status}");
        return null;
    }

    public async Task<PageAnswer> FindAsync(string page, SessionId session, CancellationToken cancel)
    {
        var (reply, trouble) = await wire.SendAsync(
            WireRequest.Get($"v1/checkout/sessions/{Uri.EscapeDataString(page)}?expand[]=setup_intent.payment_method"), cancel);
        var answer = reply switch
        {
            { Status: 200 } => Page(reply, session) is { } read && read.Reference == page ? read.Answer : PageAnswer.Unknown,
            { Status: 404 } => PageAnswer.Ended,
            _ => PageAnswer.Unknown,
        };
        if (answer.State == PageState.Unknown)
            ProviderLog.NoPage(log, StripeProvider.ProviderName, session.Value, trouble ?? $"status {reply!.Status}");
        return answer;
    }

    /// <summary>Reads a page; null when anything of it is missing or wrong.</summary>
    private static (string Reference, Uri? Address, PageAnswer Answer)? Page(HttpReply reply, SessionId session)
    {
        using var document = StripeJson.TryParse(reply.Body);
        if (document?.RootElement is not { } page || StrictJson.Text(page, "object") != "checkout.session"
            || StripeJson.Id(page) is not { } id || StrictJson.Text(page, "mode") != "setup")
        {
            return null;
        }

        // Another session's customer entered it.
        if (StripeJson.OfMetadata(page, "session") != session.Value)
            return (id, null, PageAnswer.Ended);
        var address = Uri.TryCreate(StrictJson.Text(page, "url"), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url : null;
        var answer = StrictJson.Text(page, "status") switch
        {
            "open" when address is not null => new PageAnswer(PageState.Open) { Address = address },
            "expired" => PageAnswer.Ended,
            "complete" when Held(page) is { } held => new PageAnswer(PageState.Entered)
            {
                Entered = held,
                Stores = StripeJson.Object(page, "metadata") is { } metadata && StrictJson.Text(metadata, "store") == "true",
            },
            _ => PageAnswer.Unknown,
        };
        return (id, address, answer);
    }

    /// <summary>The card that the customer entered; null when anything of it is missing or wrong.</summary>
    private static HeldInstrument? Held(JsonElement page)
    {
        if (ProviderReference.Of(StrictJson.Text(page, "customer")) is not { } customer
            || StripeJson.Object(page, "setup_intent") is not { } setup || StrictJson.Text(setup, "status") != "succeeded"
            || StripeJson.Object(setup, "payment_method") is not { } method || StripeJson.Id(method) is not { } token
            || StrictJson.Text(method, "type") != "card" || StripeJson.Object(method, "card") is not { } card
            || StrictJson.Text(card, "last4") is not { Length: 4 } lastFour || !lastFour.All(char.IsAsciiDigit)
            || Number(card, "exp_month") is not (>= 1 and <= 12 and var month)
            || Number(card, "exp_year") is not (>= 2000 and <= LastYear and var year))
        {
            return null;
        }

        var shown = new MaskedInstrument(InstrumentKind.Card, lastFour)
        {
            Scheme = SchemeOf(StrictJson.Text(card, "brand")),
            Expiry = new CardExpiry(month, year),
            Holder = StripeJson.Object(method, "billing_details") is { } billing ? HolderOf(StrictJson.Text(billing, "name")) : null,
        };
        return new HeldInstrument(token, customer, shown) { Mark = ProviderReference.Of(StrictJson.Text(card, "fingerprint")) };
    }

    // A customer can type anything into the name, such as the number of the card.
    private static string? HolderOf(string? name) =>
        name is { Length: > 0 and <= 200 } && CardNumberMask.Apply(name) == name ? name : null;

    private static int? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number)
            ? number : null;

    private static CardScheme SchemeOf(string? brand) => brand switch
    {
        "visa" => CardScheme.Visa,
        "mastercard" => CardScheme.Mastercard,
        "amex" => CardScheme.AmericanExpress,
        "discover" => CardScheme.Discover,
        "diners" => CardScheme.Diners,
        "jcb" => CardScheme.Jcb,
        "unionpay" => CardScheme.UnionPay,
        _ => CardScheme.Unknown,
    };
}
