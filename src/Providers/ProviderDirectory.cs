using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Providers.Bank;
using Quittance.Providers.Cash;
using Quittance.Providers.GoCardless;
using Quittance.Providers.Sandbox;
using Quittance.Providers.Stripe;

namespace Quittance.Providers;

/// <summary>An operator's settings about providers.</summary>
public sealed record ProviderOptions
{
    /// <summary>How long they are waited for.</summary>
    public ProviderTimeouts Timeouts { get; init; } = new();

    /// <summary>The address to which a provider, by its name, sends a merchant's notices; null when it can't reach this server.</summary>
    public Func<MerchantId, string, Uri?> NoticeAddress { get; init; } = static (_, _) => null;
}

/// <summary>All providers: the house's own, which every merchant has, and those where a merchant needs an account.</summary>
/// <param name="accounts">The merchants' accounts; asked each time, so that a changed one is used at once.</param>
/// <param name="options">The operators' settings.</param>
/// <param name="logs">Where the clients log.</param>
public sealed class ProviderDirectory(
    IProviderAccounts accounts, ProviderOptions options, TimeProvider clock, ILoggerFactory logs) : IProviders
{
    /// <summary>The providers that merchants are connected with: each has notices, and pays out what it holds.</summary>
    public static IReadOnlyList<IProviderKind> Kinds { get; } = [new SandboxKind(), new StripeKind(), new GoCardlessKind(), new BankKind()];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Connected { get; } = [.. Kinds.Select(kind => kind.Name)];

    private readonly Lock _lock = new();

    // An account's client lives as long as the account stays the same: it holds connections and the memory of failures.
    private readonly Dictionary<(MerchantId, string), (Uri Address, string ApiKey, IProvider Client)> _clients = [];

    /// <summary>A provider that merchants are connected with; null when there is none of this name.</summary>
    public static IProviderKind? Kind(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);

    /// <exception cref="FormatException">The merchant's account has an API key that can't be sent.</exception>
    public async ValueTask<IProvider?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel)
    {
        if (provider == CashProvider.Drawer.Name)
            return CashProvider.Drawer;
        if (provider == CashProvider.BankTransfer.Name)
            return CashProvider.BankTransfer;
        if (provider == CashProvider.Gateway.Name)
            return CashProvider.Gateway;
        if (Kind(provider) is not { } kind)
            return null;

        var account = await accounts.FindAsync(merchant, provider, cancel);
        lock (_lock)
        {
            // An earlier version connected accounts by plain HTTP: card numbers and keys do not go there any more.
            if (account is not null && SecretAddress.Allows(account.Address))
                return ClientOf(kind, account);
            _clients.Remove((merchant, provider));
            return null;
        }
    }

    private IProvider ClientOf(IProviderKind kind, ProviderAccount account)
    {
        var place = (account.Merchant, account.Provider);
        // New notice keys make no difference to what is sent.
        if (_clients.TryGetValue(place, out var known) && known.Address == account.Address && known.ApiKey == account.ApiKey)
            return known.Client;

        var client = kind.Open(account, options, clock, logs);
        _clients[place] = (account.Address, account.ApiKey, client);
        return client;
    }
}
