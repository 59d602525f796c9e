namespace Quittance.Providers;

/// <summary>A provider's whole answer over HTTP.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body; empty where it was longer than any answer of a provider.</param>
internal readonly record struct HttpReply(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the same request may fare better a moment later.</summary>
    public bool IsPassing => Status is 429 or >= 500;
}
