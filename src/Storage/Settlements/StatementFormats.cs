using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Formats;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Settlements;

/// <summary>The result of keeping a format.</summary>
/// <param name="Format">The format with its number; null where the request was done before, or nothing is kept.</param>
/// <param name="Replaced">The formats whose place it takes: they are ended.</param>
/// <param name="WasThere">Whether the merchant keeps the same already: nothing is changed.</param>
/// <param name="IsTooMany">Whether the merchant keeps as many as there can be.</param>
public sealed record FormatKeeping(
    KeptFormat? Format, IReadOnlyList<KeptFormat> Replaced, bool WasThere = false, bool IsTooMany = false);

/// <summary>What merchants say of the columns of their banks' CSV. The vault seals their bank accounts.</summary>
public sealed class StatementFormats(NpgsqlDataSource database, IVault vault, TimeProvider clock)
{
    /// <summary>The purpose for which the vault seals an account.</summary>
    internal const string Purpose = "statement format";

    private const string InForce = """
        SELECT f.number, f.name, f.header, f.uses, f.day_order, f.decimal_sign, f.currency, f.account, f.sealed_account
          FROM statement_format f WHERE f.merchant_id = $1 AND NOT f.is_ended ORDER BY f.number
        """;

    /// <summary>The formats of a merchant that are not ended.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    /// <exception cref="VaultException">A bank account does not open.</exception>
    public async Task<IReadOnlyList<KeptFormat>> ListAsync(MerchantId merchant, CancellationToken cancel) =>
        await OpenAsync(
            await database.AllAsync(InForce, command => command.With(merchant.Value), row => Read(row, merchant), cancel), cancel);

