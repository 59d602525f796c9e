using Npgsql;

namespace Quittance.Storage.Embedded;

/// <summary>
/// The two roles of a cluster: the superuser, as whom nothing can connect, and the program's, which owns its database and may do nothing
/// else. So injected SQL reads no file of the machine and starts no program.
/// </summary>
internal static class ClusterRoles
{
    /// <summary>The program's role. Its database has the same name.</summary>
    public const string Program = "quittance";

    /// <summary>The role that initdb makes.</summary>
    public const string Superuser = "postgres";

    private const string Helper = "quittance_separation";

    // The id of the role that initdb makes.
    private const int BootstrapId = 10;

    private const string CloseSuperuser = $"ALTER ROLE {Superuser} NOLOGIN PASSWORD NULL";

    /// <summary>For a cluster that initdb has just made.</summary>
    /// <param name="password">Without a character that needs quotes.</param>
    public static IReadOnlyList<string> Create(string password, string database) =>
        [CloseSuperuser, .. CreateProgram(password), $"CREATE DATABASE {database} OWNER {Program}"];

    /// <summary>
    /// For a cluster of an earlier version, whose program was the superuser that initdb made. That role stays one for ever, so it gets the
    /// superuser's name, and the program a role of its own with all that it had in its database. All of it or nothing takes place.
    /// </summary>
    public static IReadOnlyList<string> Separate(string password) =>
    [
        "BEGIN",
        // No role can be renamed by itself.
        $"CREATE ROLE {Helper} SUPERUSER",
        $"SET SESSION AUTHORIZATION {Helper}",
        $"ALTER ROLE {Program} RENAME TO {Superuser}",
        CloseSuperuser,
        .. CreateProgram(password),
        $"ALTER DATABASE {Program} OWNER TO {Program}",
        GiveOwned("TABLE", "c.oid::regclass", "pg_class c ON c.relnamespace = n.oid", "c.relowner", "c.relkind IN ('r','p','v','m','f')"),
        // Of the others the table has taken its own along.
        GiveOwned("SEQUENCE", "c.oid::regclass", "pg_class c ON c.relnamespace = n.oid", "c.relowner", "c.relkind = 'S'"),
        GiveOwned("ROUTINE", "p.oid::regprocedure", "pg_proc p ON p.pronamespace = n.oid", "p.proowner", "true"),
        GiveOwned("TYPE", "t.oid::regtype", "pg_type t ON t.typnamespace = n.oid", "t.typowner", "t.typtype IN ('d','e','r')"),
        GiveOwned("SCHEMA", "quote_ident(n.nspname)", "pg_database d ON d.datname = current_database()", "n.nspowner", "true"),
        $"SET SESSION AUTHORIZATION {Superuser}",
        $"DROP ROLE {Helper}",
        "COMMIT",
    ];

    /// <summary>Whether the program's role is the one that initdb made, as in clusters of earlier versions.</summary>
    public static async Task<bool> IsBootstrapAsync(string connectionString, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 60 };
        await using var cluster = Database.Open(settings.ConnectionString);
        await using var command = cluster.CreateCommand($"SELECT oid = {BootstrapId} FROM pg_roles WHERE rolname = current_user");
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    // To stretch a password of 128 random bits 4096 times makes no guess harder, and each new connection would wait for it.
    private static string[] CreateProgram(string password) =>
        ["SET scram_iterations = 1", $"CREATE ROLE {Program} LOGIN PASSWORD '{password}'"];

    private static string GiveOwned(string kind, string name, string joined, string owner, string condition) =>
        $"DO $$ DECLARE thing text; BEGIN FOR thing IN SELECT {name} FROM pg_namespace n JOIN {joined} "
        + $"WHERE {owner} = {BootstrapId} AND {condition} AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_') LOOP "
        + $"EXECUTE 'ALTER {kind} ' || thing || ' OWNER TO {Program}'; END LOOP; END $$";
}
