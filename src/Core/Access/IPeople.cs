namespace Quittance.Core.Access;

/// <summary>Where people sign in.</summary>
public interface IPeople
{
    /// <summary>
    /// Tries an e-mail address and a password. Who keeps guessing has to wait longer and longer, whether or not anybody has this address.
    /// </summary>
    Task<SignIn> SignInAsync(MerchantId merchant, string email, string password, CancellationToken cancel);
}
