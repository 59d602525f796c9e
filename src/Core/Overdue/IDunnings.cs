using Quittance.Core.Accounts;

namespace Quittance.Core.Overdue;

/// <summary>An account that owes something overdue or is dunned, with what decides on its dunning.</summary>
public sealed record DunningCandidate(Account Account, DunningCase Case)
{
    /// <summary>The command that takes the account to the next level or ends its dunning; null where nothing happens.</summary>
    public DunningCommand? CommandOn(DateOnly today, Origin origin)
    {
        var target = AccountTarget.Of(Account.Id, Account.Slot);
        var verdict = Case.On(today);
        IReadOnlyList<ChargeId> overdue = [.. Case.Overdue.Select(one => one.Charge.Id)];
        IReadOnlyList<ChargeId> disputed =
            [.. Case.Overdue.Where(one => one.LeftOut == LeftOut.Disputed).Select(one => one.Charge.Id)];
        return verdict.Move switch
        {
            DunningMove.Step => new StepDunning(origin, target, Case.NextStep)
            {
                Number = Account.Number,
                Today = today,
                Overdue = overdue,
                Disputed = disputed,
            },
            DunningMove.End => new EndDunning(origin, target) { Today = today, Overdue = overdue, Disputed = disputed },
            DunningMove.Wait => null,
        };
    }
}

/// <summary>Reads how far customers are dunned, without locks.</summary>
public interface IDunnings
{
    /// <summary>The merchant's day of a moment, by which dunning goes.</summary>
    Task<DateOnly> DayAsync(MerchantId merchant, DateTimeOffset moment, CancellationToken cancel);

    /// <summary>An account with what decides on its dunning; null where the merchant has none of this id.</summary>
    Task<DunningCandidate?> FindAsync(AccountId account, DateOnly today, CancellationToken cancel);

    /// <summary>A part of the customers who stand at a level that they reached on some days, in the order of their accounts' ids.</summary>
    /// <param name="after">The account behind which the part begins; empty for the first part.</param>
    Task<IReadOnlyList<DunnedCustomer>> DunnedAsync(DunnedQuery query, DateOnly today, Guid after, int limit, CancellationToken cancel);

    /// <summary>The levels that an account has reached, the last one first.</summary>
    Task<IReadOnlyList<DunningStep>> StepsAsync(AccountId account, int limit, CancellationToken cancel);
}
