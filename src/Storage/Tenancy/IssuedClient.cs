namespace Quittance.Storage.Tenancy;

/// <summary>What a credential is where a client of the authorisation server has it.</summary>
/// <param name="Name">How the client names itself.</param>
/// <param name="IsPublic">Whether it can keep no secret.</param>
/// <param name="RedirectUris">Where people may be sent back to.</param>
public sealed record IssuedClient(string Name, bool IsPublic, IReadOnlyList<string> RedirectUris);
