using Quittance.Core;
using Quittance.Core.Access;

namespace Quittance.Console.Access;

/// <summary>The identity provider by which people of one merchant sign in at the console (OpenID Connect Core 1.0).</summary>
/// <param name="Issuer">Its name, which is an address; exactly as it writes it.</param>
/// <param name="ClientId">As whom the server asks it.</param>
/// <param name="ClientSecret">The proof of that.</param>
/// <param name="Merchant">The merchant whose console its people enter.</param>
public sealed record SingleSignOnSettings(string Issuer, string ClientId, string ClientSecret, MerchantId Merchant)
{
    /// <summary>The claim of the ID token that names the role, as one text or a list.</summary>
    public string RoleClaim { get; init; } = "roles";

    /// <summary>How the provider must have checked the person, as its claim <c>acr</c> says it; null for any way.</summary>
    public string? Acr { get; init; }

    /// <summary>How long the server waits for the provider.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The value of the claim for a role, such as <c>quittance-viewer</c>.</summary>
    public static string ValueOf(OperatorRole role) => $"quittance-{role.ToString().ToLowerInvariant()}";

    /// <summary>Never the secret.</summary>
    public override string ToString() => Issuer;
}
