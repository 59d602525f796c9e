using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// A merchant's account at Stripe: payment intents that are captured by a request of their own, of a card, or confirmed by it, of a bank
/// account. It charges instruments that Stripe holds, and no number goes there.
/// </summary>
public sealed class StripeProvider : IInstrumentPages, IDisputeLookup, IObjectLookup, IPayoutReports
{
    /// <summary>Stripe's name in the books.</summary>
    public const string ProviderName = "stripe";

    // Old versions stay as they are, so the words that we read do not change behind our back.
    private const string Version = "2024-06-20";

    private readonly HttpAccount _account;
    private readonly HttpObjects _objects;
    private readonly StripeAnswers _answers;
    private readonly StripePages _pages;
    private readonly StripeDisputes _disputes;
    private readonly StripeChanges _changes;
    private readonly StripePayouts _payouts;

    /// <summary>A client with connections and a memory of failures of its own; keep it for as long as the account stays the same.</summary>
    /// <exception cref="FormatException">The API key can't be sent: it holds a line break.</exception>
    public StripeProvider(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILogger log)
        : this(account, WireOf(account, options.Timeouts, clock), options, clock, log)
    {
    }

    internal StripeProvider(ProviderAccount account, HttpWire wire, ProviderOptions options, TimeProvider clock, ILogger log)
    {
        _account = new HttpAccount(account, wire, options.Timeouts, clock, log);
        _objects = new HttpObjects(_account);
        _answers = new StripeAnswers(_account);
        _pages = new StripePages(_account);
        _disputes = new StripeDisputes(_account);
        _changes = new StripeChanges(_account, _objects, _disputes, clock);
        _payouts = new StripePayouts(_account, _objects);
    }

    public string Name => ProviderName;

    // A whole key begins with sk, a restricted one with rk (docs.stripe.com/keys).
    public ProviderWorld? World => _account.ApiKey.Split('_') switch
    {
        ["sk" or "rk", "test", ..] => ProviderWorld.Test,
        ["sk" or "rk", "live", ..] => ProviderWorld.Live,
        _ => null,
    };

    public TimeSpan RequestLifetime { get; } = TimeSpan.FromMinutes(2);

    public bool IsSilent => _account.IsSilent;

    public bool Takes(InstrumentKind kind, Currency currency) => kind switch
    {
        InstrumentKind.Card => true,
        InstrumentKind.IbanAccount => currency.Code == "EUR",
        InstrumentKind.UkAccount => currency.Code == "GBP",
    };

    public bool CanSay(Money amount) => StripeAmounts.ToUnits(amount) is not null;

    // Checkout takes them as cards, where the merchant has switched them on in its Dashboard and the device has them.
    public bool MayOfferWallets => true;

    public Task<InstrumentPage?> OpenPageAsync(PageRequest request, CancellationToken cancel) => _pages.OpenAsync(request, cancel);

    public Task<PageAnswer> FindPageAsync(string page, SessionId session, CancellationToken cancel) =>
        _pages.FindAsync(page, session, cancel);

    public Task<(ListedDispute? Dispute, bool IsKnown)> FindDisputeAsync(string dispute, CancellationToken cancel) =>
        _disputes.FindAsync(dispute, cancel);

