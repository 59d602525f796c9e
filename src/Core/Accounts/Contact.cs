using Quittance.Core.Engine;

namespace Quittance.Core.Accounts;

/// <summary>How a customer is reached, and in which language. It is a person's data: <see cref="ContactReader"/> reads it.</summary>
/// <param name="Email">One e-mail address.</param>
/// <param name="Phone">A telephone number.</param>
/// <param name="Language">A tag of BCP 47, such as <c>de</c> or <c>fr-CH</c>.</param>
public sealed record Contact(string? Email, string? Phone, PostalAddress? Address, string? Language)
{
    /// <summary>A customer of whom nothing is known.</summary>
    public static Contact None { get; } = new(null, null, null, null);

    /// <summary>This contact, and of another one of the same person what it lacks. An address is taken as a whole.</summary>
    public Contact FilledFrom(Contact other) =>
        new(Email ?? other.Email, Phone ?? other.Phone, Address ?? other.Address, Language ?? other.Language);

    /// <summary>Nothing of the person, so that no log has it.</summary>
    public override string ToString() => nameof(Contact);
}

/// <summary>A postal address.</summary>
/// <param name="Line1">Street and number; null where there is none.</param>
/// <param name="Line2">What follows the street, such as a floor or a company.</param>
/// <param name="Region">The state or province, where letters name it.</param>
/// <param name="Country">Two letters of ISO 3166-1.</param>
public sealed record PostalAddress(string? Line1, string? Line2, string? PostalCode, string City, string? Region, string Country)
{
    /// <summary>Its lines as a letter has them: the street, what follows it, the place, the country.</summary>
    public IReadOnlyList<string> Lines =>
        [.. new[] { Line1, Line2, Joined(PostalCode, City, Region), Country }.OfType<string>()];

    /// <summary>Nothing of the person, so that no log has it.</summary>
    public override string ToString() => nameof(PostalAddress);

    private static string Joined(params string?[] parts) => string.Join(' ', parts.OfType<string>());
}

/// <summary>The contact of an account, apart from the account: payments never read it, and it is erased with the name.</summary>
public sealed record AccountContact(AccountId Id, Contact Contact) : IRow<AccountId, AccountContact>
{
    public static Shelf<AccountId, AccountContact> Shelf { get; } = new(contact => contact.Id);
}
