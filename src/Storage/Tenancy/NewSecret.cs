using System.Buffers.Text;
using System.Security.Cryptography;
using Quittance.Core.Access;

namespace Quittance.Storage.Tenancy;

/// <summary>Secrets that nobody can guess, and names that nobody else has. What they begin with tells what they are.</summary>
public static class NewSecret
{
    private const int SecretLength = 32;
    private const int NameLength = 16;

    // 120 bits.
    private const int PasswordLength = 15;

    /// <summary>A secret of a credential.</summary>
    public static string Of(CredentialKind kind) => (kind is CredentialKind.Client ? "qs_" : "qt_") + Random(SecretLength);

    /// <summary>A name for a client of the authorisation server.</summary>
    public static string ClientName() => "qc_" + Random(NameLength);

    /// <summary>A password for someone who signs in.</summary>
    public static string Password() => Random(PasswordLength);

    private static string Random(int length) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(length));
}
