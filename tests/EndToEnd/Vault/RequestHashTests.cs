using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Sessions;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Vault;

/// <summary>The hashes of requests, and the tokens of sessions, rest on a key that the database alone does not tell.</summary>
public sealed class RequestHashTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Database_WithoutTheMasterKey_TellsOfNoBodyAndMakesNoToken()
    {
        var studio = await TestStudio.OpenAsync(books);
        var (body, once) = ($$"""{"amount":20,"scope":"ECOM","referenceText":"Fees","customerId":{{await studio.MemberAsync()}}}""",
            WritingRoutes.NewKey());
        var token = (await studio.PostAsync("/v1/payments/user-session", body, once: once)).Text("token")!;
        var kept = (byte[])(await books.ScalarAsync("SELECT request_hash FROM kept_answer WHERE key = $1", once))!;
        var dumped = await BytesInAsync("merchant", "installation", "credential", "data_key");

        var request = Encoding.UTF8.GetBytes($"session.open\n{body}");
        Assert.DoesNotContain(dumped, Opens);
        // With the vault one of them does it: this is how the hash and the token are made.
        var derived =
            await Task.WhenAll(dumped.Select(async key => (await books.Vault.DeriveKeyAsync(studio.Merchant, key, Cancel)).ToArray()));
        Assert.Contains(derived, Opens);

        bool Opens(byte[] key) =>
            HMACSHA256.HashData(key, request).SequenceEqual(kept) || SessionToken.TryRead(token, SessionToken.UserPrefix)!.IsGenuine(key);
    }

    [Fact]
    public async Task Key_AfterTheMasterKeyWasChanged_IsTheSame_AndEveryMerchantHasAnother()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (merchant, other) = (await own.MerchantAsync(), await own.MerchantAsync());
        var (old, next, stored) = (MasterKey.Generate(), MasterKey.Generate(), new byte[32]);
        var before = await PostgresVault.OpenAsync(own.Database, old, TimeProvider.System, Cancel);
        var key = (await before.DeriveKeyAsync(merchant, stored, Cancel)).ToArray();
        Assert.NotEqual(key, (await before.DeriveKeyAsync(other, stored, Cancel)).ToArray());

        await DataKeys.RewrapAsync(own.Database, old, next, by: null, TimeProvider.System, Cancel);

        var after = await PostgresVault.OpenAsync(own.Database, next, TimeProvider.System, Cancel);
        Assert.Equal(key, (await after.DeriveKeyAsync(merchant, stored, Cancel)).ToArray());
    }

    /// <summary>All that stands in these tables as bytes.</summary>
    private async Task<List<byte[]>> BytesInAsync(params string[] tables)
    {
        List<byte[]> found = [];
        foreach (var table in tables)
        {
            var stored = await books.ScalarAsync($$"""
                SELECT array_agg(decode(m[1], 'hex'))
                  FROM {{table}} x, regexp_matches(x::text, '\\x((?:[0-9a-f]{2})+)', 'g') AS m
                """);
            if (stored is byte[][] bytes)
                found.AddRange(bytes);
        }

        return found;
    }
}
