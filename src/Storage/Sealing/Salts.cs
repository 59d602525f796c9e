using System.Security.Cryptography;

namespace Quittance.Storage.Sealing;

/// <summary>The random keys of the seals of personal data.</summary>
internal static class Salts
{
    public static Guid Draw() => new(RandomNumberGenerator.GetBytes(16));
}
