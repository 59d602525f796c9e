namespace Quittance.Core.Engine;

/// <summary>
/// The client's own reference for a payment, unique per account: the same request gets the first answer again,
/// another request is refused (TMF676 and Oracle BRM: <c>correlatorId</c>).
/// </summary>
/// <param name="Dialect">The dialect; references of two dialects do not meet.</param>
/// <param name="Value">The reference as the client sent it.</param>
/// <param name="RequestHash">A keyed hash of the whole request.</param>
public sealed record ClientReference(string Dialect, string Value, ReadOnlyMemory<byte> RequestHash);
