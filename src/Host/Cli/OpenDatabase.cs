using System.CommandLine;
using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage;
using Quittance.Storage.Embedded;
using Quittance.Storage.Schema;

namespace Quittance.Host.Cli;

/// <summary>
/// The database that a command works on: an external one, the one of a server that runs on the data folder, or an embedded
/// PostgreSQL started for as long as the command needs it.
/// </summary>
internal sealed class OpenDatabase : IAsyncDisposable
{
    private OpenDatabase(EmbeddedPostgres? embedded, NpgsqlDataSource source) => (Embedded, Source) = (embedded, source);

    /// <summary>The embedded server, if we started it.</summary>
    public EmbeddedPostgres? Embedded { get; }

    /// <summary>Its connections.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>The migrations that opening it applied.</summary>
    public IReadOnlyList<Migration> Applied { get; private set; } = [];

    /// <summary>For a server: what it starts is its own.</summary>
    public static async Task<OpenDatabase> OwnAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel) =>
        await MigratedAsync(await StartAsync(options, progress, cancel), progress, cancel);

    /// <summary>For a command that also works beside a running server.</summary>
    public static async Task<OpenDatabase> OwnOrShareAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel) =>
        await MigratedAsync(Running(options) ?? await StartAsync(options, progress, cancel), progress, cancel);

    /// <summary>For a command that only reads: it neither makes books nor changes them.</summary>
    public static async Task<OpenDatabase> ExistingAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var opened = await AsItIsAsync(options, progress, cancel);
        try
        {
            if ((await Migrations.OfThisVersion.MissingAsync(opened.Source, cancel)).Count > 0)
                throw new CommandException("The database has no books of this version of Quittance. Bring it up to date with migrate.");
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>For a command that only reads, whatever version the books are of.</summary>
    public static async Task<OpenDatabase> AsItIsAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var data = options.GetRequiredValue(DatabaseOptions.Data);
        if (options.GetValue(DatabaseOptions.Database) is null && !Directory.Exists(data))
            throw new CommandException($"There are no books in {Path.GetFullPath(data)}. Name another folder with --data, or a database with --database.");
        return Running(options) ?? await StartAsync(options, progress, cancel);
    }

    /// <summary>For a command that makes books of its own where none are: whether there are some is for it to see.</summary>
    public static async Task<OpenDatabase> NewAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel) =>
        Running(options) ?? await StartAsync(options, progress, cancel);

    /// <summary>An engine of the command's own; safe beside any server on the same database.</summary>
    /// <param name="options">Its settings, if not the usual.</param>
    public PaymentEngine StartEngine(EngineOptions? options = null) =>
        new(new PostgresStore(Source), TimeProvider.System, options ?? new EngineOptions());

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (Embedded is not null)
            await Embedded.DisposeAsync();
    }

    private static OpenDatabase? Running(ParseResult options) =>
        options.GetValue(DatabaseOptions.Database) is null
        && EmbeddedPostgres.FindRunning(options.GetRequiredValue(DatabaseOptions.Data)) is { } running
            ? new OpenDatabase(null, Database.Open(running))
            : null;

    private static async Task<OpenDatabase> StartAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        if (options.GetValue(DatabaseOptions.Database) is { } external)
            return new OpenDatabase(null, OpenExternal(external));
        progress.Report("Starting PostgreSQL");
        var embedded = await EmbeddedPostgres.StartAsync(options.GetRequiredValue(DatabaseOptions.Data), progress, cancel);
        return new OpenDatabase(embedded, Database.Open(embedded.ConnectionString));
    }

    private static NpgsqlDataSource OpenExternal(string connectionString)
    {
        try
        {
            return Database.Open(connectionString);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException)
        {
            throw new CommandException($"--database is no connection string that can be used: {malformed.Message}");
        }
    }

    private static async Task<OpenDatabase> MigratedAsync(OpenDatabase opened, IProgress<string> progress, CancellationToken cancel)
    {
        try
        {
            progress.Report("Bringing the schema up to date");
            opened.Applied = await Migrations.OfThisVersion.ApplyAsync(opened.Source, TimeProvider.System, cancel);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }
}
