using Quittance.Console.Parts;

namespace Quittance.Console.Pages.Audit;

/// <summary>Says what an operator did something to: APIs are called by their names, as on every other page.</summary>
internal static class SubjectWords
{
    private const string For = " for ";
    private const string Installation = "installation ";

    /// <summary>The subject in words; where there are none for it, itself.</summary>
    /// <param name="what">The action.</param>
    /// <param name="subject">As the log names it, such as <c>https://shop.example for tmf676</c>.</param>
    public static string Of(string what, string subject)
    {
        if (what.StartsWith("origin.", StringComparison.Ordinal) && subject.LastIndexOf(For, StringComparison.Ordinal) is > 0 and var at)
            return subject[..(at + For.Length)] + ApiWords.Of(subject[(at + For.Length)..]);
        return what.StartsWith("installation.", StringComparison.Ordinal) && subject.StartsWith(Installation, StringComparison.Ordinal)
            ? ApiWords.Of(subject[Installation.Length..])
            : subject;
    }
}
