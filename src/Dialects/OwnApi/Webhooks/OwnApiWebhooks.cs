using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.OwnApi.Events;

namespace Quittance.Dialects.OwnApi.Webhooks;

/// <summary>The webhooks of a program: addresses to which the events of the feed are sent.</summary>
/// <param name="allowsPrivateNetworks">Whether receivers may be in private networks, and need no TLS.</param>
internal sealed class OwnApiWebhooks(
    PublicAddress address, IReceivables receivables, ISubscriptions subscriptions, IWebhookSecrets secrets, bool allowsPrivateNetworks)
{
    private const string Path = $"{OwnApiRoutes.Mount}/webhooks";

    public void Map(DialectRoutes routes)
    {
        routes.Post("webhook.add", Path, OwnApiRoutes.EventsScope, AddAsync, needsKey: true)
            .WithMetadata(WebhookShapes.Add, AsOperator.GraveOfAdmin);
        routes.Get(Path, OwnApiRoutes.EventsScope, ListAsync).WithMetadata(WebhookShapes.ListAll);
        routes.Delete($"{Path}/{{{OwnApiRoutes.Id}}}", OwnApiRoutes.EventsScope, RemoveAsync)
            .WithMetadata(WebhookShapes.Remove, AsOperator.OfAdmin);
        routes.Post("webhook.rotate", $"{Path}/secret/rotate", OwnApiRoutes.EventsScope, RotateAsync, needsKey: true)
            .WithMetadata(WebhookShapes.Rotate, AsOperator.GraveOfAdmin);
    }

    private async Task<Answer> AddAsync(Call call)
    {
        if (!WebhookShapes.Read(call.Body, allowsPrivateNetworks).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var merchant = call.Credential.Merchant;
        Guid? account = asked.Account is { } name
            ? await receivables.FirstAsync(OwnApiNames.AccountNames(merchant, name), call.Cancel) : null;
        if (asked.Account is not null && account is null)
            return OwnApiErrors.Of(Refusal.AccountUnknown, "/account").ToAnswer(address);

        var wanted = new Subscription(
            new SubscriptionId(merchant, call.IdOfKey()), call.Credential.Id, OwnApiNames.Dialect, asked.Address!,
            asked.Events is { } words ? [.. words.Distinct().Select(EnumWords.To<EventType>)] : null, OwnApiEvents.QueryOf(account));
        // A key names its webhook, so that a repeated request finds it.
        if (await subscriptions.FindAsync(wanted.Id, call.Cancel) is { } known)
            return await RepeatedAsync(call, known, wanted);
        return await subscriptions.AddAsync(
            wanted, call.Cancel, call.Does("webhook.add", $"receiver {wanted.Id.Value}")) switch
        {
            SubscriptionOutcome.Added => await MadeAsync(call, wanted, isReplayed: false),
            SubscriptionOutcome.Known when await subscriptions.FindAsync(wanted.Id, call.Cancel) is { } found =>
                await RepeatedAsync(call, found, wanted),
            SubscriptionOutcome.Known => Conflict("webhook-known", "The address gets these events already. Remove that webhook first."),
            SubscriptionOutcome.TooMany => Conflict(
                "webhooks-too-many", $"A credential has at most {Subscription.MostPerCredential} webhooks. Remove one first."),
            SubscriptionOutcome.CredentialUnknown => OwnApiErrors.Of(EdgeFault.Unauthenticated).ToAnswer(address),
        };
    }

    private async Task<Answer> ListAsync(Call call)
    {
        var own = await subscriptions.OfCredentialAsync(call.Credential.Merchant, call.Credential.Id, call.Cancel);
        var standings = await subscriptions.StandingsAsync(call.Credential.Merchant, call.Cancel);
        return WebhookShapes.Webhooks.ToAnswer(
            [.. own.Select(one => new ShownWebhook(one.Subscription, Standing: standings.GetValueOrDefault(one.Subscription.Id)))]);
    }

    private async Task<Answer> RemoveAsync(Call call)
    {
        if (!Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var value))
            return OwnApiErrors.NoSuch("webhook").ToAnswer(address);
        var (id, own) = (new SubscriptionId(call.Credential.Merchant, value), call.Credential.Id);
        return await subscriptions.EndAsync(id, own, call.Cancel, call.Does("webhook.end", $"receiver {id.Value}"))
            || (await subscriptions.FindAsync(id, call.Cancel))?.Credential == own
            ? new Answer(StatusCodes.Status204NoContent, null)
            : OwnApiErrors.NoSuch("webhook").ToAnswer(address);
    }

    private async Task<Answer> RotateAsync(Call call)
    {
        if (!OwnApiRequests.ReadReason(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var (own, secret) = (call.Credential.Id, SigningKey.New());
        var by = call.Does("webhook.rotate", $"the webhook secret of credential {own}", asked.Reason!);
        return await secrets.RotateAsync(call.Credential.Merchant, own, secret, call.Cancel, by, call.KeyUse()) switch
        {
            KeyState.New => WebhookShapes.NewSecret.ToAnswer(new NewSigningSecret(secret), StatusCodes.Status201Created),
            KeyState.Repeated => OwnApiErrors.SecretAnswered.ToAnswer(address),
            KeyState.Reused => OwnApiErrors.Of(Refusal.KeyReused).ToAnswer(address),
        };
    }

    private async Task<Answer> RepeatedAsync(Call call, Subscription known, Subscription wanted)
    {
        var isSame = known.Address.OriginalString == wanted.Address.OriginalString && known.Query == wanted.Query
            && (known.Events is null ? wanted.Events is null : wanted.Events is { } types && known.Events.ToHashSet().SetEquals(types));
        return isSame ? await MadeAsync(call, known, isReplayed: true) : OwnApiErrors.Of(Refusal.KeyReused).ToAnswer(address);
    }

    /// <summary>The answer with a new webhook; and with the secret, where there was none before.</summary>
    private async Task<Answer> MadeAsync(Call call, Subscription subscription, bool isReplayed)
    {
        var secret = SigningKey.New();
        var isNew = await secrets.EnsureAsync(call.Credential.Merchant, call.Credential.Id, secret, call.Cancel);
        return WebhookShapes.Made.ToAnswer(new ShownWebhook(subscription, isNew ? secret : null), StatusCodes.Status201Created) with
        {
            Location = $"{address.Base}{Path}/{subscription.Id.Value:D}",
            Replayed = isReplayed,
        };
    }

    private Answer Conflict(string type, string detail) =>
        new OwnApiProblem(StatusCodes.Status409Conflict, type, detail).ToAnswer(address);
}
