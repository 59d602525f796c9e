using System.Runtime.InteropServices;
using Quittance.Core.Instruments;

namespace Quittance.Core.Books;

/// <summary>A range between two values; a null end is open.</summary>
/// <param name="From">The lower end.</param>
/// <param name="To">The upper end.</param>
/// <param name="ExcludesFrom">Whether the lower end itself lies outside.</param>
/// <param name="ExcludesTo">Whether the upper end itself lies outside.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Range<T>(T? From, T? To, bool ExcludesFrom = false, bool ExcludesTo = false)
    where T : struct;

/// <summary>A criterion of a list that the books find by a key.</summary>
public abstract record Criterion;

/// <summary>It is one of these.</summary>
/// <param name="Ids">Their ids; none: nothing is.</param>
public sealed record IdCriterion(IReadOnlyList<Guid> Ids) : Criterion;

/// <summary>It has this human number.</summary>
public sealed record NumberCriterion(long Number) : Criterion;

/// <summary>It is of one of these accounts.</summary>
public sealed record AccountCriterion(IReadOnlyList<Guid> Accounts) : Criterion;

/// <summary>Its amount lies in one of these ranges. An item without an amount lies in none.</summary>
/// <param name="MajorUnits">The ranges, in major units of the item's own currency.</param>
public sealed record AmountCriterion(IReadOnlyList<Range<decimal>> MajorUnits) : Criterion;

/// <summary>It has one of these client references: <c>correlatorId</c> in its details.</summary>
public sealed record CorrelatorCriterion(IReadOnlyList<string> Correlators) : Criterion;

/// <summary>Its method is one of these.</summary>
/// <param name="Said">The methods in the words of clients: <c>paymentMethod.@type</c> in the details.</param>
/// <param name="Methods">The methods where the details hold no <c>paymentMethod</c> and it has no instrument.</param>
/// <param name="Instruments">Whether any registered instrument matches where the details hold no <c>paymentMethod</c>.</param>
public sealed record MethodCriterion(IReadOnlyList<string> Said, IReadOnlyList<PaymentMethod> Methods, bool Instruments) : Criterion;

/// <summary>Its status is one of these.</summary>
/// <typeparam name="TStatus"><see cref="PaymentStatus"/> or <see cref="Refunds.RefundStatus"/>.</typeparam>
public sealed record StatusCriterion<TStatus>(IReadOnlyList<TStatus> Statuses) : Criterion
    where TStatus : struct, Enum;

/// <summary>Its status began within one of these times.</summary>
public sealed record StatusAtCriterion(IReadOnlyList<Range<DateTimeOffset>> Times) : Criterion;

/// <summary>A payment with credit.</summary>
public sealed record UnallocatedCriterion : Criterion;

/// <summary>A payment that settles this charge now, among the payments of the charge's account.</summary>
/// <param name="Charge">A name of the charge; one that names nothing is settled by nothing.</param>
public sealed record ChargeCriterion(Reference Charge) : Criterion;

/// <summary>A refund of money of this payment, also one that it shares with others.</summary>
public sealed record PaymentCriterion(PaymentId Payment) : Criterion;

/// <summary>
/// The refund date of the client (<c>refundDate</c> in the details), else the time when the refund was done, lies within one of these
/// times.
/// </summary>
public sealed record RefundedAtCriterion(IReadOnlyList<Range<DateTimeOffset>> Times) : Criterion;

/// <summary>
/// The payments or refunds of a merchant to read. They come in the order in which they were taken on, which their ids carry.
/// </summary>
public sealed record ListQuery(MerchantId Merchant, int Limit)
{
    /// <summary>The criteria that each item fulfils.</summary>
    public IReadOnlyList<Criterion> Criteria { get; init; } = [];

    /// <summary>Whether the newest come first.</summary>
    public bool IsNewestFirst { get; init; }

    /// <summary>The item behind which to begin: where the last reading has ended. Null to begin at the first.</summary>
    public Guid? After { get; init; }

    /// <summary>How many to pass over, from there. They are read all the same: to go far, go from item to item.</summary>
    public long Offset { get; init; }

    /// <summary>How many items of all pages to count at most; zero to count none.</summary>
    public long CountsUpTo { get; init; }
}

/// <summary>A part of a list.</summary>
/// <param name="HasMore">Whether there are more behind them.</param>
/// <param name="Count">How many fulfil the criteria, as far as they were to be counted.</param>
public sealed record ListSlice<TItem>(IReadOnlyList<TItem> Items, bool HasMore, long Count);
