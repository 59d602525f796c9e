using System.Text;

namespace Quittance.Core.Ledger;

/// <summary>
/// What people call a ledger account, in exports and on pages: a path as plain-text accounting knows it, such as <c>assets:clearing:sandbox</c> or
/// <c>assets:receivable:customer 1002</c>. The slots that one account is spread over are one name. A name never changes.
/// </summary>
public static class LedgerAccountName
{
    /// <summary>The name.</summary>
    /// <param name="kind">The line of the chart.</param>
    /// <param name="purpose">What credit is kept for, or who holds a clearing balance; else empty.</param>
    /// <param name="customerNumber">The number of the customer's account that it is kept for; null for the merchant's own.</param>
    public static string Of(LedgerKind kind, string purpose, long? customerNumber)
    {
        var top = kind switch
        {
            LedgerKind.Receivable => "assets:receivable",
            LedgerKind.Credit => "liabilities:credit",
            LedgerKind.Clearing => "assets:clearing",
            LedgerKind.RefundsInTransit => "liabilities:refunds in transit",
            LedgerKind.Bank => "assets:bank",
            LedgerKind.Billed => "income:billed",
            LedgerKind.Fees => "expenses:fees",
            LedgerKind.WriteOff => "expenses:write-off",
        };
        var name = new StringBuilder(top);
        if (customerNumber is { } number)
            name.Append(":customer ").Append(number);
        if (purpose.Length > 0)
            name.Append(':').Append(Plain(purpose));
        return name.ToString();
    }

    /// <summary>Two spaces in a row, or a semicolon, would end the name where it is read.</summary>
    private static string Plain(string purpose) =>
        string.Concat(purpose.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or ':' or '_' ? letter : '_'));
}
