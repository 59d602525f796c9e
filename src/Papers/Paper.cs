using Quittance.Core.Access;

namespace Quittance.Papers;

/// <summary>A paper as a file.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Content">A PDF. The same facts make the same bytes.</param>
public sealed record Paper(string Name, ReadOnlyMemory<byte> Content)
{
    public const string MediaType = "application/pdf";
}

/// <summary>One side of what a paper is about, as it names itself.</summary>
/// <param name="Lines">The lines below the name, such as those of the address.</param>
public sealed record Party(string Name, IReadOnlyList<string> Lines)
{
    /// <summary>Its logo as a PNG; null for none.</summary>
    public ReadOnlyMemory<byte>? Logo { get; init; }
}

/// <summary>Whose papers they are.</summary>
/// <param name="Zone">The zone in which the merchant's days begin.</param>
/// <param name="Locale">The merchant's language, for customers whose language is not known.</param>
public sealed record PaperIssuer(string MerchantName, TimeZoneInfo Zone, string Locale)
{
    /// <summary>The merchant as one API shows it.</summary>
    public static PaperIssuer Of(Installation installation) => new(
        installation.MerchantName, installation.MerchantZone, installation.Locale);
}
