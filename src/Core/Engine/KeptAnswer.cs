namespace Quittance.Core.Engine;

/// <summary>
/// What is kept under a key: not the answer but where to find it. The event and everything before it never change,
/// so the answer can be given again to the byte.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="RequestHash">The keyed hash of the request that used it.</param>
/// <param name="Subject">The id of what the request created or changed; <see cref="Guid.Empty"/> when it was refused.</param>
/// <param name="Sequence">The event of that subject which the request made.</param>
/// <param name="Faults">Why it was refused; empty when it was not.</param>
/// <param name="Expires">Whether it may be forgotten after 30 days; a client's own payment reference may not.</param>
public sealed record KeptAnswer(
    RequestKey Key, ReadOnlyMemory<byte> RequestHash, Guid Subject, int Sequence, IReadOnlyList<Fault> Faults, bool Expires);
