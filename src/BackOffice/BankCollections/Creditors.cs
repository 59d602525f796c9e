using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Debits;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;

namespace Quittance.BackOffice.BankCollections;

/// <inheritdoc cref="ICreditors"/>
public sealed class Creditors(IProviderAccounts accounts, Mandates mandates) : ICreditors
{
    private const int AtOnce = 20;

    /// <inheritdoc/>
    public async Task<BankAccount?> FindAsync(MerchantId merchant, CancellationToken cancel) =>
        await accounts.FindAsync(merchant, ClearingProvider.Bank, cancel) is { } account ? BankSettings.TryRead(account.ApiKey) : null;

    /// <inheritdoc/>
    public async Task<string> NextReferenceAsync(Account account, CancellationToken cancel)
    {
        for (var first = 1; ; first += AtOnce)
        {
            var names = Enumerable.Range(first, AtOnce).Select(nth => $"M-{account.Number}-{nth}").ToArray();
            var taken = (await mandates.OfReferencesAsync(account.Id.Merchant, names, cancel)).Select(one => one.Reference).ToHashSet();
            if (names.FirstOrDefault(name => !taken.Contains(name)) is { } free)
                return free;
        }
    }
}
