using Npgsql;
using Quittance.Storage.Backups;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Migrating;

/// <summary>
/// The distribution of the books over several PostgreSQL by Citus: all rows of a merchant lie on one node, in every table. The few tables
/// without a merchant are copied to every node, as statements join them; the list of migrations stays where the schema is changed.
/// </summary>
public static class Distribution
{
    private const string First = "merchant";

    /// <summary>Whether the tables of the books are distributed.</summary>
    public static async Task<bool> IsDistributedAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        await HasCitusAsync(connection, cancel)
        && await IsTrueAsync(
            connection, $"SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass('{First}') AND partmethod = 'h')",
            cancel);

    /// <summary>Refuses to distribute where that can't be done.</summary>
    /// <exception cref="MigrationException">
    /// The database has no Citus, its cluster no node for rows, or programs of Quittance are connected.
    /// </exception>
    internal static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (!await HasCitusAsync(connection, cancel))
        {
            throw new MigrationException(
                "This database has no extension citus. Create it on every node (CREATE EXTENSION citus), and add the workers "
                + "(citus_add_node).");
        }

        if (await IsTrueAsync(connection, "SELECT NOT EXISTS (SELECT FROM pg_dist_node WHERE isactive AND shouldhaveshards)", cancel))
            throw new MigrationException("The cluster has no node that takes rows: add the workers (citus_add_node).");
        // Their lanes speak to one PostgreSQL until they connect again.
        if (await IsTrueAsync(connection, """
            SELECT EXISTS (SELECT FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'quittance' AND pid <> pg_backend_pid())
            """, cancel))
        {
            throw new MigrationException("Other programs of Quittance are connected to this database. Stop them first.");
        }
    }

    /// <summary>
    /// Within the transaction of a migration: distributes the tables that are not distributed yet, with their rows. Returns how many that
    /// were.
    /// </summary>
    internal static async Task<int> DistributeAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var missing = (await TablesAsync(connection, cancel)).Where(table => !table.IsDistributed).ToList();
        foreach (var table in missing)
            await DoAsync(table, StatementOf(table));
        // The rows have gone to the nodes; here they would only take room. Citus lets them go where no local table refers to theirs.
        foreach (var table in missing.Where(table => table.HasRows))
            await DoAsync(table, $"SELECT truncate_local_data_after_distributing_table('{table.Name}')");
        return missing.Count;

        async Task DoAsync(DistributedTable table, string sql)
        {
            try
            {
                await ExecuteAsync(connection, sql, cancel);
            }
            catch (PostgresException refused) when (!SqlStates.IsPassing(refused))
            {
                throw new MigrationException($"Citus does not distribute {table.Name}: {refused.MessageText}. Nothing was changed.");
            }
        }
    }

    private static string StatementOf(DistributedTable table) => table switch
    {
        { Name: First } => $"SELECT create_distributed_table('{First}', 'id')",
        { HasMerchant: true } => $"SELECT create_distributed_table('{table.Name}', 'merchant_id', colocate_with => '{First}')",
        _ => $"SELECT create_reference_table('{table.Name}')",
    };

    /// <summary>
    /// Whether the tables of the books are distributed. Refuses a database in which some are and others not, and a cluster with a node
    /// that answers before a commit is durable.
    /// </summary>
    /// <exception cref="MigrationException">There is such a table or node.</exception>
    public static async Task<bool> CheckAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var isDistributed = await IsWhollyDistributedAsync(connection, cancel);
        if (!isDistributed)
            DueWork.NoteOneNode(database);
        return isDistributed;
    }

    private static async Task<bool> IsWhollyDistributedAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (!await HasCitusAsync(connection, cancel))
            return false;
        var tables = await TablesAsync(connection, cancel);
        List<string> others = [.. tables.Where(table => !table.IsDistributed).Select(table => table.Name)];
        if (others.Count == tables.Count)
            return false;
        if (others.Count == 0)
        {
            await CheckCommitsAsync(connection, cancel);
            return true;
        }

        throw new MigrationException(
            "Citus distributes some tables of this database, and not these as they have to be: "
            + $"{string.Join(", ", others)}. Distribute them with: quittance migrate --distribute");
    }

    /// <summary>
    /// A lane asks its own node for durable commits; behind the coordinator each node has its own setting. A node that is away says
    /// nothing.
    /// </summary>
    private static async Task CheckCommitsAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var weak = await connection.AllAsync(
            """
            SELECT coalesce(n.nodename || ':' || n.nodeport, 'the coordinator') || ' (' || r.result || ')'
              FROM run_command_on_all_nodes('SHOW synchronous_commit') r LEFT JOIN pg_dist_node n USING (nodeid)
             WHERE r.success AND r.result IN ('off', 'local') ORDER BY 1
            """,
            _ => { }, row => row.GetString(0), cancel);
        if (weak.Count > 0)
        {
            throw new MigrationException(
                $"These nodes answer before a commit is durable: {string.Join(", ", weak)}. Set synchronous_commit = on there.");
        }
    }

    private static Task<bool> HasCitusAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        IsTrueAsync(connection, "SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL", cancel);

    /// <summary>The tables of the books: the merchants' first, which the others follow to its nodes, then by their foreign keys.</summary>
    private static async Task<IReadOnlyList<DistributedTable>> TablesAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        List<string> names = [.. (await BooksTables.ReadAsync(connection, cancel)).Select(table => table.Name)];
        return await connection.AllAsync(
            // A table that is distributed by another column, or apart from the others, is not distributed as statements need it.
            $"""
            SELECT c.relname::text, a.attname IS NOT NULL,
                   coalesce(CASE WHEN a.attname IS NULL THEN d.partmethod = 'n'
                                 ELSE d.partmethod = 'h' AND column_to_column_name(c.oid, d.partkey) = a.attname
                                      AND d.colocationid = (SELECT m.colocationid FROM pg_dist_partition m
                                                             WHERE m.logicalrelid = to_regclass('{First}')) END, false),
                   pg_relation_size(c.oid) > 0
              FROM unnest($1::text[]) WITH ORDINALITY t(books_table, place)
              JOIN pg_class c ON c.oid = to_regclass(t.books_table)
              LEFT JOIN pg_attribute a ON a.attrelid = c.oid
                   AND a.attname = CASE WHEN c.relname = '{First}' THEN 'id' ELSE 'merchant_id' END
              LEFT JOIN pg_dist_partition d ON d.logicalrelid = c.oid
             ORDER BY c.relname <> '{First}', t.place
            """,
            command => command.With(names.ToArray()),
            row => new DistributedTable(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), row.GetBoolean(3)), cancel);
    }

    private static async Task<bool> IsTrueAsync(NpgsqlConnection connection, string question, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(question, connection);
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    // Without a time limit: it takes as long as copying every row.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    private sealed record DistributedTable(string Name, bool HasMerchant, bool IsDistributed, bool HasRows);
}
