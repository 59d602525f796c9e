using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>A part of a payment that is meant for a bill: PaymentItem (TMF676 3.4).</summary>
/// <param name="Bill">The bill.</param>
public sealed record TmfItem(TmfReference Bill) : ITmfValue
{
    /// <summary>The id of the item.</summary>
    public string? Id { get; init; }

    /// <summary>Its amount without tax.</summary>
    public TmfMoney? Amount { get; init; }

    /// <summary>The tax in it.</summary>
    public TmfMoney? TaxAmount { get; init; }

    /// <summary>Its whole amount. Without it, amount and tax together are; without these too, it is as much as is due.</summary>
    public TmfMoney? TotalAmount { get; init; }

    /// <summary>Its type.</summary>
    public TmfTags Tags { get; init; }

    internal TmfAmounts Amounts => new(Amount, TaxAmount, TotalAmount);

    public void Write(TmfWriter writer)
    {
        writer.Text("id", Id);
        writer.Object("amount", Amount);
        writer.Object("item", Bill);
        writer.Object("taxAmount", TaxAmount);
        writer.Object("totalAmount", TotalAmount);
        Tags.Write(writer);
    }

    /// <summary>Reads an item; null when the bill it is for can't be read.</summary>
    internal static TmfItem? Read(JsonFields fields, TmfRules rules)
    {
        var bill = TmfReference.Read(fields, "item", TmfReferenceKind.Entity, rules, required: true, rules.AsksForReferredType);
        var item = new TmfItem(bill ?? new TmfReference(TmfReferenceKind.Entity, ""))
        {
            Id = fields.Text("id", TmfLength.Id),
            Amount = TmfMoney.ReadOptional(fields, "amount", rules),
            TaxAmount = TmfMoney.ReadOptional(fields, "taxAmount", rules),
            TotalAmount = TmfMoney.ReadOptional(fields, "totalAmount", rules),
            Tags = TmfTags.Read(fields),
        };
        rules.Close(fields);
        return bill is null ? null : item;
    }
}
