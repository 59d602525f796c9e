namespace Quittance.Host.Webhooks;

/// <summary>A connection was not made because it would have led into a private network.</summary>
internal sealed class PrivateAddressException() : Exception("The address leads into a private network.");
