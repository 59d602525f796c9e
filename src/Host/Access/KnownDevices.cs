using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Access;

/// <summary>
/// The browsers in which people have signed in before. Each has a cookie that names the person, under a keyed hash that ends with the
/// password. Strangers who guess a person's password make no such browser wait.
/// </summary>
internal sealed class KnownDevices(People people, IVault vault, PublicAddress address)
{
    private const string Name = "quittance-device";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);
    private static readonly byte[] KeyName = SHA256.HashData("known devices"u8);

    private readonly bool _isSecure = address.Base.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private string CookieName => _isSecure ? $"__Host-{Name}" : Name;

    /// <summary>Whether the browser has the cookie of the person with this address.</summary>
    public async Task<bool> IsKnownAsync(HttpContext? http, MerchantId merchant, string email, CancellationToken cancel)
    {
        if (http?.Request.Cookies[CookieName] is not { } cookie || await HashAsync(merchant, email, cancel) is not { } hash)
            return false;
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie), Encoding.UTF8.GetBytes(hash));
    }

    /// <summary>Whether the browser has the cookie of the person with this id.</summary>
    public async Task<bool> IsKnownAsync(HttpContext? http, MerchantId merchant, Guid person, CancellationToken cancel) =>
        http?.Request.Cookies.ContainsKey(CookieName) == true && await people.FindAsync(merchant, person, cancel) is { } found
        && await IsKnownAsync(http, merchant, found.Email, cancel);

    /// <summary>Gives the browser of a person who has signed in the cookie.</summary>
    public async Task RememberAsync(HttpContext? http, Person person, CancellationToken cancel)
    {
        if (http is null || await HashAsync(person.Merchant, person.Email, cancel) is not { } hash)
            return;
        http.Response.Cookies.Append(CookieName, hash, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Lifetime,
            Path = "/",
            SameSite = SameSiteMode.Strict,
            Secure = _isSecure,
        });
    }

    private async Task<string?> HashAsync(MerchantId merchant, string email, CancellationToken cancel)
    {
        if (await people.BindingOfAsync(merchant, email, cancel) is not { } binding)
            return null;
        try
        {
            var key = await vault.DeriveKeyAsync(merchant, KeyName, cancel);
            return Base64Url.EncodeToString(HMACSHA256.HashData(
                key.Span, [.. binding, .. Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant())]));
        }
        catch (VaultException)
        {
            // Where the merchant's key is damaged, no browser is known, and passwords let in all the same.
            return null;
        }
    }
}
