namespace Quittance.Tests.Simulation;

/// <summary>What must hold does not.</summary>
internal sealed class SimulationException(string message) : Exception(message);
