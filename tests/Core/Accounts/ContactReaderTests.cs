using Quittance.Core.Accounts;

namespace Quittance.Tests.Accounts;

/// <summary>What is typed of a contact is taken whole or refused by the name of its field.</summary>
public sealed class ContactReaderTests
{
    [Theory]
    [InlineData("anna@example.com", "anna@example.com")]
    [InlineData("anna.keller+bills@Example.COM", "anna.keller+bills@example.com")]
    [InlineData("info@Grüße.example", "info@grüße.example")]
    [InlineData("info@xn--gre-6ka8l.example", "info@grüße.example")]
    [InlineData("кто@example.com", null)]
    [InlineData("Anna <anna@example.com>", null)]
    [InlineData("anna@example.com, uwe@example.com", null)]
    [InlineData("anna@example.com\r\nBcc: uwe@example.com", null)]
    [InlineData("anna@example.com\n", null)]
    [InlineData("anna\u0001@example.com", null)]
    [InlineData("anna@example.com\u202E", null)]
    [InlineData("anna@localhost", null)]
    [InlineData("anna@127.0.0.1", null)]
    [InlineData("anna@example..com", null)]
    [InlineData("anna@-example.com", null)]
    [InlineData("@example.com", null)]
    [InlineData("anna", null)]
    [InlineData("4242424242424242@example.com", null)]
    public void Email(string typed, string? read) => AssertReads(ContactReader.Email, typed, read, contact => contact.Email);

    [Fact]
    public void Email_OfTooManyCharacters_IsRefused()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 61), 3)) + ".example";
        var longest = $"{new string('a', ContactReader.MostEmail - 1 - domain.Length)}@{domain}";
        AssertReads(ContactReader.Email, longest, longest, contact => contact.Email);
        AssertReads(ContactReader.Email, "a" + longest, null, contact => contact.Email);
        AssertReads(ContactReader.Email, $"{new string('a', 65)}@example.com", null, contact => contact.Email);
    }

    [Theory]
    [InlineData("+49 30 1234567", true)]
    [InlineData("030/123 45-67", true)]
    [InlineData("(030) 1234567", true)]
    [InlineData("110", true)]
    [InlineData("+49 171 12345678901", false)]
    [InlineData("4242 4242 4242 4242", false)]
    [InlineData("378282246310005", false)]
    [InlineData("call me", false)]
    [InlineData("1", false)]
    [InlineData("12\n34", false)]
    [InlineData("12-34-", true)]
    public void Phone(string typed, bool isRead) =>
        AssertReads(ContactReader.Phone, typed, isRead ? typed : null, contact => contact.Phone);

    [Theory]
    [InlineData("de", "de")]
    [InlineData("DE-ch", "de-CH")]
    [InlineData("zh-hant-TW", "zh-Hant-TW")]
    [InlineData("es-419", "es-419")]
    [InlineData("sl-rozaj", "sl-rozaj")]
    [InlineData("german", null)]
    [InlineData("de_CH", null)]
    [InlineData("d", null)]
    public void Language(string typed, string? read) => AssertReads(ContactReader.Language, typed, read, contact => contact.Language);

    [Fact]
    public void Address_HasACityAndACountry()
    {
        var (contact, faults) = Read(("line1", "Gasse 1"), ("city", "Bern"), ("country", "CH"));
        Assert.Empty(faults);
        Assert.Equal(new PostalAddress("Gasse 1", null, null, "Bern", null, "CH"), contact.Address);
        Assert.Equal(["Gasse 1", "Bern", "CH"], contact.Address!.Lines);
        Assert.Equal(["city", "country"], Read(("line1", "Gasse 1")).Faults);
        Assert.Equal(["country"], Read(("city", "Bern"), ("country", "ch")).Faults);
        Assert.Equal(["country"], Read(("city", "Bern"), ("country", "ZZ")).Faults);
        Assert.Equal(["line1"], Read(("line1", "Gasse 1\nBern"), ("city", "Bern"), ("country", "CH")).Faults);
        Assert.Equal(["line2"], Read(("line2", "4242 4242 4242 4242"), ("city", "Bern"), ("country", "CH")).Faults);
        Assert.Equal(["city"], Read(("city", new string('x', ContactReader.MostLine + 1)), ("country", "CH")).Faults);
        Assert.Equal(Contact.None, Read().Contact);
    }

    private static void AssertReads(string field, string typed, string? read, Func<Contact, string?> value)
    {
        var (contact, faults) = Read((field, typed));
        Assert.Equal(read, value(contact));
        Assert.Equal(read is null ? [field] : [], faults);
    }

    private static (Contact Contact, IReadOnlyList<string> Faults) Read(params (string Field, string Typed)[] said)
    {
        List<string> faults = [];
        var contact = ContactReader.Read(
            field => said.FirstOrDefault(one => one.Field == field).Typed, hasAddress: false, (field, _) => faults.Add(field));
        return (contact, faults);
    }
}
