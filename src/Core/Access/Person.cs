namespace Quittance.Core.Access;

/// <summary>What someone may do in the console. Each role may do what the ones before it may.</summary>
public enum OperatorRole
{
    /// <summary>Sees everything but secrets, and changes nothing.</summary>
    Viewer,

    /// <summary>Moves money: refunds, allocations, settlements, and what else a day's work needs.</summary>
    Operator,

    /// <summary>Decides who gets in: people, credentials, clients, origins; and erases a person's data.</summary>
    Admin,
}

/// <summary>Someone who signs in.</summary>
/// <param name="Merchant">The merchant with whom.</param>
/// <param name="Id">The subject of the tokens that clients get from them.</param>
/// <param name="Email">In lower case.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Role">What they may do in the console; null for someone who only lets clients act for them.</param>
public sealed record Person(MerchantId Merchant, Guid Id, string Email, string Name, OperatorRole? Role = null);

/// <summary>What came of a try to sign in.</summary>
/// <param name="Person">Who it is; null when address or password are wrong, which look the same.</param>
/// <param name="Wait">How long nobody is let in under this address; null when the try counted.</param>
public readonly record struct SignIn(Person? Person, TimeSpan? Wait);

/// <summary>Where people sign in.</summary>
public interface IPeople
{
    /// <summary>
    /// Tries an e-mail address and a password. Who keeps guessing has to wait longer and longer, whether or not anybody has this address.
    /// </summary>
    Task<SignIn> SignInAsync(MerchantId merchant, string email, string password, CancellationToken cancel);
}

/// <summary>Who is signed in at the console.</summary>
/// <param name="Merchant">Whose books they see.</param>
/// <param name="MerchantName">What the merchant is called.</param>
/// <param name="TimeZone">The IANA zone in which its days begin.</param>
/// <param name="Person">Who it is.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Role">What they may do.</param>
public sealed record ConsoleUser(MerchantId Merchant, string MerchantName, string TimeZone, Guid Person, string Name, OperatorRole Role);
