using Quittance.Core.Payments;

namespace Quittance.Core.Lists;

/// <summary>It was made in one of these ways.</summary>
/// <param name="Said">The ways as clients say it: what details hold as <c>paymentMethod.@type</c>.</param>
/// <param name="Methods">The ways where details do not hold a <c>paymentMethod</c> and no instrument was used.</param>
/// <param name="Instruments">Whether any registered instrument will do, where details do not hold a <c>paymentMethod</c>.</param>
public sealed record MethodCriterion(IReadOnlyList<string> Said, IReadOnlyList<PaymentMethod> Methods, bool Instruments) : Criterion;
