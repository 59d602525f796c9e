using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Stripe;

/// <summary>A Checkout session in the mode <c>setup</c>, with the card that the customer entered on its page.</summary>
internal sealed record FacePage(Guid Id, Uri SuccessUrl, Uri? CancelUrl, DateTimeOffset Created)
{
    public string Name => FaceIds.Of("cs_test", Id);

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The card; null while the customer has entered none.</summary>
    public InstrumentDetails? Card { get; init; }

    /// <summary>The name on the card.</summary>
    public string? Holder { get; init; }

    public string Method => FaceIds.Of("pm", Id);

    public string Customer => FaceIds.Of("cus", Id);

    public string Setup => FaceIds.Of("seti", Id);
}

/// <summary>Checkout sessions, their pages, and the cards that customers entered there.</summary>
internal sealed class FaceCheckout(TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Account, FacePage Page)> _pages = [];

    /// <summary>Opens a page.</summary>
    public FaceAnswer Open(
        string account, IReadOnlyDictionary<string, string> fields, IReadOnlyDictionary<string, string> metadata, Guid id, Uri sandbox)
    {
        if (fields.GetValueOrDefault("mode") != "setup")
            return StripeFace.Error(400, "invalid_request_error", "parameter_invalid", "The sandbox has the mode setup alone.");
        if (!Uri.TryCreate(fields.GetValueOrDefault("success_url"), UriKind.Absolute, out var success))
            return StripeFace.Error(400, "invalid_request_error", "parameter_missing", "Missing required param: success_url.");
        var page = new FacePage(
            id, success, Uri.TryCreate(fields.GetValueOrDefault("cancel_url"), UriKind.Absolute, out var cancel) ? cancel : null,
            clock.GetUtcNow())
        {
            Metadata = metadata,
        };
        lock (_gate)
            _pages[page.Name] = (account, page);
        return new FaceAnswer(200, Write(page, sandbox, isExpanded: false));
    }

    /// <summary>A page by its name; null where the account has none.</summary>
    public FaceAnswer? Find(string account, string name, bool isExpanded, Uri sandbox)
    {
        lock (_gate)
        {
            return _pages.TryGetValue(name, out var found) && found.Account == account
                ? new FaceAnswer(200, Write(found.Page, sandbox, isExpanded)) : null;
        }
    }

    /// <summary>The card behind a payment method, with its customer; null where the account has none.</summary>
    public (InstrumentDetails Card, string Customer)? MethodOf(string account, string method)
    {
        lock (_gate)
        {
            return _pages.Values.FirstOrDefault(one => one.Account == account && one.Page.Method == method).Page is { Card: { } card } page
                ? (card, page.Customer) : null;
        }
    }

    /// <summary>What a customer sees at a page's address; null where there is no such page, or it is over.</summary>
    public FacePage? Shown(string name)
    {
        lock (_gate)
            return _pages.TryGetValue(name, out var found) && IsOpen(found.Page) ? found.Page : null;
    }

    /// <summary>The customer enters a card. Returns where the customer goes on; null where the page is over.</summary>
    public Uri? Enter(string name, InstrumentDetails card, string? holder)
    {
        lock (_gate)
        {
            if (Shown(name) is not { } page)
                return null;
            _pages[name] = (_pages[name].Account, page with { Card = card, Holder = holder });
            return new Uri(page.SuccessUrl.OriginalString.Replace("{CHECKOUT_SESSION_ID}", name, StringComparison.Ordinal));
        }
    }

    private bool IsOpen(FacePage page) => page.Card is null && clock.GetUtcNow() < page.Created + Lifetime;

    private JsonObject Write(FacePage page, Uri sandbox, bool isExpanded) => new()
    {
        ["id"] = page.Name,
        ["object"] = "checkout.session",
        ["after_expiration"] = null,
        ["allow_promotion_codes"] = null,
        ["amount_subtotal"] = null,
        ["amount_total"] = null,
        ["automatic_tax"] = new JsonObject { ["enabled"] = false, ["liability"] = null, ["status"] = null },
        ["billing_address_collection"] = null,
        ["cancel_url"] = page.CancelUrl?.OriginalString,
        ["client_reference_id"] = null,
        ["client_secret"] = null,
        ["consent"] = null,
        ["consent_collection"] = null,
        ["created"] = page.Created.ToUnixTimeSeconds(),
        ["currency"] = null,
        ["currency_conversion"] = null,
        ["custom_fields"] = new JsonArray(),
        ["custom_text"] = new JsonObject
        {
            ["after_submit"] = null,
            ["shipping_address"] = null,
            ["submit"] = null,
            ["terms_of_service_acceptance"] = null,
        },
        ["customer"] = page.Card is null ? null : page.Customer,
        ["customer_creation"] = "always",
        ["customer_details"] = null,
        ["customer_email"] = null,
        ["expires_at"] = (page.Created + Lifetime).ToUnixTimeSeconds(),
        ["invoice"] = null,
        ["invoice_creation"] = null,
        ["livemode"] = false,
        ["locale"] = null,
        ["metadata"] = FaceObjects.Metadata(page.Metadata),
        ["mode"] = "setup",
        ["payment_intent"] = null,
        ["payment_link"] = null,
        ["payment_method_collection"] = "always",
        ["payment_method_configuration_details"] = null,
        ["payment_method_options"] = new JsonObject(),
        ["payment_method_types"] = new JsonArray("card"),
        ["payment_status"] = "no_payment_required",
        ["phone_number_collection"] = new JsonObject { ["enabled"] = false },
        ["recovered_from"] = null,
        ["saved_payment_method_options"] = null,
        ["setup_intent"] = isExpanded ? Setup(page) : page.Setup,
        ["shipping_address_collection"] = null,
        ["shipping_cost"] = null,
        ["shipping_details"] = null,
        ["shipping_options"] = new JsonArray(),
        ["status"] = page.Card is not null ? "complete" : IsOpen(page) ? "open" : "expired",
        ["submit_type"] = null,
        ["subscription"] = null,
        ["success_url"] = page.SuccessUrl.OriginalString,
        ["total_details"] = null,
        ["ui_mode"] = "hosted",
        ["url"] = IsOpen(page) ? new Uri(sandbox, $"/stripe/pages/{page.Name}").AbsoluteUri : null,
    };

    private static JsonObject Setup(FacePage page) => new()
    {
        ["id"] = page.Setup,
        ["object"] = "setup_intent",
        ["application"] = null,
        ["automatic_payment_methods"] = null,
        ["cancellation_reason"] = null,
        ["client_secret"] = $"{page.Setup}_secret_{FaceIds.Of("s", page.Id)}",
        ["created"] = page.Created.ToUnixTimeSeconds(),
        ["customer"] = page.Card is null ? null : page.Customer,
        ["description"] = null,
        ["flow_directions"] = null,
        ["last_setup_error"] = null,
        ["latest_attempt"] = null,
        ["livemode"] = false,
        ["mandate"] = null,
        ["metadata"] = new JsonObject(),
        ["next_action"] = null,
        ["on_behalf_of"] = null,
        ["payment_method"] = page.Card is null ? null : Method(page, page.Card),
        ["payment_method_configuration_details"] = null,
        ["payment_method_options"] = new JsonObject(),
        ["payment_method_types"] = new JsonArray("card"),
        ["single_use_mandate"] = null,
        ["status"] = page.Card is null ? "requires_payment_method" : "succeeded",
        ["usage"] = "off_session",
    };

    private static JsonObject Method(FacePage page, InstrumentDetails card) => new()
    {
        ["id"] = page.Method,
        ["object"] = "payment_method",
        ["billing_details"] = new JsonObject
        {
            ["address"] = new JsonObject
            {
                ["city"] = null,
                ["country"] = null,
                ["line1"] = null,
                ["line2"] = null,
                ["postal_code"] = null,
                ["state"] = null,
            },
            ["email"] = null,
            ["name"] = page.Holder,
            ["phone"] = null,
        },
        ["card"] = new JsonObject
        {
            ["brand"] = card.Shown.Split(' ')[0] is ("visa" or "mastercard" or "amex") and var brand ? brand : "unknown",
            ["checks"] = new JsonObject
            {
                ["address_line1_check"] = null,
                ["address_postal_code_check"] = null,
                ["cvc_check"] = "pass",
            },
            ["country"] = "US",
            ["display_brand"] = null,
            ["exp_month"] = card.ExpiryMonth,
            ["exp_year"] = card.ExpiryYear,
            // The same for the same number.
            ["fingerprint"] = FaceIds.Of("f", new Guid(SHA256.HashData(Encoding.ASCII.GetBytes(card.Number)).AsSpan(0, 16)))[..18],
            ["funding"] = "credit",
            ["generated_from"] = null,
            ["last4"] = card.Number[^4..],
            ["networks"] = new JsonObject { ["available"] = new JsonArray("visa"), ["preferred"] = null },
            ["three_d_secure_usage"] = new JsonObject { ["supported"] = true },
            ["wallet"] = null,
        },
        ["created"] = page.Created.ToUnixTimeSeconds(),
        ["customer"] = page.Customer,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["type"] = "card",
    };
}
