using System.Buffers.Binary;
using Quittance.Core.Payments;

namespace Quittance.Core.Attempts;

/// <summary>
/// An attempt of a merchant. It is also the key under which the provider recognises a request that it has seen before,
/// so it follows from what it is for and is never drawn anew.
/// </summary>
public readonly record struct AttemptId(MerchantId Merchant, Guid Value)
{
    /// <summary>The attempt that an event of a payment opened.</summary>
    /// <param name="payment">The payment.</param>
    /// <param name="sequence">The event of the payment that opened it.</param>
    public static AttemptId Of(PaymentId payment, int sequence)
    {
        Span<byte> text = stackalloc byte[8 + 16 + 4];
        BinaryPrimitives.WriteInt64BigEndian(text, payment.Merchant.Value);
        payment.Value.TryWriteBytes(text[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(text[24..], sequence);
        return new AttemptId(payment.Merchant, DerivedId.Of(text));
    }
}
