using Npgsql;
using Quittance.Storage;
using Quittance.Storage.Embedded;
using Quittance.Storage.Migrating;

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

    /// <summary>Whether a cluster has it.</summary>
    public bool IsDistributed { get; private set; }

    /// <summary>For a server, which does not share the PostgreSQL of another one.</summary>
    public static async Task<OpenDatabase> OwnAsync(Run run)
    {
        if (run.ExternalDatabase is null)
            run.Progress.Report("Starting PostgreSQL");
        var opened = await StartAsync(run);
        if (opened.Embedded is { } embedded)
            run.Progress.Report($"PostgreSQL's sizes: {embedded.Sizes}");
        return await MigratedAsync(opened, run);
    }

    /// <summary>For a command that also works beside a running server.</summary>
    public static async Task<OpenDatabase> OwnOrShareAsync(Run run) =>
        await MigratedAsync(Running(run) ?? await StartAsync(run), run);

    /// <summary>For a command that only reads: it neither makes books nor changes their schema.</summary>
    public static async Task<OpenDatabase> ExistingAsync(Run run)
    {
        var opened = await AsItIsAsync(run);
        try
        {
            if ((await Migrations.OfThisVersion.MissingAsync(opened.Source, run.Cancel)).Count > 0)
                throw new CommandException("The database has no books of this version of Quittance. Bring it up to date with migrate.");
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>For a command that takes books of any version, and brings them up to date itself or not at all.</summary>
    public static async Task<OpenDatabase> AsItIsAsync(Run run)
    {
        var data = run.Required(Options.Data);
        if (run.ExternalDatabase is null && !Directory.Exists(data))
        {
            throw new CommandException(
                $"There are no books in {Path.GetFullPath(data)}. Name another folder with --data, or a database with --database.");
        }

        return Running(run) ?? await StartAsync(run);
    }

    /// <summary>For a command that makes books and checks itself that there are none.</summary>
    public static async Task<OpenDatabase> NewAsync(Run run) =>
        Running(run) ?? await StartAsync(run);

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (Embedded is not null)
            await Embedded.DisposeAsync();
    }

    private static OpenDatabase? Running(Run run) =>
        run.ExternalDatabase is null
        && EmbeddedPostgres.FindRunning(run.Required(Options.Data)) is { } running
            ? new OpenDatabase(null, Database.Open(running))
            : null;

    private static async Task<OpenDatabase> StartAsync(Run run)
    {
        if (run.ExternalDatabase is { } external)
            return new OpenDatabase(null, OpenExternal(external));
        var embedded = await EmbeddedPostgres.StartAsync(run.Required(Options.Data), run.Progress, run.Cancel);
        return new OpenDatabase(embedded, Database.Open(embedded.ConnectionString));
    }

    private static NpgsqlDataSource OpenExternal(string connectionString)
    {
        try
        {
            return Database.Open(connectionString);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or NotSupportedException)
        {
            throw new CommandException($"--database is no usable connection string: {malformed.Message}");
        }
    }

    private static async Task<OpenDatabase> MigratedAsync(OpenDatabase opened, Run run)
    {
        try
        {
            if ((await Migrations.OfThisVersion.MissingAsync(opened.Source, run.Cancel)).Count > 0)
                run.Progress.Report("Bringing the schema up to date");
            opened.Applied = await Migrations.OfThisVersion.ApplyAsync(opened.Source, run.Clock, run.Cancel);
            opened.IsDistributed = await Distribution.CheckAsync(opened.Source, run.Cancel);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }
}
