using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Bookings;
using Quittance.Core.Instruments;

namespace Quittance.Console.Pages.Customers;

/// <summary>What is said of customers and of what they have.</summary>
internal static class CustomerWords
{
    public static string Href(AccountId account) => $"{ConsoleRoutes.Root}/customers/{account.Value:D}";

    public static string NameOf(Account account) => account.Name is { Length: > 0 } name ? name : $"Customer {account.Number}";

    /// <summary>What a charge is called: by what is printed on it, by what its API calls it, else by our number.</summary>
    public static string NameOf(Charge charge) => charge.Document ?? charge.Reference ?? $"{charge.Number}";

    public static string Of(InstrumentStanding standing) => standing switch
    {
        InstrumentStanding.Saved => "saved",
        InstrumentStanding.Once => "for one payment",
        InstrumentStanding.Current => "billed with",
        InstrumentStanding.Inactive => "not used any more",
    };

    public static string Of(BookingStatus status) => status switch
    {
        BookingStatus.Held => "held",
        BookingStatus.Confirmed => "confirmed",
        BookingStatus.Released => "given back",
        BookingStatus.Expired => "not paid in time",
    };

    public static Tone ToneOf(BookingStatus status) => status switch
    {
        BookingStatus.Held => Tone.Waiting,
        BookingStatus.Confirmed => Tone.Good,
        BookingStatus.Released or BookingStatus.Expired => Tone.Quiet,
    };

    /// <summary>What may be shown of an instrument.</summary>
    public static string Of(Instrument instrument) => instrument.Vaulted is { } vaulted
        ? vaulted.Shown.Expiry is { } expiry ? $"{vaulted.Shown}, until {expiry.Month:00}/{expiry.Year}" : $"{vaulted.Shown}"
        : instrument.Name ?? instrument.Reference;
}
