using Quittance.Core;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>
/// A TMF object with the members that name its type. The objects of this file are set while <see cref="TmfShapes"/> reads them, and not
/// afterwards.
/// </summary>
public abstract record TmfObject
{
    /// <summary><c>@baseType</c>.</summary>
    public string? BaseType { get; set; }

    /// <summary><c>@schemaLocation</c>, an address.</summary>
    public string? SchemaLocation { get; set; }

    /// <summary><c>@type</c>.</summary>
    public string? Type { get; set; }
}

/// <summary>A reference to something elsewhere: AccountRef, ChannelRef, EntityRef, RelatedParty (TMF676 3.4).</summary>
/// <param name="Id">The id of what it refers to; empty where it can't be read.</param>
public sealed record TmfReference(string Id) : TmfObject
{
    public string Id { get; set; } = Id;

    public string? Href { get; set; }

    /// <summary>Of accounts only.</summary>
    public string? Description { get; set; }

    public string? Name { get; set; }

    /// <summary>Of people and companies only.</summary>
    public string? Role { get; set; }

    /// <summary><c>@referredType</c>.</summary>
    public string? ReferredType { get; set; }
}

/// <summary>A span of time, open where an end is missing.</summary>
public sealed record TmfPeriod
{
    public DateTimeOffset? Start { get; set; }

    public DateTimeOffset? End { get; set; }
}

/// <summary>
/// How a payment was made: PaymentMethodRefOrValue (TMF676 3.4); <c>@type</c> says how. Card numbers in it are masked as it is read (5.14).
/// </summary>
public sealed record TmfMethod : TmfObject
{
    public string? Id { get; set; }

    public string? Href { get; set; }

    public string? Description { get; set; }

    public bool? IsPreferred { get; set; }

    /// <summary>A name fit to be shown.</summary>
    public string? Name { get; set; }

    public string? Status { get; set; }

    public DateTimeOffset? StatusDate { get; set; }

    public IReadOnlyList<TmfReference> Accounts { get; set; } = [];

    public TmfReference? RelatedParty { get; set; }

    /// <summary>When it can be used.</summary>
    public TmfPeriod? ValidFor { get; set; }

    /// <summary><c>@referredType</c>: the kind of a method that is only referred to.</summary>
    public string? ReferredType { get; set; }
}

/// <summary>Money: <c>{"unit": "USD", "value": 42.5}</c>, exact and above zero, or as a tax zero (TMF676 3.4 and 4.3).</summary>
/// <param name="Amount">The amount; null for an empty object.</param>
public sealed record TmfMoney(Money? Amount) : TmfObject
{
    internal bool HasType => BaseType is not null || SchemaLocation is not null || Type is not null;

    internal static Money? ReadAmount(JsonFields fields, bool mayBeZero)
    {
        if (fields.Text("unit", TmfLength.Id, required: true) is not { } unit)
        {
            fields.Number("value", required: true);
            return null;
        }

        if (!Currency.TryParse(unit, out var currency))
        {
            fields.Refuse("unit", FieldProblem.NotInList, "the code of a currency by ISO 4217 in capitals, such as USD");
            fields.Number("value", required: true);
            return null;
        }

        if (fields.Amount("value", currency, required: true) is not { } amount)
            return null;
        if (amount.AmountMinor > 0 || (mayBeZero && amount.AmountMinor == 0))
            return amount;

        fields.Refuse("value", FieldProblem.OutOfRange, mayBeZero ? "an amount that is not below zero" : "an amount above zero");
        return null;
    }
}

/// <summary>A part of a payment that is meant for a bill: PaymentItem (TMF676 3.4).</summary>
/// <param name="Bill">The bill; null where it can't be read.</param>
public sealed record TmfItem(TmfReference? Bill) : TmfObject
{
    public TmfReference? Bill { get; set; } = Bill;

    public string? Id { get; set; }

    /// <summary>Its amount without tax.</summary>
    public TmfMoney? Amount { get; set; }

    public TmfMoney? TaxAmount { get; set; }

    /// <summary>Its whole amount. Without it, amount and tax together are; without these too, it is as much as is due.</summary>
    public TmfMoney? TotalAmount { get; set; }

    /// <summary>The part of the bill that the payment settles; of answers of Oracle BRM only.</summary>
    internal Core.Payments.Allocation Allocation { get; init; }

    internal TmfAmounts Amounts => new(Amount, TaxAmount, TotalAmount);
}

/// <summary>The amounts of a payment, or of one of its items, and how they belong together (TMF676 4.3).</summary>
/// <param name="Net">The amount without tax.</param>
/// <param name="Total">The whole amount.</param>
internal sealed record TmfAmounts(TmfMoney? Net, TmfMoney? Tax, TmfMoney? Total)
{
    /// <summary>
    /// The whole amount, given as such or as amount and tax; null where neither is given. Call <see cref="Check"/> first:
    /// amounts of different currencies have no sum.
    /// </summary>
    public Money? Whole => Total?.Amount ?? (Tax?.Amount is { } tax ? Net?.Amount + tax : Net?.Amount);

    /// <summary>
    /// Adds faults for amounts that can't be true together: of different currencies, above the whole, or with a sum that is
    /// not the whole. False when their currencies differ.
    /// </summary>
    /// <param name="currency">The currency that they must have; null for any.</param>
    /// <param name="place">The path before the names of the amounts, such as <c>paymentItem[0].</c>.</param>
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
