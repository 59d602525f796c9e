namespace Quittance.Settlements.Reading;

/// <summary>The status of a row in the bank's column: booked or not.</summary>
internal static class CsvStatus
{
    private static readonly string[] Unbooked =
    [
        "vorgemerkt", "vormerk", "nicht ", "ungebucht", "ausstehend", "in bearbeitung", "geplant", "abgelehnt", "pending", "not ",
        "unbooked", "uncleared",
        "processing", "scheduled", "declined", "rejected", "failed", "reverted", "cancelled", "canceled",
    ];

    private static readonly string[] Booked = ["gebucht", "ausgeführt", "booked", "completed", "posted", "settled", "cleared", "executed"];

    private static readonly string[] Pending = ["umsatz vorgemerkt", "vorgemerkt", "pending"];

    /// <summary>Whether the word means booked; null for an unknown word.</summary>
    public static bool? IsBooked(string word) => Has(word, Unbooked) ? false : Has(word, Booked) ? true : null;

    /// <summary>Whether a free text says only that the row is not booked yet.</summary>
    public static bool IsPending(string text) => Pending.Contains(text, StringComparer.OrdinalIgnoreCase);

    private static bool Has(string word, string[] words) => words.Any(one => word.Contains(one, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The direction of money in a column beside the amount.</summary>
internal static class CsvDirection
{
    private static readonly string[] Columns = ["s/h", "h/s", "d/c", "c/d", "dr/cr", "cr/dr", "cdtdbtind", "direction", "richtung"];
    private static readonly string[] Outgoing = ["s", "soll", "d", "dr", "debit", "dbit", "-", "out", "outgoing", "ausgang", "belastung"];
    private static readonly string[] Incoming = ["h", "haben", "c", "cr", "credit", "crdt", "+", "in", "incoming", "eingang", "gutschrift"];

    /// <summary>Whether a column of this name has the direction of the amount, not of the balance.</summary>
    public static bool IsColumn(string name) => Columns.Contains(name, StringComparer.OrdinalIgnoreCase)
        || (((Has(name, "soll") && Has(name, "haben")) || (Has(name, "debit") && Has(name, "credit"))) && !Has(name, "saldo")
            && !Has(name, "balance"));

    /// <summary>Whether money went out; null for an unknown word.</summary>
    public static bool? IsOutgoing(string? word) =>
        Outgoing.Contains(word, StringComparer.OrdinalIgnoreCase) ? true : Incoming.Contains(word, StringComparer.OrdinalIgnoreCase) ? false
            : null;

    private static bool Has(string name, string word) => name.Contains(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The names of a CSV file's columns, in English and in German.</summary>
internal sealed class CsvColumns
{
    private readonly string[] _names;
    private readonly Func<string, bool>? _isMeant;

    private CsvColumns(params string[] names) => _names = names;

    private CsvColumns(string name, Func<string, bool> isMeant) => (_names, _isMeant) = ([name], isMeant);

    public static CsvColumns BookedOn { get; } =
        new("booked_on", "booking date", "date", "buchungstag", "buchungsdatum", "datum", "buchung");

    public static CsvColumns ValueOn { get; } = new("value_on", "value date", "valuta", "valutadatum", "wertstellung", "wertstellungstag");

    public static CsvColumns Amount { get; } = new("amount", "betrag", "umsatz", "betrag (eur)", "betrag (€)", "betrag in eur");

    public static CsvColumns Currency { get; } = new("currency", "währung", "waehrung");

    public static CsvColumns Counterparty { get; } = new(
        "counterparty", "name", "payer", "payee", "beguenstigter/zahlungspflichtiger", "begünstigter/zahlungspflichtiger",
        "auftraggeber/empfänger",
        "auftraggeber / begünstigter", "zahlungspflichtige*r", "zahlungspartner", "name zahlungsbeteiligter");

    public static CsvColumns CounterpartyAccount { get; } = new(
        "counterparty_account", "iban", "kontonummer/iban", "iban zahlungsbeteiligter", "iban zahlungspartner", "iban des auftraggebers");

    public static CsvColumns Remittance { get; } = new(
        "remittance", "remittance information", "reference", "description", "purpose", "details", "verwendungszweck",
        "buchungstext/verwendungszweck");

    public static CsvColumns EndToEnd { get; } =
        new("end_to_end", "end-to-end reference", "endtoendid", "ende-zu-ende-referenz", "kundenreferenz (end-to-end)", "kundenreferenz");

    public static CsvColumns BankReference { get; } =
        new("bank_reference", "transaction id", "bankreferenz", "buchungsreferenz", "transaktions-id");

    /// <summary>A plain "IBAN" is the other party's.</summary>
    public static CsvColumns Account { get; } = new("account", "auftragskonto", "konto", "iban auftragskonto");

    /// <summary>Whether the bank has booked the row.</summary>
    public static CsvColumns Status { get; } = new("status", "state", "buchungsstatus", "umsatzstatus");

    /// <summary>Some banks say here whether they have booked the row, others something else.</summary>
    public static CsvColumns Info { get; } = new("info");

    /// <summary>The direction of an amount without a sign.</summary>
    public static CsvColumns Direction { get; } = new("debit_credit", CsvDirection.IsColumn);

    /// <summary>An amount of one direction.</summary>
    public static CsvColumns OneDirection { get; } =
        new("soll", "haben", "debit", "credit", "belastung", "gutschrift", "paid in", "paid out", "money in", "money out");

    public static CsvColumns Type { get; } = new("type");

    public static CsvColumns Reference { get; } = new("reference");

    public static CsvColumns Fee { get; } = new("fee");

    /// <summary>The columns of a file of mandates.</summary>
    public static CsvColumns Customer { get; } = new("account", "customer", "kunde", "mitglied");

    public static CsvColumns Iban { get; } = new("iban");

    public static CsvColumns Bic { get; } = new("bic");

    public static CsvColumns Holder { get; } = new("holder", "kontoinhaber");

    public static CsvColumns Mandate { get; } = new("mandate", "mandate reference", "mandatsreferenz", "mandat");

    public static CsvColumns SignedOn { get; } = new("signed_on", "unterschrieben am", "mandatsdatum");

    public static CsvColumns LastUsedOn { get; } = new("last_used_on", "zuletzt verwendet am");

    public static CsvColumns FormerMandate { get; } = new("former_mandate");

    public static CsvColumns FormerCreditor { get; } = new("former_creditor");

    public static CsvColumns Sequence { get; } = new("sequence", "sequenz");

    public static CsvColumns Source { get; } = new("source");

    /// <summary>The first name.</summary>
    public string Name => _names[0];

    /// <summary>The position; below zero for none.</summary>
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
