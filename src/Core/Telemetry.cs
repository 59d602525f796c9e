using System.Diagnostics;

namespace Quittance.Core;

/// <summary>Under which name the server tells of its own work, to whoever listens. Where nobody does, it costs nothing.</summary>
public static class Telemetry
{
    /// <summary>The name of all our measures and spans.</summary>
    public const string Name = "Quittance";

    /// <summary>Begins spans; they hold no amounts, names or numbers of customers.</summary>
    public static ActivitySource Spans { get; } = new(Name);
}
