namespace Quittance.Settlements.Reading;

/// <summary>What a column of a CSV file may be called, in English and in German.</summary>
internal sealed class CsvColumns
{
    private readonly string[] _names;

    private CsvColumns(params string[] names) => _names = names;

    public static CsvColumns BookedOn { get; } = new("booked_on", "booking date", "date", "buchungstag", "buchungsdatum", "datum", "buchung");

    public static CsvColumns Amount { get; } = new("amount", "betrag", "umsatz", "betrag (eur)", "betrag (€)", "betrag in eur");

    public static CsvColumns Currency { get; } = new("currency", "währung", "waehrung");

    public static CsvColumns Counterparty { get; } = new(
        "counterparty", "name", "payer", "payee", "beguenstigter/zahlungspflichtiger", "begünstigter/zahlungspflichtiger", "auftraggeber/empfänger",
        "auftraggeber / begünstigter", "zahlungspflichtige*r", "zahlungspartner", "name zahlungsbeteiligter");

    public static CsvColumns Remittance { get; } = new(
        "remittance", "remittance information", "reference", "description", "purpose", "details", "verwendungszweck", "buchungstext/verwendungszweck");

    public static CsvColumns EndToEnd { get; } = new("end_to_end", "end-to-end reference", "endtoendid", "ende-zu-ende-referenz", "kundenreferenz (end-to-end)", "kundenreferenz");

    public static CsvColumns BankReference { get; } = new("bank_reference", "transaction id", "entry reference", "bankreferenz", "buchungsreferenz", "transaktions-id");

    public static CsvColumns Account { get; } = new("account", "iban", "auftragskonto", "konto", "iban auftragskonto");

    public static CsvColumns Type { get; } = new("type");

    public static CsvColumns Reference { get; } = new("reference");

    public static CsvColumns Fee { get; } = new("fee");

    /// <summary>What it is called first.</summary>
    public string Name => _names[0];

    /// <summary>Where it stands; below zero where there is none.</summary>
    public int In(IReadOnlyList<string> columns)
    {
        for (var at = 0; at < columns.Count; at++)
        {
            if (_names.Contains(columns[at], StringComparer.OrdinalIgnoreCase))
                return at;
        }

        return -1;
    }
}
