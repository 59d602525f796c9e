using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Dialects.Http;

/// <summary>
/// The trace id of a request: in its answer's header <c>Quittance-Trace</c>, in the log, and with every event that it brought. It is always
/// ours: under a client's own id, one client could write into the trail of another, or of an operator.
/// </summary>
public static class RequestTrace
{
    private const string Tag = "quittance.trace";

    /// <summary>The trace id. Where the client sent none of its own, telemetry has the request under the same id.</summary>
    public static Guid Of(HttpContext http)
    {
        if (http.Features.Get<Known>() is { } known)
            return known.Trace;
        var activity = http.Features.Get<IHttpActivityFeature>()?.Activity;
        var trace = activity is { ParentId: null, TraceId: var id } && id != default ? IdOf(id)
            : Drawn();
        // Where telemetry has it under the client's id, it has ours beside that.
        if (activity is { ParentId: not null, IsAllDataRequested: true })
            activity.SetTag(Tag, trace.ToString("N"));
        http.Features.Set(new Known(trace));
        http.TraceIdentifier = trace.ToString("N");
        return trace;
    }

    /// <summary>The trace id that the client sent in <c>traceparent</c>, a remark of the client; null where it sent none.</summary>
    public static Guid? OfClient(HttpContext http) =>
        http.Request.Headers.TraceParent is [{ } sent] && ActivityContext.TryParse(sent, null, out var client)
            ? IdOf(client.TraceId) : null;

    private static Guid IdOf(ActivityTraceId id) => Guid.ParseExact(id.ToHexString(), "N");

    // A name and no secret, as the ids of telemetry are: the system's source of secrets would cost more than all else here.
    private static Guid Drawn()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return new Guid(bytes);
    }

    private sealed record Known(Guid Trace);
}

/// <summary>One authenticated request to an operation, with its body read.</summary>
public sealed class Call
{
    private volatile bool _isTakenOn;
    private readonly Collector _collector;
    private readonly string _operation;
    private readonly string? _key;
    private readonly Consent? _operator;
    private byte[]? _hash;

    internal Call(HttpContext http, Credential credential, Collector collector, IBooks books, TimeProvider clock,
        ReadOnlySequence<byte> body, string operation, string? key, bool isForCustomers = false)
    {
        http.Features.Set(this);
        (Http, Credential, Books, LongBody, _collector, _operation, _key) = (http, credential, books, body, collector, operation, key);
        Now = clock.GetUtcNow();
        Origin = new Origin(credential.Merchant, credential.Id, RequestTrace.Of(http)) { ClientTrace = RequestTrace.OfClient(http) };
        _operator = isForCustomers ? null : credential.Consent;
        // What an operator does leaves its row in the audit log, also where a program that acts for itself leaves none.
        if (_operator is not null && operation.Length > 0)
            Origin = Does(operation, $"{http.Request.Method} {PatternOf(http)}");
    }

    /// <summary>The HTTP request, for its path, query and headers.</summary>
    public HttpContext Http { get; }

    /// <summary>The credential of the sender.</summary>
    public Credential Credential { get; }

    /// <summary>The sender, as the books keep it.</summary>
    public Origin Origin { get; }

    /// <summary>The books, to read.</summary>
    public IBooks Books { get; }

    /// <summary>The whole body; only valid until the answer is given. Empty for requests without one.</summary>
    public ReadOnlyMemory<byte> Body => LongBody.IsSingleSegment ? LongBody.First : LongBody.ToArray();

    /// <summary>The same, in the pieces in which a long body lies.</summary>
    public ReadOnlySequence<byte> LongBody { get; }

    /// <summary>The merchant's day.</summary>
    public DateOnly Today => Credential.Installation.MerchantZone.DayOf(Now);

    /// <summary>When the request came.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Whether the client sent an Idempotency-Key.</summary>
    public bool HasKey => _key is not null;

    /// <summary>Ends when the client goes away.</summary>
    public CancellationToken Cancel => Http.RequestAborted;

    /// <summary>Whether the request has changed the books or begun a payment; a repeat of an earlier request has not.</summary>
    public bool IsTakenOn => _isTakenOn;

    /// <summary>A new id, a UUIDv7 of now.</summary>
    public Guid NewId() => Guid.CreateVersion7(Now);

