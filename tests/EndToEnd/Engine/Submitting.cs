using Quittance.Core.Engine;

namespace Quittance.Tests.Engine;

internal static class Submitting
{
    /// <summary>Submits a command that the engine must accept.</summary>
    public static async Task<Outcome> DoAsync(this PaymentEngine engine, Command command)
    {
        var outcome = await engine.SubmitAsync(command);
        Assert.True(outcome.Accepted, string.Join(", ", outcome.Faults));
        return outcome;
    }
}
