namespace Quittance.Core;

/// <summary>
/// The business whose books are kept. Every id of Quittance carries its merchant, so that an id
/// of one merchant can never name a row of another.
/// </summary>
public readonly record struct MerchantId(long Value);
