namespace Quittance.Core.Engine;

/// <summary>Names one answer that is kept, so that a repeated request gets it again.</summary>
/// <param name="Merchant">Whose request.</param>
/// <param name="Scope">What the key is unique within: the installation and route, or an account for a client's own payment reference.</param>
/// <param name="Key">The key as the client sent it.</param>
/// <param name="Line">The 0-based record of a batch; 0 for a single request.</param>
public readonly record struct RequestKey(MerchantId Merchant, string Scope, string Key, int Line);
