using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.Stripe;

/// <summary>An answer in Stripe's words.</summary>
/// <param name="Manner">How it travels.</param>
internal sealed record FaceAnswer(int Status, JsonObject Body, AnswerManner Manner = AnswerManner.Normal);

/// <summary>
/// Stripe's payment intents and refunds over the sandbox's books. What the books lack, such as the metadata and the answers under
/// idempotency keys, is in memory and gone with the process.
/// </summary>
internal sealed class StripeFace(SandboxBooks books, FaceCheckout checkout, TimeProvider clock)
{
    /// <summary>Stripe's payment methods for trials, and the sandbox's cards that behave like them.</summary>
    private static readonly FrozenDictionary<string, string> Cards = new Dictionary<string, string>
    {
        ["pm_card_visa"] = "4242424242424242",
        ["pm_card_mastercard"] = "5555555555554444",
        ["pm_card_chargeDeclined"] = "4000000000000002",
        ["pm_card_chargeDeclinedInsufficientFunds"] = "4000000000009995",
        ["pm_card_chargeDeclinedExpiredCard"] = "4000000000000069",
        ["pm_card_chargeDeclinedIncorrectCvc"] = "4000000000000127",
        ["pm_card_threeDSecure2Required"] = "4000000000003220",
    }.ToFrozenDictionary();

    /// <summary>Bank accounts for trials: debited at once, after a while, refused, and returned.</summary>
    private static readonly FrozenDictionary<string, string> Ibans = new Dictionary<string, string>
    {
        ["pm_sepaDebit_atOnce"] = "DE76120300000000012345",
        ["pm_sepaDebit"] = "DE02120300000000202051",
        ["pm_sepaDebit_insufficientFunds"] = "DE45120300000000000002",
        ["pm_sepaDebit_returned"] = "DE18120300000000000003",
    }.ToFrozenDictionary();

    private readonly Lock _gate = new();
    private readonly FaceObjects _objects = new(books);
    private readonly FacePayouts _payouts = new(clock);
    private readonly Dictionary<string, List<FaceIntent>> _intents = [];
    private readonly Dictionary<string, List<FaceRefund>> _refunds = [];
    private readonly Dictionary<(string Account, string Key), (string Asked, FaceAnswer Answer)> _answered = [];

    /// <summary>Carries a posted request out, once for each idempotency key.</summary>
    /// <param name="path">The path below <c>/v1/</c>.</param>
    public FaceAnswer Post(string account, string path, IReadOnlyDictionary<string, string> fields, string? key, Uri sandbox)
    {
        var asked = path + "\n" + string.Join('\n', fields.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key}={field.Value}"));
        lock (_gate)
        {
            if (key is not null && _answered.TryGetValue((account, key), out var before))
            {
                return before.Asked == asked
                    ? before.Answer with { Manner = AnswerManner.Normal }
                    : Error(400, "idempotency_error", null, "Keys can only be used with the same parameters they were first used with.");
            }

            var answer = Carry(account, path.Split('/'), fields, Face.IdOf(key, clock), sandbox);
            // Do not remember a request that the face did not look at.
            if (key is not null && answer.Manner is not (AnswerManner.Lost or AnswerManner.Unavailable))
                _answered[(account, key)] = (asked, answer);
            return answer;
        }
    }

