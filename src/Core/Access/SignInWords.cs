using System.Globalization;

namespace Quittance.Core.Access;

/// <summary>The texts for people whose sign-in fails: at the console, and where they let a client act for them.</summary>
public static class SignInWords
{
    private const int Minute = 60;

    /// <summary>The problem with a code; null for none.</summary>
    public static string? ProblemOf(CodeOutcome outcome) => outcome switch
    {
        CodeOutcome.Right => null,
        CodeOutcome.Wrong => "This code is wrong. Is the clock of your device right?",
        CodeOutcome.Used => "This code was used before. Wait for the next one.",
        CodeOutcome.ClockOff => "This is the code of an earlier minute: the clock of your device is wrong. Set it, and type the next code.",
    };

    /// <summary>After too many tries.</summary>
    /// <param name="seconds">How long to wait.</param>
    public static string WaitFor(int seconds)
    {
        var (number, unit) = seconds < Minute ? (seconds, "second") : ((seconds + Minute - 1) / Minute, "minute");
        return string.Create(
            CultureInfo.InvariantCulture, $"There were too many tries. Wait {number} {unit}{(number == 1 ? "" : "s")}, and try again.");
    }
}