    /// <summary>The same for people, with the bank accounts masked.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public static async Task<IReadOnlyList<KeptFormat>> ShownAsync(
        NpgsqlDataSource database, MerchantId merchant, CancellationToken cancel) =>
        [.. (await database.AllAsync(InForce, command => command.With(merchant.Value), row => Read(row, merchant), cancel))
            .Select(one => one.Shown)];

    /// <summary>Keeps a format, and ends those whose place it takes.</summary>
    /// <param name="format">Without a number.</param>
    /// <param name="account">The format's bank account for people, masked; null where it has none.</param>
    /// <param name="replaces">Whether it takes the place of another one.</param>
    /// <param name="by">Signs it, with the format as it is kept.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<FormatKeeping> KeepAsync(
        KeptFormat format, string? account, Func<KeptFormat, bool> replaces, Func<KeptFormat, Origin> by, CancellationToken cancel) =>
        ChangeAsync<FormatKeeping>(format.Merchant, async (transaction, shown) =>
        {
            var formats = await OpenAsync(shown, cancel);
            var connection = transaction.Connection!;
            if (await OperatorActions.IsDoneAsync(connection, by(format), cancel))
                return (new FormatKeeping(null, []), null);
            if (formats.FirstOrDefault(one => one.Name == format.Name && one.Format == format.Format) is { } same)
                return (new FormatKeeping(same, [], WasThere: true), null);
            IReadOnlyList<KeptFormat> replaced = [.. formats.Where(replaces)];
            if (formats.Count - replaced.Count >= KeptFormat.Most)
                return (new FormatKeeping(null, [], IsTooMany: true), null);
            var last = (await connection.AllAsync(
                "SELECT coalesce(max(number), 0) FROM statement_format WHERE merchant_id = $1",
                command => command.With(format.Merchant.Value), row => row.GetInt32(0), cancel)).Single();
            var kept = format with { Number = last + 1 };
            var sealedAccount = format.Format.Account is { } number
                ? await vault.SealTextAsync(format.Merchant, Purpose, number, cancel) : null;
            await transaction.ExecuteAsync(
                batch =>
                {
                    foreach (var one in replaced)
                        End(batch, one);
                    Insert(batch, kept, account, sealedAccount);
                }, cancel);
            return (new FormatKeeping(kept, replaced), by(kept));
        }, cancel);

    /// <summary>Ends a format: files with its header line are read as if it had never been.</summary>
    /// <returns>The format; null where there is none.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<KeptFormat?> EndAsync(MerchantId merchant, long number, Func<KeptFormat, Origin> by, CancellationToken cancel) =>
        ChangeAsync<KeptFormat?>(merchant, async (transaction, formats) =>
        {
            if (formats.Select(one => one.Shown).FirstOrDefault(one => one.Number == number) is not { } format)
                return (null, null);
            await transaction.ExecuteAsync(batch => End(batch, format), cancel);
            return (format, by(format));
        }, cancel);

    private static void Insert(NpgsqlBatch batch, KeptFormat kept, string? account, byte[]? sealedAccount)
    {
        var format = kept.Format;
        batch.Statement("""
            INSERT INTO statement_format (merchant_id, number, name, header, uses, day_order, decimal_sign, currency, account,
                                          sealed_account)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """)
            .With(kept.Merchant.Value).With(kept.Number).With(kept.Name)
            .With((string[])[.. format.Columns.Select(column => column.Name)])
            .With((string[])[.. format.Columns.Select(column => Words.Of(column.Use))])
            .With<string?>(format.Order is { } order ? Words.Of(order) : null)
            .With<string?>(format.DecimalSign?.ToString()).With<string?>(format.Currency?.Code).With<string?>(account)
            .With(sealedAccount);
    }

    private static void End(NpgsqlBatch batch, KeptFormat format) => batch
        .Statement("UPDATE statement_format SET is_ended = true WHERE merchant_id = $1 AND number = $2")
        .With(format.Merchant.Value).With(format.Number);

    /// <summary>Changes the formats of a merchant, one change after another, with the action of who does it; nothing for none.</summary>
    private Task<T> ChangeAsync<T>(
        MerchantId merchant, Func<NpgsqlTransaction, IReadOnlyList<FormatRow>, Task<(T Result, Origin? By)>> change,
        CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var connection = transaction.Connection!;
            var seal = await SealedChange.OfWholeAsync(connection, merchant, cancel, SealedTables.StatementFormat);
            var formats = await connection.AllAsync(
                InForce, command => command.With(merchant.Value), row => Read(row, merchant), cancel);
            var (result, by) = await change(transaction, formats);
            if (by is not null)
                await transaction.CommitAsync(by, clock, cancel, seal);
            return result;
        }, cancel);

    private async Task<IReadOnlyList<KeptFormat>> OpenAsync(IReadOnlyList<FormatRow> rows, CancellationToken cancel)
    {
        List<KeptFormat> formats = [];
        foreach (var (shown, sealedAccount) in rows)
        {
            var account = sealedAccount is null ? null : await vault.OpenTextAsync(shown.Merchant, Purpose, sealedAccount, cancel);
            formats.Add(shown with { Format = shown.Format with { Account = account } });
        }

        return formats;
    }

    private static FormatRow Read(NpgsqlDataReader row, MerchantId merchant)
    {
        var columns = row.GetFieldValue<string[]>(2).Zip(
            row.GetFieldValue<string[]>(3), (name, use) => new FormatColumn(name, Words.To<ColumnUse>(use)));
        var shown = new KeptFormat(merchant, row.GetInt32(0), row.GetString(1), new StatementFormat([.. columns])
        {
            Order = TextOf(4) is { } order ? Words.To<DayOrder>(order) : null,
            DecimalSign = TextOf(5)?[0],
            Currency = TextOf(6) is { } code ? Currency.Parse(code) : null,
            Account = TextOf(7),
        });
        return new FormatRow(shown, row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8));

        string? TextOf(int cell) => row.IsDBNull(cell) ? null : row.GetString(cell);
    }

    /// <summary>A format with its bank account masked, and sealed.</summary>
    private sealed record FormatRow(KeptFormat Shown, byte[]? SealedAccount);
}
