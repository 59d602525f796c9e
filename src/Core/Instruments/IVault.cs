using Quittance.Core.Engine;

namespace Quittance.Core.Instruments;

/// <summary>A secret as it is stored: only the vault can open it.</summary>
/// <param name="Bytes">The sealed secret.</param>
/// <param name="DataKey">The number of its merchant's data key that seals it.</param>
/// <param name="Fingerprint">The same for the same number of the same merchant, and for nothing else; the number does not follow from
/// it.</param>
public sealed record Sealed(ReadOnlyMemory<byte> Bytes, int DataKey, ReadOnlyMemory<byte> Fingerprint);

/// <summary>The stored form of an instrument in the vault.</summary>
/// <param name="Vaulted">The parts that everyone may read.</param>
/// <param name="Sealed">The part that only the vault can open.</param>
public sealed record Holding(Vaulted Vaulted, Sealed Sealed);

/// <summary>A sealed number and the instrument that it belongs to.</summary>
/// <param name="Sealed">Its number.</param>
public sealed record VaultEntry(InstrumentId Instrument, Sealed Sealed) : IRow<InstrumentId, VaultEntry>
{
    public static Shelf<InstrumentId, VaultEntry> Shelf { get; } = new(entry => entry.Instrument);

    /// <summary>Whether it was entered for one payment.</summary>
    public bool IsOnce { get; init; }
}

/// <summary>
/// The end of a number's use: no attempt sends it any more. If it was entered for one payment, or its instrument is removed, the commit
/// deletes it from the vault.
/// </summary>
/// <param name="Instrument">The instrument whose number it is.</param>
public sealed record NumberUsed(InstrumentId Instrument) : IRow<InstrumentId, NumberUsed>
{
    public static Shelf<InstrumentId, NumberUsed> Shelf { get; } = new(used => used.Instrument);

    /// <summary>Whether its instrument is removed.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>
    /// Whether a payment under way may still need the number, of a removed instrument or of one that is not stored after all: from now on
    /// it is kept as one that was entered for one payment.
    /// </summary>
    public bool IsNeeded { get; init; }
}

/// <summary>A key is missing or wrong, or sealed data was changed or moved. The message holds no secret.</summary>
public sealed class VaultException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Seals the numbers of cards and bank accounts, and other small secrets, under a key of their merchant. Sealed data opens only for the
/// merchant, instrument and purpose that it was sealed for.
/// </summary>
public interface IVault
{
    /// <summary>Seals an instrument's number, to be stored in the commit that registers the instrument.</summary>
    /// <exception cref="StoreUnavailableException">The merchant's key can't be read.</exception>
    ValueTask<Sealed> SealAsync(InstrumentId instrument, InstrumentSecret secret, CancellationToken cancel);

    /// <summary>Reads and opens an instrument's number; null when the vault holds none.</summary>
    /// <exception cref="StoreUnavailableException">The number or the merchant's key can't be read.</exception>
    /// <exception cref="VaultException">It does not open: it was changed, or moved here from elsewhere.</exception>
    ValueTask<InstrumentSecret?> OpenAsync(InstrumentId instrument, CancellationToken cancel);

    /// <summary>Seals a small secret, such as a provider's API key.</summary>
    /// <param name="purpose">The purpose; the text opens for no other. Never changed.</param>
    /// <param name="text">The secret.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="StoreUnavailableException">The merchant's key can't be read.</exception>
    ValueTask<byte[]> SealTextAsync(MerchantId merchant, string purpose, string text, CancellationToken cancel);

    /// <summary>Opens a text that <see cref="SealTextAsync"/> sealed for the same merchant and purpose.</summary>
    /// <exception cref="StoreUnavailableException">The merchant's key can't be read.</exception>
    /// <exception cref="VaultException">It does not open.</exception>
    ValueTask<string> OpenTextAsync(MerchantId merchant, string purpose, ReadOnlyMemory<byte> sealedText, CancellationToken cancel);

    /// <summary>
    /// A key of 32 bytes of the merchant's that follows from a stored one, the same at any time. The stored one alone does
    /// not suffice to make it.
    /// </summary>
    /// <param name="stored">The stored one, which is no secret.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="StoreUnavailableException">The merchant's data key can't be read.</exception>
    /// <exception cref="VaultException">The merchant's data key does not open, or can't be made.</exception>
    ValueTask<ReadOnlyMemory<byte>> DeriveKeyAsync(MerchantId merchant, ReadOnlyMemory<byte> stored, CancellationToken cancel);
}
