using System.Text;

namespace Quittance.Core;

/// <summary>The object that a reference names: an account, or something that belongs to one.</summary>
/// <param name="Account">The account it belongs to.</param>
/// <param name="Slot">That account's slot.</param>
/// <param name="Object">The id of the account, order, charge or instrument.</param>
public readonly record struct NamedObject(AccountId Account, int Slot, Guid Object);

/// <summary>
/// The account that a command is for: known already, or named by references of which the first that
/// exists counts.
/// </summary>
public readonly record struct AccountTarget(NamedObject? Known, IReadOnlyList<Reference> Names)
{
    /// <summary>An account that was read before.</summary>
    public static AccountTarget Of(AccountId id, int slot) => new(new NamedObject(id, slot, id.Value), []);

    /// <summary>The target of commands about something that has no customer: a slot that follows from its id.</summary>
    public static AccountTarget OfHouse(MerchantId merchant, Guid id) =>
        Of(new AccountId(merchant, Guid.Empty), id.ToByteArray()[15] % MerchantId.Slots);

    /// <summary>An account by the names that a client may have used for it, the likeliest first.</summary>
    public static AccountTarget Named(params IReadOnlyList<Reference> names) => new(null, names);
}

/// <summary>
/// The name that a dialect's clients have for something of ours: a customer number, a POID, an order number.
/// Unique per merchant, dialect and kind; once given it names the same thing for ever.
/// </summary>
/// <param name="Dialect">The dialect that gave it, such as <c>oracle-brm</c>; <see cref="House"/> for our own API and our numbers.</param>
/// <param name="Kind">The kind of object, such as <c>account</c> or <c>bill</c>.</param>
/// <param name="Value">The name itself, compared to the letter.</param>
public readonly record struct Reference(MerchantId Merchant, string Dialect, string Kind, string Value)
{
    /// <summary>The dialect of our own API, and of the numbers that Quittance gives itself.</summary>
    public const string House = "quittance";

    /// <summary>Names of accounts that a merchant gives in our own API and console.</summary>
    public const string AccountKind = "account";

    /// <summary>Our own name for an account: its number.</summary>
    public static Reference ToAccountNumber(MerchantId merchant, long number) => new(merchant, House, AccountNumberKind, number.ToString());

    /// <summary>Our own name for a charge: its number.</summary>
    public static Reference ToChargeNumber(MerchantId merchant, long number) => new(merchant, House, "charge-number", number.ToString());

    /// <summary>Our own name for an account: its id.</summary>
    public static Reference ToAccountId(MerchantId merchant, Guid id) => new(merchant, House, AccountIdKind, id.ToString("D"));

    /// <summary>Our own name for a charge: its id.</summary>
    public static Reference ToChargeId(MerchantId merchant, Guid id) => new(merchant, House, ChargeIdKind, id.ToString("D"));

    /// <summary>Our own name for an instrument: its id.</summary>
    public static Reference ToInstrumentId(MerchantId merchant, Guid id) => new(merchant, House, InstrumentIdKind, id.ToString("D"));

    /// <summary>The kind of <see cref="ToAccountNumber"/>.</summary>
    public const string AccountNumberKind = "account-number";

    /// <summary>The kind of <see cref="ToAccountId"/>, which the store looks up by the account's key.</summary>
    public const string AccountIdKind = "account-id";

    /// <summary>The kind of <see cref="ToChargeId"/>, which the store looks up by the charge's key.</summary>
    public const string ChargeIdKind = "charge-id";

    /// <summary>The number printed on the bill of a charge that came through no other API.</summary>
    public const string DocumentKind = "document";

    /// <summary>The kind of <see cref="ToInstrumentId"/>, which the store looks up by the instrument's key.</summary>
    public const string InstrumentIdKind = "instrument-id";

    /// <summary>
    /// Whether a name has the form of an id of ours, in any spelling: nothing gets such a name, or what is sent to an id could reach
    /// something else. In our own API that is every UUID. Systems that speak another API often name things by random UUIDs (version 4),
    /// which our ids never are: those have a time, or follow from one (versions 7 and 8).
    /// </summary>
    /// <param name="dialect">The dialect whose clients give the name.</param>
    public static bool IsLikeId(string dialect, string name) =>
        Guid.TryParse(name, out var id) && (dialect == House || id.Version is 7 or 8);

    /// <summary>The rule of <see cref="IsLikeId"/>, as the end of a sentence.</summary>
    public const string NoIdRule = "that has not the form of an id (a UUID): put something before it, such as INV-";

    /// <summary>The slot (0 to 31) of an account that this reference names first. Equal in every process and version.</summary>
    public int HomeSlot()
    {
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(Encoding.UTF8.GetBytes($"{Dialect}\n{Kind}\n{Value}"), hash);
        return hash[0] % MerchantId.Slots;
    }
}
