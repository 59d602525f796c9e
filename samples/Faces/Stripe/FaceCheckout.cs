using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.Stripe;

/// <summary>A Checkout session in the mode <c>setup</c>, with the card or bank account that the customer entered on its page.</summary>
/// <param name="Type">The type of payment method that its page asks for, such as <c>sepa_debit</c>.</param>
internal sealed record FacePage(Guid Id, string Type, Uri SuccessUrl, Uri? CancelUrl, DateTimeOffset Created)
{
    public string Name => FaceIds.Of("cs_test", Id);

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The language of the page; null for the browser's.</summary>
    public string? Locale { get; init; }

    /// <summary>What the account says above the button; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The card or bank account; null while the customer has entered none.</summary>
    public InstrumentDetails? Entered { get; init; }

    /// <summary>The name on the card, or the holder of the bank account.</summary>
    public string? Holder { get; init; }

    /// <summary>Of a British bank account.</summary>
    public string? SortCode { get; init; }

    public string Method => FaceIds.Of("pm", Id);

    public string Customer => FaceIds.Of("cus", Id);

    public string Setup => FaceIds.Of("seti", Id);

    /// <summary>The mandate that the customer gave with a bank account; null for a card.</summary>
    public string? Mandate => Entered is null || Type == "card" ? null : FaceIds.Of("mandate", Id);
}

/// <summary>The parts of a Checkout session that an answer has as objects instead of ids.</summary>
internal sealed record FaceExpansion(bool HasMethod, bool HasMandate)
{
    public static FaceExpansion None { get; } = new(false, false);
}

