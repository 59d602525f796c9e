using Quittance.BackOffice.Access.Logos;
using Quittance.BackOffice.Accounts;
using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Acts;
using Quittance.Core.Instruments;
using Quittance.Core.Profiles;
using Quittance.Storage.Tenancy;

namespace Quittance.BackOffice.Access;

/// <summary>What customers see of the merchant beside its name.</summary>
public static class ProfileActs
{
    public const string LegalName = "legal_name";
    public const string Website = "website";
    public const string Imprint = "imprint";
    public const string Privacy = "privacy";
    public const string Terms = "terms";
    public const string Colour = "colour";
    public const string File = "file";
    public const string Remove = "remove";

    private const int CountryLength = 2;
    private const int ColourLength = 7;
    private const int LeftOutShown = 5;

    public static DeclaredAct Set { get; } = new(
        "merchant.profile", "Says who the merchant is to its customers, in place of what was said before",
        "Payment pages, receipts, statements and mails show it from now on. What is left empty is shown no more.",
        OperatorRole.Admin,
        [
            Text(LegalName, "Legal name", "The name as an imprint has it, with the legal form.", MerchantProfile.MostName) with
            {
                IsOptional = false,
                IsNoCard = false,
            },
            Text(ContactReader.Line1, "Street and number", "The first line of the address.", ContactReader.MostLine),
            Text(ContactReader.Line2, "Second line", "Such as a floor.", ContactReader.MostLine),
            Text(ContactReader.PostalCode, "Postal code", "Where the country has one.", ContactReader.MostPostalCode),
            Text(ContactReader.City, "City", "An address has a city and a country.", ContactReader.MostLine),
            Text(ContactReader.Region, "State or province", "Where letters name it.", ContactReader.MostLine),
            Text(ContactReader.Country, "Country", "Two letters, such as CH.", CountryLength),
            Text(ContactReader.Email, "E-mail address", "To which customers write: one address, without a name.", ContactReader.MostEmail),
            Text(ContactReader.Phone, "Telephone", "Such as +49 30 1234567.", ContactReader.MostPhone),
            Text(Website, "Website", "Such as https://shop.example.", WebLink.Most),
            Text(Imprint, "Imprint", "The page that says who answers for the business, at https.", WebLink.Most),
            Text(Privacy, "Privacy notice", "The page about customers' data, at https.", WebLink.Most),
            Text(Terms, "Terms", "The page with the terms of business, at https.", WebLink.Most),
            Text(
                Colour, "Colour",
                "Of buttons and links, as #rrggbb. Where texts in it could not be read, pages show it darker or lighter.", ColourLength),
        ],
        SetAsync)
    {
        Operation = new("setProfile", "profile", "Access", Scopes.Administer),
    };

    public static DeclaredAct SetLogo { get; } = new(
        "merchant.logo", "Shows a logo to customers, in place of the one before, or none any more",
        "Payment pages and the console show it; receipts, statements and mails have it where it is a PNG. A PNG has up to "
        + $"{PngReader.MostSide} pixels on each side. Of an SVG the shapes are kept: scripts, links and foreign parts are left out.",
        OperatorRole.Admin,
        [
            new(File, AskKind.Text, "File", $"A PNG or an SVG of at most {Logo.Most / 1024} KB: its bytes in Base64.")
            {
                IsOptional = true,
                Most = (Logo.Most / 3 * 4) + 4,
                IsNoCard = true,
            },
            new(Remove, AskKind.Flag, "No logo", "Show no logo any more."),
        ],
        SetLogoAsync)
    {
        Operation = new("setLogo", "profile/logo", "Access", Scopes.Administer),
    };

    /// <summary>The answers to what the act asks, as they are now.</summary>
    public static Asked AskedOf(MerchantProfile profile) =>
        ContactActs.AskedOf(new Contact(profile.Email, profile.Phone, profile.Address, Language: null))
            .With(LegalName, profile.LegalName).With(Website, profile.Website).With(Imprint, profile.Imprint)
            .With(Privacy, profile.Privacy).With(Terms, profile.Terms).With(Colour, profile.Colour?.ToString());

