using System.Buffers.Binary;
using System.Text;

namespace Quittance.Core.Ledger;

/// <summary>
/// The lines of the chart of accounts, kept per merchant and currency. Their order enters the ids of ledger accounts: new
/// ones go to the end.
/// </summary>
public enum LedgerKind
{
    /// <summary>Asset, per customer account: what the customer owes.</summary>
    Receivable,

    /// <summary>Liability, per customer account and purpose: money that settles no charge yet.</summary>
    Credit,

    /// <summary>Asset, per provider and slot: what a provider or the cash drawer holds for the merchant.</summary>
    Clearing,

    /// <summary>Liability, per slot: refunds asked of a provider and not confirmed yet.</summary>
    RefundsInTransit,

    /// <summary>Asset, per slot: settlements that arrived at the bank.</summary>
    Bank,

    /// <summary>Income, per slot: the counter account of charges.</summary>
    Billed,

    /// <summary>Expense, per slot: what providers deduct.</summary>
    Fees,

    /// <summary>Expense, per slot: debts given up.</summary>
    WriteOff,
}

/// <summary>Names one ledger account. The id follows from the name, so it needs no look-up, and one name has one id.</summary>
/// <param name="Slot">The slot of the customer account, or of the house account itself (0 to 31).</param>
/// <param name="Kind">The line of the chart.</param>
/// <param name="Holder">The customer account it is kept for, or <see cref="Guid.Empty"/> for the merchant's own.</param>
/// <param name="Purpose">
/// The purpose of credit (<see cref="CreditPurpose"/>), the holder of a clearing balance, or the bank account; else empty.
/// </param>
/// <param name="Currency">The currency of its balance.</param>
public readonly record struct LedgerAccount(
    MerchantId Merchant, int Slot, LedgerKind Kind, Guid Holder, string Purpose, Currency Currency)
{
    /// <summary>Its id, a UUIDv8: the beginning of a SHA-256 over all of its parts.</summary>
    public Guid ToId()
    {
        const int FixedLength = 8 + 1 + 1 + 16 + 3;
        Span<byte> text = stackalloc byte[FixedLength + Encoding.UTF8.GetByteCount(Purpose)];
        BinaryPrimitives.WriteInt64BigEndian(text, Merchant.Value);
        text[8] = (byte)Slot;
        text[9] = (byte)Kind;
        Holder.TryWriteBytes(text[10..], bigEndian: true, out _);
        Encoding.ASCII.GetBytes(Currency.Code, text[26..]);
        Encoding.UTF8.GetBytes(Purpose, text[FixedLength..]);
        return DerivedId.Of(text);
    }
}

/// <summary>
/// The name of a ledger account in exports and on pages: a path as in plain-text accounting, such as <c>assets:clearing:sandbox</c> or
/// <c>assets:receivable:customer 1002</c>. All slots of one account have one name. A name never changes.
/// </summary>
public static class LedgerAccountName
{
    /// <param name="kind">The line of the chart.</param>
    /// <param name="purpose">The purpose of credit, or the holder of a clearing balance; else empty.</param>
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

    /// <summary>
    /// The name of the line of the chart that an account belongs to, as an accountant's program has it: all customers and all purposes of
    /// credit are in one; each holder of money, each bank account and each reason to give money up has its own.
    /// </summary>
    public static string OfLine(LedgerKind kind, string purpose) => Of(kind, HasLines(kind) ? purpose : "", customerNumber: null);

    /// <summary>Whether there are several lines of a kind, by their purposes.</summary>
    public static bool HasLines(LedgerKind kind) => kind is LedgerKind.Clearing or LedgerKind.Bank or LedgerKind.WriteOff;

    /// <summary>Two spaces in a row, or a semicolon, would end the name where it is read.</summary>
    private static string Plain(string purpose) =>
        string.Concat(purpose.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or ':' or '_' ? letter : '_'));
}
