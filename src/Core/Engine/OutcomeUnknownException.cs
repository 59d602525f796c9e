namespace Quittance.Core.Engine;

/// <summary>A command may have been carried out or not: the database has not told in time. The same request under its key tells later.</summary>
public sealed class OutcomeUnknownException : Exception
{
    /// <summary>Without a reason.</summary>
    public OutcomeUnknownException()
    {
    }

    /// <summary>With a reason.</summary>
    public OutcomeUnknownException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and its cause.</summary>
    public OutcomeUnknownException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
