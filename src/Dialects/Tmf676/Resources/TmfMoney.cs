using Quittance.Core;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>Money: <c>{"unit": "USD", "value": 42.5}</c>, exact and above zero (TMF676 3.4 and 4.3).</summary>
/// <param name="Amount">The amount; null for an empty object.</param>
/// <param name="Tags">Its type.</param>
public sealed record TmfMoney(Money? Amount, TmfTags Tags = default) : ITmfValue
{
    public void Write(TmfWriter writer)
    {
        writer.Amount(Amount);
        Tags.Write(writer);
    }

    internal static TmfMoney? Read(JsonFields parent, string name, TmfRules rules, bool required = false)
    {
        if (parent.Object(name, required) is not { } fields)
            return null;
        var isEmpty = rules.TakesEmptyMoney && !fields.Has("unit") && !fields.Has("value");
        var money = new TmfMoney(isEmpty ? null : ReadAmount(fields), TmfTags.Read(fields));
        rules.Close(fields);
        return money;
    }

    /// <summary>Reads money that may be left out; an empty object counts as that.</summary>
    internal static TmfMoney? ReadOptional(JsonFields parent, string name, TmfRules rules) =>
        Read(parent, name, rules) is { Amount: not null } money ? money : null;

    private static Money? ReadAmount(JsonFields fields)
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
        if (amount.AmountMinor > 0)
            return amount;

        fields.Refuse("value", FieldProblem.OutOfRange, "an amount above zero");
        return null;
    }
}
