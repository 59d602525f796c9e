namespace Quittance.Core.Access;

/// <summary>Who is signed in at the console.</summary>
/// <param name="Merchant">Whose books they see.</param>
/// <param name="MerchantName">What the merchant is called.</param>
/// <param name="TimeZone">The IANA zone in which its days begin.</param>
/// <param name="Person">Who it is.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Role">What they may do.</param>
public sealed record ConsoleUser(MerchantId Merchant, string MerchantName, string TimeZone, Guid Person, string Name, OperatorRole Role);
