using System.Globalization;
using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.GoCardless;

/// <summary>Writes objects in GoCardless's words, as they stand in the books.</summary>
internal sealed class DebitObjects(SandboxBooks books)
{
    private static readonly string[] Way = ["pending_submission", "submitted", "confirmed", "paid_out"];

    /// <summary>The first day on which a payment of now can be collected.</summary>
    public static DateOnly NextChargeOn(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime).AddDays(3);

    /// <summary>Where a payment stands.</summary>
    public string StatusOf(string account, DebitPayment payment)
    {
        if (payment.CancelledBy is not null)
            return "cancelled";
        if (books.FindAuthorisation(account, payment.Authorisation) is not { } authorisation)
            return "failed";
        if (CaptureOf(account, payment) is not { } capture)
            return "pending_submission";
        return capture.State switch
        {
            RequestState.Pending => "submitted",
            RequestState.Declined => "failed",
            // A dispute that is won counts no more.
            RequestState.Approved when authorisation.Amounts.DisputedMinor > 0 =>
                DisputeOf(account, payment)?.Kind == DisputeKind.Chargeback ? "charged_back" : "failed",
            RequestState.Approved => payment.Payout is null ? "confirmed" : "paid_out",
        };
    }

    /// <summary>The events on the way from one status to another, each with its cause and origin.</summary>
    /// <param name="before">Null for a payment that has just been made.</param>
    public IEnumerable<(string Action, string Cause, string Origin)> Between(
        string account, DebitPayment payment, string? before, string status)
    {
        if (before is null)
            yield return ("created", "payment_created", "api");
        var isCollected = CaptureOf(account, payment)?.State == RequestState.Approved;
        var reached = Array.IndexOf(Way, before is "charged_back" or "failed" ? "confirmed" : before ?? Way[0]);
        var until = status switch
        {
            "cancelled" => 0,
            "failed" or "charged_back" => isCollected ? Array.IndexOf(Way, "confirmed")
                : CaptureOf(account, payment) is null ? 0 : Array.IndexOf(Way, "submitted"),
            _ => Array.IndexOf(Way, status),
        };
        if (before is "charged_back" or "failed" && Way.Contains(status))
            yield return ("chargeback_cancelled", "payment_confirmed", "bank");
        for (var step = reached + 1; step <= until; step++)
            yield return (Way[step], $"payment_{Way[step]}", "gocardless");
        switch (status)
        {
            case "cancelled":
                yield return ("cancelled", payment.CancelledBy!, payment.CancelledBy == "payment_cancelled" ? "api" : "bank");
                break;
            case "charged_back":
                yield return ("charged_back", "refund_requested", "bank");
                break;
            case "failed":
                var declined = CaptureOf(account, payment) ?? books.Find(account, payment.Authorisation).Request;
                yield return ("failed", declined?.Reason switch
                {
                    RequestReason.InstrumentInvalid => "invalid_bank_details",
                    RequestReason.InsufficientFunds => "insufficient_funds",
                    _ => "refer_to_payer",
                }, "bank");
                break;
        }
    }

    public JsonObject Payment(string account, DebitPayment payment) => new()
    {
        ["id"] = payment.Name,
        ["amount"] = payment.Units,
        ["amount_refunded"] = books.FindAuthorisation(account, payment.Authorisation)?.Amounts.RefundedMinor ?? 0,
        ["charge_date"] = Day(NextChargeOn(payment.Created)),
        ["created_at"] = Moment(payment.Created),
        ["currency"] = payment.Currency,
        ["description"] = null,
        ["fx"] = NoExchange(payment.Currency),
        ["links"] = Without(new JsonObject
        {
            ["creditor"] = CreditorOf(account),
            ["mandate"] = payment.Mandate,
            ["payout"] = payment.Payout,
        }),
        ["metadata"] = Face.Metadata(payment.Metadata),
        ["reference"] = null,
        ["retry_if_possible"] = false,
        ["scheme"] = payment.Currency == "GBP" ? "bacs" : "sepa_core",
        ["status"] = StatusOf(account, payment),
    };

    public static JsonObject Refund(DebitRefund refund) => new()
    {
        ["id"] = refund.Name,
        ["amount"] = refund.Units,
        ["created_at"] = Moment(refund.Created),
        ["currency"] = refund.Currency,
        ["fx"] = NoExchange(refund.Currency),
        ["links"] = new JsonObject { ["payment"] = refund.Payment },
        ["metadata"] = Face.Metadata(refund.Metadata),
        ["reference"] = null,
        ["status"] = "paid",
    };

