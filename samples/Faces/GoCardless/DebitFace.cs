using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.GoCardless;

/// <summary>An answer in GoCardless's words.</summary>
internal sealed record DebitAnswer(int Status, JsonObject Body)
{
    public static DebitAnswer Error(
        int status, string type, string reason, string message, string? field = null, string? conflicting = null)
    {
        var error = new JsonObject { ["message"] = message };
        if (field is null)
            error["reason"] = reason;
        else
            error["field"] = field;
        if (conflicting is not null)
            error["links"] = new JsonObject { ["conflicting_resource_id"] = conflicting };
        return new DebitAnswer(status, new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["message"] = message,
                ["errors"] = new JsonArray(error),
                ["documentation_url"] = $"https://developer.gocardless.com/api-reference#{reason}",
                ["type"] = type,
                ["request_id"] = "0198b1c2-0000-8000-8000-000000000000",
                ["code"] = status,
            },
        });
    }

    public static DebitAnswer Invalid(string field, string message) => Error(422, "validation_failed", "validation_failed", message, field);

    public static DebitAnswer NotAllowed(string reason, string message) => Error(422, "invalid_state", reason, message);

    public static DebitAnswer Missing(string what) =>
        Error(404, "invalid_api_usage", "resource_not_found", $"There is no {what}.");
}

/// <summary>
/// GoCardless's billing requests, mandates, payments, refunds, payouts and events over the sandbox's books. What the books lack is in
/// memory and gone with the process. A payment goes to the banks by itself after a time, and at once when it is changed or when a scenario
/// says so, so that a trial needs no waiting.
/// </summary>
internal sealed class DebitFace(SandboxBooks books, TimeSpan submitsAfter, TimeProvider clock)
{
    /// <summary>Mandates for trials, and the accounts behind them, which behave by their endings.</summary>
    private static readonly FrozenDictionary<string, (string Scheme, InstrumentKind Kind, string Number)> Trials =
        new Dictionary<string, (string, InstrumentKind, string)>
        {
            ["MDTRIALPAID"] = ("sepa_core", InstrumentKind.Iban, "DE76120300000000012345"),
            ["MDTRIALLATER"] = ("sepa_core", InstrumentKind.Iban, "DE02120300000000202051"),
            ["MDTRIALREFUSED"] = ("sepa_core", InstrumentKind.Iban, "DE45120300000000000002"),
            ["MDTRIALRETURNED"] = ("sepa_core", InstrumentKind.Iban, "DE18120300000000000003"),
            ["MDTRIALINVALID"] = ("sepa_core", InstrumentKind.Iban, "DE00120300000000202051"),
            ["MDTRIALBACS"] = ("bacs", InstrumentKind.UkAccount, "55779911"),
        }.ToFrozenDictionary();

    private readonly Lock _gate = new();
    private readonly DebitObjects _objects = new(books);
    private readonly Dictionary<string, DebitAccount> _accounts = [];

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Answers a question.</summary>
    /// <param name="path">The path below the face's address.</param>
    public DebitAnswer Get(string account, string path, IReadOnlyDictionary<string, string> query)
    {
        lock (_gate)
        {
            var own = ObservedOf(account);
            return path.Split('/') switch
            {
                ["creditors"] => Page([DebitObjects.Creditor(account)], "creditors", query),
                ["billing_requests", var id] when own.Requests.Find(one => one.Name == id) is { } request =>
                    One("billing_requests", DebitObjects.BillingRequest(account, request)),
                ["mandates", var id] when MandateOf(own, id) is { } mandate => One("mandates", DebitObjects.Mandate(account, mandate, Now)),
                ["payments"] => Page(
                    own.Payments.Where(one => IsWithin(one.Created, query)).Select(one => _objects.Payment(account, one)), "payments",
                    query),
                ["payments", var id] when own.Payments.Find(one => one.Name == id) is { } payment =>
                    One("payments", _objects.Payment(account, payment)),
                ["refunds"] => Page(
                    own.Refunds.Where(one => one.Payment == query.GetValueOrDefault("payment", one.Payment) && IsWithin(one.Created, query))
                        .Select(DebitObjects.Refund), "refunds", query),
                ["refunds", var id] when own.Refunds.Find(one => one.Name == id) is { } refund =>
                    One("refunds", DebitObjects.Refund(refund)),
                ["payouts"] => Page(
                    own.Payouts.Where(one => IsWithin(one.Created, query)).Select(one => DebitObjects.Payout(account, one)), "payouts",
                    query),
                ["payouts", var id] when own.Payouts.Find(one => one.Name == id) is { } payout =>
                    One("payouts", DebitObjects.Payout(account, payout)),
                ["payout_items"] when own.Payouts.Find(one => one.Name == query.GetValueOrDefault("payout")) is { } payout =>
                    Page(payout.Items.Select(DebitObjects.Item), "payout_items", query),
                ["events"] => EventsOf(account, own, query),
                _ => DebitAnswer.Missing(path),
            };
        }
    }

