using Quittance.Core;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>
/// Looks at columns whose names are not known for what their fields say of every row: another currency, a state in which nothing is
/// booked, or money that went out. What a person says of the columns goes before.
/// </summary>
internal sealed class CsvDoubts(CsvHeader header, IReadOnlyList<ColumnFacts> facts, CsvLayout layout, Findings found)
{
    private static readonly string[] CurrencyRoots =
        ["currency", "currencies", "ccy", "wahr", "waehr", "devis", "deviz", "divis", "valut", "moned", "moeda", "mena", "penznem", "mynt",
            "munt", "walut", "valiut"];

    /// <summary>Parts of the name of a column about an amount that the account did not move, or about a country.</summary>
    private static readonly string[] Others =
        ["country", "land", "pays", "pais", "paese", "orig", "foreign", "fremd", "local", "exchange", "instructed", "counter", "wechsel",
            "fee", "gebuhr", "frais", "charge", "spese",
            "oorspr", "urspr", "opprin", "oprin", "alkuper", "puvod", "povod", "oryg", "eredeti"];

    /// <summary>Parts of the name of a column of numbers that are no sort of rows.</summary>
    private static readonly string[] NoSorts =
        ["post", "plz", "zip", "swift", "bic", "bank", "blz", "iban", "country", "land", "branch", "merchant", "mcc", "barcode", "konto",
            "account", "anzahl", "quant", "count", "number", "member", "mitglied", "year", "jahr", "month", "page", "seite"];

    private static readonly HashSet<string> Counters = ["nr", "no", "id", "pos", "num", "lfd", "qty", "anz", "n", "vs", "ss", "ks"];

    private static readonly string[] CodeWords =
    [
        "code", "kode", "kod", "codigo", "codice", "gvc", "art", "typ", "type", "tipo", "kind", "sort", "soort", "kennzeichen", "schlussel",
        "indicator", "flag", "sign", "sens", "class", "tc", "bc", "mode",
    ];

    /// <summary>Makes the only column of currencies the one of the amounts, and refuses one of another currency.</summary>
    public void TakeCurrency()
    {
        var columns = Unread().Where(at => CodesIn(at) is not null && !IsOfAnotherAmount(at)).ToList();
        if (columns.Count == 0)
            return;
        if (layout.Currency < 0 && columns.Where(at => facts[at].AreCurrencies).ToList() is [var only]
            && (found.Options.Currency ?? layout.NamedCurrency) is null)
        {
            layout.TakeCurrency(only);
            columns.Remove(only);
        }

        foreach (var at in columns)
        {
            var codes = CodesIn(at)!;
            if (codes.Count == 1 && Expected() is { } code && codes.Contains(code))
                continue;
            Refuse(
                at, $"it has a currency ({string.Join(", ", codes.Take(3))}), and nothing tells whether the amounts are in it"
                    + $"{(Expected() is { } other ? $" or in {other}" : "")}: say what each column is, and this one's use is unread where "
                    + "it is about another amount");
        }
    }

    private string? Expected() => (found.Options.Currency ?? layout.NamedCurrency)?.Code
        ?? (layout.Currency >= 0 && facts[layout.Currency] is { AreCurrencies: true, Values: { Count: 1 } values } ? values.First() : null);

    /// <summary>The currencies in a column that has nothing else; null where it has.</summary>
    private HashSet<string>? CodesIn(int at)
    {
        var name = CsvColumns.PlainOf(header.Columns[at]);
        var isNamed = name.Split(' ').Contains("curr") || CurrencyRoots.Any(root => CsvWords.Has(name, root));
        HashSet<string> codes = new(StringComparer.Ordinal);
        foreach (var value in facts[at].Values)
        {
            if ((CsvCurrency.CodeOf(value, isNamed) ?? WordOf(value)) is not { } code)
                return null;
            codes.Add(code);
        }

        return facts[at].Filled > 0 ? codes : null;

        // The name of a currency, where the column's name says that it has them.
        string? WordOf(string value) => isNamed && layout.Currency < 0
            && value.All(sign => char.IsLetter(sign) || sign is ' ' or '.' or '-') ? value : null;
    }

    /// <summary>Whether it is the currency of an original amount or of a fee: by its name, or as it stands beside that one alone.</summary>
    private bool IsOfAnotherAmount(int at)
    {
        var plain = CsvColumns.PlainOf(header.Columns[at]);
        if (Others.Any(word => plain.Split(' ').Any(part => part.StartsWith(word, StringComparison.Ordinal))))
            return true;
        int[] beside = [at - 1, at + 1];
        return beside.Any(one => layout.OtherAmounts.Contains(one) || layout.Fees.Contains(one))
            && !beside.Any(one => one >= 0 && (one == layout.Amount || one == layout.PaidIn || one == layout.PaidOut));
    }

    /// <summary>
    /// Finds columns that say of rows that they are not booked: where each of their words is known, these rows are left out as those of a
    /// known column are; else the file is refused.
    /// </summary>
    public void FindStates()
    {
        foreach (var at in Unread().Where(at => facts[at] is { Filled: > 0, AreShort: true }))
        {
            var name = header.Columns[at];
            var values = facts[at].Values;
            if (CsvStatus.IsOfAnotherThing(name))
                continue;
            var unbooked = values.FirstOrDefault(value => CsvStatus.IsBooked(name, value) == false);
            if (unbooked is null)
                continue;
            var isText = CsvColumns.MoreText.AllIn(header.Columns).Contains(at);
            if (values.FirstOrDefault(value => CsvStatus.IsBooked(name, value) is null) is not { } unknown)
            {
                // A note of a payer is none.
                if (!isText || facts[at].Filled == layout.Rows)
                    layout.TakeState(at);
                continue;
            }

            if (isText)
                continue;
            Refuse(
                at, $"it says of rows that the bank has not booked them ({unbooked}), beside words of which that is not known ({unknown}): "
                    + "say what each column is, and this one's use is status, or unread where it tells of something else");
        }
    }

