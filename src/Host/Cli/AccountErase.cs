using System.CommandLine;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>account erase</c>: what the books hold of a person goes, the books stay.</summary>
internal static class AccountErase
{
    /// <summary>How many characters a reason has at most.</summary>
    public const int LongestReason = 255;

    private static readonly Option<string> Account = new("--account") { Description = "The account's number, or what clients call it", HelpName = "name", Required = true };
    private static readonly Option<string?> Api = new("--api") { Description = "The API whose clients call it so, where several do", HelpName = "name" };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why; kept in the audit log, so name nobody", HelpName = "text", Required = true };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it without asking: nothing brings it back but a backup" };

    public static Command Create()
    {
        Api.AcceptOnlyFromAmong([.. Host.Api.All.Select(api => api.Dialect)]);
        var erase = new Command("erase", "Erase a person's data: names, addresses, instruments and their numbers, what clients said of them. Amounts stay. Safe to repeat, also beside a running server")
        {
            MerchantOption.Merchant, Account, Api, Reason, Yes, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        erase.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, progress, cancel)));
        return erase;
    }

    private static async Task<int> RunAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var reason = options.GetRequiredValue(Reason).Trim();
        if (reason.Length is 0 or > LongestReason)
            throw new CommandException($"--reason has 1 to {LongestReason} characters.");
        var name = options.GetRequiredValue(Account);
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var erasing = new Erasing(database.Source, TimeProvider.System);
        var found = await erasing.FindAsync(merchant, name, options.GetValue(Api), cancel);
        if (found.Count == 0)
            throw new CommandException($"Merchant {merchant.Value} has no account {name}.");
        if (found.Count > 1)
            throw new CommandException($"Several accounts are called {name}: numbers {string.Join(", ", found.Select(one => one.Number))}. Name the API with --api, or the number.");
        var (account, number) = found[0];
        if (!options.GetValue(Yes) && !Terminal.IsConfirmed($"Erase what is kept about the person of account {number}? Nothing brings it back but a backup."))
            throw new CommandException("Nothing was erased. Say --yes to do it without being asked.");

        var erasure = await erasing.EraseAsync(account, CommandLineOrigin.Of(merchant, "account.erase", $"account {number}", reason), cancel);
        if (!erasure.IsDone)
            throw new CommandException($"Nothing was erased, as money is under way: {string.Join("; ", erasure.UnderWay)}.");
        var rows = erasure.Erased.Sum(step => step.Rows);
        Report.Print(
            options, new { Account = account.Value, Number = number, Rows = rows, Erased = erasure.Erased.ToDictionary(step => step.Table, step => step.Rows) },
            () => Terminal.Out.MarkupLineInterpolated(rows == 0
                ? (FormattableString)$"[green]✓[/] There was nothing left to erase of account [bold]{number}[/]."
                : $"[green]✓[/] Erased in {rows} rows of account [bold]{number}[/]: {string.Join(", ", erasure.Erased.Where(step => step.Rows > 0).Select(step => $"{step.Table} {step.Rows}"))}. Backups made until now still hold it."));
        return 0;
    }
}
