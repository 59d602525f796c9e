using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
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
        return await subscriptions.AddAsync(wanted, call.Cancel) switch
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
            && await subscriptions.EndAsync(new SubscriptionId(call.Credential.Merchant, id), call.Credential.Id, call.Cancel)
            ? new Answer(StatusCodes.Status204NoContent, null)
            : Refuse(TmfError.NotFound("No subscription has this id.", "Check the id."));

    private Subscription? Read(JsonBody body, Call call)
    {
        if (body.Object() is not { } fields)
            return null;
        var text = fields.Text("callback", LongestQuery, required: true);
        var callback = text is null ? null : CallbackAddress.Parse(text);
        if (text is not null && callback is null)
            fields.Refuse("callback", FieldProblem.Malformed, "an absolute https address without a user, a password or a fragment");
        else if (callback is not null && CallbackAddress.IsOfTheLink(callback))
            fields.Refuse("callback", FieldProblem.OutOfRange, "an address that is not link-local");
        else if (callback is not null && !allowsPrivateNetworks && !CallbackAddress.MayBePublic(callback))
            fields.Refuse("callback", FieldProblem.OutOfRange, "an https address that is not of a private network");

        var query = fields.Text("query", LongestQuery);
        var asked = Tmf676Query.Read(query);
        if (asked is null)
        {
            fields.Refuse(
                "query", FieldProblem.Malformed, "a query such as eventType=PaymentStateChangeEvent,RefundCreateEvent&account.id=A-1");
        }

        if (body.Faults.Count > 0)
            return null;
        // What no event is ever of keeps a subscription of deletions alone, of which there are none.
        EventType[] types = [.. asked!.Events.SelectMany(webhook => webhook.Types).DefaultIfEmpty(EventType.AccountOpened)];
        return new Subscription(
            new SubscriptionId(call.Credential.Merchant, IdOf(call)), call.Credential.Id, TmfNames.Tmf676, callback!, types,
            string.IsNullOrEmpty(query) ? null : query);
    }

    /// <summary>The id of a new subscription; with a key, the one that the key names.</summary>
    private static Guid IdOf(Call call)
    {
        if (call.KeyUse() is not { } use)
            return call.NewId();
        var hash = HMACSHA256.HashData(
            call.Credential.HashKey.Span, Encoding.UTF8.GetBytes($"{call.Credential.Id} {use.Key.Scope} {use.Key.Key}"));
        // A UUIDv8: none that was made up from the time is ever one.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
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
