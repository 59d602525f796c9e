using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>
/// A merchant's account at GoCardless: debits of bank accounts whose mandates GoCardless holds. A payment is one of GoCardless's payments,
/// which it collects by itself; its capture writes our id into the metadata.
/// </summary>
public sealed class GoCardlessProvider : IInstrumentPages, IDisputeLookup, IObjectLookup, IMandateLookup, IPayoutReports
{
    /// <summary>GoCardless's name in the books.</summary>
    public const string ProviderName = "gocardless";

    // The only version that there is.
    private const string Version = "2015-07-06";

    private readonly HttpAccount _account;
    private readonly HttpObjects _stored;
    private readonly GoCardlessObjects _objects;
    private readonly GoCardlessPages _pages;
    private readonly GoCardlessChanges _changes;
    private readonly GoCardlessPayouts _payouts;
    private readonly TimeProvider _clock;

    /// <summary>A client with connections and a memory of failures of its own; keep it for as long as the account stays the same.</summary>
    /// <exception cref="FormatException">The access token can't be sent: it holds a line break.</exception>
    public GoCardlessProvider(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILogger log)
    {
        _clock = clock;
        _account = new HttpAccount(account, WireOf(account, options.Timeouts, clock), options.Timeouts, clock, log);
        _stored = new HttpObjects(_account);
        _objects = new GoCardlessObjects(_account);
        _pages = new GoCardlessPages(_account, _stored);
        _changes = new GoCardlessChanges(_account, _objects);
        _payouts = new GoCardlessPayouts(_account, _stored);
    }

    public string Name => ProviderName;

    public ProviderWorld? World => GoCardlessKind.WorldOf(_account.ApiKey);

    public TimeSpan RequestLifetime { get; } = TimeSpan.FromMinutes(2);

    public bool IsSilent => _account.IsSilent;

    public bool Takes(InstrumentKind kind, Currency currency) => GoCardlessWords.SchemeOf(kind, currency.Code) is not null;

    public Task<InstrumentPage?> OpenPageAsync(PageRequest request, CancellationToken cancel) => _pages.OpenAsync(request, cancel);

    public Task<PageAnswer> FindPageAsync(string page, SessionId session, CancellationToken cancel) =>
        _pages.FindAsync(page, session, cancel);

    public Task<(ListedDispute? Dispute, bool IsKnown)> FindDisputeAsync(string dispute, CancellationToken cancel) =>
        _objects.FindDisputeAsync(dispute, cancel);

    public Task<IReadOnlyList<ListedRequest>?> FindRequestsAsync(string name, CancellationToken cancel) =>
        _objects.FindRequestsAsync(name, _clock.GetUtcNow(), cancel);

    public Task<(string? Reference, bool IsOver, bool IsKnown)> FindMandateAsync(string name, CancellationToken cancel) =>
        _objects.FindMandateAsync(name, cancel);

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        _changes.ListAsync(from, until, page, cancel);

    public Task<IReadOnlyList<string>?> ListPayoutsAsync(DateTimeOffset since, CancellationToken cancel) =>
        _payouts.ListAsync(since, cancel);

    public Task<(ReadStatement? Report, bool IsKnown)> FindPayoutAsync(string payout, CancellationToken cancel) =>
        _payouts.FindAsync(payout, cancel);

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

    public override string ToString() => _account.ToString();

    internal static HttpWire WireOf(ProviderAccount account, ProviderTimeouts timeouts, TimeProvider clock) => new(
        account.Address,
        new WireManner(("Authorization", $"Bearer {account.ApiKey}"), ("GoCardless-Version", Version), ("Accept", "application/json"))
        {
            // A page of a hundred events with their payments.
            MaxBodyLength = 1024 * 1024,
        },
        timeouts, clock);

    private async Task<ProviderAnswer> AuthoriseInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        if (request.Instrument is not HeldInstrument held || !Takes(held.Shown.Kind, request.Amount.Currency))
            return _account.Refused(Verb.Authorise, request, "it takes no such instrument or currency; nothing was sent");

