using Npgsql;
using Quittance.Core.Engine;

namespace Quittance.Storage;

/// <summary>The failures of PostgreSQL that pass by themselves.</summary>
internal static class SqlStates
{
    /// <summary>Whether this means that the database can't be reached just now, and nothing else is wrong.</summary>
    public static bool MeansUnreachable(Exception failure) => failure switch
    {
        PostgresException refused => IsPassing(refused),
        // The driver ends the transaction of a connection that breaks while nothing is under way on it.
        ObjectDisposedException { InnerException: { } cause } => MeansUnreachable(cause),
        _ => failure is NpgsqlException or IOException or TimeoutException,
    };

    /// <summary>
    /// A deadlock, a failed serialisation, or a server that is going down, starting up, out of something, read-only, or refuses all
    /// sign-ins.
    /// </summary>
    public static bool IsPassing(PostgresException refused) => refused.SqlState
        is PostgresErrorCodes.SerializationFailure
        or PostgresErrorCodes.DeadlockDetected
        or PostgresErrorCodes.AdminShutdown
        or PostgresErrorCodes.CrashShutdown
        or PostgresErrorCodes.CannotConnectNow
        or PostgresErrorCodes.ReadOnlySqlTransaction
        or PostgresErrorCodes.QueryCanceled
        or PostgresErrorCodes.LockNotAvailable
        // Classes: connection, resources (a full disk too), no way in, no such database.
        || refused.SqlState[..2] is "08" or "53" or "28" or "3D";

    /// <summary>Why the database takes no commit, where a failure tells.</summary>
    public static StoreFault FaultOf(Exception failure) => failure is not PostgresException refused
        ? StoreFault.Unreachable
        : refused.SqlState switch
        {
            PostgresErrorCodes.DiskFull => StoreFault.DiskFull,
            PostgresErrorCodes.ReadOnlySqlTransaction => StoreFault.ReadOnly,
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.QueryCanceled
                or PostgresErrorCodes.LockNotAvailable => StoreFault.Slow,
            ['5', '3', ..] => StoreFault.Exhausted,
            ['2', '8', ..] or ['3', 'D', ..] => StoreFault.Closed,
            _ => StoreFault.Unreachable,
        };

    /// <summary>
    /// The constraint that a row would have broken. Where tables are distributed, each part of one has a constraint of its own, whose name
    /// ends with the part's number.
    /// </summary>
    public static string? ConstraintOf(PostgresException refused)
    {
        if (refused.ConstraintName is not { } name || name.LastIndexOf('_') is not (> 0 and var end))
            return refused.ConstraintName;
        return name.AsSpan(end + 1) is { Length: > 0 } part && !part.ContainsAnyExceptInRange('0', '9') ? name[..end] : name;
    }

    /// <summary>Reads or writes; throws <see cref="StoreUnavailableException"/> where the database can't be reached.</summary>
    public static async Task<T> ReachingAsync<T>(Func<Task<T>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception broken) when (MeansUnreachable(broken))
        {
            throw new StoreUnavailableException(cause: broken);
        }
    }
}
