using System.Security.Cryptography;
using Quittance.Core;
using Quittance.Host;
using Quittance.Storage.Tenancy;

namespace Quittance.Bench.Books;

/// <summary>A merchant of one rival.</summary>
/// <param name="Headers">The headers that let its clients in.</param>
internal sealed record BenchMerchant(MerchantId Id, IReadOnlyList<string> Headers)
{
    /// <summary>Creates a merchant whose clients speak one API.</summary>
    public static async Task<BenchMerchant> CreateAsync(Merchants merchants, string name, Api api, CancellationToken cancel)
    {
        var merchant = await merchants.CreateAsync(name, cancel);
        var installation = await merchants.InstallAsync(merchant, api.Dialect, BenchAccounts.Currency, cancel);
        List<string> headers = [];
        foreach (var kind in api.Credentials)
        {
            var secret = RandomNumberGenerator.GetHexString(32, lowercase: true);
            await merchants.EnsureCredentialAsync(installation, kind, "bench", secret, api.Scopes, cancel);
            headers.Add(Api.Header(kind, secret));
        }

        return new BenchMerchant(merchant, headers);
    }
}
