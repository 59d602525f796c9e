using Quittance.Core.Instruments;

namespace Quittance.Dialects.TrainTravel;

/// <summary>A card or a bank account that a booking is paid with.</summary>
/// <param name="Secret">Its number.</param>
/// <param name="Details">What answers show of it, as JSON: nothing that is write-only.</param>
public sealed record PaymentSource(InstrumentSecret Secret, string Details)
{
    /// <summary>The card's security code: used once.</summary>
    public SecurityCode? Code { get; init; }

    /// <summary>Never the numbers.</summary>
    public override string ToString() => Secret.Masked;
}
