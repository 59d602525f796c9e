using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Storage.Tenancy;

namespace Quittance.BackOffice.Access;

/// <summary>The bank account to which customers transfer money, as pages and bills print it.</summary>
public static class PayeeActs
{
    public const string Iban = "iban";
    public const string Holder = "name";
    public const string Street = "street";
    public const string Postcode = "postcode";
    public const string Town = "town";
    public const string Country = "country";

    private const int CountryLength = 2;
    private const int LongestIban = 42;
    private const int ShownDigits = 4;

    public static DeclaredAct Set { get; } = new(
        "merchant.payee", "Names the bank account to which customers transfer money, in place of the one before",
        "Payment pages show it with a code that banks' apps read, and QR-bills print it. Pages that are open show the new one when they "
        + "are loaded again.",
        OperatorRole.Admin,
        [
            new(Iban, AskKind.Text, "IBAN", "The bank account's number.") { Most = LongestIban, IsNoCard = true },
            Optional(Holder, "Holder", "The account's holder; the merchant if left out.", Payee.MostName),
            Optional(Street, "Street", "The holder's street and number.", PayeeAddress.MostStreet),
            Optional(Postcode, "Postcode", "The holder's postcode; a Swiss QR-bill has the address.", PayeeAddress.MostPostcode),
            Optional(Town, "Town", "The holder's town.", PayeeAddress.MostTown),
            Optional(Country, "Country", "The holder's country, two letters such as CH.", CountryLength),
        ],
        SetAsync)
    {
        Operation = new("setPayee", "payee", "Payment links", Scopes.Administer),
    };

    /// <summary>The answers to what the act asks, as they are now.</summary>
    public static Asked AskedOf(Payee payee) => new Asked().With(Iban, payee.Iban).With(Holder, payee.Name)
        .With(Street, payee.Address?.Street).With(Postcode, payee.Address?.Postcode).With(Town, payee.Address?.Town)
        .With(Country, payee.Address?.Country);

    private static Ask Optional(string name, string label, string meaning, int most) =>
        new(name, AskKind.Text, label, meaning) { IsOptional = true, Most = most };

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var asked = request.Asked;
        if (Payee.IbanIn(asked.Required(Iban)) is not { } iban)
            return ActResult.Wrong(Iban, "This is no IBAN: something is mistyped.");
        string[] place = [Postcode, Town, Country];
        if (place.Any(asked.Has) && place.FirstOrDefault(part => !asked.Has(part)) is { } lacking)
            return ActResult.Wrong(lacking, "An address has a postcode, a town and a country.");
        if (asked.Has(Street) && !asked.Has(Postcode))
            return ActResult.Wrong(Postcode, "An address has a postcode, a town and a country.");
        if (asked.Text(Country) is { } country && (country.Length != CountryLength || !country.All(char.IsAsciiLetterUpper)))
            return ActResult.Wrong(Country, "A country has two capital letters, such as CH.");
        var name = asked.Text(Holder)
            ?? (await request.Part<Merchants>().ListAsync(request.Cancel)).Single(known => known.Id == request.Merchant).Name;
        if (name.Length > Payee.MostName)
            return ActResult.Wrong(Holder, $"Banks take a holder's name of up to {Payee.MostName} characters: say a shorter one.");
        var payee = new Payee(
            iban, name,
            asked.Has(Postcode)
                ? new PayeeAddress(asked.Text(Street), asked.Required(Postcode), asked.Required(Town), asked.Required(Country)) : null);
        if (payee is { IsSwiss: true, Address: null })
            return ActResult.Wrong(Postcode, "A Swiss QR-bill has the holder's address: say the postcode, the town and the country.");
        await request.Part<Payees>().SaveAsync(
            request.Merchant, payee, request.By($"account ···· {iban[^ShownDigits..]}"), request.Cancel);
        return ActResult.Done($"Customers transfer money to {payee.Iban}, {payee.Name}.");
    }
}
