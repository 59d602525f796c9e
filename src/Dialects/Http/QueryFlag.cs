namespace Quittance.Dialects.Http;

/// <summary>Flags in queries.</summary>
internal static class QueryFlag
{
    /// <summary>True or false, in any case of letters, as Python writes <c>True</c>; null for another text.</summary>
    public static bool? Parse(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" => true,
        "FALSE" => false,
        _ => null,
    };
}
