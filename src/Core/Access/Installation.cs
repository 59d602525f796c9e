namespace Quittance.Core.Access;

/// <summary>One API's view of a merchant.</summary>
/// <param name="Id">Unique per merchant.</param>
/// <param name="Dialect">The dialect it speaks.</param>
/// <param name="Currency">The currency where requests name none.</param>
/// <param name="Locale">The language of messages where requests ask for none.</param>
/// <param name="TimeZone">The IANA zone in which the days of its own requests and answers begin.</param>
public sealed record Installation(MerchantId Merchant, long Id, string Dialect, Currency Currency, string Locale, string TimeZone)
{
    /// <summary>The merchant's name, as customers read it.</summary>
    public string MerchantName { get; init; } = "";

    /// <summary>The IANA zone in which the merchant's days begin: all but what the API itself says goes by it.</summary>
    public string MerchantTimeZone { get; init; } = "Etc/UTC";

    /// <summary>The zone in which the merchant's days begin.</summary>
    public TimeZoneInfo MerchantZone => TimeZoneInfo.FindSystemTimeZoneById(MerchantTimeZone);

    /// <summary>The origins of the pages that may embed the payment widget.</summary>
    public IReadOnlyList<WebOrigin> Origins { get; init; } = [];

    /// <summary>The zone in which the days of its own requests and answers begin.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>The day that a moment falls on in this installation's time zone.</summary>
    public DateOnly DayOf(DateTimeOffset moment) => Zone.DayOf(moment);

    /// <summary>A moment with the offset that this installation's time zone has then.</summary>
    public DateTimeOffset InZone(DateTimeOffset moment) =>
        TimeZoneInfo.ConvertTime(moment, Zone);

    /// <summary>When a day begins in this installation's time zone.</summary>
    public DateTimeOffset StartOf(DateOnly day) => Zone.StartOf(day);
}
