using Quittance.Core;
using Quittance.Core.Instruments;

namespace Quittance.Bench.Providers;

/// <summary>Times how cards are read and opened.</summary>
internal sealed class TimedVault(IVault vault, StepTimes times) : IVault
{
    public async ValueTask<InstrumentSecret?> OpenAsync(InstrumentId instrument, CancellationToken cancel) =>
        await times.TimeAsync("card read and opened", () => vault.OpenAsync(instrument, cancel).AsTask());

    public ValueTask<Sealed> SealAsync(InstrumentId instrument, InstrumentSecret secret, CancellationToken cancel) =>
        vault.SealAsync(instrument, secret, cancel);

    public ValueTask<byte[]> SealTextAsync(MerchantId merchant, string purpose, string text, CancellationToken cancel) =>
        vault.SealTextAsync(merchant, purpose, text, cancel);

    public ValueTask<string> OpenTextAsync(
        MerchantId merchant, string purpose, ReadOnlyMemory<byte> sealedText, CancellationToken cancel) =>
        vault.OpenTextAsync(merchant, purpose, sealedText, cancel);

    public ValueTask<ReadOnlyMemory<byte>> DeriveKeyAsync(MerchantId merchant, ReadOnlyMemory<byte> stored, CancellationToken cancel) =>
        vault.DeriveKeyAsync(merchant, stored, cancel);
}