    /// <summary>Carries a request out, once for each idempotency key.</summary>
    public DebitAnswer Post(string account, string path, JsonObject body, string? key, Uri sandbox)
    {
        lock (_gate)
        {
            var own = ObservedOf(account);
            var parts = path.Split('/');
            if (parts is [var made] && key is not null && own.Made.TryGetValue((made, key), out var before))
            {
                return DebitAnswer.Error(
                    409, "invalid_state", "idempotent_creation_conflict",
                    "A resource has already been created with this idempotency key", conflicting: before);
            }

            var id = Face.IdOf(key, clock);
            var content = body[parts[0]] as JsonObject ?? body["data"] as JsonObject ?? [];
            var answer = parts switch
            {
                ["billing_requests"] => Request(account, own, content, id),
                ["billing_request_flows"] => Open(own, content, id, sandbox),
                ["payments"] => Create(account, own, content, id),
                ["payments", var name, "actions", "cancel"] when own.Payments.Find(one => one.Name == name) is { } payment =>
                    Cancel(account, own, payment),
                ["mandates", var name, "actions", "cancel"] when MandateOf(own, name) is { } mandate =>
                    End(account, own, mandate, "mandate_cancelled", "api"),
                ["refunds"] => Refund(account, own, content, id),
                ["scenario_simulators", var scenario, "actions", "run"] =>
                    Simulate(account, own, scenario, (string?)content["links"]?["resource"] ?? "", id),
                _ => DebitAnswer.Missing(path),
            };
            if (parts is [var resource] && key is not null && answer.Status == 201)
                own.Made[(resource, key)] = (string)answer.Body[resource]!["id"]!;
            Observe(account, own);
            return answer;
        }
    }

    /// <summary>Changes the metadata of a payment, which then goes to the banks.</summary>
    public DebitAnswer Put(string account, string path, JsonObject body)
    {
        lock (_gate)
        {
            var own = ObservedOf(account);
            if (path.Split('/') is not ["payments", var id] || own.Payments.Find(one => one.Name == id) is not { } payment)
                return DebitAnswer.Missing(path);
            if (MetadataOf(body["payments"]) is not { } metadata)
                return DebitAnswer.Invalid("metadata", "has at most three keys");
            var changed = payment with { Metadata = metadata };
            DebitAccount.Replace(own.Payments, payment, changed);
            Submit(account, changed);
            Observe(account, own);
            return One("payments", _objects.Payment(account, changed));
        }
    }

    /// <summary>The flow at an address, as a customer sees it; null where there is no such flow, or it is over.</summary>
    public (DebitFlow Flow, DebitBillingRequest Request)? Shown(string name)
    {
        lock (_gate)
        {
            foreach (var own in _accounts.Values)
            {
                if (own.Flows.Find(one => one.Name == name) is { } flow
                    && own.Requests.Find(one => one.Name == flow.Request) is { Mandate: null } request)
                {
                    return (flow, request);
                }
            }

            return null;
        }
    }

