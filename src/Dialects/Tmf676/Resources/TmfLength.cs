namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>
/// How long texts may be, characters. The standard sets no limits; these keep one request from filling the books.
/// </summary>
internal static class TmfLength
{
    /// <summary>Ids, codes and type names; an id must also fit an index.</summary>
    public const int Id = 255;

    /// <summary>Names.</summary>
    public const int Name = 255;

    /// <summary>Descriptions.</summary>
    public const int Description = 2000;

    /// <summary>Addresses.</summary>
    public const int Address = 2048;

    /// <summary>Items of an array.</summary>
    public const int Items = 1000;
}
