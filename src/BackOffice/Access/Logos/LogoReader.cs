using System.Security.Cryptography;
using Quittance.Core.Profiles;

namespace Quittance.BackOffice.Access.Logos;

/// <summary>Reads a picture that a merchant hands in as its logo. The content decides what it is, and not the name.</summary>
public static class LogoReader
{
    private const int TagLength = 16;

    /// <summary>Reads a file.</summary>
    /// <returns>
    /// The logo with what was left out of it; or why it can be none. What is left out is what browsers would run, load or keep.
    /// </returns>
    public static (Logo? Logo, IReadOnlyList<string> LeftOut, string? Problem) Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length > Logo.Most)
            return (null, [], $"A logo has at most {Logo.Most / 1024} KB.");
        if (PngReader.IsPng(file.Span))
        {
            var (png, problem) = PngReader.Read(file.Span);
            return png is null ? (null, [], problem)
                : png.Length > Logo.Most ? (null, [], "This PNG has too many colours for a logo: save it with fewer pixels.")
                : (Of(LogoKind.Png, png), [], null);
        }

        var (svg, leftOut, why) = SvgReader.Read(file);
        return svg is null ? (null, [], why) : (Of(LogoKind.Svg, svg), leftOut, null);
    }

    private static Logo Of(LogoKind kind, byte[] content) =>
        new(new LogoMark(kind, Convert.ToHexStringLower(SHA256.HashData(content))[..TagLength]), content);
}
