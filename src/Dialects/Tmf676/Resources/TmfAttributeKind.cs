namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>What an attribute of a resource is, to those who filter by it.</summary>
public enum TmfAttributeKind
{
    /// <summary>A text; compared as it is, capitals and all.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A date with its time.</summary>
    Moment,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>An object or an array of objects: only its attributes can be filtered by.</summary>
    Whole,
}
