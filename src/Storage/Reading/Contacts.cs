using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>A customer that a text names, by its id, its number or a name that clients use.</summary>
/// <param name="Called">The text.</param>
/// <param name="IsMerged">Whether it was merged into another one.</param>
public sealed record CalledCustomer(string Called, AccountId Account, long Number, bool IsMerged);

/// <summary>How customers are reached, of all customers of a merchant.</summary>
public sealed class Contacts(NpgsqlDataSource database)
{
    /// <summary>The customers that are called so. Several can be, by different names.</summary>
    public async Task<ILookup<string, CalledCustomer>> FindAsync(
        MerchantId merchant, IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        var ids = names.Where(name => Guid.TryParseExact(name, "D", out _)).Select(name => (Name: name, Id: Guid.Parse(name))).ToList();
        return (await database.AllAsync(
            // The keys of reference and of account begin with the merchant: the first two parts pass over them once for all names.
            """
            SELECT k.name, a.id, a.number, a.merged_into_id IS NOT NULL
              FROM unnest($2::text[]) k(name)
              JOIN reference r ON r.merchant_id = $1 AND r.value = k.name AND r.object_id = r.account_id
              JOIN account a ON a.merchant_id = $1 AND a.id = r.account_id
            UNION
            SELECT k.name, a.id, a.number, a.merged_into_id IS NOT NULL
              FROM unnest($2::text[]) k(name) JOIN account a ON a.merchant_id = $1 AND a.number::text = k.name
            UNION
            SELECT k.name, a.id, a.number, a.merged_into_id IS NOT NULL
              FROM unnest($3::text[], $4::uuid[]) k(name, id) JOIN account a ON a.merchant_id = $1 AND a.id = k.id
            ORDER BY 3
            """,
            command => command.With(merchant.Value).With(names.ToArray()).With(ids.Select(id => id.Name).ToArray())
                .With(ids.Select(id => id.Id).ToArray()),
            row => new CalledCustomer(row.GetString(0), new AccountId(merchant, row.GetGuid(1)), row.GetInt64(2), row.GetBoolean(3)),
            cancel)).ToLookup(found => found.Called, StringComparer.Ordinal);
    }

    /// <summary>A part of all customers, in the order in which they came; those that were merged into others are left out.</summary>
    /// <param name="after">The last one of the part before; null for the first part.</param>
    public Task<IReadOnlyList<(AccountId Account, long Number, string? Name, Contact Contact)>> ListAsync(
        MerchantId merchant, AccountId? after, int limit, CancellationToken cancel) =>
        database.AllAsync<(AccountId, long, string?, Contact)>(
            // Indexes: the keys of account, account_holder and account_contact.
            $"""
            SELECT x.id, x.number, h.name, {Tables.AccountContact.Of("c")}
              FROM (SELECT a.* FROM account a
                     WHERE a.merchant_id = $1 AND a.merged_into_id IS NULL AND ($2::uuid IS NULL OR a.id > $2) ORDER BY a.id LIMIT $3) x
              LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = x.id
              LEFT JOIN account_contact c ON c.merchant_id = $1 AND c.account_id = x.id
             ORDER BY x.id
            """,
            command => command.With(merchant.Value).With(after?.Value).With(limit),
            row => (
                new AccountId(merchant, row.GetGuid(0)), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2),
                ContactReading.Read(row, 3)),
            cancel);
}
