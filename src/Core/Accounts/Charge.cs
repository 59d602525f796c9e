using Quittance.Core.Engine;

namespace Quittance.Core.Accounts;

/// <summary>A customer's debt: a bill, a debt claim, an order's services.</summary>
/// <param name="Order">The order it belongs to, if any.</param>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Label">The label, such as <c>services</c>; <c>bill</c> by default.</param>
/// <param name="Reference">The id under which the raising system knows it; null where it has none.</param>
/// <param name="Document">The number printed on the bill; null where it has none.</param>
/// <param name="DueOn">The day it is due; older charges are settled first.</param>
/// <param name="AllocatedMinor">The part that payments have settled, minor units.</param>
/// <param name="CreditedMinor">The part that credit notes have forgiven, minor units.</param>
public sealed record Charge(
    ChargeId Id, AccountId Account, OrderId? Order, long Number, string Label, string? Reference, string? Document,
    string? Description, DateOnly DueOn, Money Amount, long AllocatedMinor, long CreditedMinor) : IRow<ChargeId, Charge>
{
    public static Shelf<ChargeId, Charge> Shelf { get; } = new(charge => charge.Id);

    /// <summary>The charges of an account. Only the open ones are read.</summary>
    public static Relation<AccountId, ChargeId, Charge> OfAccount { get; } = new(Shelf, charge => charge.Account);

    public static Relation<OrderId, ChargeId, Charge> OfOrder { get; } = new(Shelf, charge => charge.Order);

    /// <summary>The oldest open charges of an account in a currency, as many as money can settle.</summary>
    public static Lookup<(AccountId Account, Currency Currency)> Oldest { get; } = new();

    /// <summary>The charges that an account's open charges became when it was merged, on the accounts that they went to.</summary>
    public static Relation<AccountId, ChargeId, Charge> MergedOf { get; } = new(Shelf, charge => charge.MergedFrom);

    /// <summary>The charges of a merged account whose open part was moved.</summary>
    public static Lookup<AccountId> MovedAway { get; } = new();

    /// <summary>The charge of the merged account whose open part this one is; null for none.</summary>
    public ChargeId? MovedFrom { get; init; }

    /// <summary>The merged account; null for none.</summary>
    public AccountId? MergedFrom { get; init; }

    /// <summary>
    /// The charge that a merge made of its open part, while the merge stands; null for none. No column: the readers of
    /// <see cref="Books.IReceivables"/> look it up.
    /// </summary>
    public ChargeId? MovedTo { get; init; }

    /// <summary>The reference as a number above zero, where its API numbers its charges; else null.</summary>
    public long? ReferenceNumber { get; init; }

    /// <summary>The part that was given up as a bad debt, minor units.</summary>
    public long WrittenOffMinor { get; init; }

    /// <summary>The last day on which its customer is not dunned for it; null for none.</summary>
    public DateOnly? DunningPausedUntil { get; init; }

    public int Events { get; init; } = 1;

    /// <summary>Its name for people: the printed one, else its API's, else our number.</summary>
    public string Called => Document ?? Reference ?? $"{Number}";

    /// <summary>The open part, minor units.</summary>
    public long OpenMinor => Amount.AmountMinor - AllocatedMinor - CreditedMinor - WrittenOffMinor;
}

/// <summary>A charge as a list of its account shows it.</summary>
/// <param name="Number">The charge's reference where its API numbers its charges, else its own number.</param>
/// <param name="DueOn">The day it is due.</param>
/// <param name="Open">The open part; zero when it is settled.</param>
public sealed record ListedCharge(long Number, DateOnly DueOn, string? Description, Money Amount, Money Open);

/// <summary>The charges of an account that a list shows.</summary>
/// <param name="From">The first day on which they are due.</param>
/// <param name="To">The last day on which they are due.</param>
/// <param name="After">Only charges of a larger listed number, 0 or above.</param>
/// <param name="Size">How many at most, above 0.</param>
public readonly record struct ChargeRange(DateOnly From, DateOnly To, long After, int Size);

/// <summary>A slice of a list of charges.</summary>
/// <param name="Charges">The charges, in the order of their listed numbers.</param>
/// <param name="HasNext">Whether there are charges of larger numbers.</param>
public sealed record ChargeSlice(IReadOnlyList<ListedCharge> Charges, bool HasNext);
