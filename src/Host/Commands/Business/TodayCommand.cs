using Quittance.Console.Pages.Today;
using Quittance.Core;
using Quittance.Host.Cli;
using Quittance.Storage.Console;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>today</c>: what waits for people.</summary>
internal static class TodayCommand
{
    public static Command Today() => CommandMaker.OfMerchant(
        "today", "List what waits for people, the most urgent first, as the console's first page does", ListAsync);

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var today = await run.TodayAsync(books, merchant);
        var (work, nextDues) = await new TodayReading(books, run.Clock).WorkAsync(merchant, today);
        run.Print(
            new
            {
                Day = today,
                NextDues = nextDues,
                Work = work.Select(item => new { Kind = EnumWords.Of(item.Kind), item.Count, item.IsAtLeast, item.Sums, item.Since }),
            },
            () =>
            {
                if (work.Count == 0)
                    Terminal.Line($"[green]✓[/] Nothing waits for a person.");
                foreach (var item in work)
                {
                    var since = item.Since is { } day ? $" · since {day:yyyy-MM-dd}" : "";
                    Terminal.Line($"[bold]{WorkWords.Of(item.Kind)}[/]: {WorkWords.CountOf(item)}{since}");
                }

                if (nextDues is { } next)
                    Terminal.Line($"A run of what is due begins by itself on {next:yyyy-MM-dd}.");
            });
    }
}
