using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.Stripe;

/// <summary>A payment intent: the request of Stripe's client. The books have the history of its money.</summary>
/// <param name="Authorisation">Its id in the books.</param>
/// <param name="Units">The amount.</param>
/// <param name="IsConfirmed">Whether the books have it. A debit is in them before its confirmation, which is its capture there.</param>
internal sealed record FaceIntent(Guid Authorisation, long Units, string Currency, bool IsConfirmed, DateTimeOffset Created)
{
    public string Id => FaceIds.Of("pi", Authorisation);

    public bool IsManual { get; init; }

    /// <summary>Of which payment methods it takes its money, such as <c>sepa_debit</c>.</summary>
    public string Type { get; init; } = "card";

    public bool IsDebit => Type != "card";

    public string? PaymentMethod { get; init; }

    public string? Customer { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public bool IsCanceled { get; init; }
}

/// <summary>A refund as Stripe's client asked for it.</summary>
internal sealed record FaceRefund(Guid Request, string Intent, long Units, string Currency, DateTimeOffset Created)
{
    public string Id => FaceIds.Of("re", Request);

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>Ids in Stripe's form.</summary>
internal static class FaceIds
{
    public static string Of(string prefix, Guid id) => $"{prefix}_{Face.Letters(id)}";

    /// <summary>The id of a dispute, whose name in the books is the client's own.</summary>
    public static string Of(BookedDispute dispute) => Of("dp", Face.IdOf(dispute.Id));
}

/// <summary>Writes intents and refunds in Stripe's words, as they stand in the books.</summary>
internal sealed class FaceObjects(SandboxBooks books)
{
    /// <summary>The evidence that a merchant could send against a dispute; the sandbox takes none of it.</summary>
    private static readonly string[] Evidence =
    [
        "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure", "cancellation_rebuttal",
        "customer_communication", "customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature",
        "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt",
        "refund_policy", "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation",
        "shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation", "shipping_tracking_number",
        "uncategorized_file", "uncategorized_text",
    ];

    /// <summary>Where an intent stands.</summary>
    public string StatusOf(string account, FaceIntent intent)
    {
        if (intent.IsCanceled)
            return "canceled";
        if (!intent.IsConfirmed)
            return "requires_payment_method";
        var capture = CaptureOf(account, intent);
        return books.Find(account, intent.Authorisation).Request switch
        {
            { State: RequestState.Pending } => "requires_action",
            { State: RequestState.Approved } when capture is { State: RequestState.Approved } => "succeeded",
            { State: RequestState.Approved } when capture is { State: RequestState.Pending } => "processing",
            { State: RequestState.Approved } when capture is { State: RequestState.Declined } => "requires_payment_method",
            { State: RequestState.Approved } => intent.IsDebit ? "requires_confirmation" : "requires_capture",
            _ => "requires_payment_method",
        };
    }

