using Quittance.Core.Accounts;

namespace Quittance.Core.Profiles;

/// <summary>What customers see of a merchant beside its name: on pages, papers and mails.</summary>
/// <param name="LegalName">The name in law, as an imprint has it.</param>
/// <param name="Imprint">A page at https; so of all links.</param>
public sealed record MerchantProfile(
    string? LegalName, PostalAddress? Address, string? Email, string? Phone, string? Website, string? Imprint, string? Privacy,
    string? Terms, BrandColour? Colour)
{
    /// <summary>The most characters of the name in law.</summary>
    public const int MostName = 140;

    public static MerchantProfile None { get; } = new(null, null, null, null, null, null, null, null, null);

    /// <summary>The logo; null for none.</summary>
    public LogoMark? Logo { get; init; }

    /// <summary>How the merchant is reached, in the order in which a letter says it.</summary>
    public IReadOnlyList<string> Contacts => [.. new[] { Email, Phone, Website }.OfType<string>()];
}

/// <summary>The profiles of merchants.</summary>
public interface IProfiles
{
    /// <summary>The profile in force.</summary>
    Task<MerchantProfile> FindAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>The logo in force; null for none.</summary>
    Task<Logo?> LogoAsync(MerchantId merchant, CancellationToken cancel);
}
