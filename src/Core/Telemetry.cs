using System.Diagnostics;

namespace Quittance.Core;

/// <summary>The server's measures and spans. They cost nothing while no program listens.</summary>
public static class Telemetry
{
    /// <summary>The name of all our measures and spans.</summary>
    public const string Name = "Quittance";

    /// <summary>Begins spans; they hold no amounts, names or numbers of customers.</summary>
    public static ActivitySource Spans { get; } = new(Name);
}
