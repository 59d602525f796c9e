namespace Quittance.Core.Lists;

/// <summary>It stands in one of these ways.</summary>
/// <typeparam name="TStatus">How such an item can stand: <see cref="Payments.PaymentStatus"/> or <see cref="Refunds.RefundStatus"/>.</typeparam>
/// <param name="Statuses">The ways.</param>
public sealed record StatusCriterion<TStatus>(IReadOnlyList<TStatus> Statuses) : Criterion
    where TStatus : struct, Enum;
