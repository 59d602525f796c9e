namespace Quittance.Settlements.Reading;

/// <summary>Whether a bank has booked a row, as it says in a column.</summary>
internal static class CsvStatus
{
    private static readonly string[] Unbooked =
    [
        "vorgemerkt", "vormerk", "nicht ", "ungebucht", "ausstehend", "in bearbeitung", "geplant", "abgelehnt", "pending", "not ", "unbooked", "uncleared",
        "processing", "scheduled", "declined", "rejected", "failed", "reverted", "cancelled", "canceled",
    ];

    private static readonly string[] Booked = ["gebucht", "ausgeführt", "booked", "completed", "posted", "settled", "cleared", "executed"];

    private static readonly string[] Pending = ["umsatz vorgemerkt", "vorgemerkt", "pending"];

    /// <summary>Whether the word says that it is booked; null where it says nothing that is known.</summary>
    public static bool? IsBooked(string word) => Has(word, Unbooked) ? false : Has(word, Booked) ? true : null;

    /// <summary>Whether a text that may be about anything says that it is not booked yet, and nothing else.</summary>
    public static bool IsPending(string text) => Pending.Contains(text, StringComparer.OrdinalIgnoreCase);

    private static bool Has(string word, string[] words) => words.Any(one => word.Contains(one, StringComparison.OrdinalIgnoreCase));
}
