namespace Quittance.Tests.Simulation.Running;

/// <summary>The settings from outside.</summary>
internal static class SimulationSettings
{
    /// <summary>Runs the schedule of this seed and no other.</summary>
    public const string SeedVariable = "QUITTANCE_SIMULATION_SEED";

    private const string SecondsVariable = "QUITTANCE_SIMULATION_SECONDS";
    private const string SchedulesVariable = "QUITTANCE_SIMULATION_SCHEDULES";
    private const int UsualSeconds = 20;

    /// <summary>The one seed to run; null for as many as fit, from a random one.</summary>
    public static int? Seed => Number(SeedVariable);

    /// <summary>How many schedules to run, however long it takes; null for as many as fit.</summary>
    public static int? Schedules => Number(SchedulesVariable);

    /// <summary>For how long to run schedules with each provider.</summary>
    public static TimeSpan Time => TimeSpan.FromSeconds(Number(SecondsVariable) ?? UsualSeconds);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