        var (chargeOn, isKnown) = await ChargeOnAsync(held, request, cancel);
        if (!isKnown)
            return ProviderAnswer.Unknown;
        var content = new Dictionary<string, object>
        {
            ["amount"] = request.Amount.AmountMinor,
            ["currency"] = request.Amount.Currency.Code,
            ["links"] = new { mandate = held.Token },
            ["metadata"] = GoCardlessPayment.Metadata(request.Id.Value, capture: null, request),
        };
        if (chargeOn is { } day)
            content["charge_date"] = $"{day:yyyy-MM-dd}";
        if (await CreateAsync(GoCardlessJson.Payments.Path, content, Verb.Authorise, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        if (IsDone(reply))
            return await OfAuthorisationAsync(GoCardlessJson.Payments.Read(reply.Body), request, cancel);
        var error = GoCardlessError.TryRead(reply.Body);
        if (error?.Conflicting is { } made)
        {
            // The key has made a payment before, or stands for another request's.
            return await OfAuthorisationAsync(
                await _stored.OneAsync(GoCardlessJson.Payments, made, Verb.Authorise, request, cancel), request, cancel);
        }

        if (!IsRefused(reply, error))
            return _account.Wrong(reply, Verb.Authorise, request);
        return await LookBeforeAsync(
            ProviderAnswer.Declined(
                error!.Reasons.Contains("mandate_is_inactive") ? DeclineReason.InstrumentInvalid : DeclineReason.RequestRefused),
            error, Verb.Authorise, request, cancel);
    }

    /// <summary>
    /// The day on which to collect a payment that may never be captured: one later than the first possible, since GoCardless sends a
    /// payment to the banks by itself, and does not take it back then. Null for as soon as possible.
    /// </summary>
    private async Task<(DateOnly? Day, bool IsKnown)> ChargeOnAsync(HeldInstrument held, ProviderRequest request, CancellationToken cancel)
    {
        if (request.IsCapturedAtOnce)
            return (null, true);
        var mandate = await _stored.OneAsync(GoCardlessJson.Mandates, held.Token, Verb.Authorise, request, cancel);
        return (mandate?.NextChargeOn?.AddDays(1), mandate is not null);
    }

    private async Task<ProviderAnswer> CaptureInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        var (payment, isKnown) = await _stored.IdOfAuthorisationAsync(GoCardlessJson.Payments, request, Verb.Capture, cancel);
        if (!isKnown)
            return ProviderAnswer.Unknown;
        // GoCardless collects a payment whole.
        if (payment is null || (request.AuthorisedAmount is { } whole && whole != request.Amount))
            return ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid);
        if (await _account.SendAsync(
            WireRequest.Json(
                $"payments/{payment}",
                GoCardlessJson.Body(
                    GoCardlessJson.Payments.Path,
                    new { metadata = GoCardlessPayment.Metadata(request.Authorisation!.Value.Value, request.Id.Value, request) })) with
            {
                Method = HttpMethod.Put,
            }, Verb.Capture, request, cancel) is not { } reply)
        {
            return ProviderAnswer.Unknown;
        }

