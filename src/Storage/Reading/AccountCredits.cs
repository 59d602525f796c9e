using Npgsql;
using Quittance.Core;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads the money of customers that settles no charge.</summary>
internal static class AccountCredits
{
    /// <summary>The credit of an account of merchant <c>$1</c> in SQL, minor units; null for none. Index: payment_of_account.</summary>
    /// <param name="account">The account's id in SQL.</param>
    public static string Of(string account) => $"""
        (SELECT sum(p.amount_minor - p.refunded_minor - p.reversed_minor - p.allocated_minor)::bigint
           FROM payment p WHERE p.account_id = {account} AND p.merchant_id = $1 AND p.has_credit)
        """;

    /// <summary>The credit of those of these accounts that have any, minor units. Index: payment_of_account.</summary>
    /// <param name="accounts">Each one once.</param>
    public static async Task<Dictionary<AccountId, long>> ReadAsync(
        NpgsqlDataSource database, MerchantId merchant, Guid[] accounts, CancellationToken cancel) => (await database.AllAsync(
        $"""
        SELECT k.id, x.minor FROM unnest($2::uuid[]) k(id) CROSS JOIN LATERAL {Of("k.id")} x(minor) WHERE x.minor IS NOT NULL
        """,
        command => command.With(merchant.Value).With(accounts),
        row => (Account: new AccountId(merchant, row.GetGuid(0)), Minor: row.GetInt64(1)), cancel))
        .ToDictionary(one => one.Account, one => one.Minor);
}