    /// <summary>
    /// The customer enters an account and gives its mandate. Returns where the customer goes on; null where the flow is over.
    /// </summary>
    public Uri? Enter(string name, InstrumentDetails details, string? holder)
    {
        lock (_gate)
        {
            if (Shown(name) is not var (flow, request))
                return null;
            var own = _accounts.Values.First(one => one.Flows.Contains(flow));
            var mandate = new DebitMandate(DebitIds.Of("MD", request.Id), request.Scheme, details, holder, Now);
            DebitAccount.Replace(own.Requests, request, request with { Mandate = mandate });
            own.Tell("mandates", "created", mandate.Name, "mandate_created", "api", Now);
            own.Tell("billing_requests", "fulfilled", request.Name, "billing_request_fulfilled", "gocardless", Now);
            return flow.RedirectTo;
        }
    }

    /// <summary>The events after a number, up to as many as one request brings.</summary>
    public IReadOnlyList<(int Number, JsonObject Event)> EventsAfter(string account, int number, int most)
    {
        lock (_gate)
        {
            var own = ObservedOf(account);
            return
            [
                .. own.Events.Skip(number).Take(most)
                    .Select(happened => (happened.Number, DebitObjects.Event(account, happened, ResourceOf(account, own, happened)))),
            ];
        }
    }

    private static DebitAnswer One(string resource, JsonObject written, int status = 200) =>
        new(status, new JsonObject { [resource] = written });

    /// <summary>A page of a list, the newest first.</summary>
    private static DebitAnswer Page(IEnumerable<JsonObject> items, string resource, IReadOnlyDictionary<string, string> query)
    {
        if (!int.TryParse(query.GetValueOrDefault("limit", "50"), out var limit) || limit is < 1 or > 500)
            return DebitAnswer.Invalid("limit", "must be between 1 and 500");
        var all = items.Reverse().ToList();
        var from = query.TryGetValue("after", out var after) ? int.Parse(after[2..], CultureInfo.InvariantCulture) : 0;
        var next = from + limit < all.Count ? $"c-{from + limit}" : null;
        return new(200, new JsonObject
        {
            [resource] = new JsonArray([.. all.Skip(from).Take(limit)]),
            ["meta"] = new JsonObject
            {
                ["cursors"] = new JsonObject { ["before"] = null, ["after"] = next },
                ["limit"] = limit,
            },
        });
    }

    private DebitAnswer EventsOf(string account, DebitAccount own, IReadOnlyDictionary<string, string> query)
    {
        var events = own.Events.Where(happened => IsWithin(happened.At, query)
            && happened.Resource == query.GetValueOrDefault("resource_type", happened.Resource)
            && (!query.TryGetValue("payment", out var payment) || happened.Name == payment)).ToList();
        var answer = Page(events.Select(happened => DebitObjects.Event(account, happened, null)), "events", query);
        if (query.GetValueOrDefault("include") is { } include && answer.Status == 200)
        {
            answer.Body["linked"] = new JsonObject
            {
                [$"{include}s"] = new JsonArray(
                    [.. events.DistinctBy(one => one.Name).Select(one => ResourceOf(account, own, one)).OfType<JsonNode>()]),
            };
        }

        return answer;
    }

    private JsonObject? ResourceOf(string account, DebitAccount own, DebitEvent happened) => happened.Resource switch
    {
        "payments" when own.Payments.Find(one => one.Name == happened.Name) is { } payment => _objects.Payment(account, payment),
        "refunds" when own.Refunds.Find(one => one.Name == happened.Name) is { } refund => DebitObjects.Refund(refund),
        _ => null,
    };

