using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.SigningIn;

/// <summary>The texts for people who choose a password.</summary>
internal static class PasswordWords
{
    /// <summary>Beside the field.</summary>
    public static string Hint =>
        Say($"At least {PasswordRules.Shortest} characters. Several words are strong, and easy to keep in mind.");

    /// <summary>The problem with a new password that was typed twice; null for none.</summary>
    public static string? ProblemOf(string? password, string? again, Person person) =>
        PasswordRules.ProblemOf(password ?? "", person, CommonPasswords.All) is { } problem ? Of(problem)
            : password != again ? Say("The two passwords differ.")
            : null;

    /// <summary>The problem with a new password that the books refuse; null for none, or where it is not the password's.</summary>
    public static string? ProblemOf(PersonOutcome outcome) => outcome == PersonOutcome.Same ? Say("This is the present password.") : null;

    private static string Of(PasswordProblem problem) => problem switch
    {
        PasswordProblem.TooShort => Say($"Take at least {PasswordRules.Shortest} characters."),
        PasswordProblem.TooLong => Say("This is too long."),
        PasswordProblem.Repeats => Say("This repeats a few characters. Take several words."),
        PasswordProblem.Sequence => Say("These characters follow one another. Take several words."),
        PasswordProblem.Common => Say("Many people take this password, so strangers try it first. Take several words."),
        PasswordProblem.OwnName => Say("This has your name or your address in it."),
    };
}
