using System.Runtime.InteropServices;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;

namespace Quittance.Core.Books;

/// <summary>What lies between two values; an end that is null is open.</summary>
/// <param name="From">The lower end.</param>
/// <param name="To">The upper end.</param>
/// <param name="ExcludesFrom">Whether the lower end itself lies outside.</param>
/// <param name="ExcludesTo">Whether the upper end itself lies outside.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Range<T>(T? From, T? To, bool ExcludesFrom = false, bool ExcludesTo = false)
    where T : struct;

/// <summary>Something that each item of a list must fulfil, and that the books find by a key.</summary>
public abstract record Criterion;

/// <summary>It is one of these.</summary>
/// <param name="Ids">Their ids; none: nothing is.</param>
public sealed record IdCriterion(IReadOnlyList<Guid> Ids) : Criterion;

/// <summary>It has this human number.</summary>
/// <param name="Number">The number.</param>
public sealed record NumberCriterion(long Number) : Criterion;

/// <summary>It is of one of these accounts.</summary>
/// <param name="Accounts">The ids of the accounts.</param>
public sealed record AccountCriterion(IReadOnlyList<Guid> Accounts) : Criterion;

/// <summary>Its amount lies in one of these ranges. An item without an amount lies in none.</summary>
/// <param name="MajorUnits">The ranges, in major units of whatever currency the item is in.</param>
public sealed record AmountCriterion(IReadOnlyList<Range<decimal>> MajorUnits) : Criterion;

/// <summary>The client gave it one of these references of its own: what its details hold as <c>correlatorId</c>.</summary>
/// <param name="Correlators">The references.</param>
public sealed record CorrelatorCriterion(IReadOnlyList<string> Correlators) : Criterion;

/// <summary>It was made in one of these ways.</summary>
/// <param name="Said">The ways as clients say it: what details hold as <c>paymentMethod.@type</c>.</param>
/// <param name="Methods">The ways where details do not hold a <c>paymentMethod</c> and no instrument was used.</param>
/// <param name="Instruments">Whether any registered instrument will do, where details do not hold a <c>paymentMethod</c>.</param>
public sealed record MethodCriterion(IReadOnlyList<string> Said, IReadOnlyList<PaymentMethod> Methods, bool Instruments) : Criterion;

/// <summary>It stands in one of these ways.</summary>
/// <typeparam name="TStatus">How such an item can stand: <see cref="PaymentStatus"/> or <see cref="Refunds.RefundStatus"/>.</typeparam>
/// <param name="Statuses">The ways.</param>
public sealed record StatusCriterion<TStatus>(IReadOnlyList<TStatus> Statuses) : Criterion
    where TStatus : struct, Enum;

/// <summary>It came to stand as it does within one of these times.</summary>
/// <param name="Times">The times.</param>
public sealed record StatusAtCriterion(IReadOnlyList<Range<DateTimeOffset>> Times) : Criterion;

/// <summary>It is a payment that has money which settles no charge.</summary>
public sealed record UnallocatedCriterion : Criterion;

/// <summary>It is a payment that settles this charge now. It is looked for among the payments of the charge's account.</summary>
/// <param name="Charge">A name of the charge; one that names nothing is settled by nothing.</param>
public sealed record ChargeCriterion(Reference Charge) : Criterion;

/// <summary>A refund was performed within one of these times: when the client said, what details hold as <c>refundDate</c>; else when it was done.</summary>
/// <param name="Times">The times.</param>
public sealed record RefundedAtCriterion(IReadOnlyList<Range<DateTimeOffset>> Times) : Criterion;

/// <summary>Which of a merchant's payments or refunds to read. They come in the order in which they were taken on, which their ids carry.</summary>
/// <param name="Merchant">Whose they are.</param>
/// <param name="Limit">How many at most.</param>
public sealed record ListQuery(MerchantId Merchant, int Limit)
{
    /// <summary>What they must fulfil, all of it.</summary>
    public IReadOnlyList<Criterion> Criteria { get; init; } = [];

    /// <summary>Whether the newest come first.</summary>
    public bool IsNewestFirst { get; init; }

    /// <summary>The item behind which to begin: where the last reading has ended. Null to begin at the first.</summary>
    public Guid? After { get; init; }

    /// <summary>How many to pass over, from there. They are read all the same: to go far, go from item to item.</summary>
    public long Offset { get; init; }

    /// <summary>How many of all that fulfil the criteria, on whatever page, to count at most; zero to count none.</summary>
    public long CountsUpTo { get; init; }
}

/// <summary>A part of a list.</summary>
/// <param name="Items">Its items.</param>
/// <param name="HasMore">Whether there are more behind them.</param>
/// <param name="Count">How many fulfil the criteria, as far as they were to be counted.</param>
public sealed record ListSlice<TItem>(IReadOnlyList<TItem> Items, bool HasMore, long Count);