        return IsDone(reply) ? HttpAccount.Done(await OfCaptureAsync(GoCardlessJson.Payments.Read(reply.Body), request, cancel))
            : _account.Wrong(reply, Verb.Capture, request);
    }

    private async Task<ProviderAnswer> VoidInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        var (payment, isKnown) = await _stored.IdOfAuthorisationAsync(GoCardlessJson.Payments, request, Verb.Void, cancel);
        if (isKnown && payment is null)
        {
            // GoCardless has no way to keep a payment from being made: the void is unknown until the authorisation can't arrive any more.
            return request.AuthorisationOpenedAt is { } at && _clock.GetUtcNow() > at + HttpObjects.Around ? ProviderAnswer.Approved
                : _account.Unknown(Verb.Void, request, "its authorisation has not arrived, and may still");
        }

        if (!isKnown || await _account.SendAsync(
            WireRequest.Json($"payments/{payment}/actions/cancel", GoCardlessJson.Body("data", new { })), Verb.Void, request, cancel)
            is not { } reply)
        {
            return ProviderAnswer.Unknown;
        }

        if (IsDone(reply))
            return HttpAccount.Done(OfVoid(GoCardlessJson.Payments.Read(reply.Body), request));
        var error = GoCardlessError.TryRead(reply.Body);
        // It is over already, or at the banks.
        return IsRefused(reply, error) ? await LookBeforeAsync(ProviderAnswer.Unknown, error!, Verb.Void, request, cancel)
            : _account.Wrong(reply, Verb.Void, request);
    }

    private async Task<ProviderAnswer> RefundInTimeAsync(ProviderRequest request, CancellationToken cancel)
    {
        var (payment, isKnown) = await _stored.IdOfAuthorisationAsync(GoCardlessJson.Payments, request, Verb.Refund, cancel);
        if (!isKnown)
            return ProviderAnswer.Unknown;
        if (payment is null)
            return ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid);
        // GoCardless wants the sum of all refunds of the payment. Most payments have one refund at most.
        var reply = await SendRefundAsync(payment, request.Amount.AmountMinor, request, cancel);
        if (reply is not null && GoCardlessError.TryRead(reply.Body)?.Reasons is { } reasons
            && reasons.Any(reason => reason is "total_amount_confirmation_invalid" or "total_amount_confirmation"))
        {
            if (await _stored.OfAuthorisationAsync(
                GoCardlessJson.Payments, request with { AuthorisationReference = payment }, Verb.Refund, cancel) is not ({ } found, true))
            {
                return ProviderAnswer.Unknown;
            }

            reply = await SendRefundAsync(payment, found.RefundedMinor + request.Amount.AmountMinor, request, cancel);
        }

        if (reply is null)
            return ProviderAnswer.Unknown;
        if (IsDone(reply))
            return _account.Refunded(GoCardlessJson.Refunds.Read(reply.Body), payment, request);
        var error = GoCardlessError.TryRead(reply.Body);
        if (error?.Conflicting is { } made)
        {
            return _account.Refunded(
                await _stored.OneAsync(GoCardlessJson.Refunds, made, Verb.Refund, request, cancel), payment, request);
        }

        if (!IsRefused(reply, error))
            return _account.Wrong(reply, Verb.Refund, request);
        return await LookBeforeAsync(
            ProviderAnswer.Declined(
                error!.Reasons.Contains("feature_disabled") ? DeclineReason.RequestRefused
                    : error.Type == "validation_failed" ? DeclineReason.AuthorisationInvalid : DeclineReason.Declined),
            error, Verb.Refund, request, cancel);
    }

    private Task<HttpReply?> SendRefundAsync(string payment, long totalMinor, ProviderRequest request, CancellationToken cancel) =>
        CreateAsync(
            GoCardlessJson.Refunds.Path,
            new
            {
                amount = request.Amount.AmountMinor,
                total_amount_confirmation = totalMinor,
                links = new { payment },
                metadata = new { attempt = $"{request.Id.Value:D}", authorisation = $"{request.Authorisation!.Value.Value:D}" },
            }, Verb.Refund, request, cancel);

    private async Task<ProviderAnswer> FindInTimeAsync(Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        var (payment, isKnown) = await _stored.OfAuthorisationAsync(GoCardlessJson.Payments, request, verb, cancel);
        if (!isKnown)
            return ProviderAnswer.Unknown;
        if (payment is null)
            return ProviderAnswer.NotFound;
        switch (verb)
        {
            case Verb.Authorise:
                return await OfAuthorisationAsync(payment, request, cancel);
            case Verb.Capture:
                return await OfCaptureAsync(payment, request, cancel);
            case Verb.Void:
                return OfVoid(payment, request);
            default:
                return await _stored.FindRefundAsync(GoCardlessJson.Refunds, "payment", payment.Id, request, cancel);
        }
    }

    /// <summary>Makes an object, once for the attempt.</summary>
    private Task<HttpReply?> CreateAsync(string resource, object content, Verb verb, ProviderRequest request, CancellationToken cancel) =>
        _account.SendAsync(
            WireRequest.Json(resource, GoCardlessJson.Body(resource, content)) with
            {
                Headers = [("Idempotency-Key", $"{request.Id.Value:D}")],
            }, verb, request, cancel);

    private static bool IsDone(HttpReply reply) => reply.Status is 200 or 201;

    private static bool IsRefused(HttpReply reply, GoCardlessError? error) =>
        reply.Status is 400 or 403 or 409 or 410 or 422 && error is { IsRefusal: true }
        && (reply.Status != 403 || error.Reasons.Contains("feature_disabled"));

    /// <summary>
    /// The answer for a refusal. GoCardless may refuse a repeated request that it has carried out, so look at its objects first.
    /// </summary>
    private async Task<ProviderAnswer> LookBeforeAsync(
        ProviderAnswer otherwise, GoCardlessError error, Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        if (await FindInTimeAsync(verb, request, cancel) is { Verdict: not Verdict.NotFound } found)
            return found;
        _account.Refused(verb, request, error.Reasons is [var why, ..] ? why : error.Type);
        return otherwise;
    }

    private async Task<ProviderAnswer> OfAuthorisationAsync(GoCardlessPayment? payment, ProviderRequest request, CancellationToken cancel)
    {
        if (payment is null)
            return _account.Unreadable(Verb.Authorise, request);
        if (payment.Attempt != request.Id.Value || payment.Amount != request.Amount)
            return _account.Another(Verb.Authorise, request, payment.Attempt != request.Id.Value ? "attempt" : "amount");
        if (!payment.HasKnownStatus)
            return _account.WordUnknown(Verb.Authorise, request, "payment", payment.Id, payment.Status);
        return _account.Answered(Verb.Authorise, request, payment.Id, payment.Status switch
        {
            "pending_customer_approval" => ProviderAnswer.Pending,
            "pending_submission" or "submitted" or "confirmed" or "paid_out" or "charged_back" => ProviderAnswer.Approved,
            // The authorisation was approved; the capture failed.
            _ when payment.IsOver && payment.Capture is not null => ProviderAnswer.Approved,
            _ when payment.IsOver => await _objects.HistoryAsync(payment.Id, cancel) is { } history
                ? ProviderAnswer.Declined(history.Reason) : null,
            _ => null,
        });
    }

    private async Task<ProviderAnswer> OfCaptureAsync(GoCardlessPayment? payment, ProviderRequest request, CancellationToken cancel)
    {
        if (payment is null)
            return _account.Unreadable(Verb.Capture, request);
        if (payment.Attempt != request.Authorisation!.Value.Value)
            return _account.Another(Verb.Capture, request, "authorisation");
        if (!payment.HasKnownStatus)
            return _account.WordUnknown(Verb.Capture, request, "payment", payment.Id, payment.Status);
        // GoCardless collects a payment without a capture, too: then that is the payment's capture.
        var collected = payment.IsPaid ? _account.IdOfCapture(payment.Payment ?? request.Payment?.Value, payment.Id) : (Guid?)null;
        if ((payment.Capture ?? collected) != request.Id.Value)
            return ProviderAnswer.NotFound;
        if (payment.Amount != request.Amount)
            return _account.Another(Verb.Capture, request, "amount");
        return _account.Answered(Verb.Capture, request, payment.Id, payment.Status switch
        {
            "pending_customer_approval" or "pending_submission" or "submitted" => ProviderAnswer.Pending,
            "confirmed" or "paid_out" or "charged_back" => ProviderAnswer.Approved,
            _ when payment.IsOver => await _objects.HistoryAsync(payment.Id, cancel) switch
            {
                null => null,
                // The bank had paid it, and took the money back: a returned debit.
                { WasTakenBack: true } => ProviderAnswer.Approved,
                { Reason: var reason } => ProviderAnswer.Declined(reason),
            },
            _ => null,
        });
    }

    private ProviderAnswer OfVoid(GoCardlessPayment? payment, ProviderRequest request)
    {
        if (payment is null)
            return _account.Unreadable(Verb.Void, request);
        if (payment.Attempt != request.Authorisation!.Value.Value)
            return _account.Another(Verb.Void, request, "authorisation");
        if (!payment.HasKnownStatus)
            return _account.WordUnknown(Verb.Void, request, "payment", payment.Id, payment.Status);
        return _account.Answered(Verb.Void, request, payment.Id, payment.Status switch
        {
            _ when payment.IsOver => ProviderAnswer.Approved,
            "pending_customer_approval" or "pending_submission" => ProviderAnswer.NotFound,
            "submitted" or "confirmed" or "paid_out" or "charged_back" => ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid),
            _ => null,
        });
    }
}
