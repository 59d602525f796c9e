namespace Quittance.Core.Engine;

/// <summary>The store can't be reached, and nothing was written.</summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Without a reason.</summary>
    public StoreUnavailableException()
    {
    }

    /// <summary>With a reason.</summary>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and its cause.</summary>
    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
