namespace Quittance.Core.Instruments;

/// <summary>The vault can't do what it was asked: a key is missing or wrong, or what was sealed has been changed or moved. The message holds no secret.</summary>
public sealed class VaultException(string message, Exception? cause = null) : Exception(message, cause);
