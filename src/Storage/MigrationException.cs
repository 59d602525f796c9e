namespace Quittance.Storage;

/// <summary>The database can't be brought to this version's schema. The message is for the operator.</summary>
public sealed class MigrationException : Exception
{
    /// <summary>Without a reason.</summary>
    public MigrationException()
    {
    }

    /// <summary>With a reason.</summary>
    public MigrationException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and its cause.</summary>
    public MigrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
