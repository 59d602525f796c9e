using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Providers;

namespace Quittance.Core.Sessions;

/// <summary>Payment links as the merchant's people and programs make them, look at them and take them back.</summary>
public sealed class LinkDesk(
    ILinks links, ISessions sessions, IReceivables receivables, IBooks books, IAttempts attempts, ICredentials credentials,
    ProviderRouting routing)
{
    /// <summary>The command that makes a link.</summary>
    /// <param name="by">The installation that makes it.</param>
    /// <param name="charges">The charges, each once; none for an amount.</param>
    /// <param name="amount">Above zero; null for what is due on the charges.</param>
    /// <param name="endsAt">See <see cref="PaymentLink.EndOf"/>.</param>
    public async Task<MakeLink> MakingAsync(
        Origin origin, AccountTarget payer, PaymentLinkId id, Installation by, IReadOnlyList<Reference> charges, Money? amount,
        DateTimeOffset endsAt, CancellationToken cancel) => new(origin, payer, id, by.Id, charges, amount, endsAt)
        {
            IsUnsayable = charges.Count == 0 && amount is { } asked && await routing.CanNoneSayAsync(origin.Merchant, asked, cancel),
        };

    /// <summary>The command that takes a link back.</summary>
    public async Task<TakeLinkBack> TakingBackAsync(Origin origin, PaymentLink link, CancellationToken cancel) =>
        new(origin, link, link.Session is { } session ? await sessions.FindAsync(session, cancel) : null);

    /// <summary>A link; null when the merchant has none of this id.</summary>
    public Task<PaymentLink?> FindAsync(PaymentLinkId id, CancellationToken cancel) => links.FindAsync(id, cancel);

    /// <summary>A link with what it is for, as the books stand.</summary>
    public Task<LinkView> ViewAsync(PaymentLink link, CancellationToken cancel) =>
        LinkView.ReadAsync(link, sessions, receivables, books, cancel);

    /// <summary>
    /// Whether a payment of what a link is for is under way, by it or otherwise: the customer would pay twice by a transfer beside it.
    /// </summary>
    public async Task<bool> IsClaimedAsync(LinkView view, CancellationToken cancel) =>
        view.IsUnderWay || await IsClaimedAsync(view.Link.Charges, cancel);

    /// <summary>Whether a payment of some of these charges is under way.</summary>
    public async Task<bool> IsClaimedAsync(IReadOnlyList<ChargeId> charges, CancellationToken cancel) =>
        (await attempts.OfClaimantsAsync(charges, cancel)).Count > 0;

    /// <summary>The latest links of a customer, or of all customers of a merchant, the newest first.</summary>
    /// <param name="account">Null for all.</param>
    public async Task<IReadOnlyList<LinkView>> LatestAsync(
        MerchantId merchant, AccountId? account, int limit, CancellationToken cancel)
    {
        List<LinkView> latest = [];
        foreach (var link in await LinksAsync(merchant, account, limit, cancel))
            latest.Add(await ViewAsync(link, cancel));
        return latest;
    }

    /// <summary>The latest links, as <see cref="LatestAsync"/> has them, without what they are for as the books stand.</summary>
    public async Task<IReadOnlyList<PaymentLink>> LinksAsync(
        MerchantId merchant, AccountId? account, int limit, CancellationToken cancel) => (await links.ListAsync(
            new ListQuery(merchant, limit)
            {
                Criteria = account is { } its ? [new AccountCriterion([its.Value])] : [],
                IsNewestFirst = true,
            },
            cancel)).Items;

    /// <summary>The address that the merchant sends to the customer: a secret.</summary>
    /// <param name="server">See <see cref="LinkAddress.Of"/>.</param>
    public async Task<string> AddressAsync(string server, PaymentLink link, CancellationToken cancel) =>
        await credentials.OfCustomerAsync(link.Id.Merchant, link.Installation, cancel) is { } customer
            ? LinkAddress.Of(server, link.Id, customer.HashKey.Span)
            : throw new InvalidOperationException("A payment link names an installation that the merchant does not have.");
}
