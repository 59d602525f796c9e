namespace Quittance.Core.Bookings;

/// <summary>A booking of a merchant.</summary>
public readonly record struct BookingId(MerchantId Merchant, Guid Value);
