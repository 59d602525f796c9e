using Quittance.Core;

namespace Quittance.Dialects.OracleBrm;

/// <summary>A request to settle bills with money that a payment has left (Oracle BRM 3.6).</summary>
/// <param name="Payment">The payment's POID, item number or our id.</param>
/// <param name="Bills">The bills, each with what it gets, above zero.</param>
public sealed record OracleBrmAllocation(string Payment, IReadOnlyList<(string Bill, Money Amount)> Bills);