    private DebitAnswer Request(string account, DebitAccount own, JsonObject content, Guid id)
    {
        if (content["mandate_request"] is not JsonObject asked)
            return DebitAnswer.Invalid("mandate_request", "the sandbox has requests for mandates alone");
        if (MetadataOf(content) is not { } metadata)
            return DebitAnswer.Invalid("metadata", "has at most three keys");
        var scheme = (string?)asked["scheme"] ?? ((string?)asked["currency"] == "GBP" ? "bacs" : "sepa_core");
        if (scheme is not ("bacs" or "sepa_core"))
            return DebitAnswer.Invalid("scheme", "must be one of bacs, sepa_core");
        var request = new DebitBillingRequest(id, scheme, scheme == "bacs" ? "GBP" : "EUR", Now) { Metadata = metadata };
        own.Requests.Add(request);
        return One("billing_requests", DebitObjects.BillingRequest(account, request), 201);
    }

    private DebitAnswer Open(DebitAccount own, JsonObject content, Guid id, Uri sandbox)
    {
        if ((string?)content["links"]?["billing_request"] is not { } name || own.Requests.Find(one => one.Name == name) is null)
            return DebitAnswer.Invalid("billing_request", "does not exist");
        if (!Uri.TryCreate((string?)content["redirect_uri"], UriKind.Absolute, out var redirect))
            return DebitAnswer.Invalid("redirect_uri", "is not a valid URI");
        var exit = Uri.TryCreate((string?)content["exit_uri"], UriKind.Absolute, out var away) ? away : redirect;
        var flow = new DebitFlow(id, name, redirect, exit);
        own.Flows.Add(flow);
        return One("billing_request_flows", DebitObjects.Flow(flow, sandbox, Now), 201);
    }

    private DebitAnswer Create(string account, DebitAccount own, JsonObject content, Guid id)
    {
        if (content["amount"] is not JsonValue amount || !amount.TryGetValue<long>(out var units) || units <= 0)
            return DebitAnswer.Invalid("amount", "must be a positive number");
        if (MetadataOf(content) is not { } metadata)
            return DebitAnswer.Invalid("metadata", "has at most three keys");
        if ((string?)content["links"]?["mandate"] is not { } name || MandateOf(own, name) is not { } mandate)
            return DebitAnswer.Invalid("mandate", "does not exist");
        if (mandate.EndedBy is not null)
            return DebitAnswer.NotAllowed("mandate_is_inactive", "Mandate is cancelled or failed");
        if ((string?)content["currency"] is not { } currency || currency != (mandate.Scheme == "bacs" ? "GBP" : "EUR"))
            return DebitAnswer.Invalid("currency", "is not that of the mandate's scheme");
        var first = DebitObjects.NextChargeOn(Now);
        var day = first;
        if ((string?)content["charge_date"] is { } text && (!DateOnly.TryParseExact(text, "yyyy-MM-dd", out day) || day < first))
            return DebitAnswer.Invalid("charge_date", "must be on or after mandate's next_possible_charge_date");
        books.Authorise(account, new AuthoriseRequest(id, units, currency, mandate.Account)
        {
            Payment = metadata.GetValueOrDefault("payment")?.Split(' ')[0],
            Customer = metadata.GetValueOrDefault("payment")?.Split(' ')[^1],
        });
        var payment = new DebitPayment(id, units, currency, name, Now, Now + submitsAfter * (day > first ? 2 : 1)) { Metadata = metadata };
        own.Payments.Add(payment);
        return One("payments", _objects.Payment(account, payment), 201);
    }

    private DebitAnswer Cancel(string account, DebitAccount own, DebitPayment payment)
    {
        if (_objects.StatusOf(account, payment) != "pending_submission")
            return DebitAnswer.NotAllowed("cancellation_failed", "This payment can't be cancelled any more");
        return One("payments", _objects.Payment(account, Cancelled(account, own, payment, "payment_cancelled")));
    }

