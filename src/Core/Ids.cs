using System.Buffers.Binary;
using Quittance.Core.Providers;

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
/// An attempt of a merchant. The provider recognises a repeated request by this id, so the id follows from what asks for it.
/// </summary>
public readonly record struct AttemptId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>
    /// The n-th attempt to authorise, capture or void the money of a payment. Books that were restored make the same id for the same
    /// request, so that the provider repeats its first answer: it takes or releases the whole money of a payment once.
    /// </summary>
    /// <param name="nth">1 for the payment's first attempt of this verb.</param>
    public static AttemptId Of(PaymentId payment, Verb verb, int nth)
    {
        ReadOnlySpan<byte> word = verb switch
        {
            Verb.Authorise => "authorise"u8,
            Verb.Capture => "capture"u8,
            Verb.Void => "void"u8,
            Verb.Refund => throw new InvalidOperationException("The id of an attempt to refund follows from its refund."),
        };
        return Of(payment.Merchant, payment.Value, nth, word);
    }

    /// <summary>
    /// The attempt to carry a refund out. Every refund is a decision of its own with a random id, so that books that were restored never
    /// make the id of a refund that they have lost.
    /// </summary>
    public static AttemptId Of(RefundId refund) => Of(refund.Merchant, refund.Value, 1, "refund"u8);

    private static AttemptId Of(MerchantId merchant, Guid asking, int nth, ReadOnlySpan<byte> word)
    {
        Span<byte> name = stackalloc byte[8 + 16 + 4 + word.Length];
        BinaryPrimitives.WriteInt64BigEndian(name, merchant.Value);
        asking.TryWriteBytes(name[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(name[24..], nth);
        word.CopyTo(name[28..]);
        return new AttemptId(merchant, DerivedId.Of(name));
    }
}

/// <summary>A refund of a merchant.</summary>
public readonly record struct RefundId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>The refund of an attempt that a provider has and restored books lack: one attempt is taken over as one refund.</summary>
    public static RefundId OfTakenOver(AttemptId attempt)
    {
        Span<byte> name = stackalloc byte[16 + 10];
        attempt.Value.TryWriteBytes(name, bigEndian: true, out _);
        "taken over"u8.CopyTo(name[16..]);
        return new RefundId(attempt.Merchant, DerivedId.Of(name));
    }
}

/// <summary>A payment instrument of a merchant; the value is a UUIDv7.</summary>
public readonly record struct InstrumentId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A payment session of a merchant; the value is a UUIDv7.</summary>
public readonly record struct SessionId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A payment link of a merchant; the value is a UUIDv7.</summary>
public readonly record struct PaymentLinkId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A booking of a merchant.</summary>
public readonly record struct BookingId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A request for a second person's approval, of a merchant.</summary>
public readonly record struct ApprovalRequestId(MerchantId Merchant, Guid Value) : IId;

/// <summary>The subject of an act, of the table that the act's kind names: a payment, for one.</summary>
public readonly record struct ActSubjectId(MerchantId Merchant, Guid Value) : IId;

/// <summary>A subscription of a merchant.</summary>
public readonly record struct SubscriptionId(MerchantId Merchant, Guid Value) : IId;

/// <summary>Ids that follow from a name: they need no look-up, and one name has one id.</summary>
internal static class DerivedId
{
    /// <summary>A UUIDv8: the beginning of a SHA-256.</summary>
    public static Guid Of(ReadOnlySpan<byte> name)
    {
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
