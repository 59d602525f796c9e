namespace Quittance.Settlements.Reading;

/// <summary>Whether money came or went, as banks say it in a column beside the amount.</summary>
internal static class CsvDirection
{
    private static readonly string[] Columns = ["s/h", "h/s", "d/c", "c/d", "dr/cr", "cr/dr", "cdtdbtind", "direction", "richtung"];
    private static readonly string[] Outgoing = ["s", "soll", "d", "dr", "debit", "dbit", "-", "out", "outgoing", "ausgang", "belastung"];
    private static readonly string[] Incoming = ["h", "haben", "c", "cr", "credit", "crdt", "+", "in", "incoming", "eingang", "gutschrift"];

    /// <summary>Whether a column of this name tells the direction of the amount, and not of the balance.</summary>
    public static bool IsColumn(string name) => Columns.Contains(name, StringComparer.OrdinalIgnoreCase)
        || (((Has(name, "soll") && Has(name, "haben")) || (Has(name, "debit") && Has(name, "credit"))) && !Has(name, "saldo") && !Has(name, "balance"));

    /// <summary>Whether money went; null where the word is none that is known.</summary>
    public static bool? IsOutgoing(string? word) =>
        Outgoing.Contains(word, StringComparer.OrdinalIgnoreCase) ? true : Incoming.Contains(word, StringComparer.OrdinalIgnoreCase) ? false : null;

    private static bool Has(string name, string word) => name.Contains(word, StringComparison.OrdinalIgnoreCase);
}
