namespace Quittance.Core.Access;

/// <summary>The authorisation server that gave a token can't be asked about it just now. The request has done nothing.</summary>
public sealed class IssuerUnavailableException : Exception
{
    /// <summary>Without a reason.</summary>
    public IssuerUnavailableException()
    {
    }

    /// <summary>With a reason.</summary>
    public IssuerUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and its cause.</summary>
    public IssuerUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
