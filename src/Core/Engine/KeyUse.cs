namespace Quittance.Core.Engine;

/// <summary>How a command uses an idempotency key.</summary>
/// <param name="Key">The key.</param>
/// <param name="RequestHash">A keyed hash of the whole request; the same key with another hash is refused.</param>
/// <param name="KeepsRefusals">Whether a refusal uses up the key too, as for the records of a batch.</param>
/// <param name="Expires">Whether it may be forgotten after 30 days; what names a line of an import may not.</param>
public sealed record KeyUse(RequestKey Key, ReadOnlyMemory<byte> RequestHash, bool KeepsRefusals = false, bool Expires = true);
