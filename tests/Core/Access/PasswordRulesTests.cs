using Quittance.Core;
using Quittance.Core.Access;

namespace Quittance.Tests.Access;

/// <summary>The passwords that people may choose.</summary>
public sealed class PasswordRulesTests
{
    private static readonly Person Ada =
        new(new MerchantId(1), Guid.Empty, "ada.nkemelu@northwind.example", "Ada Nkemelu-Olsen", OperatorRole.Admin);

    private static readonly HashSet<string> Common = ["password", "dragon", "qwerty123456", "welcome"];

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("twelve quiet herons")]
    [InlineData("kP3#vw9!Lq2z")]
    [InlineData("the dragon sleeps at noon")]
    [InlineData("ada and the herons at noon")]
    public void GoodPassword_IsTaken(string password) => Assert.Null(PasswordRules.ProblemOf(password, Ada, Common));

    [Theory]
    [InlineData("", PasswordProblem.TooShort)]
    [InlineData("kP3#vw9!Lq2", PasswordProblem.TooShort)]
    [InlineData("aaaaaaaaaaaa", PasswordProblem.Repeats)]
    [InlineData("abababababababab", PasswordProblem.Repeats)]
    [InlineData("Ab1!Ab1!Ab1!Ab1!", PasswordProblem.Repeats)]
    [InlineData("123456789012", PasswordProblem.Sequence)]
    [InlineData("abcdefghijklm", PasswordProblem.Sequence)]
    [InlineData("QwertyuiopAsdf", PasswordProblem.Sequence)]
    [InlineData("password1234", PasswordProblem.Common)]
    [InlineData("P@ssw0rd2026!", PasswordProblem.Common)]
    [InlineData("dragondragon99", PasswordProblem.Common)]
    [InlineData("2026-Welcome!", PasswordProblem.Common)]
    [InlineData("I am Nkemelu's cat", PasswordProblem.OwnName)]
    [InlineData("olsen likes herons", PasswordProblem.OwnName)]
    public void TrivialPassword_IsRefused(string password, PasswordProblem problem) =>
        Assert.Equal(problem, PasswordRules.ProblemOf(password, Ada, Common));

    [Fact]
    public void PasswordThatIsTooLongToSignInWith_IsRefused() =>
        Assert.Equal(PasswordProblem.TooLong, PasswordRules.ProblemOf(new string('x', 257), Ada, Common));
}
