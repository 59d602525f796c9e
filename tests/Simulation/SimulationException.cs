namespace Quittance.Tests.Simulation;

/// <summary>A rule does not hold.</summary>
internal sealed class SimulationException(string message) : Exception(message);
