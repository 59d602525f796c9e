using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Profiles;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>What customers see of merchants, and since when.</summary>
public sealed class Profiles(NpgsqlDataSource database, TimeProvider clock) : IProfiles
{
    private const string Columns =
        "legal_name, line1, line2, postal_code, city, region, country, email, phone, website, imprint, privacy, terms, colour";

    /// <summary>The profile and the logo of merchant $1 that are in force: no row where the merchant never had either.</summary>
    private const string InForce = $"""
        SELECT {Columns}, l.kind, l.tag
          FROM (SELECT * FROM merchant_profile WHERE merchant_id = $1 ORDER BY since DESC LIMIT 1) p
          FULL JOIN (SELECT merchant_id, kind, tag FROM merchant_logo WHERE merchant_id = $1 ORDER BY since DESC LIMIT 1) l
            ON l.merchant_id = p.merchant_id
        """;

    /// <inheritdoc/>
    public async Task<MerchantProfile> FindAsync(MerchantId merchant, CancellationToken cancel) =>
        await database.FirstAsync<MerchantProfile?>(InForce, command => command.With(merchant.Value), Read, cancel) ?? MerchantProfile.None;

    /// <inheritdoc/>
    public Task<Logo?> LogoAsync(MerchantId merchant, CancellationToken cancel) => database.FirstAsync<Logo?>(
        "SELECT kind, tag, content FROM merchant_logo WHERE merchant_id = $1 ORDER BY since DESC LIMIT 1",
        command => command.With(merchant.Value),
        row => MarkIn(row, 0) is { } mark ? new Logo(mark, row.GetFieldValue<byte[]>(2)) : null, cancel);

    /// <summary>Sets the profile of a merchant from now on. The logo stays.</summary>
    /// <returns>Whether it was otherwise before.</returns>
    public Task<bool> SetAsync(MerchantId merchant, MerchantProfile profile, Origin by, CancellationToken cancel) => ChangeAsync(
        merchant, by, before => before with { Logo = null } == profile with { Logo = null }, SealedTables.MerchantProfile,
        $"INSERT INTO merchant_profile (merchant_id, since, {Columns}) "
            + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        command => command.With(profile.LegalName).With(profile.Address?.Line1).With(profile.Address?.Line2)
            .With(profile.Address?.PostalCode).With(profile.Address?.City).With(profile.Address?.Region).With(profile.Address?.Country)
            .With(profile.Email).With(profile.Phone).With(profile.Website).With(profile.Imprint).With(profile.Privacy).With(profile.Terms)
            .With(profile.Colour?.ToString()),
        cancel);

    /// <summary>Sets the logo of a merchant from now on; null for none.</summary>
    /// <returns>Whether it was another one before.</returns>
    public Task<bool> SetLogoAsync(MerchantId merchant, Logo? logo, Origin by, CancellationToken cancel) => ChangeAsync(
        merchant, by, before => before.Logo == logo?.Mark, SealedTables.MerchantLogo,
        "INSERT INTO merchant_logo (merchant_id, since, kind, tag, content) VALUES ($1, $2, $3, $4, $5)",
        command => command.With(logo is null ? null : Words.Of(logo.Mark.Kind)).With(logo?.Mark.Tag).With(logo?.Content.ToArray()),
        cancel);

    private async Task<bool> ChangeAsync(
        MerchantId merchant, Origin by, Func<MerchantProfile, bool> isSo, SealedTable table, string sql,
        Action<NpgsqlBatchCommand> values, CancellationToken cancel)
    {
        var isChanged = false;
        await database.SetPolicyAsync(
            merchant, by, key: null, clock,
            async connection => isSo(
                await connection.FirstAsync<MerchantProfile?>(InForce, command => command.With(merchant.Value), Read, cancel)
                ?? MerchantProfile.None),
            async (transaction, change, since) =>
            {
                await transaction.ExecuteAsync(batch => values(batch.Statement(sql).With(merchant.Value).With(since)), cancel);
                await change.AfterAsync(table, "x.since = $2", command => command.With(since), cancel);
                isChanged = true;
            },
            cancel);
        return isChanged;
    }

    private static MerchantProfile Read(NpgsqlDataReader row)
    {
        return new MerchantProfile(
            Text(0), Text(4) is { } city ? new PostalAddress(Text(1), Text(2), Text(3), city, Text(5), Text(6)!) : null, Text(7), Text(8),
            Text(9), Text(10), Text(11), Text(12), BrandColour.TryParse(Text(13), out var colour) ? colour : null)
        {
            Logo = MarkIn(row, 14),
        };

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }

    private static LogoMark? MarkIn(NpgsqlDataReader row, int first) =>
        row.IsDBNull(first) ? null : new LogoMark(Words.To<LogoKind>(row.GetString(first)), row.GetString(first + 1));
}
