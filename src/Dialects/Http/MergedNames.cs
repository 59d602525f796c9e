using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;

namespace Quittance.Dialects.Http;

/// <summary>
/// Where the names lead that a merge left behind: a merged account's to the account that goes on, and those of its bills to the charges
/// that they became. The books are asked only where a request by such names is refused, so a repeated request finds its first answer on
/// the account that gave it. Clients of Quittance's own API see the account that goes on, and name that one.
/// </summary>
internal static class MergedNames
{
    /// <summary>The refusals that a name of the account that goes on may not get.</summary>
    private static readonly HashSet<Refusal> Leading =
    [
        Refusal.AccountMerged, Refusal.ChargeUnknown, Refusal.PaymentUnknown, Refusal.SessionForeign, Refusal.ExceedsRefundable,
    ];

    /// <summary>The command for the account that goes on, and for what the named charges became; null where no merge leads on.</summary>
    /// <param name="refused">The command as it was refused.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public static async Task<Command?> OnwardAsync(
        this IBooks books, Command refused, IReadOnlyList<Fault> faults, CancellationToken cancel)
    {
        if (!faults.Any(fault => Leading.Contains(fault.Refusal)))
            return null;
        // Of a record whose refusal is kept, the key gives that refusal alone.
        if (refused.Key is { KeepsRefusals: true } && refused.IsFinal(faults))
            return null;
        var accounts = refused.FollowsMerges ? await books.AccountsAsync(refused.Account.Names, cancel) : [];
        var isLed = accounts.Count > 1;
        var target = isLed ? AccountTarget.Of(accounts[^1].Id, accounts[^1].Slot) : refused.Account;
        switch (refused)
        {
            case RecordPayment payment:
                var parts = await books.OnwardAsync(payment.Parts, cancel);
                return parts is null && !isLed && !payment.Parts.Any(part => part.Kind == PartKind.ChargeIfKnown) ? null : payment with
                {
                    Account = target,
                    Parts = parts ?? payment.Parts,
                    Opening = isLed ? null : payment.Opening,
                    LedFrom = [.. accounts.SkipLast(1).Select(account => account.Id)],
                    IsLed = true,
                };
            case AllocatePayment allocation:
                return await books.OnwardAsync(allocation.Parts, cancel) is { } led ? allocation with { Parts = led } : null;
            case BookSession booking:
                var charges = await Task.WhenAll(booking.Charges.Select(names => books.OnwardAsync(names, cancel)));
                return !isLed && charges.All(one => one is null) ? null : booking with
                {
                    Account = target,
                    Charges = [.. charges.Zip(booking.Charges, (led, names) => led is { } one ? [one] : names)],
                };
            // The payment was found, and stays on the account that it names.
            case RefundPayment when faults.All(fault => fault.Refusal == Refusal.ExceedsRefundable):
                return null;
            case RefundCredit refund when isLed:
                return refund with
                {
                    Account = target,
                    Payments = await AccountCredit.PaymentsAsync(books, accounts[^1].Id, refund.Amount, cancel),
                };
            default:
                return isLed ? refused with { Account = target } : null;
        }
    }

    /// <summary>The account of a name, or the one that goes on where it was merged; null where the name is unknown.</summary>
    public static async Task<Account?> LastAccountAsync(this IBooks books, IReadOnlyList<Reference> names, CancellationToken cancel) =>
        await books.AccountsAsync(names, cancel) is [.., var last] ? last : null;

    /// <summary>The parts, with the charges that the named ones became; null where no merge has moved one.</summary>
    private static async Task<IReadOnlyList<Part>?> OnwardAsync(this IBooks books, IReadOnlyList<Part> parts, CancellationToken cancel)
    {
        var isLed = false;
        List<Part> all = [];
        foreach (var part in parts)
        {
            var led = part is { Kind: PartKind.Charge or PartKind.ChargeUpTo or PartKind.ChargeIfKnown, Target: { } name }
                ? await books.OnwardAsync([name], cancel) : null;
            isLed |= led is not null;
            all.Add(led is null ? part : part with { Target = led });
        }

        return isLed ? all : null;
    }

    /// <summary>The charge that the one of these names became by a merge; null where no merge has moved it.</summary>
    private static async Task<Reference?> OnwardAsync(this IBooks books, IReadOnlyList<Reference> names, CancellationToken cancel)
    {
        foreach (var name in names)
        {
            if (await books.MovedChargeAsync(name, cancel) is { } id)
                return Reference.ToChargeId(id.Merchant, id.Value);
        }

        return null;
    }
}
