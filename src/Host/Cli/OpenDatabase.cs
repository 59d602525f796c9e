using System.CommandLine;
using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage;
using Quittance.Storage.Embedded;

namespace Quittance.Host.Cli;

/// <summary>
/// The database that a command works on: an external one, the one of a server that runs on the data folder, or an embedded
/// PostgreSQL started for as long as the command needs it.
/// </summary>
internal sealed class OpenDatabase : IAsyncDisposable
{
    private OpenDatabase(EmbeddedPostgres? embedded, NpgsqlDataSource source, IReadOnlyList<Migration> applied) =>
        (Embedded, Source, Applied) = (embedded, source, applied);

    /// <summary>The embedded server, if we started it.</summary>
    public EmbeddedPostgres? Embedded { get; }

    /// <summary>Its connections.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>The migrations that opening it applied.</summary>
    public IReadOnlyList<Migration> Applied { get; }

    /// <summary>For a server: what it starts is its own.</summary>
    public static async Task<OpenDatabase> OwnAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        if (options.GetValue(DatabaseOptions.Database) is { } external)
            return await ConnectAsync(null, external, progress, cancel);
        progress.Report("Starting PostgreSQL");
        var embedded = await EmbeddedPostgres.StartAsync(options.GetRequiredValue(DatabaseOptions.Data), progress, cancel);
        return await ConnectAsync(embedded, embedded.ConnectionString, progress, cancel);
    }

    /// <summary>For a command that also works beside a running server.</summary>
    public static Task<OpenDatabase> OwnOrShareAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel) =>
        options.GetValue(DatabaseOptions.Database) is null
        && EmbeddedPostgres.FindRunning(options.GetRequiredValue(DatabaseOptions.Data)) is { } running
            ? ConnectAsync(null, running, progress, cancel)
            : OwnAsync(options, progress, cancel);

    /// <summary>The same for a command that has nothing to do where there are no books yet.</summary>
    public static Task<OpenDatabase> ExistingAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var data = options.GetRequiredValue(DatabaseOptions.Data);
        return options.GetValue(DatabaseOptions.Database) is not null || Directory.Exists(data)
            ? OwnOrShareAsync(options, progress, cancel)
            : throw new CommandException($"There are no books in {Path.GetFullPath(data)}. Name another folder with --data, or a database with --database.");
    }

    /// <summary>An engine of the command's own; safe beside any server on the same database.</summary>
    public PaymentEngine StartEngine() => new(new PostgresStore(Source), TimeProvider.System, new EngineOptions());

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (Embedded is not null)
            await Embedded.DisposeAsync();
    }

    private static async Task<OpenDatabase> ConnectAsync(
        EmbeddedPostgres? embedded, string connectionString, IProgress<string> progress, CancellationToken cancel)
    {
        NpgsqlDataSource? source = null;
        try
        {
            source = Database.Open(connectionString);
            progress.Report("Bringing the schema up to date");
            return new OpenDatabase(embedded, source, await Migrations.ApplyAsync(source, TimeProvider.System, cancel));
        }
        catch (Exception failure)
        {
            if (source is not null)
                await source.DisposeAsync();
            if (embedded is not null)
                await embedded.DisposeAsync();
            if (failure is ArgumentException or FormatException && source is null)
                throw new CommandException($"--database is no connection string: {failure.Message}");
            throw;
        }
    }
}
