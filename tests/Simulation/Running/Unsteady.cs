using System.Reflection;

namespace Quittance.Tests.Simulation.Running;

/// <summary>The books, the attempts or the vault, as a process reads them beside its engine: now and then a read fails.</summary>
public class Unsteady : DispatchProxy
{
    private object _steady = null!;
    private SimulatedProcess _process = null!;

    /// <summary>Puts failures before something that is read.</summary>
    internal static T Of<T>(T steady, SimulatedProcess process)
        where T : class
    {
        var unsteady = Create<T, Unsteady>();
        ((Unsteady)(object)unsteady)._steady = steady;
        ((Unsteady)(object)unsteady)._process = process;
        return unsteady;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _process.Reads(targetMethod!.Name);
        return targetMethod.Invoke(_steady, args);
    }
}
