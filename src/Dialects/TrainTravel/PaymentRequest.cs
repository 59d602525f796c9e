using Quittance.Core;

namespace Quittance.Dialects.TrainTravel;

/// <summary>A request to pay for a booking, found to be well formed (Train Travel 3.7).</summary>
/// <param name="AmountMinor">What the client wants to pay, minor units; null for what the booking owes.</param>
/// <param name="Currency">The currency of that; null for the booking's.</param>
/// <param name="Source">What is paid with.</param>
public sealed record PaymentRequest(long? AmountMinor, Currency? Currency, PaymentSource Source);
