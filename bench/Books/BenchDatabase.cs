using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage;
using Quittance.Storage.Embedded;
using Quittance.Storage.Lanes;
using Quittance.Storage.Migrating;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Verification;

namespace Quittance.Bench.Books;

/// <summary>The one database that all rivals work on: an embedded one that is gone afterwards, or the one we were given.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    // For rivals that work in this process, and some to look on.
    private const int Connections = 40;

    private readonly string? _folder;
    private readonly EmbeddedPostgres? _embedded;
    private bool _isKept;

    private BenchDatabase(string? folder, EmbeddedPostgres? embedded, string connectionString)
    {
        (_folder, _embedded, ConnectionString) = (folder, embedded, connectionString);
        Source = Database.Open(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = Connections }.ConnectionString);
    }

    public string ConnectionString { get; }

    /// <summary>The data folder of the embedded one, gone afterwards; null where the database was given to us.</summary>
    public string? Folder => _folder;

    public NpgsqlDataSource Source { get; }

    public Merchants Merchants => new(Source, TimeProvider.System);

    /// <summary>Whether its processes are on this machine for sure.</summary>
    public bool IsEmbedded => _embedded is not null;

    public static async Task<BenchDatabase> OpenAsync(string? connectionString, CancellationToken cancel)
    {
        Screen.Progress.Report("Starting PostgreSQL");
        var database = connectionString is null ? await EmbedAsync(cancel) : new BenchDatabase(null, null, connectionString);
        await Migrations.OfThisVersion.ApplyAsync(database.Source, TimeProvider.System, cancel);
        // From the first block on, each is proven with the key that the server finds.
        if (database.IsEmbedded)
            await database.OpenVaultAsync(cancel);
        return database;
    }

    /// <summary>An engine in this process, to fill the books in bulk.</summary>
    public PaymentEngine StartEngine() => new(new PostgresStore(Source), TimeProvider.System, new EngineOptions());

    /// <summary>Where the embedded one's master key is.</summary>
    public string MasterKeyPath => Path.Combine(Folder!, "master.key");

    /// <summary>The vault of the embedded one, under a master key that the server finds where it looks for it.</summary>
    public async Task<IVault> OpenVaultAsync(CancellationToken cancel)
    {
        var masterKey = new MasterKeyFile(MasterKeyPath).CreateUnlessThere(MasterKey.Generate());
        return await PostgresVault.OpenAsync(Source, masterKey, TimeProvider.System, cancel);
    }

    /// <summary>The machine, and what its durability and speed rest on, from its own mouth.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancel)
    {
        await using var command = Source.CreateCommand("""
            SELECT format('PostgreSQL %s, ', current_setting('server_version'))
                || string_agg(name || ' ' || current_setting(name), ', ' ORDER BY place)
              FROM unnest(ARRAY['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'min_wal_size', 'max_wal_size',
                  'wal_compression'])
                   WITH ORDINALITY AS setting (name, place)
            """);
        return $"{Machine.Describe()}; {await command.ExecuteScalarAsync(cancel)}";
    }

    /// <summary>
    /// Statistics and a checkpoint, so that no rival pays for what came before. Empty tables are left alone, as a new server's are: one
    /// that was looked at and found empty is read whole by every plan that is made before the next look.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        await using var filled = Source.CreateCommand("""
            SELECT string_agg(quote_ident(relname), ', ') FROM pg_class
             WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
            """);
        await ExecuteAsync($"VACUUM ANALYZE {await filled.ExecuteScalarAsync(cancel)}", cancel);
        await ExecuteAsync("CHECKPOINT", cancel);
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancel)
    {
        await using var command = Source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Proves the books of these merchants, or fails.</summary>
    /// <param name="rivals">Merchants whose rows a rival has written, which seals nothing.</param>
    public async Task VerifyAsync(
        IReadOnlyCollection<BenchMerchant> merchants, CancellationToken cancel, params IReadOnlyCollection<BenchMerchant> rivals)
    {
        Screen.Progress.Report("Verifying the books");
        foreach (var report in await new Verifier(Source).VerifyAsync(null, cancel))
        {
            var broken = report.Differences.Select(found => found.Rule);
            if (rivals.Any(merchant => merchant.Id == report.Merchant))
                broken = broken.Except(Verifier.SealRules);
            else if (!merchants.Any(merchant => merchant.Id == report.Merchant))
                continue;
            if (string.Join("; ", broken) is { Length: > 0 } rules)
                throw new BenchException($"The books of {report.Name} are not clean: {rules}");
        }
    }

    /// <summary>Leaves the data folder of an embedded one where it is, and says where.</summary>
    public void Keep()
    {
        _isKept = true;
        Screen.Progress.Report($"The books stay in {Folder}");
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_embedded is not null)
            await _embedded.DisposeAsync();
        if (_folder is not null && !_isKept)
            Directory.Delete(_folder, recursive: true);
    }

    private static async Task<BenchDatabase> EmbedAsync(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("quittance-bench-").FullName;
        await EmbeddedPostgres.AlterAsync(folder, ["GRANT pg_checkpoint TO quittance"], cancel);
        var embedded = await EmbeddedPostgres.StartAsync(folder, null, cancel);
        return new BenchDatabase(folder, embedded, embedded.ConnectionString);
    }
}
