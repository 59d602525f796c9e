using System.Security.Cryptography;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Storage;
using Quittance.Storage.Providers;

namespace Quittance.BackOffice.Providers;

/// <summary>A provider at which merchants have accounts, as far as connecting one needs it.</summary>
/// <param name="MakesKeys">Whether Quittance makes the keys; else the provider gives them to the merchant.</param>
/// <param name="Events">The events for which the merchant switches notices on at the provider.</param>
public sealed record ConnectableProvider(string Name, bool MakesKeys, IReadOnlyList<string> Events)
{
    /// <summary>The usual address for the holder of an API key; null where an operator must say it.</summary>
    public required Func<string, Uri?> AddressOf { get; init; }

    /// <summary>Verifies an account's key by a call that moves no money. The fault, in words for an operator; null for none.</summary>
    public required Func<ProviderAccount, CancellationToken, Task<string?>> PrepareAsync { get; init; }

    /// <summary>Whether an account moves real money; null where its key does not say so.</summary>
    public required Func<ProviderAccount, ProviderWorld?> WorldOf { get; init; }

    /// <summary>The path below the server's public address at which the provider's notices arrive.</summary>
    public required Func<MerchantId, string> NoticePath { get; init; }
}

/// <summary>All providers at which merchants have accounts.</summary>
public sealed class ConnectableProviders(IReadOnlyList<ConnectableProvider> all)
{
    public IReadOnlyList<ConnectableProvider> All => all;
}

/// <summary>What a person brings to connect an account; what is null stays as it was.</summary>
public sealed record BroughtKeys(Uri? Address, string? ApiKey, string? NoticeSecret)
{
    /// <summary>The account's own address and keys are nothing to print.</summary>
    public override string ToString() => nameof(BroughtKeys);
}

/// <summary>The thing that is lacking or wrong where an account can't be connected.</summary>
public enum ConnectFault
{
    /// <summary>Nobody has said where the provider listens.</summary>
    NoAddress,

    /// <summary>The address is not encrypted, so that no key goes there.</summary>
    NotEncrypted,

    /// <summary>The provider gives the API key, and nobody has brought it.</summary>
    NoApiKey,

    /// <summary>The provider gives the secret of its notices, and nobody has brought it.</summary>
    NoNoticeSecret,

    /// <summary>The same request has brought other keys before, and a request counts once.</summary>
    BroughtBefore,
}

/// <summary>Connects merchants' accounts at providers.</summary>
public sealed class ProviderConnection(ProviderAccounts accounts)
{
    /// <summary>The account that follows from what is brought and what is known.</summary>
    /// <param name="known">The account as it is; null for a new one.</param>
    public static ConnectFault? Read(
        ConnectableProvider provider, MerchantId merchant, ProviderAccount? known, BroughtKeys brought, out ProviderAccount account)
    {
        account = new ProviderAccount(merchant, provider.Name, NoAddress, "", []);
        if ((brought.Address ?? provider.AddressOf(brought.ApiKey ?? known?.ApiKey ?? "") ?? known?.Address) is not { } address)
            return ConnectFault.NoAddress;
        account = account with { Address = address };
        // Also of an account that an earlier version connected.
        if (!SecretAddress.Allows(address))
            return ConnectFault.NotEncrypted;
        var apiKey = provider.MakesKeys
            ? known?.ApiKey ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)) : brought.ApiKey ?? known?.ApiKey;
        if (apiKey is null)
            return ConnectFault.NoApiKey;
        var keys = known?.NoticeKeys ?? [];
        if (provider.MakesKeys)
            keys = keys.Count > 0 ? keys : [SigningKey.New()];
        else if (brought.NoticeSecret is { } secret)
            // The provider may still sign with the secret before.
            keys = [secret, .. keys.Where(key => key != secret).Take(1)];
        if (keys.Count == 0)
            return ConnectFault.NoNoticeSecret;
        account = account with { ApiKey = apiKey, NoticeKeys = keys };
        return null;
    }

    /// <summary>Whether a text can be a key: one line without blanks, as providers give them.</summary>
    public static bool IsKey(string text) => text.Length > 0 && text.All(letter => letter is > ' ' and < '\x7f');

    /// <summary>
    /// Connects an account with the keys that its provider gave, once the provider has accepted them. An account that has an address of
    /// its own keeps it.
    /// </summary>
    /// <returns>The fault, in words for an operator, or by its kind; both null where the account is connected.</returns>
    public async Task<(string? Refused, ConnectFault? Fault, ProviderAccount Account)> ConnectAsync(
        ConnectableProvider provider, MerchantId merchant, BroughtKeys brought, Origin by, CancellationToken cancel)
    {
        var known = await accounts.FindAsync(merchant, provider.Name, cancel);
        var own = known is not null && provider.AddressOf(known.ApiKey) != known.Address ? known.Address : null;
        if (Read(provider, merchant, known, brought with { Address = brought.Address ?? own }, out var account) is { } fault)
            return (null, fault, account);
        if (await provider.PrepareAsync(account, cancel) is { } wrong)
            return (wrong, null, account);
        if (await accounts.SaveAsync(account, cancel, by) != ChangeOutcome.Repeated)
            return (null, null, account);
        var saved = await accounts.FindAsync(merchant, provider.Name, cancel);
        var isSame = saved?.ApiKey == account.ApiKey && saved.NoticeKeys[0] == account.NoticeKeys[0];
        return (null, isSame ? null : ConnectFault.BroughtBefore, account);
    }

    private static readonly Uri NoAddress = new("https://invalid");

    private const int KeyBytes = 32;
}
