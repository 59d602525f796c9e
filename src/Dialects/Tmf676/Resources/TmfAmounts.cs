using Quittance.Core;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>The amounts of a payment, or of one of its items, and how they belong together (TMF676 4.3).</summary>
/// <param name="Net">The amount without tax.</param>
/// <param name="Tax">The tax.</param>
/// <param name="Total">The whole amount.</param>
internal sealed record TmfAmounts(TmfMoney? Net, TmfMoney? Tax, TmfMoney? Total)
{
    /// <summary>
    /// The whole amount, said as such or as amount and tax; null where none is said. To be asked for after <see cref="Check"/>:
    /// amounts of different currencies have no sum.
    /// </summary>
    public Money? Whole => Total?.Amount ?? (Tax?.Amount is { } tax ? Net?.Amount + tax : Net?.Amount);

    /// <summary>
    /// Adds faults for amounts that can't be true together: of different currencies, above the whole, or with a sum that is
    /// not the whole. False when their currencies differ.
    /// </summary>
    /// <param name="currency">The currency that they must have; null for any.</param>
    /// <param name="place">What stands before the names of the amounts, such as <c>paymentItem[0].</c>.</param>
    /// <param name="fields">The payment.</param>
    public bool Check(Currency? currency, string place, JsonFields fields)
    {
        currency ??= (Total?.Amount ?? Net?.Amount ?? Tax?.Amount)?.Currency;
        var areOfOneCurrency = IsIn(currency, Total, $"{place}totalAmount", fields)
            & IsIn(currency, Net, $"{place}amount", fields)
            & IsIn(currency, Tax, $"{place}taxAmount", fields);
        if (areOfOneCurrency && Total?.Amount is { } total)
            CheckWithin(total, place, fields);
        return areOfOneCurrency;
    }

    private void CheckWithin(Money total, string place, JsonFields fields)
    {
        var (net, tax) = (Net?.Amount, Tax?.Amount);
        if (tax >= total)
            fields.Refuse($"{place}taxAmount.value", FieldProblem.OutOfRange, "less than totalAmount");
        else if (tax is not null && net is not null && net + tax != total)
            fields.Refuse($"{place}amount.value", FieldProblem.OutOfRange, "totalAmount less taxAmount");
        else if (net > total)
            fields.Refuse($"{place}amount.value", FieldProblem.OutOfRange, "no more than totalAmount");
    }

    private static bool IsIn(Currency? currency, TmfMoney? given, string name, JsonFields fields)
    {
        if (given?.Amount is not { } amount || amount.Currency == currency)
            return true;
        fields.Refuse($"{name}.unit", FieldProblem.NotInList, $"{currency!.Code}, as in the other amounts");
        return false;
    }
}
