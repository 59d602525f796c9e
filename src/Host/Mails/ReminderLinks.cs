using System.Text;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Overdue;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Papers.Letters;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Mails;

/// <inheritdoc/>
internal sealed class ReminderLinks(
    LinkDesk desk, ProviderRouting routing, Merchants merchants, PaymentEngine engine, TimeProvider clock) : IReminderLinks
{
    // For one level. A merchant who takes each back wants none.
    private const int Most = 5;

    /// <inheritdoc/>
    public async Task<PaymentLink?> OfAsync(
        DunningStep step, IReadOnlyList<Charge> charges, Money total, CancellationToken cancel)
    {
        var account = step.Id.Account;
        // Credit covers a part of the charges, or they are more than a link has: a link for their sum would settle the account's oldest
        // debts, of which some are disputed or paused, and would still ask for all of it once a part was paid otherwise.
        if (charges.Count > PaymentLink.MostCharges || charges.Sum(charge => charge.OpenMinor) != total.AmountMinor)
            return null;
        // Where no provider takes the money, its page has no more than the mail itself: a bank account.
        if (await merchants.OfPeopleAsync(account.Merchant, cancel) is not { } by
            || (await routing.ChooseAsync(account.Merchant, total, hasPages: true, cancel)).Count == 0)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var making = await desk.MakingAsync(
            new Origin(account.Merchant, 0, Guid.CreateVersion7(now)),
            AccountTarget.Named([Reference.ToAccountId(account.Merchant, account.Value)]),
            new PaymentLinkId(account.Merchant, Guid.CreateVersion7(now)), by,
            [.. charges.Select(charge => Reference.ToChargeId(charge.Id.Merchant, charge.Id.Value))], null,
            PaymentLink.EndOf(lastDay: null, by, now)!.Value, cancel);
        // One that the merchant has taken back, or that has ended, is no way to pay: the next one is.
        for (var nth = 0; nth < Most; nth++)
        {
            var outcome = await engine.SubmitAsync(making with { Key = KeyOf(step.Id, charges, total, nth) });
            if (!outcome.Accepted)
                return null;
            if (await desk.FindAsync(new PaymentLinkId(account.Merchant, outcome.Subject), cancel) is { Status: LinkStatus.Open } link
                && !link.HasEnded(now))
            {
                return link;
            }
        }

        return null;
    }

    /// <summary>The key under which a level has a link for the same charges, and the next one after it.</summary>
    private static KeyUse KeyOf(DunningStepId step, IEnumerable<Charge> charges, Money total, int nth)
    {
        var asked = Encoding.UTF8.GetBytes(
            $"{step.Account.Value:N} {step.Cycle} {step.Level} {total} {string.Join(' ', charges.Select(charge => charge.Id.Value))}"
            + (nth == 0 ? "" : $" {nth}"));
        var hash = System.Security.Cryptography.SHA256.HashData(asked);
        return new KeyUse(new RequestKey(step.Account.Merchant, "reminder link", Convert.ToHexStringLower(hash), 0), hash);
    }
}
