using System.Security.Cryptography;
using Quittance.Core;
using Quittance.Host;
using Quittance.Storage.Tenancy;

namespace Quittance.Bench.Books;

/// <summary>A merchant of one rival.</summary>
/// <param name="Id">Its id.</param>
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

    /// <summary>Gives another merchant the very same books.</summary>
    public async Task CopyToAsync(BenchDatabase database, MerchantId other, CancellationToken cancel)
    {
        foreach (var (table, columns) in Copied)
        {
            await database.ExecuteAsync(
                $"INSERT INTO {table} (merchant_id, {columns}) SELECT {other.Value}, {columns} FROM {table} WHERE merchant_id = {Id.Value}", cancel);
        }

        await database.ExecuteAsync(
            $"UPDATE slot s SET last_number = o.last_number FROM slot o WHERE o.merchant_id = {Id.Value} AND s.merchant_id = {other.Value} AND s.slot = o.slot",
            cancel);
    }

    private static readonly (string Table, string Columns)[] Copied =
    [
        ("account", "id, slot, number, currency"),
        ("reference", "dialect, kind, value, account_id, slot, object_id"),
        ("ledger_account", "id, slot, kind, holder_id, purpose, currency, debits_minor, credits_minor"),
        ("payment", "id, number, account_id, instrument_id, amount_minor, currency, allocated_minor, events, dialect, status, method, status_at, details"),
        ("event", "subject_id, sequence, type, status, occurred_at, credential_id, request_id"),
        ("transfer", "subject_id, sequence, line, debit_id, credit_id, amount_minor, currency, charge_id"),
    ];
}