/// <summary>Checkout sessions, their pages, and the cards and bank accounts that customers entered there.</summary>
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
        var type = fields.GetValueOrDefault("payment_method_types[]") ?? fields.GetValueOrDefault("payment_method_types[0]") ?? "card";
        if (type is not ("card" or "sepa_debit" or "bacs_debit"))
            return StripeFace.Error(400, "invalid_request_error", "parameter_invalid", $"The sandbox has no {type}.");
        var page = new FacePage(
            id, type, success, Uri.TryCreate(fields.GetValueOrDefault("cancel_url"), UriKind.Absolute, out var cancel) ? cancel : null,
            clock.GetUtcNow())
        {
            Metadata = metadata,
            Locale = fields.GetValueOrDefault("locale"),
            Note = fields.GetValueOrDefault("custom_text[submit][message]"),
        };
        lock (_gate)
            _pages[page.Name] = (account, page);
        return new FaceAnswer(200, Write(page, sandbox, FaceExpansion.None));
    }

    /// <summary>A page by its name; null where the account has none.</summary>
    public FaceAnswer? Find(string account, string name, FaceExpansion expansion, Uri sandbox)
    {
        lock (_gate)
        {
            return _pages.TryGetValue(name, out var found) && found.Account == account
                ? new FaceAnswer(200, Write(found.Page, sandbox, expansion)) : null;
        }
    }

    /// <summary>The instrument behind a payment method, with its customer; null where the account has none.</summary>
    public (InstrumentDetails Entered, string Customer)? MethodOf(string account, string method)
    {
        lock (_gate)
        {
            var found = _pages.Values.FirstOrDefault(one => one.Account == account && one.Page.Method == method).Page;
            return found?.Entered is { } entered ? (entered, found.Customer) : null;
        }
    }

    /// <summary>The page at an address, as a customer sees it; null where there is no such page, or it is over.</summary>
    public FacePage? Shown(string name)
    {
        lock (_gate)
            return _pages.TryGetValue(name, out var found) && IsOpen(found.Page) ? found.Page : null;
    }

    /// <summary>The type of payment method that something entered is.</summary>
    public static string TypeOf(InstrumentDetails entered) => entered.Kind switch
    {
        InstrumentKind.Card => "card",
        InstrumentKind.UkAccount => "bacs_debit",
        InstrumentKind.Iban or InstrumentKind.SwissAccount => "sepa_debit",
    };

    /// <summary>
    /// The customer enters a card, or a bank account with its mandate. Returns where the customer goes on; null where the page is over.
    /// </summary>
    public Uri? Enter(string name, InstrumentDetails entered, string? holder, string? sortCode = null)
    {
        lock (_gate)
        {
            if (Shown(name) is not { } page)
                return null;
            _pages[name] = (_pages[name].Account, page with { Entered = entered, Holder = holder, SortCode = sortCode });
            return new Uri(page.SuccessUrl.OriginalString.Replace("{CHECKOUT_SESSION_ID}", name, StringComparison.Ordinal));
        }
    }

    private bool IsOpen(FacePage page) => page.Entered is null && clock.GetUtcNow() < page.Created + Lifetime;

    private JsonObject Write(FacePage page, Uri sandbox, FaceExpansion expansion) => new()
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
            ["submit"] = page.Note is null ? null : new JsonObject { ["message"] = page.Note },
            ["terms_of_service_acceptance"] = null,
        },
        ["customer"] = page.Entered is null ? null : page.Customer,
        ["customer_creation"] = "always",
        ["customer_details"] = null,
        ["customer_email"] = null,
        ["expires_at"] = (page.Created + Lifetime).ToUnixTimeSeconds(),
        ["invoice"] = null,
        ["invoice_creation"] = null,
        ["livemode"] = false,
        ["locale"] = page.Locale,
        ["metadata"] = Face.Metadata(page.Metadata),
        ["mode"] = "setup",
        ["payment_intent"] = null,
        ["payment_link"] = null,
        ["payment_method_collection"] = "always",
        ["payment_method_configuration_details"] = null,
        ["payment_method_options"] = new JsonObject(),
        ["payment_method_types"] = new JsonArray(page.Type),
        ["payment_status"] = "no_payment_required",
        ["phone_number_collection"] = new JsonObject { ["enabled"] = false },
        ["recovered_from"] = null,
        ["saved_payment_method_options"] = null,
        ["setup_intent"] = expansion == FaceExpansion.None ? page.Setup : Setup(page, expansion),
        ["shipping_address_collection"] = null,
        ["shipping_cost"] = null,
        ["shipping_details"] = null,
        ["shipping_options"] = new JsonArray(),
        ["status"] = page.Entered is not null ? "complete" : IsOpen(page) ? "open" : "expired",
        ["submit_type"] = null,
        ["subscription"] = null,
        ["success_url"] = page.SuccessUrl.OriginalString,
        ["total_details"] = null,
        ["ui_mode"] = "hosted",
        ["url"] = IsOpen(page) ? new Uri(sandbox, $"/stripe/pages/{page.Name}").AbsoluteUri : null,
    };

    private static JsonObject Setup(FacePage page, FaceExpansion expansion) => new()
    {
        ["id"] = page.Setup,
        ["object"] = "setup_intent",
        ["application"] = null,
        ["automatic_payment_methods"] = null,
        ["cancellation_reason"] = null,
        ["client_secret"] = $"{page.Setup}_secret_{FaceIds.Of("s", page.Id)}",
        ["created"] = page.Created.ToUnixTimeSeconds(),
        ["customer"] = page.Entered is null ? null : page.Customer,
        ["description"] = null,
        ["flow_directions"] = null,
        ["last_setup_error"] = null,
        ["latest_attempt"] = null,
        ["livemode"] = false,
        ["mandate"] = page.Mandate is null || !expansion.HasMandate ? page.Mandate : MandateOf(page),
        ["metadata"] = new JsonObject(),
        ["next_action"] = null,
        ["on_behalf_of"] = null,
        ["payment_method"] = page.Entered is not { } entered ? null : expansion.HasMethod ? Method(page, entered) : page.Method,
        ["payment_method_configuration_details"] = null,
        ["payment_method_options"] = new JsonObject(),
        ["payment_method_types"] = new JsonArray(page.Type),
        ["single_use_mandate"] = null,
        ["status"] = page.Entered is null ? "requires_payment_method" : "succeeded",
        ["usage"] = "off_session",
    };

    /// <summary>The leave to debit a bank account, which the customer gave on the page.</summary>
    private static JsonObject MandateOf(FacePage page) => new()
    {
        ["id"] = page.Mandate,
        ["object"] = "mandate",
        ["customer_acceptance"] = new JsonObject
        {
            ["accepted_at"] = page.Created.ToUnixTimeSeconds(),
            ["online"] = new JsonObject { ["ip_address"] = "127.0.0.1", ["user_agent"] = "sandbox" },
            ["type"] = "online",
        },
        ["livemode"] = false,
        ["multi_use"] = new JsonObject(),
        ["payment_method"] = page.Method,
        ["payment_method_details"] = new JsonObject { [page.Type] = DebitOf(page), ["type"] = page.Type },
        ["status"] = "active",
        ["type"] = "multi_use",
    };

    private static JsonObject DebitOf(FacePage page)
    {
        var reference = FaceIds.Of("m", page.Id)[2..18].ToUpperInvariant();
        var address = $"https://payments.stripe.example/mandate/{page.Mandate}";
        return page.Type == "sepa_debit" ? new JsonObject { ["reference"] = reference, ["url"] = address }
            : new JsonObject
            {
                ["display_name"] = null,
                ["network_status"] = "accepted",
                ["reference"] = reference,
                ["revocation_reason"] = null,
                ["service_user_number"] = null,
                ["url"] = address,
            };
    }

    private static JsonObject Method(FacePage page, InstrumentDetails entered) => new()
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
        [page.Type] = entered.Kind switch
        {
            InstrumentKind.Card => CardOf(entered),
            InstrumentKind.UkAccount => new JsonObject
            {
                ["fingerprint"] = FingerprintOf($"{page.SortCode}{entered.Number}"),
                ["last4"] = entered.Number[^4..],
                ["sort_code"] = page.SortCode,
            },
            _ => new JsonObject
            {
                ["bank_code"] = entered.Number[4..Math.Min(12, entered.Number.Length)],
                ["branch_code"] = "",
                ["country"] = entered.Number[..2],
                ["fingerprint"] = FingerprintOf(entered.Number),
                ["generated_from"] = new JsonObject { ["charge"] = null, ["setup_attempt"] = null },
                ["last4"] = entered.Number[^4..],
            },
        },
        ["created"] = page.Created.ToUnixTimeSeconds(),
        ["customer"] = page.Customer,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["type"] = page.Type,
    };

    private static JsonObject CardOf(InstrumentDetails card) => new()
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
        ["fingerprint"] = FingerprintOf(card.Number),
        ["funding"] = "credit",
        ["generated_from"] = null,
        ["last4"] = card.Number[^4..],
        ["networks"] = new JsonObject { ["available"] = new JsonArray("visa"), ["preferred"] = null },
        ["three_d_secure_usage"] = new JsonObject { ["supported"] = true },
        ["wallet"] = null,
    };

    /// <summary>The same for the same number.</summary>
    private static string FingerprintOf(string number) =>
        FaceIds.Of("f", Face.IdOf(number))[..18];
}
