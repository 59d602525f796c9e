using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>The accounts of statements. The books keep a keyed hash of an account and its currency, and not its number.</summary>
public sealed class StatementAccounts(NpgsqlDataSource database)
{
    /// <summary>The hash of an account.</summary>
    /// <param name="accountKey">See <see cref="ReadStatement.AccountKey"/>.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<byte[]> HashAsync(
        MerchantId merchant, StatementSource source, string accountKey, Currency currency, CancellationToken cancel) => Hash(
        (await database.AllAsync(
            "SELECT hash_key FROM merchant WHERE id = $1", command => command.With(merchant.Value), row => row.GetFieldValue<byte[]>(0),
            cancel))[0],
        source, accountKey, currency);

    internal static byte[] Hash(byte[] key, StatementSource source, string accountKey, Currency currency) => HMACSHA256.HashData(
        key, Encoding.UTF8.GetBytes(
            $"settlement account\n{(source == StatementSource.Payout ? "provider" : "bank")}\n{accountKey}\n{currency.Code}"));
}
