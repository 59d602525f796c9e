namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>The kinds of <see cref="TmfReference"/>; each has attributes of its own beside those of all.</summary>
public enum TmfReferenceKind
{
    /// <summary>A bill, a channel, a payment: no further attributes.</summary>
    Entity,

    /// <summary>An account: <c>description</c>.</summary>
    Account,

    /// <summary>A person or company: <c>role</c>; <c>@referredType</c> is required.</summary>
    Party,
}
