using System.Security.Cryptography;
using Quittance.Bench.Books;
using Quittance.Core.Access;
using Quittance.Host;
using Quittance.Storage.Tenancy;

namespace Quittance.Bench.Sessions;

/// <summary>A studio whose customers pay in sessions.</summary>
/// <param name="Merchant">Its books.</param>
/// <param name="Keys">The headers of its keys; each request takes the next, since a key may ask only so often.</param>
internal sealed record Studio(BenchMerchant Merchant, IReadOnlyList<string> Keys)
{
    // A thousand requests a minute each: as many as no machine here answers.
    private const int KeyCount = 500;

    private int _next;

    /// <summary>The header of the next key.</summary>
    public string NextKey => Keys[(int)((uint)Interlocked.Increment(ref _next) % Keys.Count)];

    /// <summary>Creates a studio with its keys.</summary>
    public static async Task<Studio> CreateAsync(Merchants merchants, string name, CancellationToken cancel)
    {
        var api = Api.SportAlliance;
        var merchant = await BenchMerchant.CreateAsync(merchants, name, api, cancel);
        var installation = await merchants.InstallAsync(merchant.Id, api.Dialect, BenchAccounts.Currency, cancel);
        List<string> keys = [.. merchant.Headers];
        while (keys.Count < KeyCount)
        {
            var secret = RandomNumberGenerator.GetHexString(32, lowercase: true);
            await merchants.EnsureCredentialAsync(installation, CredentialKind.ApiKey, $"bench {keys.Count}", secret, api.Scopes, cancel);
            keys.Add(Api.Header(CredentialKind.ApiKey, secret));
        }

        return new Studio(merchant, keys);
    }
}
