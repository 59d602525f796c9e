using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Providers;

namespace Quittance.Tests.Simulation.Running;

/// <summary>A mistake planted in the server, so that the simulation can prove that it finds such a mistake.</summary>
/// <param name="Provider">Stands between the collector and the provider.</param>
/// <param name="Store">Stands between the engine and the books.</param>
/// <param name="Answers">Stands between the server and its clients.</param>
/// <param name="Brings">Changes what a line of a statement brings.</param>
/// <param name="Completes">Changes which announced payment a line of a statement completes.</param>
/// <param name="BelievesUnknownWords">Takes a provider's word that is not known for an approval.</param>
internal sealed record Mistake(
    Func<IProvider, IProvider>? Provider = null, Func<IStore, IStore>? Store = null,
    Func<SimulatedProcess, Func<Command, Task<Outcome>>>? Answers = null,
    Func<Command, World, Command>? Brings = null, Func<Attempt, World, Task<Attempt>>? Completes = null,
    bool BelievesUnknownWords = false)
{
    public static Mistake None { get; } = new();
}
