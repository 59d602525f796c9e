using System.Text;
using Quittance.Core.Access;

namespace Quittance.Tests.Access;

/// <summary>The samples of RFC 6238 and RFC 4648, and what a person may type.</summary>
public sealed class OneTimeCodeTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_111_111_109);

    // RFC 6238, appendix B: the rows of SHA-1.
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1_111_111_109, "07081804")]
    [InlineData(1_111_111_111, "14050471")]
    [InlineData(1_234_567_890, "89005924")]
    [InlineData(2_000_000_000, "69279037")]
    [InlineData(20_000_000_000, "65353130")]
    public void Code_IsThatOfTheStandard(long seconds, string code) =>
        Assert.Equal(code, OneTimeCode.Of(Secret, OneTimeCode.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds)), digits: 8));

    // RFC 4226, appendix D.
    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(9, "520489")]
    public void CodeOfSixDigits_IsThatOfTheStandard(long step, string code) => Assert.Equal(code, OneTimeCode.Of(Secret, step));

    [Theory]
    [InlineData(0, CodeOutcome.Right)]
    [InlineData(-30, CodeOutcome.Right)]
    [InlineData(30, CodeOutcome.Right)]
    [InlineData(-90, CodeOutcome.ClockOff)]
    // A guess that meets a later step learns nothing: the code opens soon.
    [InlineData(60, CodeOutcome.Wrong)]
    [InlineData(90, CodeOutcome.Wrong)]
    [InlineData(-3600, CodeOutcome.Wrong)]
    [InlineData(3600, CodeOutcome.Wrong)]
    public void Code_OfAnotherTime_IsRefusedByItsDistance(int seconds, CodeOutcome expected)
    {
        var step = OneTimeCode.StepOf(Now.AddSeconds(seconds));
        var (outcome, used) = OneTimeCode.Check(Secret, OneTimeCode.Of(Secret, step), Now, lastStep: null);
        Assert.Equal((expected, expected == CodeOutcome.Right ? step : 0), (outcome, used));
    }

    [Theory]
    [InlineData(0, CodeOutcome.Used)]
    [InlineData(1, CodeOutcome.Used)]
    [InlineData(-1, CodeOutcome.Right)]
    public void Code_IsGoodOnce_AndNoneBeforeTheLastOneIs(int lastStep, CodeOutcome expected)
    {
        var step = OneTimeCode.StepOf(Now);
        Assert.Equal(expected, OneTimeCode.Check(Secret, OneTimeCode.Of(Secret, step), Now, step + lastStep).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("081804 1")]
    [InlineData("81804")]
    [InlineData("０８１８０４")]
    [InlineData("abcdef")]
    public void AnythingElse_IsWrong(string typed) =>
        Assert.Equal(CodeOutcome.Wrong, OneTimeCode.Check(Secret, typed, Now, null).Outcome);

    [Fact]
    public void Code_MayBeTypedInTwoGroups() =>
        Assert.Equal(CodeOutcome.Right, OneTimeCode.Check(Secret, " 081 804 ", Now, null).Outcome);

    // RFC 4648 10, without the padding.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_IsThatOfTheStandard(string text, string written)
    {
        Assert.Equal(written, Base32.Write(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(text, Encoding.ASCII.GetString(Base32.Read(written.ToLowerInvariant())!));
    }

    [Theory]
    [InlineData("MZXW6YTB1")]
    [InlineData("MZXW6YTB=")]
    [InlineData("ÄÖÜ")]
    public void Base32_OfOtherCharacters_IsNone(string text) => Assert.Null(Base32.Read(text));
}
