using Quittance.Core.Accounts;

namespace Quittance.Host.Demo;

/// <summary>How the demo's customers are reached. Of one in six nothing is known. No mail arrives at these addresses.</summary>
internal static class DemoContacts
{
    private static readonly (string PostalCode, string City)[] GermanTowns =
        [("10969", "Berlin"), ("20099", "Hamburg"), ("80331", "München"), ("50667", "Köln"), ("04109", "Leipzig")];

    private static readonly string[] GermanStreets = ["Lindenstraße", "Gartenweg", "Am Markt", "Schillerstraße"];

    private static readonly (string PostalCode, string City, string State)[] AmericanTowns =
        [("97205", "Portland", "OR"), ("53703", "Madison", "WI"), ("05401", "Burlington", "VT"), ("80302", "Boulder", "CO")];

    private static readonly (string PostalCode, string City, string Street, string Language)[] SwissTowns =
    [
        ("8001", "Zürich", "Rämistrasse", "de"), ("3011", "Bern", "Kramgasse", "de"), ("1003", "Lausanne", "Rue de Bourg", "fr"),
        ("6900", "Lugano", "Via Nassa", "it"),
    ];

    /// <summary>A member of the studio.</summary>
    public static Contact OfMember(int index, string name)
    {
        var (code, city) = GermanTowns[index % GermanTowns.Length];
        return Of(
            index, EmailOf(name), index % 2 == 0 ? $"+49 30 55501{index:00}" : null,
            new PostalAddress($"{GermanStreets[index % GermanStreets.Length]} {2 + index}", null, code, city, null, "DE"), "de");
    }

    /// <summary>A customer of the print shop.</summary>
    public static Contact OfShop(int index, string name)
    {
        var (code, city, state) = AmericanTowns[index % AmericanTowns.Length];
        return Of(
            index, $"accounts@{Word(name, '-')}.example", $"+1 503 55501{index:00}",
            new PostalAddress($"{100 + (index * 12)} Main Street", null, code, city, state, "US"), "en");
    }

    /// <summary>A pupil of the music school.</summary>
    public static Contact OfPupil(int index, string name)
    {
        var (code, city, street, language) = SwissTowns[index % SwissTowns.Length];
        return Of(
            index, EmailOf(name), null, new PostalAddress($"{street} {3 + (index * 2)}", null, code, city, null, "CH"), language);
    }

    private static Contact Of(int index, string email, string? phone, PostalAddress address, string language) =>
        index % 6 == 5 ? Contact.None : new Contact(email, phone, address, language);

    private static string EmailOf(string name) => $"{Word(name, '.')}@example.com";

    private static string Word(string name, char between) => string.Join(
        between,
        name.ToLowerInvariant().Replace("ü", "ue", StringComparison.Ordinal).Replace("& ", "", StringComparison.Ordinal).Split(' '));
}
