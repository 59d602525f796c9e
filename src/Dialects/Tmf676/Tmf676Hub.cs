using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676.Resources;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Tmf676;

/// <summary>The hub of the TMF676 mount: clients subscribe to events (TMF676 3.5, 5.15).</summary>
/// <param name="subscriptions">The clients' subscriptions to events.</param>
/// <param name="address">The address of a request's hub.</param>
/// <param name="allowsPrivateNetworks">Whether receivers may be in private networks, and need no TLS.</param>
internal sealed class Tmf676Hub(ISubscriptions subscriptions, Func<HttpRequest, string> address, bool allowsPrivateNetworks)
{
    private const int LongestQuery = 2000;

    /// <summary>A subscription as answers show it.</summary>
    public static readonly Resource<Subscription> Shape = new("EventSubscription", "A client's subscription to events.")
    {
        { Required("id", Uuid("Its id.")), it => it.Id.Value },
        { Required("callback", Text("Where events are sent.")), it => it.Address.OriginalString },
        { Optional("query", Text("Which events.")), it => it.Query },
    };

    /// <summary>POST of a subscription: 201 with it and its address.</summary>
    public async Task<Answer> SubscribeAsync(Call call)
    {
        // Events tell of every payment, those of other clients too.
        if (!call.Credential.Scopes.Contains(Tmf676Routes.ReadScope))
        {
            return Refuse(Tmf676Errors.Of(EdgeFault.Forbidden)) with
            {
                Challenge = BearerToken.InsufficientScope(Tmf676Routes.ReadScope),
            };
        }

        if (!JsonBody.Read(call.Body, body => Read(body, call), Tmf676Errors.Of, Tmf676Errors.Of).TryGet(out var wanted, out var error))
            return Refuse(error);
        // A key names its subscription, so that a repeated request finds it.
        if (await subscriptions.FindAsync(wanted.Id, call.Cancel) is { } known)
            return Repeated(call, known, wanted);
        RequestAtWork.Enter(call.Http);
        return await subscriptions.AddAsync(wanted, call.Cancel, By(call, "webhook.add", wanted.Id)) switch
        {
            SubscriptionOutcome.Added => Created(call, wanted),
            SubscriptionOutcome.Known => await subscriptions.FindAsync(wanted.Id, call.Cancel) is { } found
                ? Repeated(call, found, wanted)
                : Refuse(TmfError.Conflict(
                    "callback is subscribed with this query already.", "Delete that subscription first, or use another query.")),
            SubscriptionOutcome.TooMany => Refuse(TmfError.Conflict(
                $"A client has at most {Subscription.MostPerCredential} subscriptions.", "Delete one that is not needed any more.")),
            SubscriptionOutcome.CredentialUnknown => Refuse(Tmf676Errors.Of(EdgeFault.Unauthenticated)),
        };
    }

    /// <summary>DELETE of a subscription: 204.</summary>
    public async Task<Answer> UnsubscribeAsync(Call call) =>
        Guid.TryParseExact(call.PathValue("id"), "D", out var id)
            && new SubscriptionId(call.Credential.Merchant, id) is var subscription
            && await subscriptions.EndAsync(subscription, call.Credential.Id, call.Cancel, By(call, "webhook.end", subscription))
            ? new Answer(StatusCodes.Status204NoContent, null)
            : Refuse(TmfError.NotFound("No subscription has this id.", "Check the id."));

    private static Origin? By(Call call, string what, SubscriptionId subscription) =>
        call.OfOperator(what, $"receiver {subscription.Value}") is { Action: not null } origin ? origin : null;

    private Subscription? Read(JsonBody body, Call call)
    {
        if (body.Object() is not { } fields)
            return null;
        var callback = CallbackAddress.Read(
            fields, "callback", fields.Text("callback", LongestQuery, required: true), allowsPrivateNetworks);
        var query = fields.Text("query", LongestQuery);
        var asked = Tmf676Query.Read(query);
        if (asked is null)
        {
            fields.Refuse(
                "query", FieldProblem.Malformed, "a query such as eventType=PaymentStateChangeEvent,RefundCreateEvent&account.id=A-1");
        }

        if (body.Faults.Count > 0)
            return null;
        // Deletions never happen: a subscription to them alone has no types.
        return new Subscription(
            new SubscriptionId(call.Credential.Merchant, call.IdOfKey()), call.Credential.Id, TmfNames.Tmf676, callback!,
            [.. asked!.Events.SelectMany(webhook => webhook.Types)], string.IsNullOrEmpty(query) ? null : query);
    }

    private Answer Repeated(Call call, Subscription known, Subscription wanted) =>
        known.Address.OriginalString == wanted.Address.OriginalString && known.Query == wanted.Query
            ? Created(call, known) with { Replayed = true }
            : Refuse(TmfError.Conflict("The Idempotency-Key was used before with another request.", "Use a new key for a new request."));

    private Answer Created(Call call, Subscription subscription) =>
        new(StatusCodes.Status201Created, json => Shape.Write(json, subscription))
        {
            Location = $"{address(call.Http.Request)}/{subscription.Id.Value:D}",
        };

    private static Answer Refuse(TmfError error) => error.ToAnswer(writesNulls: false);
}