    public JsonObject Intent(string account, FaceIntent intent, Uri sandbox)
    {
        var status = StatusOf(account, intent);
        var reply = books.Find(account, intent.Authorisation);
        var capture = CaptureOf(account, intent);
        return new JsonObject
        {
            ["id"] = intent.Id,
            ["object"] = "payment_intent",
            ["amount"] = intent.Units,
            ["amount_capturable"] = status == "requires_capture" ? intent.Units : 0,
            ["amount_details"] = new JsonObject { ["tip"] = new JsonObject() },
            ["amount_received"] = status == "succeeded" ? capture!.AmountMinor : 0,
            ["application"] = null,
            ["application_fee_amount"] = null,
            ["automatic_payment_methods"] = null,
            ["canceled_at"] = status == "canceled" ? intent.Created.ToUnixTimeSeconds() : null,
            ["cancellation_reason"] = null,
            ["capture_method"] = intent.IsManual ? "manual" : "automatic",
            ["client_secret"] = $"{intent.Id}_secret_{FaceIds.Of("s", intent.Authorisation)}",
            ["confirmation_method"] = "automatic",
            ["created"] = intent.Created.ToUnixTimeSeconds(),
            ["currency"] = intent.Currency,
            ["customer"] = intent.Customer,
            ["description"] = null,
            ["invoice"] = null,
            ["last_payment_error"] = status != "requires_payment_method" ? null
                : reply.Request is { State: RequestState.Declined } declined ? CardError(declined.Reason)
                : capture is { State: RequestState.Declined } ? DebitError() : null,
            ["latest_charge"] = intent.IsDebit ? capture is null ? null : ChargeOf(intent)
                : intent.IsConfirmed ? ChargeOf(intent) : null,
            ["livemode"] = false,
            ["metadata"] = Face.Metadata(intent.Metadata),
            ["next_action"] = reply.ConfirmPath is { } path && status == "requires_action"
                ? new JsonObject
                {
                    ["type"] = "redirect_to_url",
                    ["redirect_to_url"] = new JsonObject { ["url"] = new Uri(sandbox, path).AbsoluteUri, ["return_url"] = null },
                }
                : null,
            ["on_behalf_of"] = null,
            ["payment_method"] = status == "requires_payment_method" ? null : intent.PaymentMethod,
            ["payment_method_configuration_details"] = null,
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = new JsonArray(intent.Type),
            ["processing"] = null,
            ["receipt_email"] = null,
            ["review"] = null,
            ["setup_future_usage"] = null,
            ["shipping"] = null,
            ["source"] = null,
            ["statement_descriptor"] = null,
            ["statement_descriptor_suffix"] = null,
            ["status"] = status,
            ["transfer_data"] = null,
            ["transfer_group"] = null,
        };
    }

    public JsonObject Refund(string account, FaceRefund refund) => new()
    {
        ["id"] = refund.Id,
        ["object"] = "refund",
        ["amount"] = refund.Units,
        ["balance_transaction"] = null,
        ["charge"] = "ch" + refund.Intent[2..],
        ["created"] = refund.Created.ToUnixTimeSeconds(),
        ["currency"] = refund.Currency,
        ["metadata"] = Face.Metadata(refund.Metadata),
        ["payment_intent"] = refund.Intent,
        ["reason"] = null,
        ["receipt_number"] = null,
        ["source_transfer_reversal"] = null,
        ["status"] = books.Find(account, refund.Request).Request?.State == RequestState.Approved ? "succeeded" : "failed",
        ["transfer_reversal"] = null,
    };

    /// <summary>The change of the account's balance by an intent; null while nothing is captured of it.</summary>
    public FaceMove? MoveOf(string account, FaceIntent intent) => CaptureOf(account, intent) is { State: RequestState.Approved } capture
        ? new FaceMove(
            FaceIds.Of("txn", capture.Id), intent.IsDebit ? "payment" : "charge", capture.AmountMinor,
            (capture.AmountMinor * 15 / 1000) + 25, intent.Currency, intent.Created, Charge(intent, capture.AmountMinor))
        : null;

    /// <summary>The same for a refund; null for one that failed.</summary>
    public FaceMove? MoveOf(string account, FaceRefund refund) => Refund(account, refund) is var source
        && (string?)source["status"] == "succeeded"
            ? new FaceMove(FaceIds.Of("txn", refund.Request), "refund", -refund.Units, 0, refund.Currency, refund.Created, source) : null;

    /// <summary>The same for a dispute, and for the end of one that was won.</summary>
    public static IEnumerable<FaceMove> MovesOf(BookedDispute dispute, FaceIntent intent, DateTimeOffset at)
    {
        var (id, currency) = (FaceIds.Of(dispute)[2..], dispute.Currency.ToLowerInvariant());
        yield return new FaceMove(
            $"txn{id}", "adjustment", -dispute.AmountMinor, dispute.FeeMinor, currency, at, Dispute(dispute, intent.Id, intent.Created));
        if (dispute.State == DisputeState.Won)
        {
            yield return new FaceMove(
                $"txn{id}won", "adjustment", dispute.AmountMinor, 0, currency, at, Dispute(dispute, intent.Id, intent.Created));
        }
    }

