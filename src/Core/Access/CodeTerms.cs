namespace Quittance.Core.Access;

/// <summary>What a code is bound to besides its client.</summary>
/// <param name="RedirectUri">Where the person is sent with it.</param>
/// <param name="Challenge">SHA-256 of the verifier that the client has to show (RFC 7636, method S256).</param>
public sealed record CodeTerms(string RedirectUri, ReadOnlyMemory<byte> Challenge);
