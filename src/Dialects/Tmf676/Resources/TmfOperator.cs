namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>How an attribute is compared with what a filter says (TMF676 5.8).</summary>
public enum TmfOperator
{
    /// <summary><c>.eq</c>, or no operator.</summary>
    Equal,

    /// <summary><c>.gt</c>.</summary>
    Above,

    /// <summary><c>.gte</c>.</summary>
    AtLeast,

    /// <summary><c>.lt</c>.</summary>
    Below,

    /// <summary><c>.lte</c>.</summary>
    AtMost,
}
