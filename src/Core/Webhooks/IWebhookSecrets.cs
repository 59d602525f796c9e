using System.Security.Cryptography;
using Quittance.Core.Engine;

namespace Quittance.Core.Webhooks;

/// <summary>A key of signatures as Standard Webhooks define them.</summary>
public static class SigningKey
{
    /// <summary>The beginning of a key, which base64 follows.</summary>
    public const string Prefix = "whsec_";

    private const int Length = 32;

    /// <summary>A new key: 32 random bytes.</summary>
    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length));
}

/// <summary>The secrets that sign the webhooks of credentials.</summary>
public interface IWebhookSecrets
{
    /// <summary>Gives a credential its first secret.</summary>
    /// <returns>False where it has one already, which stays.</returns>
    Task<bool> EnsureAsync(MerchantId merchant, long credential, string secret, CancellationToken cancel);

    /// <summary>Gives a credential a new secret; those before it sign beside it for a day.</summary>
    /// <param name="credential">The credential's number.</param>
    /// <param name="secret">The new secret.</param>
    /// <param name="by">The acting operator or client.</param>
    /// <param name="key">How the request uses its Idempotency-Key; null for none.</param>
    /// <returns>Whether the request is new; one that is not changes nothing.</returns>
    Task<KeyState> RotateAsync(
        MerchantId merchant, long credential, string secret, CancellationToken cancel, Origin? by = null, KeyUse? key = null);
}
