using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Providers;

/// <summary>The merchants' tables of routes.</summary>
public sealed class ProviderRoutes(NpgsqlDataSource database, TimeProvider clock) : IProviderRoutes
{
    // In place of the kind or the currency: every one.
    private const string Any = "any";

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ProviderRoute>> ListAsync(MerchantId merchant, CancellationToken cancel) =>
        await database.AllAsync(
            """
            SELECT kind, currency, providers FROM provider_route WHERE merchant_id = $1 AND cardinality(providers) > 0
             ORDER BY kind = 'any', kind, currency = 'any', currency
            """,
            command => command.With(merchant.Value),
            row => new ProviderRoute(
                EnumWords.Find<InstrumentKind>(row.GetString(0)),
                row.GetString(1) == Any ? null : Currency.Parse(row.GetString(1)),
                row.GetFieldValue<string[]>(2)),
            cancel);

    /// <summary>Sets a line of the table, in place of the one before. Refused where the merchant lacks an account that it names.</summary>
    /// <returns>Nothing where the merchant has no account at one of the providers.</returns>
    public Task<ChangeOutcome> SetAsync(MerchantId merchant, ProviderRoute route, Origin by, CancellationToken cancel) =>
        database.ChangeOnceAsync(
            """
            INSERT INTO provider_route (merchant_id, kind, currency, providers, changed_at)
            SELECT m.id, $2, $3, $4, $5 FROM merchant m
             WHERE m.id = $1
               AND NOT EXISTS (SELECT FROM unnest($4) name
                                WHERE NOT EXISTS (SELECT FROM provider_account a WHERE a.merchant_id = $1 AND a.provider = name))
            ON CONFLICT (merchant_id, kind, currency) DO UPDATE SET providers = excluded.providers, changed_at = excluded.changed_at
            """,
            command => command.With(merchant.Value).With(KindOf(route)).With(CurrencyOf(route)).With(route.Providers.ToArray())
                .With(clock.GetUtcNow().UtcDateTime),
            by, clock, cancel, (merchant, [SealedTables.ProviderRoute]));

    /// <summary>
    /// Ends a line of the table: the next more general one counts. The row stays without a provider, since a sealed row goes only where
    /// another takes its place.
    /// </summary>
    /// <returns>Nothing where there is no such line.</returns>
    public Task<ChangeOutcome> EndAsync(MerchantId merchant, InstrumentKind? kind, Currency? currency, Origin by, CancellationToken cancel)
    {
        var route = new ProviderRoute(kind, currency, []);
        return database.ChangeOnceAsync(
            """
            UPDATE provider_route SET providers = '{}', changed_at = $4
             WHERE merchant_id = $1 AND kind = $2 AND currency = $3 AND cardinality(providers) > 0
            """,
            command => command.With(merchant.Value).With(KindOf(route)).With(CurrencyOf(route)).With(clock.GetUtcNow().UtcDateTime),
            by, clock, cancel, (merchant, [SealedTables.ProviderRoute]));
    }

    private static string KindOf(ProviderRoute route) => route.Kind is { } kind ? EnumWords.Of(kind) : Any;

    private static string CurrencyOf(ProviderRoute route) => route.Currency?.Code ?? Any;
}
