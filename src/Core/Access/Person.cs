namespace Quittance.Core.Access;

/// <summary>The rights of a person in the console. Each role has those of the roles before it.</summary>
public enum OperatorRole
{
    /// <summary>Sees everything but secrets, and changes nothing.</summary>
    Viewer,

    /// <summary>Moves money: refunds, allocations, settlements and the rest of a day's work.</summary>
    Operator,

    /// <summary>Gives access: people, credentials, clients, origins. Erases a person's data.</summary>
    Admin,
}

/// <summary>A person who can sign in.</summary>
/// <param name="Id">The subject of the tokens that clients get from them.</param>
/// <param name="Email">In lower case.</param>
/// <param name="Role">The role in the console; null for a person who only lets clients act for them.</param>
public sealed record Person(MerchantId Merchant, Guid Id, string Email, string Name, OperatorRole? Role = null)
{
    /// <summary>Whether they give a code or a passkey after the password.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>Whether another person has set the password, so that they must change it at the next sign-in.</summary>
    public bool HasInitialPassword { get; init; }
}

/// <summary>A person as an identity provider knows them (OpenID Connect).</summary>
/// <param name="Issuer">The provider, as it writes itself.</param>
/// <param name="Subject">Its id of the person, which never changes.</param>
/// <param name="Email">The e-mail address.</param>
/// <param name="IsEmailVerified">Whether the provider says that the address is the person's.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Role">The role that it gives the person; null for none.</param>
public sealed record ProvenIdentity(string Issuer, string Subject, string Email, bool IsEmailVerified, string Name, OperatorRole? Role)
{
    /// <summary>When the person signed in there, which may be long ago; null where the provider does not say.</summary>
    public DateTimeOffset? SignedInAt { get; init; }
}

/// <summary>A step of a sign-in after the password.</summary>
public enum SignInStep
{
    /// <summary>A code of the second factor, a passkey, or a recovery code.</summary>
    Code,

    /// <summary>A password of their own, in place of one that another person has set.</summary>
    NewPassword,

    /// <summary>The second factor, which the merchant requires and the person lacks.</summary>
    SecondFactor,
}

/// <summary>The result of a step of a sign-in.</summary>
/// <param name="Person">
/// The person, where the sign-in is complete; null where the address, the password or the code is wrong, or a step is left.
/// </param>
/// <param name="Wait">How long the person must wait; null where the password or the code was checked.</param>
public readonly record struct SignIn(Person? Person, TimeSpan? Wait)
{
    /// <summary>The person whose address it is, for the logs alone: also where the password is wrong. Null for an unknown one.</summary>
    public Person? Named { get; init; }

    /// <summary>The next step; null where none is left, or the sign-in was refused.</summary>
    public SignInStep? Next { get; init; }

    /// <summary>A token with which the sign-in goes on; null where it does not.</summary>
    public string? Pending { get; init; }

    /// <summary>The outcome of a code; null where none was checked.</summary>
    public CodeOutcome? Code { get; init; }

    /// <summary>How many recovery codes are left, where one was used; else null.</summary>
    public int? CodesLeft { get; init; }
}

/// <summary>Signs people in.</summary>
public interface IPeople
{
    /// <summary>Checks an e-mail address and a password. After wrong passwords the wait grows, also for an unknown address.</summary>
    Task<SignIn> SignInAsync(MerchantId merchant, string email, string password, CancellationToken cancel);

    /// <summary>
    /// Lets in the person whom an identity provider names. A person whom it names for the first time is made, or is the one who has that
    /// address; the name, the address and the role are the provider's from then on. A person to whom it gives no role any more stays
    /// outside, loses the role here as well, and with it what clients do for them.
    /// </summary>
    /// <param name="identity">The identity that the provider has proven; null where it has proven none: the person stays outside.</param>
    /// <returns>No person where the address belongs to another one, or the person has left.</returns>
    Task<SignIn> AdmitAsync(MerchantId merchant, ProvenIdentity? identity, CancellationToken cancel);

    /// <summary>
    /// Checks a code of the second factor, or a recovery code, of a sign-in whose password was right. Neither a result nor a wait: the
    /// sign-in has taken too long and begins again.
    /// </summary>
    /// <param name="pending">The token of the sign-in.</param>
    Task<SignIn> ProveAsync(string pending, string code, CancellationToken cancel);

    /// <summary>Signs in by a passkey alone, which is the device and what its owner shows it: two factors.</summary>
    Task<SignIn> SignInByPasskeyAsync(PasskeyAnswer answer, CancellationToken cancel);

    /// <summary>Checks a passkey in place of a code.</summary>
    /// <param name="pending">The token of the sign-in.</param>
    Task<SignIn> ProveByPasskeyAsync(string pending, PasskeyAnswer answer, CancellationToken cancel);

    /// <summary>Checks the password of a person who is signed in: a stranger may sit at their desk.</summary>
    Task<SignIn> ConfirmByPasswordAsync(Person person, string password, CancellationToken cancel);

    /// <summary>Checks so a code of the second factor, or a recovery code.</summary>
    Task<SignIn> ConfirmByCodeAsync(Person person, string code, CancellationToken cancel);

    /// <summary>Checks so a passkey.</summary>
    Task<SignIn> ConfirmByPasskeyAsync(Person person, PasskeyAnswer answer, CancellationToken cancel);

    /// <summary>
    /// Counts a try of the request's address, before anything is done for it; null where it may go on, else how long to wait.
    /// </summary>
    TimeSpan? CountTry(MerchantId merchant);

    /// <summary>Takes the request's browser for one that the person uses: strangers who guess elsewhere do not make it wait.</summary>
    Task RememberAsync(Person person, CancellationToken cancel);

    /// <summary>Keeps a complete sign-in for a page that asks one thing more. Returns a token for it, which is good once.</summary>
    Task<string> KeepAsync(Person person, CancellationToken cancel);

    /// <summary>The person of a kept sign-in, as they are now; null where it has taken too long, or lacks a step meanwhile.</summary>
    /// <param name="kept">The token.</param>
    Task<Person?> TakeUpAsync(string kept, CancellationToken cancel);

    /// <summary>Goes on with a sign-in whose last step was done elsewhere.</summary>
    /// <param name="pending">The token of the sign-in.</param>
    Task<SignIn> ContinueAsync(string pending, CancellationToken cancel);
}

/// <summary>The person signed in at the console.</summary>
/// <param name="Merchant">The merchant whose books they see.</param>
/// <param name="TimeZone">The IANA zone in which its days begin.</param>
/// <param name="ProvenAt">When they last gave their password, a code or a passkey.</param>
public sealed record ConsoleUser(
    MerchantId Merchant, string MerchantName, string TimeZone, Guid Person, string Name, OperatorRole Role, DateTimeOffset ProvenAt)
{
    /// <summary>Whether they have a second factor.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>The tag of the merchant's logo; null for none.</summary>
    public string? Logo { get; init; }
}
