using Quittance.Core;
using Quittance.Core.Webhooks;
using Quittance.Storage.Webhooks;

namespace Quittance.BackOffice.Webhooks;

/// <summary>Adds receivers of events at an operator's word.</summary>
public sealed class Receivers(Subscriptions subscriptions, WebhookSecrets secrets)
{
    /// <summary>Adds one.</summary>
    /// <returns>Why it was not added; else the secret of its signatures, where its credential had none.</returns>
    /// <exception cref="Core.Engine.StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(string? Problem, string? Secret)> AddAsync(Subscription wanted, Origin by, CancellationToken cancel)
    {
        var problem = await subscriptions.AddAsync(wanted, cancel, by) switch
        {
            SubscriptionOutcome.Added => null,
            // The server died behind the commit, or the form is sent again: what is left is the secret.
            SubscriptionOutcome.Known when await subscriptions.FindAsync(wanted.Id, cancel) is { HasEnded: false } its
                && its.Address == wanted.Address && its.Credential == wanted.Credential
                && (its.Events ?? []).ToHashSet().SetEquals(wanted.Events ?? []) => null,
            SubscriptionOutcome.Known => "This address gets these events already.",
            SubscriptionOutcome.TooMany => $"A credential has at most {Subscription.MostPerCredential} receivers.",
            SubscriptionOutcome.CredentialUnknown => $"There is no credential {wanted.Credential} of {wanted.Dialect}, or it has ended.",
        };
        if (problem is not null)
            return (problem, null);
        var secret = SigningKey.New();
        return (null, await secrets.EnsureAsync(wanted.Id.Merchant, wanted.Credential, secret, cancel) ? secret : null);
    }
}