    /// <summary>Answers a question.</summary>
    public FaceAnswer Get(string account, string path, IReadOnlyDictionary<string, string> fields, Uri sandbox)
    {
        lock (_gate)
        {
            return path.Split('/') switch
            {
                ["payment_intents"] => List(
                    IntentsOf(account).Where(intent => IsWithin(intent.Created, fields)), intent => intent.Id,
                    intent => _objects.Intent(account, intent, sandbox), path, fields),
                ["payment_intents", var id] when Find(account, id) is { } intent => new(200, _objects.Intent(account, intent, sandbox)),
                ["checkout", "sessions", var id] when checkout.Find(
                    account, id,
                    new FaceExpansion(
                        HasExpanded(fields, "setup_intent.payment_method"), HasExpanded(fields, "setup_intent.mandate")),
                    sandbox) is { } page => page,
                ["disputes", var id] when DisputeOf(account, id) is { } dispute
                    && IntentsOf(account).Find(intent => intent.Authorisation == dispute.Authorisation) is { } intent =>
                    new(200, FaceObjects.Dispute(
                        dispute,
                        HasExpanded(fields, "payment_intent") ? _objects.Intent(account, intent, sandbox) : (JsonNode)intent.Id,
                        intent.Created)),
                ["refunds"] => List(
                    RefundsOf(account).Where(refund => fields.GetValueOrDefault("payment_intent", refund.Intent) == refund.Intent),
                    refund => refund.Id, refund => _objects.Refund(account, refund), path, fields),
                ["refunds", var id] when RefundsOf(account).Find(refund => refund.Id == id) is { } refund =>
                    new(200, Expanded(account, refund, fields, sandbox)),
                ["payouts"] => List(_payouts.List(account), IdIn, payout => payout, path, fields),
                ["payouts", var id] when _payouts.Find(account, id) is { } payout => new(200, payout),
                ["balance_transactions"] when _payouts.TransactionsOf(
                    account, fields.GetValueOrDefault("payout", ""), HasExpanded(fields, "data.source")) is { } moved =>
                    List(moved, IdIn, move => move, path, fields),
                _ => Missing(path),
            };
        }
    }

    /// <summary>The intent or refund of a request in the books, as it stands; null where this face has none.</summary>
    public JsonObject? ObjectOf(string account, BookedRequest request, Uri sandbox)
    {
        lock (_gate)
        {
            return request.Verb == RequestVerb.Refund
                ? RefundsOf(account).Find(refund => refund.Request == request.Id) is { } refund ? _objects.Refund(account, refund) : null
                : IntentsOf(account).Find(intent => intent.Authorisation == request.Authorisation) is { } intent
                    ? _objects.Intent(account, intent, sandbox) : null;
        }
    }

    /// <summary>A dispute as it stands; null where it is about none of this face's intents.</summary>
    public JsonObject? ObjectOf(string account, BookedDispute dispute)
    {
        lock (_gate)
        {
            return IntentsOf(account).Find(intent => intent.Authorisation == dispute.Authorisation) is { } intent
                ? FaceObjects.Dispute(dispute, intent.Id, intent.Created) : null;
        }
    }

    public static FaceAnswer Error(int status, string type, string? code, string message) => new(status, new JsonObject
    {
        ["error"] = new JsonObject { ["type"] = type, ["code"] = code, ["message"] = message },
    });

    private FaceAnswer Carry(string account, string[] path, IReadOnlyDictionary<string, string> fields, Guid id, Uri sandbox) => path switch
    {
        ["payment_intents"] => Create(account, fields, id, sandbox),
        ["payment_intents", var intent] when Find(account, intent) is { } found => Change(account, found, fields, sandbox),
        ["payment_intents", var intent, "confirm"] when Find(account, intent) is { } found => Confirm(account, found, id, sandbox),
        ["payment_intents", var intent, "capture"] when Find(account, intent) is { } found => Capture(account, found, fields, id, sandbox),
        ["payment_intents", var intent, "cancel"] when Find(account, intent) is { } found => Cancel(account, found, id, sandbox),
        ["refunds"] => Refund(account, fields, id),
        ["payouts"] => new(200, _payouts.Make(account, fields.GetValueOrDefault("currency", "eur"), id, MovesOf(account))),
        ["checkout", "sessions"] => checkout.Open(account, fields, MetadataOf(fields), id, sandbox),
        _ => Missing(string.Join('/', path)),
    };

