using System.Collections.Frozen;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>The kinds of values that filters compare.</summary>
public enum TmfAttributeKind
{
    /// <summary>A text; compared as it is, capitals and all.</summary>
    Text,

    Number,

    /// <summary>A date with its time.</summary>
    Moment,

    Boolean,

    /// <summary>An object or an array of objects: only its attributes can be filtered by.</summary>
    Whole,
}

/// <summary>All attributes of a resource, by their dotted paths as clients filter by them: <c>account.id</c> (TMF676 3.2 to 3.4).</summary>
/// <param name="resource">The shape that the attributes follow from.</param>
public sealed class TmfAttributes(Shape resource)
{
    private readonly FrozenDictionary<string, TmfAttributeKind> _kinds =
        resource.Paths().ToFrozenDictionary(attribute => attribute.Path, attribute => KindOf(attribute.Shape));

    private readonly FrozenSet<string> _names = resource.MemberNames.ToFrozenSet();

    /// <summary>The kind of an attribute; null when no attribute has this path.</summary>
    public TmfAttributeKind? KindOf(string path) => _kinds.TryGetValue(path, out var kind) ? kind : null;

    /// <summary>Whether there is an attribute of this path.</summary>
    public bool Knows(string path) => _kinds.ContainsKey(path);

    /// <summary>Whether the resource itself has an attribute of this name.</summary>
    public bool Has(string name) => _names.Contains(name);

    private static TmfAttributeKind KindOf(Shape shape)
    {
        if (shape.IsWhole)
            return TmfAttributeKind.Whole;
        if (shape.IsMoment)
            return TmfAttributeKind.Moment;
        if (shape.IsNumber)
            return TmfAttributeKind.Number;
        return shape.IsFlag ? TmfAttributeKind.Boolean : TmfAttributeKind.Text;
    }
}
