using Quittance.Core.Access;

namespace Quittance.Tests.Access;

/// <summary>The texts that people read after too many tries.</summary>
public sealed class SignInWordsTests
{
    [Theory]
    [InlineData(1, "Wait 1 second, and")]
    [InlineData(59, "Wait 59 seconds, and")]
    [InlineData(60, "Wait 1 minute, and")]
    [InlineData(61, "Wait 2 minutes, and")]
    [InlineData(1800, "Wait 30 minutes, and")]
    public void Wait_IsInSecondsOrWholeMinutes(int seconds, string expected) =>
        Assert.Contains(expected, SignInWords.WaitFor(seconds), StringComparison.Ordinal);
}
