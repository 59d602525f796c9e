using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Primitives;
using Quittance.Core;
using Quittance.Dialects.SportAlliance.Messages;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>The language of a client's errors; and every language has every text.</summary>
public sealed partial class LanguageTests(BooksFixture books)
{
    private static readonly Message[] AllMessages = Enum.GetValues<Message>();

    /// <summary>Words that are the same in every language.</summary>
    private static readonly string[] SameEverywhere =
        ["API", "JSON", "UTF-8", "UUID", "Idempotency-Key", "application/json", "customerId", "finionPayCustomerId", "offset", "header",
            "token"];

    public static TheoryData<string> Tags => [.. Languages.Tags];

    public static TheoryData<string> Translations => [.. Languages.Tags.Where(tag => !tag.StartsWith("en", StringComparison.Ordinal))];

    [Theory]
    [InlineData("de", "de")]
    [InlineData("DE", "de")]
    [InlineData("de-LU", "de")]
    [InlineData("de-ch", "de-CH")]
    [InlineData("fr-LU", "fr-LU")]
    [InlineData("fr-CA", "fr")]
    [InlineData("en-AU", "en")]
    [InlineData("en-US", "en-US")]
    [InlineData("de-Latn-CH-1996", "de")]
    [InlineData("ja", "en")]
    [InlineData("no", "en")]
    [InlineData("ja, zh;q=0.9", "en")]
    [InlineData("ja, nl;q=0.5, de;q=0.7", "de")]
    [InlineData("fr;q=0.5, de", "de")]
    [InlineData("fr, de", "fr")]
    [InlineData("fr;q=0, de;q=0.1", "de")]
    [InlineData("fr;q=0", "en")]
    [InlineData("*", "pl")]
    [InlineData("ja, *;q=0.1", "pl")]
    [InlineData("tr;q=0.2, *;q=0.1", "tr")]
    // A header that can't be read counts as not sent.
    [InlineData("", "pl")]
    [InlineData("de;q=2", "pl")]
    [InlineData("de;;q=1", "pl")]
    [InlineData("d/e", "pl")]
    [InlineData("\u0001", "pl")]
    public void Language_FollowsTheHeader(string header, string expected) =>
        Assert.Equal(expected, Languages.Choose(header, "pl").Tag);

    [Theory]
    [InlineData("hu", "hu")]
    [InlineData("de-AT", "de")]
    [InlineData("xx", "en")]
    [InlineData("", "en")]
    public void Language_WithoutTheHeader_IsTheStudios(string locale, string expected) =>
        Assert.Equal(expected, Languages.Choose(StringValues.Empty, locale).Tag);

    [Fact]
    public void Language_OfSeveralHeaders_IsTheBestOfAll() =>
        Assert.Equal("it", Languages.Choose(new StringValues(["de;q=0.5", "it;q=0.9"]), "en").Tag);

