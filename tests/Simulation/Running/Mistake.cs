using Quittance.Core.Collecting;
using Quittance.Core.Engine;
using Quittance.Core.Providers;

namespace Quittance.Tests.Simulation.Running;

/// <summary>What is wrong with a server on purpose, so that the simulation can prove that it notices.</summary>
/// <param name="Provider">Puts the mistake between the collector and the provider.</param>
/// <param name="Store">Puts the mistake between the engine and the books.</param>
/// <param name="Answers">Puts the mistake between the collector and its clients.</param>
/// <param name="Brings">Puts the mistake into how a line of a statement is booked.</param>
internal sealed record Mistake(
    Func<IProvider, IProvider>? Provider = null, Func<IStore, IStore>? Store = null, Func<Collector, Func<Command, Task<Outcome>>>? Answers = null,
    Func<Command, World, Command>? Brings = null)
{
    /// <summary>The server as it is.</summary>
    public static Mistake None { get; } = new();
}
