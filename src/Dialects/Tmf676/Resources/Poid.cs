using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>
/// An id as Oracle BRM writes it: <c>0.0.0.1+-account+84808</c> (Oracle BRM 4.1). Both TMF mounts know them, since
/// a payment's ids of either mount resolve on both.
/// </summary>
/// <param name="Database">The database, four numbers.</param>
/// <param name="Class">The class of the object, with <c>-</c> for each <c>/</c> but the first.</param>
/// <param name="Number">The number of the object within database and class.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Poid(string Database, string Class, long Number)
{
    public const string AccountClass = "account";

    public const string BillClass = "bill";

    public const string BillUnitClass = "billinfo";

    public const string PaymentClass = "item-payment";

    public const string RefundClass = "item-refund";

    /// <summary>How the classes of payment methods begin.</summary>
    public const string MethodClassPrefix = "payinfo";

    private const string PaymentDatabase = "0.0.0.1";

    /// <summary>
    /// The database of the POIDs that we give to accounts and bills without one of Oracle's. Oracle does not use it,
    /// so our numbers can't be those of another customer's account.
    /// </summary>
    private const string OwnDatabase = "0.9.9.9";

    private static readonly SearchValues<char> ClassCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Whether we have made it up; its number is then our own number.</summary>
    public bool IsOwn => Database == OwnDatabase;

    public static Poid OfPayment(long number) => OfItem(PaymentClass, number);

    /// <summary>The POID of a payment or a refund, by its class and its number.</summary>
    public static Poid OfItem(string itemClass, long number) => new(PaymentDatabase, itemClass, number);

    /// <summary>The POID that we give to an account without one of Oracle's, by its number.</summary>
    public static Poid OfAccount(long number) => new(OwnDatabase, AccountClass, number);

    /// <summary>The POID that we give to a bill without one of Oracle's, by its number.</summary>
    public static Poid OfBill(long number) => new(OwnDatabase, BillClass, number);

    /// <summary>The POID that we give to the bill unit of an account without one of Oracle's, by the account's number.</summary>
    public static Poid OfBillUnit(long number) => new(OwnDatabase, BillUnitClass, number);

    /// <summary>Reads a POID. Whether there is such an object is another question.</summary>
    public static bool TryParse(string text, out Poid poid)
    {
        poid = default;
        var databaseEnd = text.IndexOf("+-", StringComparison.Ordinal);
        var classStart = databaseEnd + 2;
        var classEnd = databaseEnd < 0 ? -1 : text.IndexOf('+', classStart);
        if (classEnd <= classStart || !IsDatabase(text.AsSpan(0, databaseEnd))
            || text.AsSpan(classStart, classEnd - classStart).ContainsAnyExcept(ClassCharacters)
            || !long.TryParse(text.AsSpan(classEnd + 1), NumberStyles.None, null, out var number))
        {
            return false;
        }

        poid = new Poid(text[..databaseEnd], text[classStart..classEnd], number);
        return true;
    }

    public override string ToString() => $"{Database}+-{Class}+{Number}";

    private static bool IsDatabase(ReadOnlySpan<char> text)
    {
        var numbers = 0;
        foreach (var part in text.Split('.'))
        {
            if (text[part].IsEmpty || text[part].ContainsAnyExceptInRange('0', '9'))
                return false;
            numbers++;
        }

        return numbers == 4;
    }
}