    /// <summary>
    /// Finds columns in which a bank says of rows that they failed, where a person has said what the columns are: such a row is no line,
    /// whatever the column is called. A word alone, in a column that is no state by its name or by its other words, is the person's.
    /// </summary>
    public void FindFailures()
    {
        for (var at = 0; at < facts.Count; at++)
        {
            var name = header.NameOf(at);
            if (layout.IsUnread(at) && facts[at] is { Filled: > 0, AreShort: true } its && !CsvStatus.IsOfAnotherThing(name)
                && !CsvStatus.IsOfBooks(CsvWords.Plain(name)) && its.Values.Any(CsvStatus.IsFailed)
                && (CsvStatus.IsNamedAsState(name) || its.Values.Any(value => CsvStatus.IsBooked(name, value) == true)))
            {
                layout.TakeState(at);
            }
        }
    }

    /// <summary>
    /// Whether a column says in numbers or in a bank's words that money went out. It counts where no amount has a sign and no balance
    /// proves the rows.
    /// </summary>
    public (int At, string Word)? Outgoing()
    {
        for (var at = 0; at < facts.Count; at++)
        {
            var isText = layout.Remittance.Contains(at) || CsvColumns.MoreText.AllIn(header.Columns).Contains(at);
            if ((layout.IsUnread(at) || isText) && facts[at].Posting is { } posting)
                return (at, posting);
            if (layout.IsUnread(at) && !isText && facts[at].AreShort
                && facts[at].Values.FirstOrDefault(value => CsvDirection.IsPostingOfOutgoing(value, isOfSorts: true)) is { } sort)
            {
                return (at, sort);
            }

            if (layout.IsUnread(at) && IsOfCodes(at))
                return (at, string.Join(", ", facts[at].Values.Take(2)));
        }

        return null;
    }

    private bool IsOfCodes(int at)
    {
        var its = facts[at];
        const int MostCodes = 12;
        const int LongestCode = 4;
        if (its.Values.Count is 0 or > MostCodes || (its.Values.Count == 1 && its.Filled == layout.Rows)
            || !its.Values.All(value => value.TrimStart('+', '-') is { Length: > 0 and <= LongestCode } code
                && code.All(char.IsAsciiDigit)))
        {
            return false;
        }

        var words = CsvColumns.PlainOf(header.Columns[at]).Split(' ');
        return !words.Any(word => Counters.Contains(word) || NoSorts.Any(part => word.StartsWith(part, StringComparison.Ordinal)))
            && (words.Any(word => CodeWords.Any(code => word == code || (code.Length > 3 && word.EndsWith(code, StringComparison.Ordinal))))
                || (its.Values.Count < its.Filled && its.Values.Count <= 3) || CsvDirection.IsNamedAsOne(header.Columns[at]));
    }

    private IEnumerable<int> Unread() => found.Format is not null ? [] : Enumerable.Range(0, facts.Count).Where(layout.IsUnread);

    private void Refuse(int at, string problem)
    {
        found.Refuse(header.Line, header.NameOf(at), problem);
        found.AskForColumns();
    }
}

/// <summary>The currencies in the fields of a bank's table.</summary>
internal static class CsvCurrency
{
    private static readonly Dictionary<string, string> Signs = new(StringComparer.OrdinalIgnoreCase)
    {
        ["€"] = "EUR",
        ["euro"] = "EUR",
        ["euros"] = "EUR",
        ["$"] = "USD",
        ["us$"] = "USD",
        ["us dollar"] = "USD",
        ["dollar"] = "USD",
        ["£"] = "GBP",
        ["pound"] = "GBP",
        ["sfr"] = "CHF",
        ["fr."] = "CHF",
        ["¥"] = "JPY",
        ["zł"] = "PLN",
        ["kč"] = "CZK",
        ["ft"] = "HUF",
    };

    private static readonly Dictionary<string, string> Numbers = new(StringComparer.Ordinal)
    {
        ["978"] = "EUR",
        ["840"] = "USD",
        ["826"] = "GBP",
        ["756"] = "CHF",
        ["208"] = "DKK",
        ["752"] = "SEK",
        ["578"] = "NOK",
        ["985"] = "PLN",
        ["203"] = "CZK",
        ["348"] = "HUF",
        ["392"] = "JPY",
        ["124"] = "CAD",
        ["036"] = "AUD",
        ["946"] = "RON",
    };

    /// <summary>The code of a currency as a bank writes it; null for another word.</summary>
    /// <param name="isNamed">Whether the column's name speaks of a currency, so that a number may be one.</param>
    public static string? CodeOf(string text, bool isNamed)
    {
        var word = text.Trim();
        if (word.Length == 3 && Currency.TryParse(word.ToUpperInvariant(), out var currency))
            return currency.Code;
        return Signs.TryGetValue(word, out var code) || (isNamed && Numbers.TryGetValue(word, out code)) ? code : null;
    }
}
