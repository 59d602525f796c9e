namespace Quittance.Settlements.Reading;

/// <summary>What a column of a CSV file may be called, in English and in German.</summary>
internal sealed class CsvColumns
{
    private readonly string[] _names;
    private readonly Func<string, bool>? _isMeant;

    private CsvColumns(params string[] names) => _names = names;

    private CsvColumns(string name, Func<string, bool> isMeant) => (_names, _isMeant) = ([name], isMeant);

    public static CsvColumns BookedOn { get; } = new("booked_on", "booking date", "date", "buchungstag", "buchungsdatum", "datum", "buchung");

    public static CsvColumns Amount { get; } = new("amount", "betrag", "umsatz", "betrag (eur)", "betrag (€)", "betrag in eur");

    public static CsvColumns Currency { get; } = new("currency", "währung", "waehrung");

    public static CsvColumns Counterparty { get; } = new(
        "counterparty", "name", "payer", "payee", "beguenstigter/zahlungspflichtiger", "begünstigter/zahlungspflichtiger", "auftraggeber/empfänger",
        "auftraggeber / begünstigter", "zahlungspflichtige*r", "zahlungspartner", "name zahlungsbeteiligter");

    public static CsvColumns CounterpartyAccount { get; } = new(
        "counterparty_account", "iban", "kontonummer/iban", "iban zahlungsbeteiligter", "iban zahlungspartner", "iban des auftraggebers");

    public static CsvColumns Remittance { get; } = new(
        "remittance", "remittance information", "reference", "description", "purpose", "details", "verwendungszweck", "buchungstext/verwendungszweck");

    public static CsvColumns EndToEnd { get; } = new("end_to_end", "end-to-end reference", "endtoendid", "ende-zu-ende-referenz", "kundenreferenz (end-to-end)", "kundenreferenz");

    public static CsvColumns BankReference { get; } = new("bank_reference", "transaction id", "bankreferenz", "buchungsreferenz", "transaktions-id");

    /// <summary>Not a plain IBAN: that is the other party's.</summary>
    public static CsvColumns Account { get; } = new("account", "auftragskonto", "konto", "iban auftragskonto");

    /// <summary>Whether the bank has booked the row.</summary>
    public static CsvColumns Status { get; } = new("status", "state", "buchungsstatus", "umsatzstatus");

    /// <summary>Where some banks say whether they have booked the row, and others something else.</summary>
    public static CsvColumns Info { get; } = new("info");

    /// <summary>Whether an amount without a sign came or went.</summary>
    public static CsvColumns Direction { get; } = new("debit_credit", CsvDirection.IsColumn);

    /// <summary>An amount of one direction alone.</summary>
    public static CsvColumns OneDirection { get; } = new("soll", "haben", "debit", "credit", "belastung", "gutschrift", "paid in", "paid out", "money in", "money out");

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
            if (_isMeant?.Invoke(columns[at]) ?? _names.Contains(columns[at], StringComparer.OrdinalIgnoreCase))
                return at;
        }

        return -1;
    }
}
