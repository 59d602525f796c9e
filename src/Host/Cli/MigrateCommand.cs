using System.CommandLine;
using Quittance.Storage.Backups;
using Quittance.Storage.Schema;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>migrate</c>: brings a database to this version's schema. Serving does so too.</summary>
internal static class MigrateCommand
{
    private const int Megabyte = 1024 * 1024;

    private static readonly Option<bool> Plan = new("--plan")
    {
        Description = "Only say which migrations would run, which tables they lock and what they do to them. They are tried on an empty copy of the schema in a scratch PostgreSQL",
    };

    private static string Version => typeof(MigrateCommand).Assembly.GetName().Version!.ToString(3);

    public static Command Create()
    {
        var command = new Command("migrate", "Bring the database to this version's schema (serving does so too)")
        {
            Plan, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        command.SetAction((options, cancel) => Terminal.RunAsync(progress =>
            options.GetValue(Plan) ? PlanAsync(options, progress, cancel) : RunAsync(options, progress, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        // Opening a database is what migrates it.
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        Report.Print(
            options, new { Version, Migrations = Migrations.OfThisVersion.All.Count, Applied = database.Applied.Select(migration => migration.Name) },
            () => Terminal.Out.MarkupLineInterpolated(
                $"[green]✓[/] The schema is that of Quittance {Version}; migrations: {Migrations.OfThisVersion.All.Count}, applied now: {database.Applied.Count}."));
        return 0;
    }

    private static async Task<int> PlanAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.AsItIsAsync(options, progress, cancel);
        var plan = await MigrationPlanner.PlanAsync(
            Migrations.OfThisVersion, database.Source,
            () =>
            {
                progress.Report("Trying the migrations on an empty copy of the schema");
                return ScratchDatabase.EmbeddedAsync(null, TimeProvider.System, null, cancel);
            },
            TimeProvider.System, cancel);
        Report.Print(options, plan, () => Show(plan));
        return 0;
    }

    private static void Show(MigrationPlan plan)
    {
        if (plan.Missing.Count == 0)
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Nothing would run: the schema is that of Quittance {Version}.");
            return;
        }

        foreach (var migration in plan.Missing)
        {
            Terminal.Out.MarkupLineInterpolated($"[bold]{migration.Name}[/]");
            foreach (var effect in Effects(migration))
                Terminal.Out.MarkupLineInterpolated($"  {effect}");
        }

        Terminal.Out.MarkupLineInterpolated($"Migrations that would run: [bold]{plan.Missing.Count}[/], in one transaction, which keeps every lock to its end. Nothing was changed.");
    }

    internal static IEnumerable<string> Effects(PlannedMigration migration)
    {
        if (migration.Created.Count > 0)
            yield return $"makes {string.Join(", ", migration.Created)}";
        foreach (var table in migration.Touched)
        {
            var size = $"{Rows(table)}, {(table.Bytes + Megabyte - 1) / Megabyte:N0} MB";
            yield return $"{table.Name} ({size}): {table.Lock}, {Text(table.Stops)}; {Text(table.Work)}";
        }
    }

    private static string Rows(TouchedTable table) => table.Rows is { } rows ? $"about {rows:N0} rows" : "rows not estimated yet";

    private static string Text(StoppedWork stops) => stops switch
    {
        StoppedWork.Nothing => "nothing waits",
        StoppedWork.Writing => "writing waits",
        StoppedWork.ReadingAndWriting => "reading and writing wait",
    };

    private static string Text(TableWork work) => work switch
    {
        TableWork.None => "for a moment",
        TableWork.ReadsEveryRow => "while every row is read",
        TableWork.RewritesEveryRow => "while every row is written anew",
    };
}
