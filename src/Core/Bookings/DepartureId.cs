using System.Security.Cryptography;
using Quittance.Core.Accounts;

namespace Quittance.Core.Bookings;

/// <summary>Something that departs at one time with so many seats, such as one train on one day.</summary>
public readonly record struct DepartureId(MerchantId Merchant, Guid Value)
{
    /// <summary>
    /// The slot (0 to 31) of the accounts of all its bookings, so that its seats, their charges and their payments commit together.
    /// Equal in every process and version.
    /// </summary>
    public int Slot()
    {
        Span<byte> id = stackalloc byte[16];
        Value.TryWriteBytes(id, bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id, hash);
        return hash[0] % Account.Slots;
    }
}
