using Quittance.Core.Engine;

namespace Quittance.Core.Overdue;

/// <summary>When a merchant charges a stored instrument again for what it did not pay.</summary>
/// <param name="AfterDays">Of each try, how many days after the first failure it comes; one to <see cref="MostTries"/>.</param>
/// <param name="AlsoUnexplained">Whether to try again also where the provider gave no reason, and after a returned debit.</param>
public sealed record RetryPolicy(MerchantId Merchant, IReadOnlyList<int> AfterDays, bool AlsoUnexplained) : IRow<MerchantId, RetryPolicy>
{
    public const int MostTries = 5;

    /// <summary>The most days after the first failure.</summary>
    public const int MostDays = 60;

    /// <summary>Whether the customer pays the provider's fee of a debit that the bank returned.</summary>
    public bool ChargesFee { get; init; }

    public static Shelf<MerchantId, RetryPolicy> Shelf { get; } = new(policy => policy.Merchant);

    /// <inheritdoc/>
    public bool Equals(RetryPolicy? other) => other is not null
        && (Merchant, AlsoUnexplained, ChargesFee) == (other.Merchant, other.AlsoUnexplained, other.ChargesFee)
        && AfterDays.SequenceEqual(other.AfterDays);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Merchant, AlsoUnexplained, ChargesFee, AfterDays.Count);

    /// <summary>Whether days can be those of a policy.</summary>
    public static bool AreDays(IReadOnlyList<int> days) => days.Count is > 0 and <= MostTries
        && days.All(day => day is > 0 and <= MostDays) && days.Zip(days.Skip(1)).All(two => two.First < two.Second);
}

/// <summary>A payment that tries an earlier one again. It never changes.</summary>
/// <param name="Payment">The new payment.</param>
/// <param name="TriedOn">Its day.</param>
public sealed record PaymentRetry(PaymentRetryId Id, PaymentId Payment, DateOnly TriedOn) : IRow<PaymentRetryId, PaymentRetry>
{
    public static Shelf<PaymentRetryId, PaymentRetry> Shelf { get; } = new(retry => retry.Id);

    /// <summary>The tries of a payment.</summary>
    public static Relation<PaymentId, PaymentRetryId, PaymentRetry> OfFirst { get; } = new(Shelf, retry => retry.Id.First);
}

/// <summary>A try of a payment: no try is made twice.</summary>
/// <param name="First">The payment that failed first.</param>
/// <param name="Nth">The place among its tries, from 1.</param>
public readonly record struct PaymentRetryId(PaymentId First, int Nth);
