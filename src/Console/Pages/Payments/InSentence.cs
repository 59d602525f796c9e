using Quittance.Console.Languages;

namespace Quittance.Console.Pages.Payments;

/// <summary>Words that stand alone elsewhere, within a sentence.</summary>
internal static class InSentence
{
    /// <summary>English begins them small there. German keeps its nouns large.</summary>
    public static string Small(string words) =>
        ReaderLanguage.Current == ReaderLanguage.English && words.Length > 0 ? char.ToLowerInvariant(words[0]) + words[1..] : words;
}
