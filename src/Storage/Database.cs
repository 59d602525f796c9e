using Npgsql;
using Quittance.Core.Engine;

namespace Quittance.Storage;

/// <summary>How the server connects to PostgreSQL, wherever that is.</summary>
public static class Database
{
    /// <summary>
    /// A pool of connections with the settings that the server relies on: statements are prepared as they are met, and an
    /// error never carries a row's values.
    /// </summary>
    /// <param name="connectionString">As Npgsql takes it. What it says itself stands.</param>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static NpgsqlDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "quittance",
            IncludeErrorDetail = false,
        };
        // A lane has some statements in several forms; one that is forgotten is planned anew.
        SetUnlessGiven(settings, "Max Auto Prepare", 250);
        SetUnlessGiven(settings, "Auto Prepare Min Usages", 2);
        // Eight for the lanes at most, the rest for reading: a crowd of requests must not take all that the server has.
        SetUnlessGiven(settings, "Maximum Pool Size", 32);
        if (settings.MaxPoolSize < SmallestPool)
            throw new ArgumentException($"Maximum Pool Size must be at least {SmallestPool}.", nameof(connectionString));
        // A stranger on the database's port must not get the password, nor a hash that is as good as it.
        if (string.IsNullOrEmpty(settings.RequireAuth))
            settings.RequireAuth = "!Password,!MD5";
        SetUnlessGiven(settings, "Keepalive", 15);
        SetUnlessGiven(settings, "Timeout", 5);
        // When a statement takes too long, the driver has it cancelled and then waits for its answer. PostgreSQL answers a commit whose
        // wait for the standby was cancelled with a success; so no such answer is read. Its connection is given up, and the caller learns
        // of a time-out.
        settings.CancellationTimeout = -1;
        // Monitoring of the pool shows this name, and not the address of the database.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "quittance" }.Build();
    }

    /// <summary>
    /// Whether a failure means that the database can't be reached just now, or takes no writes, and nothing else is wrong.
    /// </summary>
    public static bool MeansUnreachable(Exception failure) => failure is StoreUnavailableException || SqlStates.MeansUnreachable(failure);

    // The lanes keep theirs for ever, and reading must not wait for them.
    private const int SmallestPool = 12;

    private static void SetUnlessGiven(NpgsqlConnectionStringBuilder settings, string name, int value)
    {
        if (!settings.ContainsKey(name) || !settings.ShouldSerialize(name))
            settings[name] = value;
    }
}
