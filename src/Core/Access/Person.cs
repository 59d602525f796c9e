namespace Quittance.Core.Access;

/// <summary>Someone who signs in.</summary>
/// <param name="Merchant">The merchant with whom.</param>
/// <param name="Id">The subject of the tokens that clients get from them.</param>
/// <param name="Email">In lower case.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Role">What they may do in the console; null for someone who only lets clients act for them.</param>
public sealed record Person(MerchantId Merchant, Guid Id, string Email, string Name, OperatorRole? Role = null);
