using System.Text.RegularExpressions;
using Quittance.BackOffice.Acts;
using Quittance.Console.Languages;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The German texts of the console, held against the English ones.</summary>
public sealed partial class GermanTextTests
{
    private static IReadOnlyDictionary<string, string> Known => ReaderLanguage.German.Texts;

    [Fact]
    public void EachTextOfAPage_HasAGermanOne() => NoneIsMissing(
        SaidTexts.All.Where(said => !Known.ContainsKey(said.Key)).Select(said => $"{said.Value}: {said.Key}"));

    [Fact]
    public void EachReasonWhyALineWaits_HasAGermanOne() => NoneIsMissing(
        SaidTexts.OfWaitingLines.Where(said => !Known.ContainsKey(said.Key)).Select(said => $"{said.Value}: {said.Key}"));

    /// <summary>Each act's questions are fields of its form.</summary>
    [Fact]
    public void EachQuestionOfAnAct_HasAGermanOne() => NoneIsMissing(MerchantActs.Offered
        .SelectMany(act => act.Asks).SelectMany(ask => new[] { ask.Label, ask.Meaning }).Distinct()
        .Where(text => ReaderLanguage.German.Heard(text) == text && !IsTheSame(text)));

    [Fact]
    public void EachWordThatAnActTakes_HasAGermanOne() => NoneIsMissing(MerchantActs.Offered
        .SelectMany(act => act.Asks).Where(ask => ask.Kind == AskKind.Word).SelectMany(ask => ask.Words)
        .Select(word => Words.Capitalised(word.Replace('_', ' '))).Distinct().Where(word => !Known.ContainsKey(word)));

    [Fact]
    public void EachRefusal_HasAGermanReason() => NoneIsMissing(
        Enum.GetValues<Refusal>().Select(RefusalText.Of).Distinct()
            .Where(text => !Known.ContainsKey(text)));

    [Fact]
    public void EachMessageAfterAnAct_HasAGermanOne() =>
        NoneIsMissing(Done.Messages.Where(text => !Known.ContainsKey(text)));

    /// <summary>The pages show members of enumerations by these.</summary>
    [Fact]
    public void EachStateAndKind_HasAGermanWord() =>
        NoneIsMissing(WordsOfStates().Where(text => !Known.ContainsKey(text)));

    [Fact]
    public void GermanText_HasEachValueOfTheEnglishOne() =>
        Assert.All(Known, text => Assert.Equal(PlacesOf(text.Key), PlacesOf(text.Value)));

    /// <summary>A sentence of the back office has its values in it already.</summary>
    [Theory]
    [InlineData(
        "Customers transfer money to DE89370400440532013000, Ada Ltd.", "Kunden überweisen an DE89370400440532013000, Ada Ltd.")]
    [InlineData("There is no customer 4711.", "Einen Kunden 4711 gibt es nicht.")]
    [InlineData(
        "Proposal: the bank takes payment 7 of 80.00 EUR back. Evidence: it names the mandate of its debit.",
        "Vorschlag: die Bank nimmt Zahlung 7 über 80.00 EUR zurück. Beleg: er nennt das Mandat ihrer Lastschrift.")]
    [InlineData("The refund of payment 7 is 8 EUR, not 9 EUR.", "Die Erstattung der Zahlung 7 lautet auf 8 EUR, nicht auf 9 EUR.")]
    [InlineData("Nothing was handed out: its mandate has ended.", "Nichts wurde ausgegeben: ihr Mandat ist beendet.")]
    [InlineData("its mandate has ended; its bank account was taken away", "ihr Mandat ist beendet; ihr Bankkonto wurde entfernt")]
    [InlineData(
        "https://a.example took the test event: HTTP 204.", "https://a.example hat das Testereignis angenommen: HTTP 204.")]
    [InlineData(
        "Proposal: charge R-1. Evidence: the payer has the customer's name; 2.00 EUR is missing, which is within your tolerance and is "
            + "booked as rounding.",
        "Vorschlag: charge R-1. Beleg: der Zahler heißt wie der Kunde; es fehlen 2.00 EUR, was in Ihrer Toleranz liegt und "
            + "als Rundung gebucht wird.")]
    [InlineData("Nothing like it was ever said.", "Nothing like it was ever said.")]
    public void SentenceOfTheBackOffice_IsFoundByItsShape(string english, string german) =>
        Assert.Equal(german, ReaderLanguage.German.Heard(english));

    /// <summary>What a customer or an operator typed stands as it is, also where it is a word of the pages.</summary>
    [Theory]
    [InlineData("There is no customer Open.", "Einen Kunden Open gibt es nicht.")]
    [InlineData("Open", "Open")]
    public void WordThatAPersonTyped_IsNoWordOfThePages(string english, string german) =>
        Assert.Equal(german, ReaderLanguage.German.HeardOrTyped(english));

    /// <summary>A text that no page says any more is deleted.</summary>
    [Fact]
    public void EachGermanText_IsSaidSomewhere()
    {
        var sources = string.Join('\n', Directory
            .EnumerateFiles(Path.Combine(RunningProgram.Solution, "src"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor" && !BuiltFiles().IsMatch(file)).Select(File.ReadAllText));
        HashSet<string> shown = [.. Done.Messages, .. WordsOfStates()];

        NoneIsMissing(
            from text in ReaderLanguage.German.OfPages
            where Place().Replace(text, "").Any(char.IsLetter) && !SaidTexts.All.ContainsKey(text) && !shown.Contains(text)
                && !sources.Contains($"\"{text}\"", StringComparison.Ordinal)
            select text);
    }

    private static void NoneIsMissing(IEnumerable<string> missing)
    {
        string[] all = [.. missing];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private static IEnumerable<string> WordsOfStates() =>
        from method in typeof(Words).GetMethods()
        where method.Name == nameof(Words.Of) && method.GetParameters() is [{ ParameterType.IsEnum: true }]
        from member in Enum.GetValues(method.GetParameters()[0].ParameterType).Cast<object>()
        select $"{method.Invoke(null, [member])}";

    private static bool IsTheSame(string text) => Known.TryGetValue(text, out var german) && german == text;

    private static IEnumerable<string> PlacesOf(string text) =>
        Place().Matches(text).Select(place => place.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"[/\\](bin|obj)[/\\]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex BuiltFiles();

    [GeneratedRegex(@"\{\d+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
