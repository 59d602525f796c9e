namespace Quittance.Core.Profiles;

/// <summary>The forms of a logo.</summary>
public enum LogoKind
{
    Png,
    Svg,
}

/// <summary>Which logo a merchant has.</summary>
/// <param name="Tag">Another one for another picture.</param>
public sealed record LogoMark(LogoKind Kind, string Tag);

/// <summary>A logo as a file.</summary>
public sealed record Logo(LogoMark Mark, ReadOnlyMemory<byte> Content)
{
    /// <summary>The most bytes.</summary>
    public const int Most = 256 * 1024;

    /// <summary>Lets a browser that opens the picture by itself run and load nothing of it.</summary>
    public const string Policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    public string MediaType => Mark.Kind == LogoKind.Svg ? "image/svg+xml" : "image/png";
}
