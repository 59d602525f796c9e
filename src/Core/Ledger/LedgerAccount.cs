using System.Buffers.Binary;
using System.Text;

namespace Quittance.Core.Ledger;

/// <summary>
/// Names one ledger account. Its id follows from what it is, so nobody has to look it up, and there can't be two
/// for one thing.
/// </summary>
/// <param name="Merchant">Whose books.</param>
/// <param name="Slot">The slot of the customer account, or of the house account itself (0 to 31).</param>
/// <param name="Kind">The line of the chart.</param>
/// <param name="Holder">The customer account it is kept for, or <see cref="Guid.Empty"/> for the merchant's own.</param>
/// <param name="Purpose">What credit is kept for (<see cref="CreditPurpose"/>), which provider holds a clearing balance, or which bank account it is; else empty.</param>
/// <param name="Currency">The currency of its balance.</param>
public readonly record struct LedgerAccount(
    MerchantId Merchant, int Slot, LedgerKind Kind, Guid Holder, string Purpose, Currency Currency)
{
    /// <summary>Its id, a UUIDv8: the beginning of a SHA-256 over all of its parts.</summary>
    public Guid ToId()
    {
        const int FixedLength = 8 + 1 + 1 + 16 + 3;
        Span<byte> text = stackalloc byte[FixedLength + Encoding.UTF8.GetByteCount(Purpose)];
        BinaryPrimitives.WriteInt64BigEndian(text, Merchant.Value);
        text[8] = (byte)Slot;
        text[9] = (byte)Kind;
        Holder.TryWriteBytes(text[10..], bigEndian: true, out _);
        Encoding.ASCII.GetBytes(Currency.Code, text[26..]);
        Encoding.UTF8.GetBytes(Purpose, text[FixedLength..]);
        return DerivedId.Of(text);
    }
}