    private FaceAnswer Create(string account, IReadOnlyDictionary<string, string> fields, Guid id, Uri sandbox)
    {
        if (!long.TryParse(fields.GetValueOrDefault("amount"), out var units) || units <= 0)
            return Error(400, "invalid_request_error", "parameter_invalid_integer", "Invalid amount.");
        if (fields.GetValueOrDefault("currency") is not { Length: 3 } currency)
            return Error(400, "invalid_request_error", "parameter_missing", "Missing required param: currency.");
        var intent = new FaceIntent(id, units, currency, fields.GetValueOrDefault("confirm") == "true", clock.GetUtcNow())
        {
            IsManual = fields.GetValueOrDefault("capture_method") == "manual",
            Type = fields.GetValueOrDefault("payment_method_types[]") ?? fields.GetValueOrDefault("payment_method_types[0]") ?? "card",
            PaymentMethod = fields.GetValueOrDefault("payment_method"),
            Customer = fields.GetValueOrDefault("customer"),
            Metadata = MetadataOf(fields),
        };
        if (intent.IsDebit)
            return CreateDebit(account, intent, sandbox);
        if (!intent.IsConfirmed)
        {
            IntentsOf(account).Add(intent);
            return new(200, _objects.Intent(account, intent, sandbox));
        }

        if (MethodOf(account, intent) is not { } card)
            return NoMethod();
        var reply = books.Authorise(
            account,
            new AuthoriseRequest(
                id, units, currency.ToUpperInvariant(), card)
            {
                ReturnUrl = Uri.TryCreate(fields.GetValueOrDefault("return_url"), UriKind.Absolute, out var page) ? page : null,
                Payment = intent.Metadata.GetValueOrDefault("payment"),
                Customer = intent.Metadata.GetValueOrDefault("account"),
            });
        if (reply.Request is not { } request)
            return Error(503, "api_error", null, "Try again.") with { Manner = reply.Manner };
        IntentsOf(account).Add(intent);
        if (request.State != RequestState.Declined)
            return new(200, _objects.Intent(account, intent, sandbox), reply.Manner);
        var error = FaceObjects.CardError(request.Reason);
        error["payment_intent"] = _objects.Intent(account, intent, sandbox);
        return new(402, new JsonObject { ["error"] = error }, reply.Manner);
    }

    /// <summary>Takes a debit on. Stripe reserves nothing for it: its confirmation sends it.</summary>
    private FaceAnswer CreateDebit(string account, FaceIntent intent, Uri sandbox)
    {
        if (intent.IsManual || intent.IsConfirmed || intent.Currency != (intent.Type == "bacs_debit" ? "gbp" : "eur"))
        {
            return Error(
                400, "invalid_request_error", "payment_intent_invalid_parameter",
                $"The sandbox takes a {intent.Type} in its own currency, to be confirmed later and captured automatically.");
        }

        if (MethodOf(account, intent) is not { } debited)
            return NoMethod();
        var reply = books.Authorise(
            account,
            new AuthoriseRequest(intent.Authorisation, intent.Units, intent.Currency.ToUpperInvariant(), debited)
            {
                Payment = intent.Metadata.GetValueOrDefault("payment"),
                Customer = intent.Metadata.GetValueOrDefault("account"),
            });
        var known = intent with { IsConfirmed = true };
        IntentsOf(account).Add(known);
        return new(200, _objects.Intent(account, known, sandbox), reply.Manner);
    }

    /// <summary>Changes an intent that is not confirmed, and the metadata of any.</summary>
    private FaceAnswer Change(string account, FaceIntent intent, IReadOnlyDictionary<string, string> fields, Uri sandbox)
    {
        var units = intent.Units;
        if (fields.TryGetValue("amount", out var text))
        {
            if (_objects.StatusOf(account, intent) is not ("requires_confirmation" or "requires_payment_method"))
                return Unexpected();
            if (!long.TryParse(text, out units) || units <= 0)
                return Error(400, "invalid_request_error", "parameter_invalid_integer", "Invalid amount.");
        }

        var changed = intent with { Units = units, Metadata = MetadataOf(fields, intent.Metadata) };
        Replace(account, intent, changed);
        return new(200, _objects.Intent(account, changed, sandbox));
    }

    /// <summary>Sends a debit to the bank.</summary>
    private FaceAnswer Confirm(string account, FaceIntent intent, Guid id, Uri sandbox)
    {
        if (_objects.StatusOf(account, intent) != "requires_confirmation")
            return Unexpected();
        var reply = books.Capture(account, new CaptureRequest(id, intent.Authorisation, intent.Units, intent.Currency.ToUpperInvariant()));
        return new(200, _objects.Intent(account, intent, sandbox), reply.Manner);
    }

