namespace Quittance.Tests.Simulation.Running;

/// <summary>A simulated process is dead: whatever it was doing goes no further.</summary>
internal sealed class ProcessDiedException() : Exception("The process is dead.");