    // The readers of contacts and links refuse numbers of cards, so that none is stored with its digits crossed out.
    private static Ask Text(string name, string label, string meaning, int most) =>
        new(name, AskKind.Text, label, meaning) { IsOptional = true, Most = most, IsNoCard = true };

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var (asked, wrong) = (request.Asked, (ActResult?)null);
        var contact = ContactReader.Read(
            field => field == ContactReader.Language ? null : asked.Text(field), hasAddress: false,
            (field, expected) => wrong ??= ActResult.Wrong(field, $"Say {expected}."));
        var (website, imprint, privacy, terms) = (Link(Website), Link(Imprint), Link(Privacy), Link(Terms));
        BrandColour? colour = BrandColour.TryParse(asked.Text(Colour), out var read) ? read : null;
        if (asked.Has(Colour) && colour is null)
            wrong ??= ActResult.Wrong(Colour, "A colour is # and six digits from 0 to f, such as #0b5cad.");
        if (wrong is not null)
            return wrong;
        var name = asked.Required(LegalName);
        var isChanged = await request.Part<Profiles>().SetAsync(
            request.Merchant,
            new MerchantProfile(name, contact.Address, contact.Email, contact.Phone, website, imprint, privacy, terms, colour),
            request.By("profile"), request.Cancel);
        return ActResult.Done($"Customers see {name}.{SentenceOf(colour)}", isChanged);

        string? Link(string field)
        {
            if (asked.Text(field) is not { } typed)
                return null;
            if (WebLink.Of(typed) is { } link && CardNumberMask.Apply(link) == link)
                return link;
            wrong ??= ActResult.Wrong(
                field, $"Say the address of a page, with https:// before it, of at most {WebLink.Most} characters.");
            return null;
        }
    }

    private static async Task<ActResult> SetLogoAsync(ActRequest request)
    {
        var (typed, isRemoved) = (request.Asked.Text(File), request.Asked.Flag(Remove));
        if (typed is null != isRemoved)
            return ActResult.Wrong(File, "Hand in a picture, or say that there is none any more.");
        var bytes = typed is null ? null : Base64File.BytesOf(typed, int.MaxValue);
        if (bytes is null && !isRemoved)
            return ActResult.Wrong(File, "The bytes of a file in Base64.");
        var (logo, leftOut, problem) = bytes is null ? (null, [], null) : LogoReader.Read(bytes);
        if (problem is not null)
            return ActResult.Wrong(File, problem);
        var isChanged = await request.Part<Profiles>().SetLogoAsync(
            request.Merchant, logo, request.By("logo", logo?.Mark.Tag ?? "none"), request.Cancel);
        return ActResult.Done(
            logo is null ? "Customers see no logo."
            : leftOut.Count == 0 ? "Customers see the logo."
            : $"Customers see the logo. Left out of the file: {string.Join(", ", leftOut.Take(LeftOutShown))}"
                + $"{(leftOut.Count > LeftOutShown ? ", …" : "")}. Look at it, and hand in a PNG where something is missing.", isChanged);
    }

    /// <summary>Says where pages show another colour, so that it can be read.</summary>
    private static string SentenceOf(BrandColour? colour)
    {
        if (colour is not { } own)
            return "";
        var (light, dark) = (own.ReadableOn(BrandColour.LightGround), own.ReadableOn(BrandColour.DarkGround));
        return (light == own, dark == own) switch
        {
            (true, true) => "",
            (false, true) => $" Texts in {own} could not be read on white: pages show {light} there.",
            (true, false) => $" Texts in {own} could not be read in the dark look: pages show {dark} there.",
            (false, false) => $" Texts in {own} could not be read: pages show {light} on white and {dark} in the dark look.",
        };
    }
}
