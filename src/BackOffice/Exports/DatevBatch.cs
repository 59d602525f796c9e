using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Storage.Exporting;

namespace Quittance.BackOffice.Exports;

/// <summary>
/// A journal as a batch of postings for DATEV: one line per transfer, which debits an account and credits its counter account. The format
/// is EXTF 700, category 21, version 13, as https://developer.datev.de/datev/platform/en/dtvf describes it.
/// </summary>
/// <param name="currency">The one currency of the batch: the transfers in others are left out.</param>
/// <param name="now">The moment that the file says it was made at.</param>
public sealed class DatevBatch(TextWriter text, DatevChart chart, Currency currency, DateTimeOffset now) : IJournalWriter
{
    /// <summary>The most lines that DATEV takes in one file.</summary>
    public const long MostLines = 99_999;

    /// <summary>What a document's number may have beside letters and digits.</summary>
    private const string Signs = "$&%*+-/";

    private const int Decimals = 2;
    private const int LongestWhole = 10;
    private const int DocumentLength = 36;
    private const int TextLength = 60;
    private const int Extras = 20;
    private const int Infos = 8;

    /// <summary>The headings of all columns, as DATEV wants them to be there.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz", "Konto",
        "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto", "Buchungstext",
        "Postensperre", "Diverse Adressnummer", "Geschäftspartnerbank", "Sachverhalt", "Zinssperre", "Beleglink",
        .. Numbered("Beleginfo", Infos),
        "KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge", "EU-Land u. UStID (Bestimmung)", "EU-Steuersatz (Bestimmung)",
        "Abw. Versteuerungsart", "Sachverhalt L+L", "Funktionsergänzung L+L", "BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer",
        "BU 49 Funktionsergänzung",
        .. Numbered("Zusatzinformation", Extras),
        "Stück", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete Fälligkeit", "Skontotyp", "Auftragsnummer",
        "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)", "Sachverhalt L+L (Anzahlungen)",
        "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)", "Herkunft-Kz", "Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz",
        "Skontosperre", "Gesellschaftername", "Beteiligtennummer", "Identifikationsnummer", "Zeichnernummer", "Postensperre bis",
        "Bezeichnung SoBil-Sachverhalt", "Kennzeichen SoBil-Buchung", "Festschreibung", "Leistungsdatum", "Datum Zuord. Steuerperiode",
        "Fälligkeit", "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position", "EU-Land u. UStID (Ursprung)",
        "EU-Steuersatz (Ursprung)", "Abw. Skontokonto",
    ];

    /// <summary>DATEV reads the signs of Windows; what they lack becomes a question mark.</summary>
    public static Encoding Encoding { get; } =
        CodePagesEncodingProvider.Instance.GetEncoding(1252, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback)!;

    /// <summary>What a batch of some days needs.</summary>
    /// <param name="currency">Null where none was chosen.</param>
    /// <returns>The chart and the currency; or why DATEV could not read a batch of these days.</returns>
    public static async Task<(DatevChart? Chart, Currency Currency, string? Problem)> OfAsync(
        NpgsqlDataSource books, TimeProvider clock, MerchantId merchant, DateOnly? from, DateOnly? to, Currency? currency,
        CancellationToken cancel)
    {
        var chart = await new DatevCharts(books, clock).FindAsync(merchant, cancel);
        var parts = from is { } first && to is { } last ? await new Journal(books).SurveyAsync(merchant, first, last, cancel) : [];
        var only = currency ?? (parts.Count > 0 ? parts[0].Currency : Currency.Parse("EUR"));
        return (chart, only, ProblemOf(chart, from, to, currency, parts));
    }

    /// <summary>Why DATEV could not read the journal of some days; null where it can.</summary>
    /// <param name="chart">Null where the merchant has none.</param>
    /// <param name="currency">Null where none was chosen.</param>
    public static string? ProblemOf(
        DatevChart? chart, DateOnly? from, DateOnly? to, Currency? currency, IReadOnlyList<JournalPart> parts)
    {
        if (chart is null)
            return "Set the numbers of your accountant's DATEV first.";
        if (from is not { } first || to is not { } last)
            return "Say the first and the last day: a batch for DATEV has them.";
        if (chart.YearOf(first) != chart.YearOf(last))
        {
            var year = chart.YearOf(first);
            return "A batch for DATEV is of one fiscal year. "
                + $"Take days from {year:yyyy-MM-dd} to {year.AddYears(1).AddDays(-1):yyyy-MM-dd}.";
        }

        var currencies = parts.Select(part => part.Currency).Distinct().ToList();
        if (currency is null && currencies.Count > 1)
        {
            return "A batch for DATEV is in one currency, and these days have "
                + $"{string.Join(", ", currencies.Select(one => one.Code).Order())}: choose one.";
        }

        var own = parts.Where(part => part.Currency == (currency ?? part.Currency)).ToList();
        var missing = own.SelectMany(part => new[] { part.Debit, part.Credit }).Distinct()
            .Where(line => chart.NumberOf(line) is null).ToList();
        if (missing.Count > 0)
            return $"No number at DATEV is set for {string.Join(", ", missing.Order(StringComparer.Ordinal))}.";
        if (own.Sum(part => part.Transfers) > MostLines)
            return $"DATEV takes at most {MostLines} lines in a file: take fewer days.";
        return own.Any(part => part.Currency.MinorUnits > Decimals
                || AmountOf(new Money(part.LargestMinor, part.Currency)).Whole.Length > LongestWhole)
            ? "DATEV can't read an amount of these days: it takes two decimals and ten digits before them." : null;
    }

    public async Task BeginAsync(JournalScope scope)
    {
        string[] header =
        [
            "\"EXTF\"", "700", "21", "\"Buchungsstapel\"", "13", $"{now.UtcDateTime:yyyyMMddHHmmssfff}", "", "\"\"", "\"\"", "\"\"",
            $"{chart.Consultant}", $"{chart.Client}", $"{chart.YearOf(scope.From!.Value):yyyyMMdd}", $"{chart.Length}",
            $"{scope.From:yyyyMMdd}", $"{scope.To:yyyyMMdd}", "\"Quittance\"", "\"\"", "1", "0", "0", Quoted(currency.Code),
            "", "\"\"", "", "", "\"\"", "", "", "\"\"", "\"\"",
        ];
        await WriteLineAsync(header);
        await WriteLineAsync(Columns);
    }

    /// <remarks>A transfer between lines that have one number at DATEV is none there.</remarks>
    public bool Has(JournalEntry entry) =>
        entry.Amount.Currency == currency && NumberOf(entry.Lines.Debit) != NumberOf(entry.Lines.Credit);

    public Task WriteAsync(JournalEntry entry)
    {
        var cells = new string[Columns.Count];
        Array.Fill(cells, "");
        var (whole, decimals) = AmountOf(entry.Amount);
        (cells[0], cells[1], cells[2]) = ($"{whole},{decimals}", "\"S\"", Quoted(currency.Code));
        (cells[6], cells[7]) = (NumberOf(entry.Lines.Debit), NumberOf(entry.Lines.Credit));
        (cells[9], cells[10], cells[13]) = ($"{entry.Time.BookedOn:ddMM}", Quoted(DocumentOf(entry)), Quoted(TextOf(entry)));
        return WriteLineAsync(cells);
    }

    /// <exception cref="InvalidOperationException">
    /// A commit of an open day has brought a line without a number since <see cref="OfAsync"/> looked: no file is better than a wrong one.
    /// </exception>
    private string NumberOf(string line) =>
        $"{chart.NumberOf(line) ?? throw new InvalidOperationException($"No number at DATEV is set for {line}.")}";

    private Task WriteLineAsync(IEnumerable<string> cells) => text.WriteAsync(string.Join(';', cells) + "\r\n");

    private static (string Whole, string Decimals) AmountOf(Money amount) =>
        amount.ToText(AmountDecimals.Full).Split('.') is [var whole, var decimals]
            ? (whole, decimals.PadRight(Decimals, '0')) : (amount.ToText(AmountDecimals.Full), new string('0', Decimals));

    private static IEnumerable<string> Numbered(string name, int most) =>
        Enumerable.Range(1, most).SelectMany(nth => new[] { $"{name} - Art {nth}", $"{name} - Inhalt {nth}" });

    /// <summary>
    /// The bill's number, by which an accountant's open items meet; else the payment's, with a sign that no bill's has then. A number that
    /// DATEV could not read whole has ours behind it, so that two bills never share one.
    /// </summary>
    private static string DocumentOf(JournalEntry entry)
    {
        if (entry.ChargeName is not { } name)
            return entry.Payment is { } payment ? $"%P{payment}" : "";
        var plain = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || Signs.Contains(letter) ? letter : '-'));
        if (plain == name && plain.Length <= DocumentLength && !plain.Contains('%'))
            return plain;
        var ours = $"%{entry.Charge}";
        return plain[..Math.Min(plain.Length, DocumentLength - ours.Length)] + ours;
    }

    private static string TextOf(JournalEntry entry)
    {
        string?[] parts =
        [
            entry.Customer is { } customer ? $"Kunde {customer}" : null,
            entry.Payment is { } payment ? $"Zahlung {payment}" : null,
            entry.Refund is { } refund ? $"Erstattung {refund}" : null,
            entry.ChargeName is { } charge ? $"Rechnung {charge}" : null,
        ];
        var said = string.Join(", ", parts.OfType<string>());
        var plain = string.Concat((said.Length == 0 ? entry.What : said).Where(letter => !char.IsControl(letter)));
        return plain.Length > TextLength ? plain[..TextLength] : plain;
    }

    private static string Quoted(string content) => $"\"{content.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