    /// <summary>A value of the path's pattern, as names are read.</summary>
    public string PathValue(string name) => OneLine.WithoutMarks((string?)Http.Request.RouteValues[name] ?? "");

    /// <summary>
    /// A hash of operation, path values and body under the merchant's key: equal requests have equal hashes, and without that key a hash
    /// reveals nothing of the body.
    /// </summary>
    public ReadOnlyMemory<byte> RequestHash => _hash ??= HashRequest();

    /// <summary>How the command uses the request's Idempotency-Key; null when it has none.</summary>
    /// <param name="line">The 0-based record of a batch.</param>
    /// <param name="keepsRefusals">Whether a refused record uses up the key too.</param>
    /// <param name="within">The scope of the key, such as a customer's session; null for the whole
    /// installation.</param>
    public KeyUse? KeyUse(int line = 0, bool keepsRefusals = false, Guid? within = null) => _key is null
        ? null
        : new KeyUse(new RequestKey(Credential.Merchant, KeyScope(within), _key, line), RequestHash, keepsRefusals);

    /// <summary>A new id; where the client sent an Idempotency-Key, the id that its key names.</summary>
    public Guid IdOfKey() => KeyUse() is { } use ? IdOf(use) : NewId();

    /// <summary>The same for the key and what is asked under it: another request with the key has another id.</summary>
    public Guid IdOfRequest() => KeyUse() is { } use ? IdOf(use, Convert.ToHexString(RequestHash.Span)) : NewId();

