namespace Quittance.Storage.Embedded;

/// <summary>The embedded PostgreSQL cannot be used. The message tells a user why and what to do.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do, in words for a user.</param>
    /// <param name="innerException">What was caught, if anything.</param>
    public EmbeddedPostgresException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
