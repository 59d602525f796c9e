using Quittance.Core.Accounts;

namespace Quittance.Core.Lists;

/// <summary>It is a payment that settles this charge now. It is looked for among the payments of the charge's account.</summary>
/// <param name="Charge">A name of the charge; one that names nothing is settled by nothing.</param>
public sealed record ChargeCriterion(Reference Charge) : Criterion;
