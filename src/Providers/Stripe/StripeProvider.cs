using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// A merchant's account at Stripe: payment intents that are captured by a request of their own. It charges instruments that Stripe holds,
/// and no card number goes there.
/// </summary>
public sealed class StripeProvider : IInstrumentPages, IDisputeLookup, IPayoutReports
{
    /// <summary>Stripe's name in the books.</summary>
    public const string ProviderName = "stripe";

    // Old versions stay as they are, so the words that we read do not change behind our back.
    private const string Version = "2024-06-20";

    private readonly ProviderAccount _account;
    private readonly HttpWire _wire;
    private readonly StripeIntents _intents;
    private readonly StripePages _pages;
    private readonly StripeDisputes _disputes;
    private readonly StripeChanges _changes;
    private readonly StripePayouts _payouts;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private bool _isKeyRefused;

    /// <summary>A client with connections and a memory of failures of its own; keep it for as long as the account stays the same.</summary>
    /// <exception cref="FormatException">The API key can't be sent: it holds a line break.</exception>
    public StripeProvider(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILogger log)
        : this(account, WireOf(account, options.Timeouts, clock), options, clock, log)
    {
    }

    internal StripeProvider(ProviderAccount account, HttpWire wire, ProviderOptions options, TimeProvider clock, ILogger log)
    {
        (_account, _wire, _clock, _log) = (account, wire, clock, log);
        var twice = options.Timeouts.Total * 2;
        _limit = twice < ProviderTimeouts.Longest ? twice : ProviderTimeouts.Longest - TimeSpan.FromSeconds(1);
        _intents = new StripeIntents(_wire, log);
        _pages = new StripePages(_wire, log);
        _disputes = new StripeDisputes(_wire, log);
        _changes = new StripeChanges(_wire, _disputes, clock, log);
        _payouts = new StripePayouts(_wire, log);
    }

    public string Name => ProviderName;

    public TimeSpan RequestLifetime { get; } = TimeSpan.FromMinutes(2);

    public bool IsSilent => _wire.IsSilent;

    public bool Takes(InstrumentKind kind, Currency currency) => kind == InstrumentKind.Card;

    public Task<InstrumentPage?> OpenPageAsync(PageRequest request, CancellationToken cancel) => _pages.OpenAsync(request, cancel);

    public Task<PageAnswer> FindPageAsync(string page, SessionId session, CancellationToken cancel) =>
        _pages.FindAsync(page, session, cancel);