    public static JsonObject Mandate(string account, DebitMandate mandate, DateTimeOffset now) => new()
    {
        ["id"] = mandate.Name,
        ["created_at"] = Moment(mandate.Created),
        ["links"] = new JsonObject
        {
            ["creditor"] = CreditorOf(account),
            ["customer"] = $"CU{mandate.Suffix}",
            ["customer_bank_account"] = $"BA{mandate.Suffix}",
        },
        ["metadata"] = new JsonObject(),
        ["next_possible_charge_date"] = mandate.EndedBy is null ? Day(NextChargeOn(now)) : null,
        ["payments_require_approval"] = false,
        ["reference"] = mandate.Reference,
        ["scheme"] = mandate.Scheme,
        ["status"] = mandate.EndedBy switch { null => "active", "mandate_expired" => "expired", _ => "cancelled" },
    };

    public static JsonObject BillingRequest(string account, DebitBillingRequest request) => new()
    {
        ["id"] = request.Name,
        ["actions"] = new JsonArray(),
        ["created_at"] = Moment(request.Created),
        ["fallback_enabled"] = false,
        ["fallback_occurred"] = false,
        ["links"] = Without(new JsonObject
        {
            ["creditor"] = CreditorOf(account),
            ["customer"] = DebitIds.Of("CU", request.Id),
            ["customer_bank_account"] = request.Mandate is null ? null : DebitIds.Of("BA", request.Id),
            ["mandate_request"] = DebitIds.Of("MRQ", request.Id),
            ["mandate_request_mandate"] = request.Mandate?.Name,
        }),
        ["mandate_request"] = new JsonObject
        {
            ["currency"] = request.Currency,
            ["metadata"] = new JsonObject(),
            ["scheme"] = request.Scheme,
            ["verify"] = "recommended",
        },
        ["metadata"] = Face.Metadata(request.Metadata),
        ["resources"] = Without(new JsonObject
        {
            ["customer"] = new JsonObject
            {
                ["id"] = DebitIds.Of("CU", request.Id),
                ["created_at"] = Moment(request.Created),
                ["metadata"] = new JsonObject(),
            },
            ["customer_bank_account"] = request.Mandate is not { } mandate ? null : new JsonObject
            {
                ["id"] = DebitIds.Of("BA", request.Id),
                ["account_holder_name"] = mandate.Holder,
                ["account_number_ending"] = mandate.Account.Number[^2..],
                ["bank_name"] = "SANDBOX BANK",
                ["country_code"] = mandate.Account.Kind == InstrumentKind.UkAccount ? "GB" : mandate.Account.Number[..2],
                ["created_at"] = Moment(mandate.Created),
                ["currency"] = request.Currency,
                ["enabled"] = true,
                ["links"] = new JsonObject { ["customer"] = DebitIds.Of("CU", request.Id) },
                ["metadata"] = new JsonObject(),
            },
        }),
        ["status"] = request.Mandate is null ? "pending" : "fulfilled",
    };

    public static JsonObject Flow(DebitFlow flow, Uri sandbox, DateTimeOffset now) => new()
    {
        ["id"] = flow.Name,
        ["authorisation_url"] = new Uri(sandbox, $"/gocardless/pages/{flow.Name}").AbsoluteUri,
        ["auto_fulfil"] = true,
        ["created_at"] = Moment(now),
        ["exit_uri"] = flow.ExitTo.OriginalString,
        ["expires_at"] = Moment(now.AddDays(7)),
        ["links"] = new JsonObject { ["billing_request"] = flow.Request },
        ["lock_bank_account"] = false,
        ["lock_currency"] = false,
        ["lock_customer_details"] = false,
        ["redirect_uri"] = flow.RedirectTo.OriginalString,
        ["session_token"] = null,
        ["show_redirect_buttons"] = false,
    };

    public static JsonObject Creditor(string account) => new()
    {
        ["id"] = CreditorOf(account),
        ["can_create_refunds"] = true,
        ["country_code"] = "GB",
        ["created_at"] = Moment(DateTimeOffset.UnixEpoch),
        ["links"] = new JsonObject(),
        ["name"] = "Sandbox creditor",
        ["scheme_identifiers"] = new JsonArray(),
        ["verification_status"] = "successful",
    };

