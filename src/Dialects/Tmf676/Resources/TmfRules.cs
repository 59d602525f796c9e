using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>In what the mounts differ when they read a resource.</summary>
public sealed record TmfRules
{
    /// <summary>The TMF676 mount: TMF676 3.2 to 3.4 and 4.2.</summary>
    public static TmfRules Standard { get; } = new() { TakesEmptyMoney = true, AsksForReferredType = true };

    /// <summary>What was checked when it was stored, read again.</summary>
    public static TmfRules Stored { get; } = new() { TakesEmptyMoney = true };

    /// <summary>Whether attributes that the resource does not have are refused instead of ignored.</summary>
    public bool RefusesUnknown { get; init; }

    /// <summary>Whether Money may have neither unit nor value.</summary>
    public bool TakesEmptyMoney { get; init; }

    /// <summary>Whether a payment method must have an id.</summary>
    public bool AsksForMethodId { get; init; }

    /// <summary>Whether the bill of a payment item must say its <c>@referredType</c>.</summary>
    public bool AsksForReferredType { get; init; }

    /// <summary>To be called when all attributes of an object have been read.</summary>
    internal void Close(JsonFields fields)
    {
        if (RefusesUnknown)
            fields.RefuseUnknown();
    }
}
