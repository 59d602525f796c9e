using Quittance.BackOffice.Acts;
using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Acts;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;

namespace Quittance.BackOffice.Accounts;

/// <summary>How customers are reached. Quittance's own API has the address as an object, in an operation of its own.</summary>
public static class ContactActs
{
    public static DeclaredAct Change { get; } = new(
        "account.contact", "Changes how a customer is reached, and in which language",
        "What is filled in takes the place of what was there before, and what is left empty is known no more. Receipts and statements have "
        + "the address and are in the language, where Quittance speaks it.",
        OperatorRole.Operator,
        [
            OneCustomer.Ask,
            Optional(ContactReader.Email, "E-mail address", "One address, without a name.", ContactReader.MostEmail),
            Optional(ContactReader.Phone, "Telephone", "Such as +49 30 1234567.", ContactReader.MostPhone),
            Optional(ContactReader.Line1, "Street and number", "The first line of the address.", ContactReader.MostLine),
            Optional(ContactReader.Line2, "Second line", "Such as a floor or a company.", ContactReader.MostLine),
            Optional(ContactReader.PostalCode, "Postal code", "Where the country has one.", ContactReader.MostPostalCode),
            Optional(ContactReader.City, "City", "An address has a city and a country.", ContactReader.MostLine),
            Optional(ContactReader.Region, "State or province", "Where letters name it.", ContactReader.MostLine),
            Optional(ContactReader.Country, "Country", "Two letters, such as CH.", CountryLength),
            Optional(ContactReader.Language, "Language", "Such as de or fr-CH; English without it.", ContactReader.MostLanguage),
        ],
        ChangeAsync)
    {
        IsGrave = false,
    };

    public static DeclaredAct Import { get; } = new(
        "contact.import", "Takes customers' contacts from a CSV file, all or none of them",
        "What a row fills in takes the place of what was there before; what it leaves empty stays. An address is taken as a whole. The "
        + "file can be imported again, also after an interruption. Its columns are account (the customer's id, number or a name), and "
        + "any of email, phone, line1, line2, postal_code, city, region, country and language.",
        OperatorRole.Operator, [BankUpload.Ask("A CSV file with a header line, of commas or semicolons")], ImportAsync)
    {
        Operation = new("importContacts", "contacts/import", "Accounts", Scopes.Bill),
        HasSteps = true,
        TellsWhatIsLeft = true,
        IsGrave = false,
    };

    private const int CountryLength = 2;

    /// <summary>The answers to what the act asks, as they are now.</summary>
    public static Asked AskedOf(Contact contact) => new Asked().With(ContactReader.Email, contact.Email)
        .With(ContactReader.Phone, contact.Phone).With(ContactReader.Line1, contact.Address?.Line1)
        .With(ContactReader.Line2, contact.Address?.Line2).With(ContactReader.PostalCode, contact.Address?.PostalCode)
        .With(ContactReader.City, contact.Address?.City).With(ContactReader.Region, contact.Address?.Region)
        .With(ContactReader.Country, contact.Address?.Country).With(ContactReader.Language, contact.Language);

    // The reader of contacts refuses numbers of cards, so that none is stored with its digits crossed out.
    private static Ask Optional(string name, string label, string meaning, int most) =>
        new(name, AskKind.Text, label, meaning) { IsOptional = true, Most = most, IsNoCard = true };

    private static async Task<ActResult> ImportAsync(ActRequest request)
    {
        if (BankUpload.BytesOf(request.Asked.Required(BankUpload.File)) is not { } bytes)
            return BankUpload.NoFile;
        using var file = new MemoryStream(bytes, writable: false);
        var outcome = await request.Part<ContactDesk>().ImportAsync(file, request.By("contacts"), progress: null, request.Cancel);
        return outcome.Faults.Count > 0 ? ActResult.Wrong(BankUpload.File, [.. outcome.Faults.Select(fault => fault.ToString())])
            : ActResult.Done(
                $"Contacts changed: {outcome.Changed}; so already: {outcome.Known}.{BankUpload.TextOf(outcome.Remarks)}", outcome.Changed);
    }

    private static async Task<ActResult> ChangeAsync(ActRequest request)
    {
        ActResult? wrong = null;
        var contact = ContactReader.Read(
            request.Asked.Text, hasAddress: false, (field, expected) => wrong ??= ActResult.Wrong(field, $"Say {expected}."));
        if (wrong is not null)
            return wrong;
        var (found, problem) = await OneCustomer.FindAsync(request);
        if (found is not var (account, number))
            return problem!;
        var outcome = await request.Part<PaymentEngine>().SubmitAsync(
            new ChangeContact(
                request.By($"account {number}"), AccountTarget.Named([Reference.ToAccountId(account.Merchant, account.Value)]), contact)
            {
                Key = request.Key,
            });
        if (outcome.Accepted)
            return ActResult.Done($"The contact of customer {number} is changed.", !outcome.Replayed);
        return outcome.Faults[0].Refusal == Refusal.NothingToChange
            ? ActResult.Done($"The contact of customer {number} is so already.", isChanged: false)
            : ActResult.Refused(outcome.Faults[0].Refusal);
    }
}
