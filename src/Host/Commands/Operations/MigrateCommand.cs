using System.CommandLine;
using Quittance.Host.Cli;
using Quittance.Host.Demo;
using Quittance.Storage.Backups;
using Quittance.Storage.Migrating;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>migrate</c>: brings a database to this version's schema.</summary>
internal static class MigrateCommand
{
    private const int Megabyte = 1024 * 1024;

    private static readonly Option<bool> Plan = Options.Flag(
        "--plan",
        "List the migrations that would run, with the tables that each locks and its work on them. "
        + "They are tried on an empty copy of the schema in a scratch PostgreSQL");

    private static readonly Option<bool> Distribute = Options.Flag(
        "--distribute",
        "Then spread the tables over the nodes of a cluster of Citus, each merchant's rows on one node. It copies every row in one "
        + "transaction; stop all servers first");

    private static string Version => typeof(MigrateCommand).Assembly.GetName().Version!.ToString(3);

    public static Command Migrate()
    {
        var command = CommandMaker.OfBooks(
            "migrate", "Bring the database to this version's schema (serve does it at its start)", MigrateAsync, Plan, Distribute);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Plan) && result.GetValue(Distribute))
                result.AddError("--plan lists migrations alone: run it without --distribute.");
        });
        return command;
    }

    private static async Task MigrateAsync(Run run)
    {
        if (run.Get(Plan))
        {
            await PlanAsync(run);
            return;
        }

        if (run.Get(Distribute))
        {
            await DistributeAsync(run);
            return;
        }

        // Opening a database is what migrates it.
        await run.ChangeAsync();
        var (all, applied) = (Migrations.OfThisVersion.All.Count, run.Database.Applied);
        run.Print(
            new { Version, Migrations = all, Applied = applied.Select(migration => migration.Name) },
            $"[green]✓[/] The schema is that of Quittance {Version}; migrations: {all}, applied now: {applied.Count}.");
    }

    private static async Task DistributeAsync(Run run)
    {
        var books = await run.OpenAsync(OpenDatabase.AsItIsAsync);
        run.Progress.Report("Distributing the tables");
        var (applied, distributed) = await Migrations.OfThisVersion.DistributeAsync(books, run.Clock, run.Cancel);
        await DemoData.EndAsync(books, run);
        run.Print(
            new { Version, Applied = applied.Select(migration => migration.Name), Distributed = distributed },
            $"[green]✓[/] The tables are distributed by merchant; tables distributed now: {distributed}.");
    }

    private static async Task PlanAsync(Run run)
    {
        var books = await run.OpenAsync(OpenDatabase.AsItIsAsync);
        var plan = await MigrationPlanner.PlanAsync(Migrations.OfThisVersion, books, ScratchAsync, run.Clock, run.Cancel);
        run.Print(plan, () => Show(plan));

        Task<ScratchDatabase> ScratchAsync()
        {
            run.Progress.Report("Trying the migrations on an empty copy of the schema");
            return ScratchDatabase.EmbeddedAsync(null, run.Clock, null, run.Cancel);
        }
    }

    private static void Show(MigrationPlan plan)
    {
        if (plan.Missing.Count == 0)
        {
            Terminal.Line($"[green]✓[/] Nothing would run: the schema is that of Quittance {Version}.");
            return;
        }

        foreach (var migration in plan.Missing)
        {
            Terminal.Line($"[bold]{migration.Name}[/]");
            foreach (var effect in Effects(migration))
                Terminal.Line($"  {effect}");
        }

        Terminal.Line(
            $"Migrations that would run: [bold]{plan.Missing.Count}[/], in one transaction, which keeps every lock to its end. ",
            $"Nothing was changed.");
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
