using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Stripe's Checkout in the mode <c>setup</c>: a page on which a customer enters a card, or a bank account with its mandate. Stripe then
/// holds it for a customer of its own, so that it can be charged without the customer.
/// </summary>
internal sealed class StripePages(HttpAccount account)
{
    private const int LastYear = 2099;

    public async Task<InstrumentPage?> OpenAsync(PageRequest request, CancellationToken cancel)
    {
        var (id, type) = ($"{request.Session.Value:D}", StripeWords.TypeOf(request.Kind));
        var reply = await account.SendAsync(
            WireRequest.Form(
                "v1/checkout/sessions",
                [
                    ("mode", "setup"), ("payment_method_types[]", type), ("customer_creation", "always"),
                    ("success_url", request.ReturnTo), ("cancel_url", request.ReturnTo), ("locale", request.Language),
                    .. request.Note is { } note ? [("custom_text[submit][message]", note)] : Array.Empty<(string, string)>(),
                    ("metadata[session]", id), ("metadata[store]", request.Stores ? "true" : "false"),
                ]) with
            {
                Headers = [("Idempotency-Key", $"{id}-page-{request.Nth}-{type}-{request.Language}")],
            }, request.Session, cancel);
        if (reply is { Status: 200 } && Page(reply, request.Session) is { Reference: { } reference, Address: { } address })
            return new InstrumentPage(reference, address);
        if (reply is not null)
            account.NoPage(request.Session, $"status {reply.Status}");
        return null;
    }

    public async Task<PageAnswer> FindAsync(string page, SessionId session, CancellationToken cancel)
    {
        var reply = await account.SendAsync(
            WireRequest.Get(
                $"v1/checkout/sessions/{Uri.EscapeDataString(page)}?expand[]=setup_intent.payment_method&expand[]=setup_intent.mandate"),
            session, cancel);
        var answer = reply switch
        {
            { Status: 200 } => Page(reply, session) is { } read && read.Reference == page ? read.Answer : PageAnswer.Unknown,
            { Status: 404 } => PageAnswer.Ended,
            _ => PageAnswer.Unknown,
        };
        if (answer.State == PageState.Unknown && reply is not null)
            account.NoPage(session, $"status {reply.Status}");
        return answer;
    }

    /// <summary>Reads a page; null when anything of it is missing or wrong.</summary>
    private static (string Reference, Uri? Address, PageAnswer Answer)? Page(HttpReply reply, SessionId session)
    {
        using var document = StrictJson.TryParse(reply.Body);
        if (document?.RootElement is not { } page || StrictJson.Text(page, "object") != "checkout.session"
            || StrictJson.Reference(page) is not { } id || StrictJson.Text(page, "mode") != "setup")
        {
            return null;
        }

        // Another session's customer entered it.
        if (StrictJson.OfMetadata(page, "session") != session.Value)
            return (id, null, PageAnswer.Ended);
        var address = StrictJson.Address(page, "url");
        var answer = StrictJson.Text(page, "status") switch
        {
            "open" when address is not null => new PageAnswer(PageState.Open) { Address = address },
            "expired" => PageAnswer.Ended,
            "complete" when Held(page) is { } held => new PageAnswer(PageState.Entered)
            {
                Entered = held,
                Stores = StrictJson.Metadata(page, "store") == "true",
            },
            _ => PageAnswer.Unknown,
        };
        return (id, address, answer);
    }

    /// <summary>The instrument that the customer entered; null when anything of it is missing or wrong.</summary>
    private static HeldInstrument? Held(JsonElement page)
    {
        if (StrictJson.Reference(page, "customer") is not { } customer
            || StrictJson.Object(page, "setup_intent") is not { } setup || StrictJson.Text(setup, "status") != "succeeded"
            || StrictJson.Object(setup, "payment_method") is not { } method || StrictJson.Reference(method) is not { } token
            || StrictJson.Text(method, "type") is not { } type || StrictJson.Object(method, type) is not { } details
            || StrictJson.Text(details, "last4") is not { Length: 4 } lastFour || !lastFour.All(char.IsAsciiLetterOrDigit))
        {
            return null;
        }

        var holder = StrictJson.Object(method, "billing_details") is { } billing ? StrictJson.Holder(billing, "name") : null;
        var mark = StrictJson.Reference(details, "fingerprint");
        if (type == StripeWords.TypeOf(InstrumentKind.Card))
        {
            return CardOf(details, lastFour) is not { } card ? null
                : new HeldInstrument(token, customer, card with { Holder = holder }) { Mark = mark };
        }

        if (!StripeWords.IsDebit(type) || MandateOf(setup, type) is not { } mandate)
            return null;
        var kind = mandate.Scheme == MandateScheme.Bacs ? InstrumentKind.UkAccount : InstrumentKind.IbanAccount;
        var country = kind == InstrumentKind.UkAccount ? "GB" : StrictJson.Text(details, "country");
        return country is not { Length: 2 } || !country.All(char.IsAsciiLetterUpper) ? null
            : new HeldInstrument(token, customer, new MaskedInstrument(kind, lastFour) { Country = country, Holder = holder })
            {
                Mandate = mandate,
                Mark = mark,
            };
    }

    private static MaskedInstrument? CardOf(JsonElement card, string lastFour) =>
        StrictJson.Whole(card, "exp_month") is >= 1 and <= 12 and var month
        && StrictJson.Whole(card, "exp_year") is >= 2000 and <= LastYear and var year
            ? new MaskedInstrument(InstrumentKind.Card, lastFour)
            {
                Scheme = SchemeOf(StrictJson.Text(card, "brand")),
                Expiry = new CardExpiry((int)month, (int)year),
            }
            : null;

    /// <summary>The mandate that the customer gave on the page (docs.stripe.com/api/mandates); null where there is none in force.</summary>
    private static Mandate? MandateOf(JsonElement setup, string type)
    {
        var scheme = type == StripeWords.TypeOf(InstrumentKind.UkAccount) ? MandateScheme.Bacs : MandateScheme.Sepa;
        return StrictJson.Object(setup, "mandate") is { } mandate && StrictJson.Text(mandate, "status") is "active" or "pending"
            && StrictJson.Object(mandate, "payment_method_details") is { } details && StrictJson.Object(details, type) is { } debit
            && StrictJson.Text(debit, "reference") is { } reference && Mandate.IsReference(scheme, reference)
            && StrictJson.Object(mandate, "customer_acceptance") is { } given
            && (StripeJson.Time(given, "accepted_at") ?? StripeJson.Time(setup, "created")) is { } at
                ? new Mandate(reference, scheme, DateOnly.FromDateTime(at.UtcDateTime), MandateStatus.Active)
                {
                    Source = MandateSource.ProviderPage,
                }
                : null;
    }

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