    public static JsonObject Payout(string account, DebitPayout payout) => new()
    {
        ["id"] = payout.Name,
        ["amount"] = payout.Units,
        ["arrival_date"] = Day(DateOnly.FromDateTime(payout.Created.UtcDateTime)),
        ["created_at"] = Moment(payout.Created),
        ["currency"] = payout.Currency,
        ["deducted_fees"] = -payout.Items.Where(item => item.Type.EndsWith("fee", StringComparison.Ordinal)).Sum(item => item.Tenths) / 10,
        ["fx"] = NoExchange(payout.Currency),
        ["links"] = new JsonObject { ["creditor"] = CreditorOf(account), ["creditor_bank_account"] = DebitIds.Of("BA", payout.Id) },
        ["metadata"] = new JsonObject(),
        ["payout_type"] = "merchant",
        ["reference"] = $"REF-{payout.Name[^8..]}",
        ["status"] = "paid",
        ["tax_currency"] = null,
    };

    public static JsonObject Item(DebitItem item) => new()
    {
        ["amount"] = (item.Tenths / 10m).ToString("0.0", CultureInfo.InvariantCulture),
        ["links"] = Without(new JsonObject { ["payment"] = item.Payment, ["refund"] = item.Refund }),
        ["taxes"] = new JsonArray(),
        ["type"] = item.Type,
    };

    /// <param name="about">The object that it is about; null where its metadata is not asked for.</param>
    public static JsonObject Event(string account, DebitEvent happened, JsonObject? about)
    {
        var written = new JsonObject
        {
            ["id"] = happened.Id,
            ["created_at"] = Moment(happened.At),
            ["resource_type"] = happened.Resource,
            ["action"] = happened.Action,
            ["links"] = new JsonObject { [happened.Resource[..^1]] = happened.Name },
            ["details"] = new JsonObject
            {
                ["origin"] = happened.Origin,
                ["cause"] = happened.Cause,
                ["description"] = happened.Cause.Replace('_', ' '),
            },
            ["metadata"] = new JsonObject(),
        };
        if (about is not null)
        {
            written["resource_metadata"] = about["metadata"]!.DeepClone();
            written["links"]!["organisation"] = CreditorOf(account).Replace("CR", "OR", StringComparison.Ordinal);
        }

        return written;
    }

    /// <summary>All that ever changed the account's balance. The fee is one in a hundred, and twenty units.</summary>
    public IEnumerable<DebitItem> ItemsOf(string account, DebitAccount own)
    {
        var disputes = books.Disputes(account).ToLookup(dispute => dispute.Authorisation);
        foreach (var payment in own.Payments.Where(one => CaptureOf(account, one)?.State == RequestState.Approved))
        {
            var name = payment.Name;
            yield return new($"{name} paid", "payment_paid_out", payment.Units * 10, payment.Currency, name, null);
            yield return new($"{name} fee", "gocardless_fee", -(payment.Units / 10) - 200, payment.Currency, name, null);
            foreach (var dispute in disputes[payment.Authorisation])
            {
                var type = dispute.Kind == DisputeKind.Chargeback ? "payment_charged_back" : "payment_failed";
                yield return new($"{dispute.Id} taken", type, -dispute.AmountMinor * 10, payment.Currency, name, null);
                if (dispute.FeeMinor > 0)
                    yield return new($"{dispute.Id} fee", "surcharge_fee", -dispute.FeeMinor * 10, payment.Currency, name, null);
                if (dispute.State == DisputeState.Won)
                    yield return new($"{dispute.Id} won", type, dispute.AmountMinor * 10, payment.Currency, name, null);
            }
        }

        foreach (var refund in own.Refunds)
            yield return new(refund.Name, "payment_refunded", -refund.Units * 10, refund.Currency, refund.Payment, refund.Name);
    }

    private BookedRequest? CaptureOf(string account, DebitPayment payment) => books.CaptureOf(account, payment.Authorisation);

    private BookedDispute? DisputeOf(string account, DebitPayment payment) =>
        books.Disputes(account).LastOrDefault(dispute => dispute.Authorisation == payment.Authorisation);

    private static string CreditorOf(string account) => $"CR{account[..8].ToUpperInvariant()}";

    private static string Moment(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}";

    private static string Day(DateOnly day) => $"{day:yyyy-MM-dd}";

    private static JsonObject NoExchange(string currency) => new()
    {
        ["estimated_exchange_rate"] = null,
        ["exchange_rate"] = null,
        ["fx_amount"] = null,
        ["fx_currency"] = currency,
    };

    private static JsonObject Without(JsonObject written)
    {
        foreach (var name in written.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
            written.Remove(name);
        return written;
    }
}
