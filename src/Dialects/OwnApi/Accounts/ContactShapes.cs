using Quittance.Core.Accounts;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiRequests;

namespace Quittance.Dialects.OwnApi.Accounts;

/// <summary>How a customer is reached, as a request says it.</summary>
internal class ContactRequest : ReasonRequest
{
    private readonly Dictionary<string, string?> _said = new(StringComparer.Ordinal);

    /// <summary>The fields of the address; null where none is given.</summary>
    public JsonFields? Address { get; set; }

    /// <summary>The contact, once it is read.</summary>
    public Contact Contact { get; set; } = Contact.None;

    public string? Said(string field) => _said.GetValueOrDefault(field);

    public void Say(string field, string? text) => _said[field] = text;
}

/// <summary>The members of requests and answers that say how a customer is reached.</summary>
internal static class ContactShapes
{
    private const string AddressName = "address";

    private static readonly Member Email = Optional(
        ContactReader.Email, Text("One e-mail address, without a name; its domain in any script.", ContactReader.MostEmail, 1));

    private static readonly Member Phone = Optional(
        ContactReader.Phone, Text("A telephone number, such as `+49 30 1234567`.", ContactReader.MostPhone, 1));

    private static readonly Member Language = Optional(
        ContactReader.Language,
        Text("A language by BCP 47, such as `de` or `fr-CH`. Papers are in it where Quittance speaks it, else in English.",
            ContactReader.MostLanguage, 1));

    private static readonly Member Line1 = Optional(ContactReader.Line1, Text("Street and number.", ContactReader.MostLine, 1));

    private static readonly Member Line2 = Optional(
        ContactReader.Line2, Text("What follows the street, such as a floor or a company.", ContactReader.MostLine, 1));

    private static readonly Member PostalCode = Optional(
        ContactReader.PostalCode, Text("The postal code.", ContactReader.MostPostalCode, 1));

    private static readonly Member City = Required(ContactReader.City, Text("The city.", ContactReader.MostLine, 1));

    private static readonly Member Region = Optional(
        ContactReader.Region, Text("The state or province, where letters name it.", ContactReader.MostLine, 1));

    private static readonly Member Country = Required(ContactReader.Country, Like("The country, by ISO 3166-1.", "^[A-Z]{2}$"));

    private static readonly Resource<PostalAddress> AddressShown = new("PostalAddress", "A postal address.")
    {
        { Line1, address => address.Line1 },
        { Line2, address => address.Line2 },
        { PostalCode, address => address.PostalCode },
        { City, address => address.City },
        { Region, address => address.Region },
        { Country, address => address.Country },
    };

    private static readonly Resource<ContactRequest> AddressGiven = Said(
        "AddressCreate", "A postal address.", Line1, Line2, PostalCode, City, Region, Country);

    /// <summary>The contact in answers.</summary>
    public static readonly Resource<Contact> Shown = new(null, "How a customer is reached.")
    {
        { Email, contact => contact.Email },
        { Phone, contact => contact.Phone },
        { Optional(AddressName, AddressShown, "The postal address."), AddressShown, contact => contact.Address },
        { Language, contact => contact.Language },
    };

    /// <summary>The contact in requests.</summary>
    public static readonly Resource<ContactRequest> Given = new(null, "How a customer is reached.")
    {
        { Said(null, "How a customer is reached.", Email, Phone, Language), asked => asked },
        {
            Optional(AddressName, AddressGiven, "The postal address."), AddressGiven, _ => null,
            (asked, given) => asked.Address = given
        },
    };

    /// <summary>A change of the contact.</summary>
    public static readonly Resource<ContactRequest> Change = new(
        "ContactChange", "How a customer is reached from now on; without a member it is known no more.", isClosed: true)
    {
        { Given, asked => asked },
        {
            Optional("reason", NameText("Why; the audit log keeps it.", Core.OperatorAction.LongestReason, 1)), asked => asked.Reason,
            (asked, text) => asked.Reason = Masked(text)
        },
    };

    public static Reading<ContactRequest, OwnApiProblem> ReadChange(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = Change.Read(fields, new ContactRequest());
        ReadInto(fields, asked);
        return asked;
    });

    private static Resource<ContactRequest> Said(string? name, string description, params IReadOnlyList<Member> members)
    {
        var resource = new Resource<ContactRequest>(name, description, isClosed: true);
        foreach (var member in members)
            resource.Add(member, asked => asked.Said(member.Name), (asked, text) => asked.Say(member.Name, text));
        return resource;
    }

    /// <summary>Reads the contact of what a request says.</summary>
    public static void ReadInto(JsonFields fields, ContactRequest asked)
    {
        if (asked.Address is { } address)
            AddressGiven.Read(address, asked);
        asked.Contact = ContactReader.Read(asked.Said, asked.Address is not null, (field, expected) =>
        {
            // What is missing, too long or no text is a fault already.
            if (asked.Said(field) is not null)
                (ContactReader.OfAddress.Contains(field) ? asked.Address! : fields).Refuse(field, FieldProblem.Malformed, expected);
        });
    }
}