    private DebitPayment Cancelled(string account, DebitAccount own, DebitPayment payment, string cause)
    {
        var cancelled = payment with { CancelledBy = cause };
        books.Void(account, new VoidRequest(Face.IdOf($"void {payment.Name}"), payment.Authorisation));
        DebitAccount.Replace(own.Payments, payment, cancelled);
        return cancelled;
    }

    /// <summary>Ends a mandate, with its payments that are not at the banks yet.</summary>
    private DebitAnswer End(string account, DebitAccount own, DebitMandate mandate, string cause, string origin)
    {
        if (mandate.EndedBy is not null || own.Requests.Find(one => one.Mandate == mandate) is not { } request)
            return DebitAnswer.NotAllowed("cancellation_failed", "This mandate can't be cancelled");
        var ended = mandate with { EndedBy = cause };
        DebitAccount.Replace(own.Requests, request, request with { Mandate = ended });
        own.Tell("mandates", cause == "mandate_expired" ? "expired" : "cancelled", mandate.Name, cause, origin, Now);
        foreach (var payment in own.Payments.Where(one => one.Mandate == mandate.Name).ToList())
        {
            if (_objects.StatusOf(account, payment) == "pending_submission")
                Cancelled(account, own, payment, cause);
        }

        return One("mandates", DebitObjects.Mandate(account, ended, Now));
    }

    private DebitAnswer Refund(string account, DebitAccount own, JsonObject content, Guid id)
    {
        if ((string?)content["links"]?["payment"] is not { } name || own.Payments.Find(one => one.Name == name) is not { } payment)
            return DebitAnswer.Invalid("payment", "does not exist");
        if (content["amount"] is not JsonValue amount || !amount.TryGetValue<long>(out var units) || units <= 0)
            return DebitAnswer.Invalid("amount", "must be a positive number");
        if (MetadataOf(content) is not { } metadata)
            return DebitAnswer.Invalid("metadata", "has at most three keys");
        var amounts = books.FindAuthorisation(account, payment.Authorisation)?.Amounts ?? default;
        if (units > amounts.RefundableMinor)
            return DebitAnswer.Invalid("amount", "is more than the amount that can be refunded");
        if (content["total_amount_confirmation"] is not JsonValue total || !total.TryGetValue<long>(out var confirmed)
            || confirmed != amounts.RefundedMinor + units)
        {
            return DebitAnswer.NotAllowed("total_amount_confirmation_invalid", "The confirmation does not match the refunds");
        }

        books.Refund(account, new RefundRequest(id, payment.Authorisation, units, payment.Currency));
        var refund = new DebitRefund(id, name, units, payment.Currency, Now) { Metadata = metadata };
        own.Refunds.Add(refund);
        own.Tell("refunds", "created", refund.Name, "refund_created", "api", Now);
        own.Tell("refunds", "paid", refund.Name, "refund_paid", "gocardless", Now);
        return One("refunds", DebitObjects.Refund(refund), 201);
    }

    private DebitAnswer Simulate(string account, DebitAccount own, string scenario, string name, Guid id)
    {
        var payment = own.Payments.Find(one => one.Name == name);
        switch (scenario)
        {
            case "payment_submitted" when payment is not null:
                Submit(account, payment);
                break;
            case "payment_paid_out" when payment is not null:
                PayOut(account, own, payment.Currency, id);
                break;
            case "payment_charged_back" or "payment_late_failure" when payment is not null:
                var kind = scenario == "payment_charged_back" ? DisputeKind.Chargeback : DisputeKind.ReturnedDebit;
                if (books.OpenDispute(
                    account, new DisputeRequest($"{scenario}-{name}", payment.Authorisation, kind) { FeeMinor = 0 }).Dispute is null)
                {
                    return DebitAnswer.NotAllowed("simulation_failed", "The payment has not been collected");
                }

                break;
            case "mandate_expired" when MandateOf(own, name) is { } mandate:
                return End(account, own, mandate, "mandate_expired", "gocardless") is { Status: not 200 } refused ? refused : Done();
            default:
                return DebitAnswer.Missing($"scenario {scenario} for {name}");
        }

        return Done();

        DebitAnswer Done() => One("scenario_simulators", new JsonObject { ["id"] = scenario });
    }

