namespace Quittance.Settlements.Reading;

/// <summary>The bank's own reference of a line.</summary>
internal static class BankReference
{
    private static readonly string[] None = ["NONREF", "NOTPROVIDED", "NONE"];

    /// <summary>The reference; null where the bank says that there is none.</summary>
    public static string? Of(string? text) => text?.Trim() is { Length: > 0 } reference && !None.Contains(reference, StringComparer.OrdinalIgnoreCase) ? reference : null;
}