    private static FaceAnswer NoMethod() =>
        Error(400, "invalid_request_error", "resource_missing", "No such PaymentMethod, or not of this customer.");

    /// <summary>The instrument that an intent charges: one for trials, or the customer's own. Null for another account's.</summary>
    private InstrumentDetails? MethodOf(string account, FaceIntent intent)
    {
        if (intent.PaymentMethod is not { } method)
            return null;
        if (Cards.TryGetValue(method, out var number) && !intent.IsDebit)
            return new InstrumentDetails(InstrumentKind.Card, number) { ExpiryMonth = 12, ExpiryYear = 2090 };
        if (Ibans.TryGetValue(method, out var iban) && intent.Type == "sepa_debit")
            return new InstrumentDetails(InstrumentKind.Iban, iban);
        return checkout.MethodOf(account, method) is var (entered, customer) && customer == intent.Customer
            && FaceCheckout.TypeOf(entered) == intent.Type ? entered : null;
    }

    private FaceAnswer Capture(
        string account, FaceIntent intent, IReadOnlyDictionary<string, string> fields, Guid id, Uri sandbox)
    {
        if (_objects.StatusOf(account, intent) != "requires_capture")
            return Unexpected();
        var units = intent.Units;
        if (fields.TryGetValue("amount_to_capture", out var text)
            && (!long.TryParse(text, out units) || units <= 0 || units > intent.Units))
        {
            return Error(400, "invalid_request_error", "amount_too_large", "The amount is more than can be captured.");
        }

        var reply = books.Capture(account, new CaptureRequest(id, intent.Authorisation, units, intent.Currency.ToUpperInvariant()));
        if (reply.Request is { State: RequestState.Declined } declined)
        {
            return new(402, new JsonObject { ["error"] = FaceObjects.CardError(declined.Reason) }, reply.Manner);
        }

        var captured = intent with { Metadata = MetadataOf(fields, intent.Metadata) };
        Replace(account, intent, captured);
        return new(200, _objects.Intent(account, captured, sandbox), reply.Manner);
    }

    private FaceAnswer Cancel(string account, FaceIntent intent, Guid id, Uri sandbox)
    {
        if (_objects.StatusOf(account, intent) is "succeeded" or "canceled" or "processing")
            return Unexpected();
        var manner = AnswerManner.Normal;
        if (intent.IsConfirmed)
            manner = books.Void(account, new VoidRequest(id, intent.Authorisation)).Manner;
        var canceled = intent with { IsCanceled = true };
        Replace(account, intent, canceled);
        return new(200, _objects.Intent(account, canceled, sandbox), manner);
    }

    private FaceAnswer Refund(string account, IReadOnlyDictionary<string, string> fields, Guid id)
    {
        if (fields.GetValueOrDefault("payment_intent") is not { } name || Find(account, name) is not { } intent)
            return Missing("payment_intents");
        // Without an amount, all that is left goes back.
        if (!fields.TryGetValue("amount", out var text))
            text = $"{books.FindAuthorisation(account, intent.Authorisation)?.Amounts.RefundableMinor}";
        if (!long.TryParse(text, out var units) || units <= 0)
            return Error(400, "invalid_request_error", "parameter_invalid_integer", "Invalid amount.");
        var reply = books.Refund(account, new RefundRequest(id, intent.Authorisation, units, intent.Currency.ToUpperInvariant()));
        if (reply.Request is not { State: RequestState.Approved })
            return Error(400, "invalid_request_error", "charge_already_refunded", "More than is left can't be refunded.");
        var refund = new FaceRefund(id, intent.Id, units, intent.Currency, clock.GetUtcNow()) { Metadata = MetadataOf(fields) };
        RefundsOf(account).Add(refund);
        return new(200, _objects.Refund(account, refund), reply.Manner);
    }