    /// <summary>Pays all that was not paid out before.</summary>
    private void PayOut(string account, DebitAccount own, string currency, Guid id)
    {
        var paid = own.Payouts.SelectMany(payout => payout.Items.Select(item => item.Name)).ToHashSet();
        var payout = new DebitPayout(
            id, currency, Now,
            [.. _objects.ItemsOf(account, own).Where(item => item.Currency == currency && !paid.Contains(item.Name))]);
        own.Payouts.Add(payout);
        foreach (var payment in own.Payments.ToList())
        {
            if (payout.Items.Any(item => item.Type == "payment_paid_out" && item.Payment == payment.Name))
                DebitAccount.Replace(own.Payments, payment, payment with { Payout = payout.Name });
        }

        own.Tell("payouts", "paid", payout.Name, "payout_paid", "gocardless", Now);
    }

    /// <summary>Sends a payment to the banks, unless it is there or over.</summary>
    private void Submit(string account, DebitPayment payment)
    {
        if (_objects.StatusOf(account, payment) == "pending_submission")
        {
            books.Capture(
                account, new CaptureRequest(Face.IdOf($"submit {payment.Name}"), payment.Authorisation, payment.Units, payment.Currency));
        }
    }

    private DebitAccount ObservedOf(string account)
    {
        books.Tick();
        if (!_accounts.TryGetValue(account, out var own))
            _accounts[account] = own = new DebitAccount();
        foreach (var payment in own.Payments.Where(one => one.SubmitsAt <= Now).ToList())
            Submit(account, payment);
        Observe(account, own);
        return own;
    }

    /// <summary>Writes the events of what happened in the books meanwhile.</summary>
    private void Observe(string account, DebitAccount own)
    {
        foreach (var payment in own.Payments)
        {
            var status = _objects.StatusOf(account, payment);
            var before = own.LastStatuses.GetValueOrDefault(payment.Name);
            if (status == before)
                continue;
            own.LastStatuses[payment.Name] = status;
            foreach (var (action, cause, origin) in _objects.Between(account, payment, before, status))
                own.Tell("payments", action, payment.Name, cause, origin, Now);
        }
    }

    private static DebitMandate? MandateOf(DebitAccount own, string name) => own.Requests.Find(one => one.Mandate?.Name == name)?.Mandate
        ?? (Trials.TryGetValue(name, out var trial)
            ? new DebitMandate(name, trial.Scheme, new InstrumentDetails(trial.Kind, trial.Number), "Trial", DateTimeOffset.UnixEpoch)
            : null);

    private static bool IsWithin(DateTimeOffset at, IReadOnlyDictionary<string, string> query) =>
        (!Moment("created_at[gte]", query, out var least) || at >= least)
        && (!Moment("created_at[lte]", query, out var most) || at <= most)
        && (!Moment("created_at[gt]", query, out var after) || at > after)
        && (!Moment("created_at[lt]", query, out var before) || at < before);

    private static bool Moment(string name, IReadOnlyDictionary<string, string> query, out DateTimeOffset moment)
    {
        moment = default;
        return query.TryGetValue(name, out var text) && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
    }

    /// <summary>The metadata of a request; null where it is more than GoCardless takes.</summary>
    private static Dictionary<string, string>? MetadataOf(JsonNode? content)
    {
        var metadata = (content?["metadata"] as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => $"{pair.Value}");
        return metadata.Count <= 3 && metadata.All(pair => pair.Key.Length <= 50 && pair.Value.Length <= 500) ? metadata : null;
    }
}
