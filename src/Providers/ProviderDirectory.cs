using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Providers.Cash;
using Quittance.Providers.Sandbox;

namespace Quittance.Providers;

/// <summary>What an operator can set about providers.</summary>
public sealed record ProviderOptions
{
    /// <summary>How long they are waited for.</summary>
    public ProviderTimeouts Timeouts { get; init; } = new();

    /// <summary>Where a provider, by its name, sends a merchant's notices; null when it can't reach this server.</summary>
    public Func<MerchantId, string, Uri?> NoticeAddress { get; init; } = static (_, _) => null;
}

/// <summary>All providers: the house's own, which every merchant has, and those where a merchant needs an account.</summary>
/// <param name="accounts">The merchants' accounts; asked each time, so that a changed one is used at once.</param>
/// <param name="options">What operators can set.</param>
/// <param name="sandboxLog">The log of sandbox accounts.</param>
public sealed class ProviderDirectory(
    IProviderAccounts accounts, ProviderOptions options, TimeProvider clock, ILogger<SandboxProvider> sandboxLog) : IProviders
{
    /// <summary>The names of the providers that merchants are connected with: each has notices, and pays out what it holds.</summary>
    public static IReadOnlyList<string> Connected { get; } = [SandboxProvider.ProviderName];

    private readonly Lock _lock = new();

    // An account's client lives as long as the account stays the same: it holds connections and the memory of failures.
    private readonly Dictionary<MerchantId, (Uri Address, string ApiKey, SandboxProvider Client)> _sandboxes = [];

    /// <exception cref="FormatException">The merchant's account has an API key that can't be sent.</exception>
    public async ValueTask<IProvider?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel)
    {
        if (provider == CashProvider.Drawer.Name)
            return CashProvider.Drawer;
        if (provider == CashProvider.BankTransfer.Name)
            return CashProvider.BankTransfer;
        if (provider == CashProvider.Gateway.Name)
            return CashProvider.Gateway;
        if (provider != SandboxProvider.ProviderName)
            return null;

        var account = await accounts.FindAsync(merchant, provider, cancel);
        lock (_lock)
        {
            // An earlier version connected accounts by plain HTTP: card numbers and keys do not go there any more.
            if (account is not null && SecretAddress.Allows(account.Address))
                return ClientOf(account);
            _sandboxes.Remove(merchant);
            return null;
        }
    }

    private SandboxProvider ClientOf(ProviderAccount account)
    {
        // New notice keys make no difference to what is sent.
        if (_sandboxes.TryGetValue(account.Merchant, out var known) && known.Address == account.Address && known.ApiKey == account.ApiKey)
            return known.Client;

        var client = new SandboxProvider(account, options, clock, sandboxLog);
        _sandboxes[account.Merchant] = (account.Address, account.ApiKey, client);
        return client;
    }
}