    public Task<(ListedDispute? Dispute, bool IsKnown)> FindDisputeAsync(string dispute, CancellationToken cancel) =>
        _disputes.FindAsync(dispute, cancel);

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) =>
        InTimeAsync(AuthoriseInTimeAsync, request, cancel);

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) =>
        InTimeAsync(CaptureInTimeAsync, request, cancel);

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) =>
        InTimeAsync(VoidInTimeAsync, request, cancel);

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) =>
        InTimeAsync(RefundInTimeAsync, request, cancel);

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) =>
        InTimeAsync((about, token) => FindInTimeAsync(verb, about, token), request, cancel);

    private async Task<ProviderAnswer> AuthoriseInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        if (request.Instrument is not HeldInstrument held || StripeAmounts.ToUnits(request.Amount) is not { } units)
        {
            ProviderLog.Refused(_log, Name, Verb.Authorise, request.Id.Value, "it takes no such instrument or amount; nothing was sent");
            return ProviderAnswer.Declined(DeclineReason.RequestRefused);
        }

        List<(string, string)> fields =
        [
            ("amount", $"{units}"), ("currency", request.Amount.Currency.Code.ToLowerInvariant()), ("payment_method", held.Token),
            ("payment_method_types[]", "card"), ("capture_method", "manual"), ("confirm", "true"),
            ("metadata[attempt]", $"{request.Id.Value:D}"),
        ];
        if (held.Customer is { } customer)
            fields.Add(("customer", customer));
        fields.Add(request.ReturnTo is { } page ? ("return_url", page) : ("off_session", "true"));
        if (request.Payment is { } payment)
            fields.Add(("metadata[payment]", $"{payment.Value:D}"));
        if (request.Account is { } account)
            fields.Add(("metadata[account]", $"{account.Value:D}"));
        if (await SendAsync("v1/payment_intents", fields, request.Id.Value, Verb.Authorise, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        switch (reply.Status, StripeError.TryRead(reply.Body))
        {
            case (200, _):
                return OfAuthorisation(StripeIntents.Read(reply), request);
            // The intent shows which request was declined.
            case (402, { Type: "card_error", Intent: { } intent } error) when Differs(intent, request) is null:
                return ProviderAnswer.Declined(error.Reason) with { Reference = intent.Id };
            // The id stands for something else: for a void that came first, or for another amount.
            case (400, { Type: "idempotency_error" }):
                return await FindInTimeAsync(Verb.Authorise, request, cancel) is { Verdict: Verdict.Declined } gone ? gone
                    : Wrong(reply, Verb.Authorise, request);
            case (400, { Type: "invalid_request_error" } error):
                ProviderLog.Refused(_log, Name, Verb.Authorise, request.Id.Value, error.Code ?? error.Type);
                return ProviderAnswer.Declined(DeclineReason.RequestRefused);
            default:
                return Wrong(reply, Verb.Authorise, request);
        }
    }

    private async Task<ProviderAnswer> CaptureInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        var (intent, isKnown) = await _intents.IdOfAuthorisationAsync(request, Verb.Capture, cancel);
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
            return OfCapture(StripeIntents.Read(reply), request) is { Verdict: not Verdict.NotFound } said ? said : ProviderAnswer.Unknown;
        return await RefusedAsync(reply, Verb.Capture, request, cancel);
    }

    private async Task<ProviderAnswer> VoidInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        var (intent, isKnown) = await _intents.IdOfAuthorisationAsync(request, Verb.Void, cancel);
        if (isKnown && intent is null)
            (intent, isKnown) = await TakeItsKeyAsync(request, cancel);
        if (!isKnown || intent is null)
            return ProviderAnswer.Unknown;
        if (await SendAsync($"v1/payment_intents/{intent}/cancel", [], request.Id.Value, Verb.Void, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        if (reply.Status == 200)
            return OfVoid(StripeIntents.Read(reply), request) is { Verdict: not Verdict.NotFound } said ? said : ProviderAnswer.Unknown;
        return await RefusedAsync(reply, Verb.Void, request, cancel);
    }

    private async Task<ProviderAnswer> RefundInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        var (intent, isKnown) = await _intents.IdOfAuthorisationAsync(request, Verb.Refund, cancel);
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

        if (reply.Status != 200)
            return await RefusedAsync(reply, Verb.Refund, request, cancel);
        using var document = StripeJson.TryParse(reply.Body);
        return OfRefund(document is null ? null : StripeRefund.TryRead(document.RootElement), intent, request);
    }

    private async Task<ProviderAnswer> FindInTimeAsync(Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        var (intent, isKnown) = await _intents.OfAuthorisationAsync(request, verb, cancel);
        if (!isKnown)
            return ProviderAnswer.Unknown;
        if (intent is null)
            return ProviderAnswer.NotFound;
        switch (verb)
        {
            case Verb.Authorise:
                return OfAuthorisation(intent, request);
            case Verb.Capture:
                return OfCapture(intent, request);
            case Verb.Void:
                return OfVoid(intent, request);
            default:
                var (refund, isComplete) = await _intents.RefundAsync(intent.Id, request, cancel);
                return !isComplete ? ProviderAnswer.Unknown
                    : refund is null ? ProviderAnswer.NotFound : OfRefund(refund, intent.Id, request);
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

    /// <summary>A verb may take several calls; together they end in time.</summary>
    private async Task<ProviderAnswer> InTimeAsync(
        Func<ProviderRequest, CancellationToken, Task<ProviderAnswer>> ask, ProviderRequest request, CancellationToken cancel)
    {
        if (request.Id.Merchant != _account.Merchant)
            throw new ArgumentException("The attempt is another merchant's.", nameof(request));
        using var limit = new CancellationTokenSource(_limit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        return await ask(request, either.Token);
    }

    private Task<HttpReply?> SendAsync(
        string path, IReadOnlyList<(string, string)> fields, Guid key, Verb verb, ProviderRequest request, CancellationToken cancel) =>
        _intents.SendAsync(WireRequest.Form(path, fields) with { Headers = [("Idempotency-Key", $"{key:D}")] }, verb, request, cancel);

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
            return (StripeIntents.Read(reply)?.Id, true);
        if (StripeError.TryRead(reply.Body) is { Type: "idempotency_error" })
            return await _intents.IdOfAuthorisationAsync(request, Verb.Void, cancel);
        Wrong(reply, Verb.Void, request);
        return (null, false);
    }

    /// <summary>
    /// What a refusal means. Keys live a day, so a request that was carried out may be refused when it is sent again: what Stripe has
    /// tells.
    /// </summary>
    private async Task<ProviderAnswer> RefusedAsync(HttpReply reply, Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        if ((reply.Status, StripeError.TryRead(reply.Body)) is not ((400, { Type: "invalid_request_error" })
            or (402, { Type: "card_error" })))
        {
            return Wrong(reply, verb, request);
        }

        var error = StripeError.TryRead(reply.Body)!;
        var reason = error.Type == "card_error" ? error.Reason : DeclineReason.AuthorisationInvalid;
        var declined = ProviderAnswer.Declined(reason) with { Reference = error.Intent?.Id };
        return await FindInTimeAsync(verb, request, cancel) is { Verdict: not Verdict.NotFound } found ? found : declined;
    }

    private static string? Differs(StripeIntent intent, ProviderRequest request)
    {
        if (intent.Attempt != request.Id.Value)
            return "attempt";
        return intent.Amount.Currency != request.Amount.Currency ? "currency" : intent.Amount != request.Amount ? "amount"
            : intent.IsManual ? null : "capture method";
    }

    private ProviderAnswer OfAuthorisation(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return Unreadable(Verb.Authorise, request);
        if (Differs(intent, request) is { } what)
            return Another(Verb.Authorise, request, what);
        return Named(Verb.Authorise, request, intent.Id, intent.Status switch
        {
            "requires_capture" or "succeeded" => ProviderAnswer.Approved,
            "processing" => ProviderAnswer.Pending,
            "requires_action" when intent.RedirectTo is { } page => ProviderAnswer.Pending with { RedirectTo = page },
            "canceled" => ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid),
            "requires_payment_method" => ProviderAnswer.Declined(intent.Reason),
            _ => ProviderAnswer.Unknown,
        });
    }

    private ProviderAnswer OfCapture(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return Unreadable(Verb.Capture, request);
        if (intent.Attempt != request.Authorisation!.Value.Value)
            return Another(Verb.Capture, request, "authorisation");
        // Captured by another request, or by a person at Stripe's console: this one was not carried out.
        if (intent.Capture != request.Id.Value)
            return ProviderAnswer.NotFound;
        if (intent.Status == "succeeded" && intent.Received != request.Amount)
            return Another(Verb.Capture, request, "amount");
        return Named(Verb.Capture, request, intent.Id, intent.Status switch
        {
            "succeeded" => ProviderAnswer.Approved,
            "processing" => ProviderAnswer.Pending,
            "canceled" => ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid),
            _ => ProviderAnswer.Unknown,
        });
    }

    private ProviderAnswer OfVoid(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return Unreadable(Verb.Void, request);
        if (intent.Attempt != request.Authorisation!.Value.Value)
            return Another(Verb.Void, request, "authorisation");
        return Named(Verb.Void, request, intent.Id, intent.Status switch
        {
            "canceled" => ProviderAnswer.Approved,
            "succeeded" => ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid),
            "requires_payment_method" or "requires_confirmation" or "requires_action" or "requires_capture" or "processing" =>
                ProviderAnswer.NotFound,
            _ => ProviderAnswer.Unknown,
        });
    }

    private ProviderAnswer OfRefund(StripeRefund? refund, string intent, ProviderRequest request)
    {
        if (refund is null)
            return Unreadable(Verb.Refund, request);
        if (refund.Attempt != request.Id.Value || refund.Intent != intent || refund.Amount != request.Amount)
            return Another(Verb.Refund, request, refund.Attempt != request.Id.Value ? "attempt" : "amount or intent");
        return Named(Verb.Refund, request, refund.Id, refund.Status switch
        {
            "succeeded" => ProviderAnswer.Approved,
            "pending" or "requires_action" => ProviderAnswer.Pending,
            "failed" or "canceled" => ProviderAnswer.Declined(DeclineReason.Declined),
            _ => ProviderAnswer.Unknown,
        });
    }

    private ProviderAnswer Named(Verb verb, ProviderRequest request, string reference, ProviderAnswer answer)
    {
        if (answer.Verdict is Verdict.Unknown)
            return Unreadable(verb, request);
        ProviderLog.Answered(_log, Name, verb, request.Id.Value, answer.Verdict);
        return answer.Verdict == Verdict.NotFound ? answer : answer with { Reference = reference };
    }

    private ProviderAnswer Unreadable(Verb verb, ProviderRequest request)
    {
        ProviderLog.Unknown(_log, Name, verb, request.Id.Value, "an answer that can't be read");
        return ProviderAnswer.Unknown;
    }

    private ProviderAnswer Another(Verb verb, ProviderRequest request, string what)
    {
        ProviderLog.AnsweredAnother(_log, Name, verb, request.Id.Value, what);
        return ProviderAnswer.Unknown;
    }

    private ProviderAnswer Wrong(HttpReply reply, Verb verb, ProviderRequest request)
    {
        if (reply.Status is 401 or 403)
        {
            // Another key is another client, so one alert is enough.
            if (!Interlocked.Exchange(ref _isKeyRefused, true))
                ProviderLog.KeyRefused(_log, Name, _account.Merchant.Value, reply.Status);
            ProviderLog.SetUpWrong(_log, Name, verb, request.Id.Value, reply.Status, "it does not accept the account's API key");
        }
        else if (StripeError.TryRead(reply.Body) is { Type: "idempotency_error" })
        {
            ProviderLog.SetUpWrong(_log, Name, verb, request.Id.Value, reply.Status, "it knows the id with other content");
        }
        else
        {
            ProviderLog.Unknown(_log, Name, verb, request.Id.Value, $"unexpected status {reply.Status}");
        }

        return ProviderAnswer.Unknown;
    }
}
