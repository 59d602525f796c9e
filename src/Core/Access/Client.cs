namespace Quittance.Core.Access;

/// <summary>A client of the authorisation server: a credential that gets tokens for itself and for people.</summary>
/// <param name="Credential">The credential: its installation, and what it may do at most.</param>
/// <param name="Name">How it names itself at the endpoints (<c>client_id</c>).</param>
/// <param name="Title">What people are told it is called.</param>
/// <param name="IsPublic">Whether it can keep no secret, as a program on its user's own device.</param>
/// <param name="RedirectUris">Where people may be sent back to, character by character.</param>
public sealed record Client(Credential Credential, string Name, string Title, bool IsPublic, IReadOnlyList<string> RedirectUris);
