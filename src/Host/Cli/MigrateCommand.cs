using System.CommandLine;
using Quittance.Storage;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>migrate</c>: brings a database to this version's schema. Serving does so too.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Bring the database to this version's schema (serving does so too)")
        {
            DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        command.SetAction((options, cancel) => Terminal.RunAsync(async progress =>
        {
            // Opening a database is what migrates it.
            await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
            var version = typeof(MigrateCommand).Assembly.GetName().Version!.ToString(3);
            Report.Print(
                options, new { Version = version, Migrations = Migrations.All.Count, Applied = database.Applied.Select(migration => migration.Name) },
                () => Terminal.Out.MarkupLineInterpolated(
                    $"[green]✓[/] The schema is that of Quittance {version}; migrations: {Migrations.All.Count}, applied now: {database.Applied.Count}."));
            return 0;
        }));
        return command;
    }
}