    public Task<IReadOnlyList<ListedRequest>?> FindRequestsAsync(string name, CancellationToken cancel) => _changes.FindAsync(name, cancel);

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) =>
        _account.InTimeAsync(AuthoriseInTimeAsync, request, cancel);

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) =>
        _account.InTimeAsync(CaptureInTimeAsync, request, cancel);

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) =>
        _account.InTimeAsync(VoidInTimeAsync, request, cancel);

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) =>
        _account.InTimeAsync(RefundInTimeAsync, request, cancel);

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) =>
        _account.InTimeAsync((about, token) => FindInTimeAsync(verb, about, token), request, cancel);

    private async Task<ProviderAnswer> AuthoriseInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        if (request.Instrument is not HeldInstrument held || StripeAmounts.ToUnits(request.Amount) is not { } units)
            return _account.Refused(Verb.Authorise, request, "it takes no such instrument or amount; nothing was sent");

        List<(string, string)> fields =
        [
            ("amount", $"{units}"), ("currency", request.Amount.Currency.Code.ToLowerInvariant()), ("payment_method", held.Token),
            ("payment_method_types[]", StripeWords.TypeOf(held.Shown.Kind)), ("metadata[attempt]", $"{request.Id.Value:D}"),
        ];
        if (held.Customer is { } customer)
            fields.Add(("customer", customer));
        // A bank reserves nothing for a debit: its capture confirms the intent.
        if (held.Shown.Kind != InstrumentKind.Card)
            fields.AddRange([("capture_method", "automatic"), ("metadata[authorised]", $"{units}")]);
        else
            fields.AddRange([("capture_method", "manual"), ("confirm", "true"), OnOrOffSession(request)]);
        if (request.Payment is { } payment)
            fields.Add(("metadata[payment]", $"{payment.Value:D}"));
        if (request.Account is { } account)
            fields.Add(("metadata[account]", $"{account.Value:D}"));
        if (await SendAsync("v1/payment_intents", fields, request.Id.Value, Verb.Authorise, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        switch (reply.Status, StripeError.TryRead(reply.Body))
        {
            case (200, _):
                return _answers.OfAuthorisation(StripeJson.Intents.Read(reply.Body), request);
            // The intent shows which request was declined.
            case (402, { Type: "card_error", Intent: { } intent } error) when StripeAnswers.Differs(intent, request) is null:
                return ProviderAnswer.Declined(error.Reason) with { Reference = intent.Id };
            // The id stands for something else: for a void that came first, or for another amount.
            case (400, { Type: "idempotency_error" }):
                return await FindInTimeAsync(Verb.Authorise, request, cancel) is { Verdict: Verdict.Declined } gone ? gone
                    : _account.Wrong(reply, Verb.Authorise, request, isOther: true);
            case (400, { Type: "invalid_request_error" } error):
                return _account.Refused(Verb.Authorise, request, error.Code ?? error.Type);
            default:
                return _account.Wrong(reply, Verb.Authorise, request);
        }
    }

    private static (string, string) OnOrOffSession(ProviderRequest request) =>
        request.ReturnTo is { } page ? ("return_url", page) : ("off_session", "true");

    private async Task<ProviderAnswer> CaptureInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        if (request.Mandate is not null)
            return await DebitInTimeAsync(request, cancel);
        var (intent, isKnown) = await _objects.IdOfAuthorisationAsync(StripeJson.Intents, request, Verb.Capture, cancel);
        if (!isKnown)
            return ProviderAnswer.Unknown;
        if (intent is null || StripeAmounts.ToUnits(request.Amount) is not { } units)
            return ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid);
        if (await SendAsync(
            $"v1/payment_intents/{intent}/capture",
            [("amount_to_capture", $"{units}"), ("metadata[capture]", $"{request.Id.Value:D}")], request.Id.Value, Verb.Capture, request,
            cancel) is not { } reply)
        {
            return ProviderAnswer.Unknown;
        }

        if (reply.Status == 200)
            return HttpAccount.Done(_answers.OfCapture(StripeJson.Intents.Read(reply.Body), request));
        return await RefusedAsync(reply, Verb.Capture, request, cancel);
    }

    /// <summary>Sends a debit: names the capture in its intent, then confirms the intent. The bank answers days later.</summary>
    private async Task<ProviderAnswer> DebitInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        var (intent, isKnown) = await _objects.OfAuthorisationAsync(StripeJson.Intents, request, Verb.Capture, cancel);
        if (!isKnown)
            return ProviderAnswer.Unknown;
        if (intent is null || StripeAmounts.ToUnits(request.Amount) is not { } units)
            return ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid);

        if (intent.Status != "requires_confirmation")
        {
            return _answers.OfCapture(intent, request) is { Verdict: not Verdict.NotFound } sent ? sent
                : intent.Captured is null ? _account.Unreadable(Verb.Capture, request)
                : ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid);
        }

        if (intent.Amount.Currency != request.Amount.Currency)
            return _account.Another(Verb.Capture, request, "currency");
        if (request.Amount.AmountMinor > intent.Authorised.AmountMinor)
            return ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid);
        var path = $"v1/payment_intents/{intent.Id}";
        var key = $"{request.Id.Value:D}";
        List<(string, string)> fields = [("amount", $"{units}"), ("metadata[capture]", key)];
        if (await SendAsync(path, fields, $"{key}-named", Verb.Capture, request, cancel) is not { } named)
            return ProviderAnswer.Unknown;
        if (named.Status != 200)
            return await RefusedAsync(named, Verb.Capture, request, cancel);
        if (StripeJson.Intents.Read(named.Body) is not { } ready || ready.Amount != request.Amount || ready.Capture != request.Id.Value)
            return _account.Another(Verb.Capture, request, "amount or capture");
        if (await SendAsync($"{path}/confirm", [("off_session", "true")], key, Verb.Capture, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        if (reply.Status == 200)
            return HttpAccount.Done(_answers.OfCapture(StripeJson.Intents.Read(reply.Body), request));
        return await RefusedAsync(reply, Verb.Capture, request, cancel);
    }

    private async Task<ProviderAnswer> VoidInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        var (intent, isKnown) = await _objects.IdOfAuthorisationAsync(StripeJson.Intents, request, Verb.Void, cancel);
        if (isKnown && intent is null)
            (intent, isKnown) = await TakeItsKeyAsync(request, cancel);
        if (!isKnown || intent is null)
            return ProviderAnswer.Unknown;
        if (await SendAsync($"v1/payment_intents/{intent}/cancel", [], request.Id.Value, Verb.Void, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        if (reply.Status == 200)
            return HttpAccount.Done(_answers.OfVoid(StripeJson.Intents.Read(reply.Body), request));
        return await RefusedAsync(reply, Verb.Void, request, cancel);
    }

    private async Task<ProviderAnswer> RefundInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        var (intent, isKnown) = await _objects.IdOfAuthorisationAsync(StripeJson.Intents, request, Verb.Refund, cancel);
        if (!isKnown)
            return ProviderAnswer.Unknown;
        if (intent is null || StripeAmounts.ToUnits(request.Amount) is not { } units)
            return ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid);
        // Always with the amount: without one, Stripe gives all of it back.
        if (await SendAsync(
            "v1/refunds",
            [("payment_intent", intent), ("amount", $"{units}"), ("metadata[attempt]", $"{request.Id.Value:D}")], request.Id.Value,
            Verb.Refund, request, cancel) is not { } reply)
        {
            return ProviderAnswer.Unknown;
        }

        return reply.Status == 200 ? _account.Refunded(StripeJson.Refunds.Read(reply.Body), intent, request)
            : await RefusedAsync(reply, Verb.Refund, request, cancel);
    }

    private async Task<ProviderAnswer> FindInTimeAsync(Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        var (intent, isKnown) = await _objects.OfAuthorisationAsync(StripeJson.Intents, request, verb, cancel);
        if (!isKnown)
            return ProviderAnswer.Unknown;
        if (intent is null)
            return ProviderAnswer.NotFound;
        switch (verb)
        {
            case Verb.Authorise:
                return _answers.OfAuthorisation(intent, request);
            case Verb.Capture:
                return _answers.OfCapture(intent, request);
            case Verb.Void:
                return _answers.OfVoid(intent, request);
            default:
                return await _objects.FindRefundAsync(StripeJson.Refunds, "payment_intent", intent.Id, request, cancel);
        }
    }

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        _changes.ListAsync(from, until, page, cancel);

    public Task<IReadOnlyList<string>?> ListPayoutsAsync(DateTimeOffset since, CancellationToken cancel) =>
        _payouts.ListAsync(since, cancel);

    public Task<(ReadStatement? Report, bool IsKnown)> FindPayoutAsync(string payout, CancellationToken cancel) =>
        _payouts.FindAsync(payout, cancel);

    public override string ToString() => _account.ToString();

    internal static HttpWire WireOf(ProviderAccount account, ProviderTimeouts timeouts, TimeProvider clock) => new(
        account.Address,
        new WireManner(("Authorization", $"Bearer {account.ApiKey}"), ("Stripe-Version", Version))
        {
            // A page of a hundred intents.
            MaxBodyLength = 1024 * 1024,
            IsPassing = reply => reply.Header("Stripe-Should-Retry") switch
            {
                "true" => true,
                "false" => false,
                _ => reply.Status is 429 or >= 500,
            },
        },
        timeouts, clock);

    private Task<HttpReply?> SendAsync(
        string path, IReadOnlyList<(string, string)> fields, Guid key, Verb verb, ProviderRequest request, CancellationToken cancel) =>
        SendAsync(path, fields, $"{key:D}", verb, request, cancel);

    private Task<HttpReply?> SendAsync(
        string path, IReadOnlyList<(string, string)> fields, string key, Verb verb, ProviderRequest request, CancellationToken cancel) =>
        _account.SendAsync(WireRequest.Form(path, fields) with { Headers = [("Idempotency-Key", key)] }, verb, request, cancel);

    /// <summary>
    /// Keeps an authorisation that never arrived from ever taking effect: another request takes its idempotency key. If it arrives after
    /// all, Stripe refuses it.
    /// </summary>
    /// <returns>The intent that holds the key, or that of the authorisation where it was faster; and whether that is clear.</returns>
    private async Task<(string? Id, bool IsKnown)> TakeItsKeyAsync(ProviderRequest request, CancellationToken cancel)
    {
        var authorisation = request.Authorisation!.Value.Value;
        if (StripeAmounts.ToUnits(request.Amount) is not { } units || await SendAsync(
            "v1/payment_intents",
            [
                ("amount", $"{units}"), ("currency", request.Amount.Currency.Code.ToLowerInvariant()),
                ("payment_method_types[]", "card"), ("capture_method", "manual"), ("metadata[attempt]", $"{authorisation:D}"),
            ], authorisation, Verb.Void, request, cancel) is not { } reply)
        {
            return (null, false);
        }

        if (reply.Status == 200)
            return (StripeJson.Intents.Read(reply.Body)?.Id, true);
        if (StripeError.TryRead(reply.Body) is { Type: "idempotency_error" })
            return await _objects.IdOfAuthorisationAsync(StripeJson.Intents, request, Verb.Void, cancel);
        _account.Wrong(reply, Verb.Void, request);
        return (null, false);
    }

    /// <summary>
    /// The answer for a refusal. Keys live a day, so Stripe may refuse a repeated request that it has carried out: look at its objects
    /// first.
    /// </summary>
    private async Task<ProviderAnswer> RefusedAsync(HttpReply reply, Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        var error = StripeError.TryRead(reply.Body);
        if ((reply.Status, error) is not ((400, { Type: "invalid_request_error" }) or (402, { Type: "card_error" })))
            return _account.Wrong(reply, verb, request, isOther: error is { Type: "idempotency_error" });
        var isExplained = error!.Type == "card_error" || error.Reason != DeclineReason.Declined;
        var reason = isExplained ? error.Reason : DeclineReason.AuthorisationInvalid;
        var declined = ProviderAnswer.Declined(reason) with { Reference = error.Intent?.Id };
        return await FindInTimeAsync(verb, request, cancel) is { Verdict: not Verdict.NotFound } found ? found : declined;
    }
}
