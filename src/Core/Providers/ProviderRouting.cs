using System.Collections.Concurrent;
using Quittance.Core.Instruments;

namespace Quittance.Core.Providers;

/// <summary>A line of a merchant's table of routes: which providers charge what a customer enters.</summary>
/// <param name="Kind">The kind of instrument; null for every kind.</param>
/// <param name="Currency">The currency; null for every currency.</param>
/// <param name="Providers">Their names, in the order in which they are tried; at least one.</param>
public sealed record ProviderRoute(InstrumentKind? Kind, Currency? Currency, IReadOnlyList<string> Providers)
{
    /// <summary>
    /// The providers of the most exact line: that of the kind and the currency, then of the kind, of the currency, and of everything.
    /// </summary>
    public static IReadOnlyList<string> Of(IEnumerable<ProviderRoute> routes, InstrumentKind kind, Currency currency) => routes
        .Where(route => (route.Kind ?? kind) == kind && (route.Currency ?? currency) == currency)
        .OrderBy(route => (route.Kind is null ? 2 : 0) + (route.Currency is null ? 1 : 0))
        .FirstOrDefault()?.Providers ?? [];
}

/// <summary>The merchants' tables of routes.</summary>
public interface IProviderRoutes
{
    /// <summary>The merchant's lines.</summary>
    ValueTask<IReadOnlyList<ProviderRoute>> ListAsync(MerchantId merchant, CancellationToken cancel);
}

/// <summary>
/// Chooses the provider that charges an instrument when the customer enters it. The instrument keeps its provider, so no payment is ever
/// sent to two. A merchant's table is remembered for a few seconds, so that a changed one is in use soon after.
/// </summary>
public sealed class ProviderRouting(IProviderRoutes routes, IProviders providers, TimeProvider clock)
{
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<MerchantId, (IReadOnlyList<ProviderRoute> Table, DateTimeOffset Until)> _found = new();

    /// <summary>
    /// For each kind of instrument the first provider of its route that takes it and answers; where none answers, the first that takes it.
    /// A kind that none takes is missing, and so is one of which none can say the amount.
    /// </summary>
    /// <param name="hasPages">Whether the customer can be sent to a provider's page; else providers that ask there are passed over.</param>
    public async ValueTask<IReadOnlyDictionary<InstrumentKind, IProvider>> ChooseAsync(
        MerchantId merchant, Money amount, bool hasPages, CancellationToken cancel)
    {
        var table = await TableAsync(merchant, cancel);
        var chosen = new Dictionary<InstrumentKind, IProvider>();
        foreach (var kind in Enum.GetValues<InstrumentKind>())
        {
            foreach (var name in ProviderRoute.Of(table, kind, amount.Currency))
            {
                if (await providers.FindAsync(merchant, name, cancel) is not { } provider || !provider.Takes(kind, amount.Currency)
                    || !provider.CanSay(amount) || (provider is IInstrumentPages && !hasPages))
                {
                    continue;
                }

                chosen.TryAdd(kind, provider);
                if (provider.IsSilent)
                    continue;
                chosen[kind] = provider;
                break;
            }
        }

        return chosen;
    }

    /// <summary>
    /// Whether providers take the currency, and none of them can say the amount: a customer could pay it by no card and by no bank account.
    /// </summary>
    public async ValueTask<bool> CanNoneSayAsync(MerchantId merchant, Money amount, CancellationToken cancel)
    {
        var table = await TableAsync(merchant, cancel);
        var takesCurrency = false;
        foreach (var kind in Enum.GetValues<InstrumentKind>())
        {
            foreach (var name in ProviderRoute.Of(table, kind, amount.Currency))
            {
                if (await providers.FindAsync(merchant, name, cancel) is not { } provider || !provider.Takes(kind, amount.Currency))
                    continue;
                if (provider.CanSay(amount))
                    return false;
                takesCurrency = true;
            }
        }

        return takesCurrency;
    }

    private async ValueTask<IReadOnlyList<ProviderRoute>> TableAsync(MerchantId merchant, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (_found.TryGetValue(merchant, out var known) && now < known.Until)
            return known.Table;
        var table = await routes.ListAsync(merchant, cancel);
        // A merchant without a route is about to get one.
        if (table.Count == 0)
            _found.TryRemove(merchant, out _);
        else
            _found[merchant] = (table, now + RememberedFor);
        return table;
    }
}
