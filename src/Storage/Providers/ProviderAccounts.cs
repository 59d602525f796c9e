using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Providers;

/// <summary>
/// The merchants' accounts at providers; their keys are sealed by the vault. They remember a found account for a few seconds, so that
/// a changed account is in use soon after.
/// </summary>
public sealed class ProviderAccounts(NpgsqlDataSource database, IVault vault, TimeProvider clock) : IProviderAccounts
{
    /// <summary>How long a server may go on with an account as it was.</summary>
    public static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(MerchantId, string), (ProviderAccount Account, DateTimeOffset Until)> _found = new();

    /// <inheritdoc/>
    public async ValueTask<ProviderAccount?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (_found.TryGetValue((merchant, provider), out var known) && now < known.Until)
            return known.Account;
        var account = await ReadAsync(merchant, provider, cancel);
        // Only what exists is remembered, so guessing fills nothing.
        if (account is null)
            _found.TryRemove((merchant, provider), out _);
        else
            _found[(merchant, provider)] = (account, now + RememberedFor);
        return account;
    }

    /// <summary>
    /// Creates the account, or replaces it with what is given now. A merchant's first provider gets the route of everything; a later one
    /// charges nothing until an operator names it in a route.
    /// </summary>
    /// <param name="cancel">Ends the work.</param>
    /// <param name="by">The operator; null for none.</param>
    /// <returns>Whether it is saved, or the operator's request has saved it before.</returns>
    public async Task<ChangeOutcome> SaveAsync(ProviderAccount account, CancellationToken cancel, Origin? by = null)
    {
        var keys = JsonSerializer.Serialize(new[] { account.ApiKey }.Concat(account.NoticeKeys));
        var sealedKeys = await vault.SealTextAsync(account.Merchant, PurposeOf(account.Provider), keys, cancel);
        var outcome = await database.ChangeAsync(transaction => SaveAsync(account, sealedKeys, transaction, by, cancel), cancel);
        _found.TryRemove((account.Merchant, account.Provider), out _);
        return outcome;
    }

    private async Task<ChangeOutcome> SaveAsync(
        ProviderAccount account, byte[] sealedKeys, NpgsqlTransaction transaction, Origin? by, CancellationToken cancel)
    {
        var connection = transaction.Connection!;
        var change = await SealedChange.OfWholeAsync(
            connection, account.Merchant, cancel, SealedTables.ProviderAccount, SealedTables.ProviderRoute);
        if (await OperatorActions.IsDoneAsync(connection, by, cancel))
            return ChangeOutcome.Repeated;
        var now = clock.GetUtcNow().UtcDateTime;
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Statement("""
            INSERT INTO provider_account (merchant_id, provider, address, sealed_keys, changed_at)
            SELECT m.id, $2, $3, $4, $5 FROM merchant m WHERE m.id = $1
            ON CONFLICT (merchant_id, provider) DO UPDATE
               SET address = excluded.address, sealed_keys = excluded.sealed_keys, changed_at = excluded.changed_at
            """)
            .With(account.Merchant.Value).With(account.Provider).With(account.Address.AbsoluteUri).With(sealedKeys)
            .With(now);
        batch.Statement("""
            INSERT INTO provider_route (merchant_id, kind, currency, providers, changed_at)
            SELECT m.id, 'any', 'any', ARRAY[$2], $3 FROM merchant m
             WHERE m.id = $1 AND NOT EXISTS (SELECT FROM provider_route r WHERE r.merchant_id = $1 AND cardinality(r.providers) > 0)
            ON CONFLICT (merchant_id, kind, currency) DO UPDATE SET providers = excluded.providers, changed_at = excluded.changed_at
            """)
            .With(account.Merchant.Value).With(account.Provider).With(now);
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(by, clock, cancel, change);
        return ChangeOutcome.Made;
    }

    /// <summary>Reads the account as it is now; null where there is none.</summary>
    public async Task<ProviderAccount?> ReadAsync(MerchantId merchant, string provider, CancellationToken cancel)
    {
        var found = await database.FirstAsync<(Uri Address, byte[] SealedKeys)?>(
            "SELECT address, sealed_keys FROM provider_account WHERE merchant_id = $1 AND provider = $2",
            command => command.With(merchant.Value).With(provider),
            row => (new Uri(row.GetString(0)), row.GetFieldValue<byte[]>(1)), cancel);
        if (found is not var (address, sealedKeys))
            return null;
        var keys = await vault.OpenTextAsync(merchant, PurposeOf(provider), sealedKeys, cancel);
        return JsonSerializer.Deserialize<string[]>(keys) is [var apiKey, .. var noticeKeys]
            ? new ProviderAccount(merchant, provider, address, apiKey, noticeKeys)
            : throw new InvalidOperationException("The keys of a provider account are not what was sealed.");
    }

    internal static string PurposeOf(string provider) => $"provider {provider}";
}
