using System.Collections.Frozen;
using static Quittance.Dialects.Tmf676.Resources.TmfAttributeKind;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>All attributes of a resource, by their dotted paths as clients filter by them: <c>account.id</c> (TMF676 3.2 to 3.4).</summary>
public sealed class TmfAttributes
{
    private readonly FrozenDictionary<string, TmfAttributeKind> _kinds;
    private readonly FrozenSet<string> _names;

    private TmfAttributes(params IEnumerable<(string Path, TmfAttributeKind Kind)>[] groups)
    {
        _kinds = groups.SelectMany(group => group).ToFrozenDictionary(attribute => attribute.Path, attribute => attribute.Kind);
        _names = _kinds.Keys.Where(path => !path.Contains('.', StringComparison.Ordinal)).ToFrozenSet();
    }

    /// <summary>Of a payment.</summary>
    public static TmfAttributes Payment { get; } = new(
        Common, Reference("payer", ("role", Text)), [("paymentDate", Moment)],
        Under("paymentItem", [("id", Text), .. Reference("item"), .. Amounts, .. Tags]));

    /// <summary>Of a refund.</summary>
    public static TmfAttributes Refund { get; } = new(
        Common, Reference("requestor", ("role", Text)), [("refundDate", Moment)], Reference("payment"));

    /// <summary>What an attribute is; null when there is none of this path.</summary>
    public TmfAttributeKind? KindOf(string path) => _kinds.TryGetValue(path, out var kind) ? kind : null;

    /// <summary>Whether the resource itself has an attribute of this name.</summary>
    public bool Has(string name) => _names.Contains(name);

    private static IEnumerable<(string Path, TmfAttributeKind Kind)> Common =>
    [
        ("id", Text), ("href", Text), ("authorizationCode", Text), ("correlatorId", Text), ("description", Text), ("name", Text),
        ("status", Text), ("statusDate", Moment), .. Reference("account", ("description", Text)), .. Reference("channel"), .. Amounts,
        .. Under("paymentMethod",
        [
            ("id", Text), ("href", Text), ("description", Text), ("isPreferred", TmfAttributeKind.Boolean), ("name", Text), ("status", Text),
            ("statusDate", Moment), .. Reference("account", ("description", Text)), .. Reference("relatedParty", ("role", Text)),
            .. Under("validFor", [("startDateTime", Moment), ("endDateTime", Moment)]), .. Tags, ("@referredType", Text),
        ]),
        .. Tags,
    ];

    private static IEnumerable<(string Path, TmfAttributeKind Kind)> Tags => [("@baseType", Text), ("@schemaLocation", Text), ("@type", Text)];

    private static IEnumerable<(string Path, TmfAttributeKind Kind)> Amounts =>
        [.. Money("amount"), .. Money("taxAmount"), .. Money("totalAmount")];

    private static IEnumerable<(string Path, TmfAttributeKind Kind)> Money(string name) => Under(name, [("unit", Text), ("value", Number), .. Tags]);

    private static IEnumerable<(string Path, TmfAttributeKind Kind)> Reference(string name, params (string Path, TmfAttributeKind Kind)[] more) =>
        Under(name, [("id", Text), ("href", Text), ("name", Text), .. more, .. Tags, ("@referredType", Text)]);

    private static IEnumerable<(string Path, TmfAttributeKind Kind)> Under(string name, IEnumerable<(string Path, TmfAttributeKind Kind)> attributes) =>
        attributes.Select(attribute => ($"{name}.{attribute.Path}", attribute.Kind)).Prepend((name, Whole));
}