    [Fact]
    public void Language_OfAnyHeader_IsFoundWithoutAnError()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), header => Languages.Choose(header, "en") is not null).QuickCheckThrowOnFailure();
        Assert.Equal("en", Languages.Choose(string.Join(',', Enumerable.Repeat("a-b", 8000)), "de").Tag);
        Assert.Equal("en", Languages.Choose(string.Join('-', Enumerable.Repeat("a", 16000)), "de").Tag);
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void Messages_AreAllThereWithTheirPlaceholders(string tag)
    {
        var english = Languages.Of("en");
        var language = Languages.Of(tag);
        foreach (var message in AllMessages)
        {
            var text = language.TextOf(message);
            Assert.Equal((message, PlaceholdersOf(english.TextOf(message))), (message, PlaceholdersOf(text)));
            Assert.Matches(@"[.]$", text);
            Assert.Equal(text.Trim(), text);
        }

        Assert.Equal(AllMessages.Length, AllMessages.Select(language.TextOf).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Translations))]
    public void Messages_AreTranslated(string tag)
    {
        var language = Languages.Of(tag);
        foreach (var message in AllMessages)
        {
            var english = WordsOf(Languages.Of("en").TextOf(message));
            var words = WordsOf(language.TextOf(message));
            // Languages share words by chance, but never most of a sentence.
            Assert.True(words.Intersect(english).Count() * 3 <= words.Count, $"{tag}: {language.TextOf(message)}");
        }
    }

    [Theory]
    [MemberData(nameof(Translations))]
    public void Messages_OfTwoLanguages_Differ(string tag)
    {
        var language = Languages.Of(tag);
        foreach (var other in Languages.Tags.Where(other => other[..2] != tag[..2]).Select(Languages.Of))
            Assert.DoesNotContain(AllMessages, message => language.TextOf(message) == other.TextOf(message));
    }

    [Theory]
    [InlineData("en", "EUR 1,234,567.80")]
    [InlineData("en-CA", "1,234,567.80 EUR")]
    [InlineData("de", "1.234.567,80 EUR")]
    [InlineData("de-CH", "EUR 1’234’567.80")]
    [InlineData("fr", "1\u202f234\u202f567,80\u00a0EUR")]
    [InlineData("fr-LU", "1.234.567,80\u00a0EUR")]
    [InlineData("pl", "1\u00a0234\u00a0567,80\u00a0EUR")]
    public void Money_IsWrittenAsTheLanguageWritesIt(string tag, string expected) =>
        Assert.Equal(expected, Languages.Of(tag).Format(new Money(123_456_780, TestStudio.Euro)));

    [Theory]
    [InlineData(0, "EUR", "0,00 EUR")]
    [InlineData(-5, "EUR", "-0,05 EUR")]
    [InlineData(-100_000, "EUR", "-1.000,00 EUR")]
    [InlineData(999, "JPY", "999 JPY")]
    [InlineData(1_000, "JPY", "1.000 JPY")]
    [InlineData(1_234_567, "KWD", "1.234,567 KWD")]
    public void Money_OfAnyCurrencyAndSign_IsExact(long amountMinor, string currency, string expected) =>
        Assert.Equal(expected, Languages.Of("de").Format(new Money(amountMinor, Currency.Parse(currency))));

    [Theory]
    [InlineData("en", "2027-03-09 07:05")]
    [InlineData("en-GB", "09/03/2027 07:05")]
    [InlineData("en-US", "03/09/2027 07:05")]
    [InlineData("de-CH", "09.03.2027 07:05")]
    [InlineData("cs", "9. 3. 2027 07:05")]
    [InlineData("nl", "09-03-2027 07:05")]
    public void Moment_IsWrittenAsTheLanguageWritesIt(string tag, string expected) => Assert.Equal(
        expected, Languages.Of(tag).Format(new DateTimeOffset(2027, 3, 9, 7, 5, 0, TimeSpan.FromHours(1))));

    [Fact]
    public void Swiss_WritesNoEszett()
    {
        foreach (var tag in new[] { "de-CH", "de-LI" })
        {
            Assert.DoesNotContain(AllMessages, message => Languages.Of(tag).TextOf(message).Contains('ß', StringComparison.Ordinal));
            Assert.Equal(
                AllMessages.Select(message => Languages.Of("de").TextOf(message).Replace("ß", "ss", StringComparison.Ordinal)),
                AllMessages.Select(Languages.Of(tag).TextOf));
        }
    }

    [Fact]
    public async Task Error_WithoutAcceptLanguage_IsReportedInTheStudiosLanguage()
    {
        var studio = await TestStudio.OpenAsync(books, locale: "de-CH");
        const string Unknown = "/v1/customers/7/account/balances";

        Assert.Equal("Das Objekt existiert nicht.", (await studio.GetAsync(Unknown)).Text("errorMessage"));
        Assert.Equal("Entity does not exists.", (await studio.GetAsync(Unknown, "ja")).Text("errorMessage"));
        Assert.Equal("Objektet finns inte.", (await studio.GetAsync(Unknown, "ja, sv-FI;q=0.3")).Text("errorMessage"));
        // It is not known whose language it would be.
        Assert.Equal(
            "Authentication failed. No api-key, wrong api-key or wrong header name.",
            (await studio.GetAsync(Unknown, key: "wrong")).Text("errorMessage"));
        Assert.StartsWith(
            "Kimlik doğrulama", (await studio.GetAsync(Unknown, "tr", "wrong")).Text("errorMessage"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_InGerman_HasItsArgumentsInTheTextAndBeside()
    {
        var studio = await TestStudio.OpenAsync(books);
        var answer = await studio.GetAsync("/v1/customers/1/account/transactions?sliceSize=51", "de-LU");

        Assert.Equal("Der Wert muss eine ganze Zahl zwischen 1 und 50 sein.", answer.Text("errorMessage"));
        Assert.Equal("[1,50]", answer.Json("args"));
        Assert.Equal("""[{"value":1,"type":"INTEGER"},{"value":50,"type":"INTEGER"}]""", answer.Json("typedArgs"));
        Assert.Equal(["errorMessage", "errorCode", "traceId", "reference", "args", "typedArgs"], answer.Body!.Select(member => member.Key));

        var offset = await studio.GetAsync("/v1/customers/1/account/transactions?offset=x", "de");
        Assert.Equal(("[]", "[]"), (offset.Json("args"), offset.Json("typedArgs")));
    }

    private static string PlaceholdersOf(string text) =>
        string.Join(' ', Placeholder().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal));

    private static HashSet<string> WordsOf(string text) =>
    [
        .. Word().Matches(SameEverywhere.Aggregate(text, (rest, word) => rest.Replace(word, " ", StringComparison.OrdinalIgnoreCase)))
            .Select(match => match.Value.ToLowerInvariant()),
    ];

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, 60_000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\p{L}{2,}", RegexOptions.None, 60_000)]
    private static partial Regex Word();
}
