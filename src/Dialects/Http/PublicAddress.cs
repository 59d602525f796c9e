namespace Quittance.Dialects.Http;

/// <summary>The address under which clients reach this server; every absolute link starts with it.</summary>
/// <param name="Base">Scheme, host and port, without a slash at the end.</param>
public sealed record PublicAddress(string Base);
