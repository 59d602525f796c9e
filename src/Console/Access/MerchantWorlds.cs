using System.Collections.Concurrent;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Access;

/// <summary>Whether a merchant's providers move real money: the word that stands on every page. It is read anew after seconds.</summary>
public sealed class MerchantWorlds(ConnectedProviders providers, IProviders clients, ConsoleSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<MerchantId, (DateTimeOffset At, IReadOnlyCollection<ProviderWorld?> Worlds)> _known = new();

    /// <summary>The word of a merchant.</summary>
    public async Task<StatusWord> FindAsync(MerchantId merchant, CancellationToken cancel)
    {
        if (settings.IsDemo)
            return new(Say("demo"), Tone.Quiet);
        var now = clock.GetUtcNow();
        if (_known.TryGetValue(merchant, out var known) && now - known.At < KnownFor)
            return Of(known.Worlds);
        List<ProviderWorld?> worlds = [];
        foreach (var one in await providers.ListAsync(merchant, cancel))
            worlds.Add(await WorldOfAsync(merchant, one.Provider, cancel));
        _known[merchant] = (now, worlds);
        return Of(worlds);
    }

    /// <summary>Null where the provider does not say, or can't be asked: a key that can't be read is no reason to show no page.</summary>
    private async Task<ProviderWorld?> WorldOfAsync(MerchantId merchant, string provider, CancellationToken cancel)
    {
        try
        {
            return (await clients.FindAsync(merchant, provider, cancel))?.World;
        }
        catch (Exception unread) when (unread is VaultException or FormatException)
        {
            return null;
        }
    }

    /// <summary>One that moves real money counts for all; one that does not say may move it.</summary>
    internal static StatusWord Of(IReadOnlyCollection<ProviderWorld?> worlds) =>
        worlds.Count == 0 ? new(Say("no provider"), Tone.Quiet)
        : worlds.All(world => world == ProviderWorld.Test) ? new(Say("test"), Tone.Waiting)
        : new(Say("live||money"), Tone.Good);
}