    /// <summary>A page of a list, the newest first.</summary>
    public static FaceAnswer List<T>(
        IEnumerable<T> items, Func<T, string> idOf, Func<T, JsonObject> write, string path, IReadOnlyDictionary<string, string> fields)
    {
        if (!int.TryParse(fields.GetValueOrDefault("limit", "10"), out var limit) || limit is < 1 or > 100)
            return Error(400, "invalid_request_error", "parameter_invalid_integer", "Invalid limit.");
        var all = items.Reverse().ToList();
        var from = fields.TryGetValue("starting_after", out var after) ? all.FindIndex(item => idOf(item) == after) + 1 : 0;
        return new(200, new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. all.Skip(from).Take(limit).Select(item => (JsonNode)write(item))]),
            ["has_more"] = all.Count > from + limit,
            ["url"] = $"/v1/{path}",
        });
    }

    private static bool IsWithin(DateTimeOffset created, IReadOnlyDictionary<string, string> fields) =>
        (!long.TryParse(fields.GetValueOrDefault("created[gte]"), out var least) || created.ToUnixTimeSeconds() >= least)
        && (!long.TryParse(fields.GetValueOrDefault("created[lte]"), out var most) || created.ToUnixTimeSeconds() <= most);

    private static FaceAnswer Unexpected() => Error(
        400, "invalid_request_error", "payment_intent_unexpected_state", "The intent's status does not allow this.");

    private static FaceAnswer Missing(string what) => Error(404, "invalid_request_error", "resource_missing", $"No such object: {what}.");

    private static Dictionary<string, string> MetadataOf(
        IReadOnlyDictionary<string, string> fields, IReadOnlyDictionary<string, string>? before = null)
    {
        const string Prefix = "metadata[";
        var metadata = new Dictionary<string, string>(before ?? new Dictionary<string, string>());
        foreach (var (name, value) in fields.Where(field => field.Key.StartsWith(Prefix, StringComparison.Ordinal)))
            metadata[name[Prefix.Length..^1]] = value;
        return metadata;
    }

    private static bool HasExpanded(IReadOnlyDictionary<string, string> fields, string path) =>
        fields.Any(field => field.Key.StartsWith("expand[", StringComparison.Ordinal) && field.Value.Split(',').Contains(path));

    private static string IdIn(JsonObject written) => (string)written["id"]!;

    private JsonObject Expanded(string account, FaceRefund refund, IReadOnlyDictionary<string, string> fields, Uri sandbox)
    {
        var written = _objects.Refund(account, refund);
        if (HasExpanded(fields, "payment_intent") && Find(account, refund.Intent) is { } intent)
            written["payment_intent"] = _objects.Intent(account, intent, sandbox);
        return written;
    }

    /// <summary>All that ever changed the account's balance.</summary>
    private IEnumerable<FaceMove> MovesOf(string account) =>
    [
        .. IntentsOf(account).Select(intent => _objects.MoveOf(account, intent)).OfType<FaceMove>(),
        .. RefundsOf(account).Select(refund => _objects.MoveOf(account, refund)).OfType<FaceMove>(),
        .. books.Disputes(account).SelectMany(dispute =>
            IntentsOf(account).Find(intent => intent.Authorisation == dispute.Authorisation) is { } intent
                ? FaceObjects.MovesOf(dispute, intent, clock.GetUtcNow()) : []),
    ];

    private BookedDispute? DisputeOf(string account, string id) => books.Disputes(account).FirstOrDefault(one => FaceIds.Of(one) == id);

    private FaceIntent? Find(string account, string id) => IntentsOf(account).Find(intent => intent.Id == id);

    private void Replace(string account, FaceIntent before, FaceIntent after)
    {
        var intents = IntentsOf(account);
        intents[intents.IndexOf(before)] = after;
    }

    private List<FaceIntent> IntentsOf(string account) =>
        _intents.TryGetValue(account, out var known) ? known : _intents[account] = [];

    private List<FaceRefund> RefundsOf(string account) =>
        _refunds.TryGetValue(account, out var known) ? known : _refunds[account] = [];
}
