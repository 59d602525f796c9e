using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;

namespace Quittance.Papers;

/// <summary>Words for customers in one of our languages, with its ways to write amounts and days.</summary>
public sealed class CustomerTexts
{
    private const string Fallback = "en";

    private readonly FrozenDictionary<string, string> _texts;

    private CustomerTexts(string tag, IEnumerable<KeyValuePair<string, string>> texts) =>
        (Tag, _texts) = (tag, texts.ToFrozenDictionary());

    /// <summary>The words of papers, which other texts for customers have, too.</summary>
    public static FrozenDictionary<string, CustomerTexts> OfPapers { get; } =
        Load(typeof(CustomerTexts).Assembly, "Quittance.Papers.texts");

    /// <summary>The language, such as <c>de</c>.</summary>
    public string Tag { get; }

    public string this[string key] => _texts[key];

    /// <summary>Loads the words of all languages from files in an assembly, one for each.</summary>
    /// <param name="folder">The first part of the files' names.</param>
    /// <param name="others">Words that they have as well; null for none.</param>
    public static FrozenDictionary<string, CustomerTexts> Load(
        Assembly assembly, string folder, FrozenDictionary<string, CustomerTexts>? others = null) =>
        CustomerLanguage.Tags.ToFrozenDictionary(tag => tag, tag =>
        {
            using var file = assembly.GetManifestResourceStream($"{folder}.{tag}.json")!;
            var own = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
            return new CustomerTexts(tag, others is null ? own : own.Concat(others[tag]._texts));
        });

    /// <summary>The language of ours for a tag of BCP 47; null for none.</summary>
    public static string? LanguageOf(string? tag)
    {
        var language = (tag ?? "").Split('-', '_')[0].ToLowerInvariant();
        return CustomerLanguage.Tags.Contains(language) ? language : null;
    }

    /// <summary>The words in the first of some languages that is one of ours; else in English.</summary>
    public static CustomerTexts Choose(FrozenDictionary<string, CustomerTexts> all, params IEnumerable<string?> tags) =>
        all[tags.Select(LanguageOf).OfType<string>().FirstOrDefault(Fallback)];

    /// <summary>A text with values in its places.</summary>
    public string With(string key, params (string Name, string Value)[] values) =>
        Filled(_texts[key], values);

    /// <summary>A text of anyone with values in its places.</summary>
    public static string Filled(string text, params (string Name, string Value)[] values) =>
        values.Aggregate(text, (filled, value) => filled.Replace($"{{{value.Name}}}", value.Value, StringComparison.Ordinal));

    public string Of(DateOnly day) => day.ToString(
        Tag switch
        {
            "de" => "dd.MM.yyyy",
            "en" => "d MMM yyyy",
            "nl" => "dd-MM-yyyy",
            _ => "dd/MM/yyyy",
        },
        CultureInfo.InvariantCulture);

    /// <summary>A moment with its offset, so that it is one also for who lives elsewhere.</summary>
    public string Of(DateTimeOffset moment) => string.Create(
        CultureInfo.InvariantCulture, $"{Of(DateOnly.FromDateTime(moment.DateTime))}, {moment:HH:mm} (UTC{moment:zzz})");

    /// <summary>An amount as the language writes it, such as <c>1.234,50 €</c>, with the digits of its currency.</summary>
    public string Of(Money money)
    {
        var text = money.ToText(AmountDecimals.Full);
        var sign = text[0] == '-' ? "−" : "";
        text = text.TrimStart('-');
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, rest) = point < 0 ? (text, "") : (text[..point], text[(point + 1)..]);
        var (group, mark) = MarksOf(money.Currency);
        for (var place = whole.Length - 3; place > 0; place -= 3)
            whole = whole.Insert(place, group);
        var number = rest.Length == 0 ? whole : $"{whole}{mark}{rest}";
        return (Tag, money.Currency.Code) switch
        {
            ("en", "EUR") => $"{sign}€{number}",
            ("nl", "EUR") => $"€\u00a0{sign}{number}",
            (_, "EUR") => $"{sign}{number}\u00a0€",
            (_, var code) => $"{code}\u00a0{sign}{number}",
        };
    }

    /// <summary>An amount as a field takes it: without its currency and groups, with the language's decimal mark.</summary>
    public string FigureOf(Money money) =>
        money.ToText(AmountDecimals.Full).Replace(".", MarksOf(money.Currency).Decimal, StringComparison.Ordinal);

    private (string Group, string Decimal) MarksOf(Currency currency) => Tag switch
    {
        // Francs are written so in all languages of their country.
        _ when currency.Code == "CHF" => ("’", "."),
        "en" => (",", "."),
        "fr" => ("\u202f", ","),
        _ => (".", ","),
    };

    /// <summary>How a payment was made, with what may be shown of its card or bank account.</summary>
    public string Of(PaymentMethod method, Instrument? instrument)
    {
        var word = _texts[method switch
        {
            PaymentMethod.BankCard or PaymentMethod.TokenizedCard => "method.card",
            PaymentMethod.BankAccountDebit => "method.debit",
            PaymentMethod.BankAccountTransfer => "method.transfer",
            PaymentMethod.Cash => "method.cash",
            PaymentMethod.Check => "method.check",
            _ => "method.other",
        }];
        return instrument?.Vaulted is { } vaulted ? $"{word}, {vaulted.Shown}" : word;
    }

    /// <summary>The name of a charge, as its customer knows it.</summary>
    public static string NameOf(Charge charge) =>
        charge.Description is { Length: > 0 } description ? $"{description} ({charge.Called})" : charge.Called;
}
