namespace Quittance.Tests.Simulation.Bank;

/// <summary>A clock of days, which moves only on command. Pauses are of the real world.</summary>
internal sealed class BankClock : TimeProvider
{
    private DateTimeOffset _now = new(2027, 1, 4, 8, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Pass(TimeSpan span) => _now += span;
}