    private Guid IdOf(KeyUse use, string request = "")
    {
        var hash = HMACSHA256.HashData(
            Credential.HashKey.Span, Encoding.UTF8.GetBytes($"{Credential.Id} {use.Key.Scope} {use.Key.Key}{request}"));
        // A UUIDv8: no id of a time is one.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    /// <summary>
    /// Gives a command to the engine and, where it begins one, takes the payment to its provider; see <see cref="Collector.SubmitAsync"/>.
    /// Names that a merge left behind lead on (<see cref="MergedNames"/>).
    /// </summary>
    public async Task<Outcome> SubmitAsync(Command command, bool patient = false, SecurityCode? code = null)
    {
        if (command.MayAskProvider)
            RequestAtWork.Enter(Http);
        var outcome = await _collector.SubmitAsync(command, patient, code);
        if (outcome.Faults.Count > 0 && !outcome.Replayed)
        {
            try
            {
                if (await Books.OnwardAsync(command, outcome.Faults, Cancel) is { } onward)
                    outcome = await _collector.SubmitAsync(onward, patient, code);
            }
            catch (StoreUnavailableException)
            {
                outcome = Outcome.Refused(Refusal.Unavailable);
            }
        }

        // Never set back: the records of a batch come here at the same time.
        if ((outcome.Accepted && !outcome.Replayed) || outcome.Attempts.Count > 0)
            _isTakenOn = true;
        return outcome;
    }

    /// <summary>
    /// Gives a command to the engine that tries a card or bank account which the customer entered. A decline counts for it; a repeated
    /// request does not.
    /// </summary>
    /// <param name="attempt">The try; null where the command tries no card that is new.</param>
    public async Task<Outcome> SubmitTryAsync(Command command, CardTry? attempt, SecurityCode? code)
    {
        var outcome = await SubmitAsync(command, code: code);
        if (!outcome.Accepted && outcome.Faults[0].Refusal == Refusal.TriedOut)
            Http.Features.Set(new RefusedCard(attempt?.Reached));
        if (outcome is { Accepted: true, Replayed: false, Payment.Payment.Status: var status }
            && status is PaymentStatus.Declined or PaymentStatus.Authorised or PaymentStatus.Captured or PaymentStatus.Settling)
        {
            attempt?.Count(isDeclined: status == PaymentStatus.Declined);
        }

        return outcome;
    }

    /// <summary>
    /// Gives up a payment that waits for its customer at the bank. The provider is asked first: where the customer has confirmed it
    /// meanwhile, it goes on, and the outcome is refused with <see cref="Refusal.PaymentNotPending"/>.
    /// </summary>
    /// <param name="authorisation">The authorisation that waits.</param>
    public async Task<Outcome> GiveUpAsync(Attempt authorisation)
    {
        RequestAtWork.Enter(Http);
        await _collector.AskAgainAsync(authorisation, Origin);
        return await SubmitAsync(new GiveUpPayment(Origin, authorisation.Target, authorisation.Payment));
    }

    /// <summary>The payment of an accepted command as it stood right after it: the same for the first answer and every replay.</summary>
    public async ValueTask<PaymentView> PaymentAsync(Outcome outcome) => outcome.Payment
        ?? await Books.PaymentAsync(new PaymentId(Credential.Merchant, outcome.Subject), outcome.Sequence, Cancel)
        ?? throw new InvalidOperationException("A kept answer names a payment that is not in the books.");

    /// <summary>The refund of an accepted command as it stood right after it.</summary>
    public async ValueTask<RefundView> RefundAsync(Outcome outcome) => outcome.Refund
        ?? await Books.RefundAsync(new RefundId(Credential.Merchant, outcome.Subject), outcome.Sequence, Cancel)
        ?? throw new InvalidOperationException("A kept answer names a refund that is not in the books.");

    /// <summary>The sender of what operators do as well, such as a correction: the audit log keeps it with its reason. A client that acts
    /// for a person is that operator, to the limits too.</summary>
    /// <param name="what">The act, such as <c>charge.credit</c>.</param>
    /// <param name="subject">The object, such as <c>charge 71</c>.</param>
    /// <param name="reason">The client's own words; empty where the act needs none.</param>
    public Origin Does(string what, string subject, string reason = "")
    {
        RequestAtWork.Enter(Http);
        return Origin with
        {
            Action = new OperatorAction(
                _operator?.Person, _operator?.NameThrough(Credential.Id) ?? OperatorAction.NameOf(Credential.Id), what, subject,
                CardNumberMask.Apply(reason)),
        };
    }

    /// <summary>The sender of an act that the audit log has only where an operator lets the client do it.</summary>
    public Origin OfOperator(string what, string subject) => _operator is null ? Origin : Does(what, subject);

    /// <summary>The client's own reference for what it asks for; null where it gives none.</summary>
    /// <param name="scope">The scope within which the reference is unique, beside the account.</param>
    /// <param name="correlator">The reference as the client says it.</param>
    public ClientReference? ReferenceOf(string scope, string? correlator) =>
        correlator is { Length: > 0 } ? new ClientReference(scope, correlator, RequestHash) : null;

    /// <summary>
    /// The client's own name for what it asks for; null where it gives none. Only the same record of the same request, under the same key,
    /// may come with it again.
    /// </summary>
    /// <param name="scope">The scope within which the name is unique, beside the account.</param>
    /// <param name="name">The name as the client says it.</param>
    /// <param name="line">The 0-based record of a batch.</param>
    public ClientReference? NameOnce(string scope, string? name, int line = 0)
    {
        if (name is null)
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(RequestHash.Span);
        hash.AppendData(Encoding.UTF8.GetBytes($"{KeyScope(null)} {line} {_key}"));
        return new ClientReference(scope, name, hash.GetHashAndReset()) { Reused = Refusal.ReferenceTaken };
    }

    /// <summary>The clients of an installation share its keys. People do not share theirs: one must not get another's answer.</summary>
    private string KeyScope(Guid? within)
    {
        var shared = $"{Credential.Installation.Id} {_operation}";
        var own = Credential.Kind is CredentialKind.Client or CredentialKind.Issuer ? $"{shared} {Credential.Subject:N}" : shared;
        return within is { } narrower ? $"{own} {narrower:D}" : own;
    }

    // The path itself may have names of customers.
    private static string PatternOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";

    private byte[] HashRequest()
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Credential.HashKey.Span);
        hash.AppendData(
            Encoding.UTF8.GetBytes($"{_operation}{string.Concat(Http.Request.RouteValues.Select(value => $" {value.Value}"))}\n"));
        foreach (var piece in LongBody)
            hash.AppendData(piece.Span);
        return hash.GetHashAndReset();
    }
}

/// <summary>A card that a customer entered and the server refused, as a feature of its request.</summary>
/// <param name="Limit">The limit that it has reached; null for that of its booking.</param>
public sealed record RefusedCard(CardLimit? Limit);
