using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers;

namespace Quittance.Tests.Providers;

public sealed class ProviderDirectoryTests
{
    private static readonly MerchantId Merchant = new(1);

    private readonly Accounts _accounts = new();
    private readonly ProviderDirectory _directory;

    public ProviderDirectoryTests() =>
        _directory = new ProviderDirectory(_accounts, new ProviderOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cash")]
    [InlineData("bank-transfer")]
    public async Task TheHousesOwn_AreEverybodys(string name) =>
        Assert.Equal(name, (await _directory.FindAsync(Merchant, name, Cancel))!.Name);

    [Theory]
    [InlineData("sandbox")]
    [InlineData("Cash")]
    [InlineData("unheard-of")]
    public async Task WithoutAnAccount_ThereIsNone(string name) => Assert.Null(await _directory.FindAsync(Merchant, name, Cancel));

    [Fact]
    public async Task AnAccount_KeepsItsClient_UntilItChanges()
    {
        _accounts.Account = AccountOf("key-1");
        var first = await _directory.FindAsync(Merchant, "sandbox", Cancel);
        Assert.Equal("sandbox", first!.Name);

        _accounts.Account = AccountOf("key-1", "whsec_new");
        Assert.Same(first, await _directory.FindAsync(Merchant, "sandbox", Cancel));

        _accounts.Account = AccountOf("key-2");
        var second = await _directory.FindAsync(Merchant, "sandbox", Cancel);
        Assert.NotSame(first, second);
        Assert.NotSame(second, await _directory.FindAsync(new MerchantId(2), "sandbox", Cancel));

        _accounts.Account = null;
        Assert.Null(await _directory.FindAsync(Merchant, "sandbox", Cancel));
    }

    [Fact]
    public void MoreThan20Seconds_AreTooLong()
    {
        Assert.True(new ProviderTimeouts().Total <= TimeSpan.FromSeconds(20));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProviderTimeouts { Total = TimeSpan.FromSeconds(21) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProviderTimeouts { Total = TimeSpan.Zero });
    }

    private static ProviderAccount AccountOf(string key, params IReadOnlyList<string> noticeKeys) =>
        new(Merchant, "sandbox", new Uri("http://127.0.0.1:1"), key, noticeKeys);

    private sealed class Accounts : IProviderAccounts
    {
        public ProviderAccount? Account { get; set; }

        public ValueTask<ProviderAccount?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel) =>
            ValueTask.FromResult(Account is null ? null : Account with { Merchant = merchant });
    }
}
