using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Quittance.Core;

/// <summary>
/// The business whose books are kept. Every id of Quittance carries its merchant, so that an id
/// of one merchant can never name a row of another.
/// </summary>
public readonly record struct MerchantId(long Value)
{
    /// <summary>How many slots a merchant has. A slot's lock guards all rows of the accounts in it.</summary>
    public const int Slots = 32;
}

/// <summary>The id of a row of a merchant.</summary>
public interface IId
{
    MerchantId Merchant { get; }

    Guid Value { get; }
}

/// <summary>A customer account of a merchant; the value is a UUIDv7.</summary>
public readonly record struct AccountId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A charge of a merchant; the value is a UUIDv7.</summary>
public readonly record struct ChargeId(MerchantId Merchant, Guid Value) : IId;

/// <summary>An order of a merchant; the value is a UUIDv7.</summary>
public readonly record struct OrderId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A payment of a merchant; the value is a UUIDv7.</summary>
public readonly record struct PaymentId(MerchantId Merchant, Guid Value) : IId;

/// <summary>
/// An attempt of a merchant. The provider recognises a repeated request by this id, so the id follows from the payment and its event.
/// </summary>
public readonly record struct AttemptId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>The attempt that an event of a payment opened.</summary>
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

/// <summary>A refund of a merchant.</summary>
public readonly record struct RefundId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A payment instrument of a merchant; the value is a UUIDv7.</summary>
public readonly record struct InstrumentId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A payment session of a merchant; the value is a UUIDv7.</summary>
public readonly record struct SessionId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A booking of a merchant.</summary>
public readonly record struct BookingId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A subscription of a merchant.</summary>
public readonly record struct SubscriptionId(MerchantId Merchant, Guid Value) : IId;

/// <summary>Ids that follow from a name: they need no look-up, and one name has one id.</summary>
internal static class DerivedId
{
    /// <summary>A UUIDv8: the beginning of a SHA-256.</summary>
    public static Guid Of(ReadOnlySpan<byte> name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
