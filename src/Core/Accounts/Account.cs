using Quittance.Core.Engine;

namespace Quittance.Core.Accounts;

public enum AccountStatus
{
    Open,

    /// <summary>It takes no new charges, payments, instruments and sessions until it is reopened.</summary>
    Closed,
}

/// <summary>A customer's account with the merchant. Everything but the name and the status never changes.</summary>
/// <param name="Slot">The merchant's slot (0 to 31) whose lock guards all of this account's rows.</param>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Currency">The currency in which the customer is billed.</param>
/// <param name="Name">The customer's name; can be erased, so it is kept apart from the ledger.</param>
public sealed record Account(AccountId Id, int Slot, long Number, Currency Currency, string? Name) : IRow<AccountId, Account>
{
    public static Shelf<AccountId, Account> Shelf { get; } = new(account => account.Id);

    /// <summary>
    /// Random; keys the seals of the customer's data, and is drawn anew when it is erased. Empty until the store draws it.
    /// </summary>
    public Guid Salt { get; init; }

    public AccountStatus Status { get; init; }

    public int Events { get; init; } = 1;

    /// <summary>The account of the same person that this one is merged into, which closed it; null for none.</summary>
    public AccountId? MergedInto { get; init; }

    /// <summary>The name of its customer; the number where no name is known.</summary>
    public string Called => Name is { Length: > 0 } ? Name : $"Customer {Number}";

    public bool IsClosed => Status == AccountStatus.Closed;

    /// <summary>Why a closed account takes nothing.</summary>
    internal Refusal WhyClosed => MergedInto is null ? Refusal.AccountClosed : Refusal.AccountMerged;
}

/// <summary>A command that decides on its account's row.</summary>
public abstract record AccountCommand(Origin Origin, AccountTarget Account) : Command(Origin, Account)
{
    public override void Want(Wanted wanted, State known)
    {
        if (known.Find(Account) is { } found)
            wanted.Add(Accounts.Account.Shelf, found.Account);
    }
}

public static class AccountRows
{
    public static Account? Account(this State state, AccountId id) => state.Find(Accounts.Account.Shelf, id);

    public static Account? Account(this State state, AccountTarget target) =>
        state.Find(target) is { } found ? state.Account(found.Account) : null;

    public static Charge? Charge(this State state, ChargeId id) => state.Find(Accounts.Charge.Shelf, id);

    public static Order? Order(this State state, OrderId id) => state.Find(Accounts.Order.Shelf, id);

    /// <summary>All charges of an order. Only of orders that were wanted.</summary>
    public static IEnumerable<Charge> ChargesOf(this State state, OrderId id) => state.All(Accounts.Charge.OfOrder, id);

    /// <summary>The open charges of an account in one currency. Only of accounts whose oldest charges were wanted.</summary>
    public static IEnumerable<Charge> OpenCharges(this State state, AccountId id, Currency currency) =>
        state.All(Accounts.Charge.OfAccount, id).Where(charge => charge.OpenMinor > 0 && charge.Amount.Currency == currency);

    /// <summary>Wants an order with all of its charges.</summary>
    public static void AddOrder(this Wanted wanted, OrderId id)
    {
        wanted.Add(Accounts.Order.Shelf, id);
        wanted.Add(Accounts.Charge.OfOrder, id);
    }

    /// <summary>
    /// Wants the oldest open charges of an account, as many as this money can settle beside the other money of the batch.
    /// </summary>
    public static void AddOpenCharges(this Wanted wanted, AccountId account, Money money) =>
        wanted.Add(Accounts.Charge.Oldest, (account, money.Currency), money.AmountMinor);
}

/// <summary>How an account stands on a day, in one currency.</summary>
/// <param name="Credit">The customer's general credit.</param>
/// <param name="Owed">The open parts of charges due by that day.</param>
/// <param name="ConsumptionCredit">The customer's credit for consumption.</param>
public sealed record AccountStanding(Money Credit, Money Owed, Money ConsumptionCredit)
{
    /// <summary>The last level of dunning; 0 for none.</summary>
    public int DunningLevel { get; init; }

    /// <summary>Whether an agency collects the debt.</summary>
    public bool IsWithAgency { get; init; }

    /// <summary>General credit less open charges; below zero when the customer owes.</summary>
    public Money Balance => Credit - Owed;
}
