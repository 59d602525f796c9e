namespace Quittance.Tests.Simulation.Running;

/// <summary>A simulated process is dead and stops its work.</summary>
internal sealed class ProcessDiedException() : Exception("The process is dead.");
