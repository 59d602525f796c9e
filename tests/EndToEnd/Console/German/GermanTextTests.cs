using System.Text.RegularExpressions;
using Quittance.BackOffice.Acts;
using Quittance.Console.Languages;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Acts;

namespace Quittance.Tests.Console;

/// <summary>The German texts of the console, held against the English ones.</summary>
public sealed partial class GermanTextTests
{
    private static IReadOnlyDictionary<string, string> Known => ReaderLanguage.German.Texts;

    [Fact]
    public void EachTextOfAPage_HasAGermanOne() => NoneIsMissing(
        SaidTexts.All.Where(said => !Known.ContainsKey(said.Key)).Select(said => $"{said.Value}: {said.Key}"));

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
    public void EachStateAndKind_HasAGermanWord()
    {
        var shown = typeof(Words).GetMethods().Where(method => method.Name == nameof(Words.Of)
            && method.GetParameters() is [{ ParameterType.IsEnum: true }]);

        NoneIsMissing(
            from method in shown
            from member in Enum.GetValues(method.GetParameters()[0].ParameterType).Cast<object>()
            let text = $"{method.Invoke(null, [member])}"
            where !Known.ContainsKey(text)
            select text);
    }

    [Fact]
    public void GermanText_HasEachValueOfTheEnglishOne() =>
        Assert.All(Known, text => Assert.Equal(PlacesOf(text.Key), PlacesOf(text.Value)));

    /// <summary>A sentence of the back office has its values in it already.</summary>
    [Theory]
    [InlineData(
        "Customers transfer money to DE89370400440532013000, Ada Ltd.", "Kunden überweisen an DE89370400440532013000, Ada Ltd.")]
    [InlineData("There is no customer 4711.", "Einen Kunden 4711 gibt es nicht.")]
    [InlineData("Nothing was handed out: its mandate has ended.", "Nichts wurde ausgegeben: ihr Mandat ist beendet.")]
    [InlineData("Nothing like it was ever said.", "Nothing like it was ever said.")]
    public void SentenceOfTheBackOffice_IsFoundByItsShape(string english, string german) =>
        Assert.Equal(german, ReaderLanguage.German.Heard(english));

    private static void NoneIsMissing(IEnumerable<string> missing)
    {
        string[] all = [.. missing];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private static bool IsTheSame(string text) => Known.TryGetValue(text, out var german) && german == text;

    private static IEnumerable<string> PlacesOf(string text) =>
        Place().Matches(text).Select(place => place.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
