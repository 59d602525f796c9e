using System.Runtime.CompilerServices;
using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage.Sealing;

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
        // To reset a session before each use takes PostgreSQL longer than most reads do. Readers set nothing beyond their transactions, and
        // a lane resets what it has set.
        SetUnlessGiven(settings, "No Reset On Close", true);
        return Build(settings);
    }

    /// <summary>
    /// Opens the same database at a node of its cluster, with the same user and the same keys; null where <see cref="Open"/> has not opened
    /// the database.
    /// </summary>
    internal static NpgsqlDataSource? OpenNode(NpgsqlDataSource database, string host, int port)
    {
        if (!Given.TryGetValue(database, out var settings))
            return null;
        var node = Build(new NpgsqlConnectionStringBuilder(settings) { Host = host, Port = port, TargetSessionAttributes = null });
        BlockKeys.Share(database, node);
        return node;
    }

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings)
    {
        // Monitoring of the pool shows this name, and not the address of the database.
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "quittance" };
        // The books have PostgreSQL's own types alone, and the driver knows those. Else it reads all types for each new pool.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        var database = builder.Build();
        Given.Add(database, settings.ConnectionString);
        return database;
    }

    /// <summary>
    /// Whether a failure means that the database can't be reached just now, or takes no writes, and nothing else is wrong.
    /// </summary>
    public static bool MeansUnreachable(Exception failure) => failure is StoreUnavailableException || SqlStates.MeansUnreachable(failure);

    // Npgsql does not tell the password again.
    private static readonly ConditionalWeakTable<NpgsqlDataSource, string> Given = [];

    // The lanes keep theirs for ever, and reading must not wait for them.
    private const int SmallestPool = 12;

    private static void SetUnlessGiven(NpgsqlConnectionStringBuilder settings, string name, object value)
    {
        if (!settings.ContainsKey(name) || !settings.ShouldSerialize(name))
            settings[name] = value;
    }
}