    /// <summary>The charge of a captured intent, as far as a payout's transactions show it.</summary>
    private static JsonObject Charge(FaceIntent intent, long captured) => new()
    {
        ["id"] = ChargeOf(intent),
        ["object"] = "charge",
        ["amount"] = intent.Units,
        ["amount_captured"] = captured,
        ["captured"] = true,
        ["created"] = intent.Created.ToUnixTimeSeconds(),
        ["currency"] = intent.Currency,
        // Stripe copies the intent's metadata when it makes the charge.
        ["metadata"] = Face.Metadata(intent.Metadata),
        ["paid"] = true,
        ["payment_intent"] = intent.Id,
        ["status"] = "succeeded",
    };

    private static string ChargeOf(FaceIntent intent) => FaceIds.Of(intent.IsDebit ? "py" : "ch", intent.Authorisation);

    /// <summary>A dispute in Stripe's words.</summary>
    /// <param name="intent">The intent, or its id.</param>
    /// <param name="created">When the intent was made; the books do not say since when it is disputed.</param>
    public static JsonObject Dispute(BookedDispute dispute, JsonNode intent, DateTimeOffset created) => new()
    {
        ["id"] = FaceIds.Of(dispute),
        ["object"] = "dispute",
        ["amount"] = dispute.AmountMinor,
        ["balance_transactions"] = new JsonArray(FacePayouts.Write(
            new FaceMove(
                "txn" + FaceIds.Of(dispute)[2..], "adjustment", -dispute.AmountMinor, dispute.FeeMinor, dispute.Currency.ToLowerInvariant(),
                created, new JsonObject { ["id"] = FaceIds.Of(dispute) }),
            isExpanded: false)),
        ["charge"] = FaceIds.Of("ch", dispute.Authorisation),
        ["created"] = created.ToUnixTimeSeconds(),
        ["currency"] = dispute.Currency.ToLowerInvariant(),
        ["evidence"] = new JsonObject(Evidence.Select(name => KeyValuePair.Create(name, (JsonNode?)null))),
        ["evidence_details"] = new JsonObject
        {
            ["due_by"] = null,
            ["has_evidence"] = false,
            ["past_due"] = false,
            ["submission_count"] = 0,
        },
        ["is_charge_refundable"] = false,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["payment_intent"] = intent,
        ["reason"] = dispute.Kind == DisputeKind.ReturnedDebit ? "customer_initiated" : "general",
        ["status"] = dispute.State switch
        {
            // A merchant can't object to a bank's return.
            DisputeState.Opened => dispute.Kind == DisputeKind.ReturnedDebit ? "lost" : "needs_response",
            DisputeState.Won => "won",
            DisputeState.Lost => "lost",
        },
    };

    /// <summary>A card's decline in Stripe's words.</summary>
    public static JsonObject CardError(RequestReason? reason)
    {
        var (code, decline) = reason switch
        {
            RequestReason.InsufficientFunds => ("card_declined", "insufficient_funds"),
            RequestReason.Expired => ("expired_card", "expired_card"),
            RequestReason.InstrumentInvalid => ("incorrect_number", "incorrect_number"),
            RequestReason.SecurityCodeWrong => ("incorrect_cvc", "incorrect_cvc"),
            RequestReason.NotConfirmed => ("payment_intent_authentication_failure", "authentication_not_handled"),
            _ => ("card_declined", "generic_decline"),
        };
        return new JsonObject
        {
            ["type"] = "card_error",
            ["code"] = code,
            ["decline_code"] = decline,
            ["message"] = "Your card was declined.",
        };
    }

    /// <summary>The failure of a debit, which comes with the intent days after its confirmation.</summary>
    private static JsonObject DebitError() => new()
    {
        ["type"] = "card_error",
        ["code"] = "insufficient_funds",
        ["decline_code"] = "insufficient_funds",
        ["message"] = "The customer's account has insufficient funds to cover this payment.",
    };

    private BookedRequest? CaptureOf(string account, FaceIntent intent) => books.CaptureOf(account, intent.Authorisation);
}
