using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;

namespace Quittance.Storage.Tenancy;

/// <summary>How a credential is read with its installation and its merchant.</summary>
internal static class CredentialRows
{
    /// <summary>What <see cref="Read"/> reads, of the tables that <see cref="Installation"/> joins.</summary>
    public const string Columns =
        "c.merchant_id, c.id, c.kind, c.scopes, m.hash_key, i.id, i.dialect, i.currency, i.locale, i.time_zone, m.name, i.origins";

    /// <summary>Joins installation and merchant to the credential.</summary>
    public const string Installation =
        "JOIN installation i ON i.merchant_id = c.merchant_id AND i.id = c.installation_id JOIN merchant m ON m.id = c.merchant_id";

    /// <summary>How many columns that are.</summary>
    public const int Width = 12;

    /// <summary>Reads one.</summary>
    public static Credential Read(NpgsqlDataReader row)
    {
        var installation = new Installation(
            new MerchantId(row.GetInt64(0)), row.GetInt64(5), row.GetString(6), Currency.Parse(row.GetString(7)), row.GetString(8), row.GetString(9))
        {
            MerchantName = row.GetString(10),
            Origins = row.GetFieldValue<string[]>(11),
        };
        return new Credential(
            installation, row.GetInt64(1), Words.ToCredentialKind(row.GetString(2)), row.GetFieldValue<string[]>(3).ToHashSet(), row.GetFieldValue<byte[]>(4));
    }
}
