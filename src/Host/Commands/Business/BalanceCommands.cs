using System.CommandLine;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Host.Cli;
using Quittance.Host.Commands.Operations;
using Quittance.Storage;
using Quittance.Storage.Moments;
using Spectre.Console;

namespace Quittance.Host.Commands.Business;

/// <summary><c>balance</c>: balances as of a moment or a day.</summary>
internal static class BalanceCommands
{
    private static readonly Option<string?> At = Options.Text(
        "--at", "moment",
        "A day of the books such as 2026-10-31 (all that is booked up to its end), or a moment such as 2026-10-31T18:00:00Z (all that was "
        + "committed by then); default: now");

    private static readonly Argument<string> Line = new("account")
    {
        Description = "The ledger account as journals name it, such as assets:clearing:sandbox or assets:receivable",
    };

    public static readonly Argument<string> Customer = new("customer")
    {
        Description = "The customer's account number, or a name that clients use for it",
    };

    public static Command Balance() => new("balance", "Balances as of a moment or a day of the books")
    {
        CommandMaker.OfMerchant("trial", "Print the trial balance", TrialAsync, At),
        CommandMaker.OfMerchant(
            "ledger", "Print the balance of a ledger account; those of all customers together are one", LedgerAsync, Line, At),
        CommandMaker.OfMerchant(
            "customer", "Print what a customer owes and has, and the charges that were open", CustomerAsync, Customer, At),
    };

    /// <summary>The moment or the day that a text names.</summary>
    /// <param name="today">The merchant's day.</param>
    public static AsOf Parse(string? text, DateTimeOffset now, DateOnly today)
    {
        if (text is null)
            return AsOf.Of(now);
        var at = AsOf.Parse(text)
            ?? throw new CommandException("--at is a day such as 2026-10-31, or a moment with its offset such as 2026-10-31T18:00:00Z.");
        return at.IsAfter(now, today)
            ? throw new CommandException($"--at is in the future: {at}. Name today or a time that has come.")
            : at;
    }

    private static async Task TrialAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var at = Parse(run.Get(At), run.Clock.GetUtcNow(), await run.TodayAsync(books, merchant));
        var balances = await new MomentReading(books, new SlotCatchUp(books, run.Clock)).TrialBalanceAsync(merchant, at, run.Cancel);
        Print(run, balances, "Nothing was booked by then.");
    }

    private static async Task LedgerAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var (at, name) = (Parse(run.Get(At), run.Clock.GetUtcNow(), await run.TodayAsync(books, merchant)), run.Required(Line));
        var reading = new MomentReading(books, new SlotCatchUp(books, run.Clock));
        // The names follow from the lines: those of today have all that there ever were.
        var known = (await reading.TrialBalanceAsync(merchant, AsOf.Of(run.Clock.GetUtcNow()), run.Cancel)).Lines;
        if (known.FirstOrDefault(line => NameOf(line) == name) is not { } named)
        {
            throw new CommandException(
                $"Merchant {merchant.Value} has no ledger account {name}. "
                + $"There are: {string.Join(", ", known.Select(NameOf).Distinct())}.");
        }

        Print(run, await reading.LineAsync(merchant, named.Kind, named.Purpose, at, run.Cancel), "Nothing was booked there by then.");
    }

    /// <summary>The account of the customer whom the command names.</summary>
    public static async Task<(AccountId Id, long Number)> NamedAsync(Run run, NpgsqlDataSource books, MerchantId merchant)
    {
        var name = run.Required(Customer);
        var found = await new Erasing(books, run.Clock).FindAsync(merchant, name, null, run.Cancel);
        return found.Count switch
        {
            0 => throw new CommandException($"Merchant {merchant.Value} has no account {name}."),
            1 => found[0],
            _ => throw new CommandException(
                $"Several accounts are called {name}: name one by its number, {string.Join(" or ", found.Select(one => one.Number))}."),
        };
    }

    private static async Task CustomerAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var at = Parse(run.Get(At), run.Clock.GetUtcNow(), await run.TodayAsync(books, merchant));
        var (account, number) = await NamedAsync(run, books, merchant);
        var customer = (await new MomentReading(books, new SlotCatchUp(books, run.Clock)).CustomerAsync(account, at, run.Cancel))!;
        run.Print(
            new
            {
                At = $"{at}",
                customer.IsFinal,
                Account = account.Value,
                Number = number,
                Ledger = customer.Ledger.Select(ledger => new
                {
                    Account = LedgerAccountName.Of(ledger.Account.Kind, ledger.Account.Purpose, number),
                    ledger.Balance,
                }),
                Open = customer.Open.Select(open => new
                {
                    open.Charge.Number,
                    open.Charge.Label,
                    open.Charge.DueOn,
                    Open = new Money(open.OpenMinor, open.Charge.Amount.Currency),
                    open.Charge.Amount,
                }),
            },
            () =>
            {
                Terminal.Line($"Account [bold]{number}[/] as of {at}");
                foreach (var ledger in customer.Ledger)
                {
                    var account = LedgerAccountName.Of(ledger.Account.Kind, ledger.Account.Purpose, number);
                    Terminal.Line($"  {account}  {ledger.Balance}");
                }

                foreach (var open in customer.Open)
                {
                    var left = new Money(open.OpenMinor, open.Charge.Amount.Currency);
                    Terminal.Line($"  charge {open.Charge.Number}, {open.Charge.Label}, due {open.Charge.DueOn:yyyy-MM-dd}: {left} open");
                }

                if (!customer.IsFinal)
                    Terminal.Line($"[yellow]![/] {NotFinal(at)}");
            });
    }

    private static string NameOf(LineBalance line) => LedgerAccountName.Of(line.Kind, line.Purpose, null);

    private static string NotFinal(AsOf at) => at.Day is null
        ? "A commit of that time may still come: the database lets this command only read."
        : "That day is open: what takes effect on it is still booked on it. Close its month with: quittance period close";

    private static void Print(Run run, BalancesAt balances, string none) => run.Print(
        new
        {
            At = $"{balances.At}",
            balances.IsFinal,
            Lines = balances.Lines.Select(line => new
            {
                Account = NameOf(line),
                Currency = line.Currency.Code,
                Debits = VerifyCommand.Plain(line.DebitsMinor, line.Currency),
                Credits = VerifyCommand.Plain(line.CreditsMinor, line.Currency),
                Balance = VerifyCommand.Plain(line.BalanceMinor, line.Currency),
            }),
        },
        () =>
        {
            if (balances.Lines.Count == 0)
                Terminal.Line($"{none}");
            foreach (var currency in balances.Lines.GroupBy(line => line.Currency))
            {
                var table = new Table().Border(TableBorder.Simple)
                    .AddColumn($"As of {balances.At}, {currency.Key.Code}")
                    .AddColumn(new TableColumn("Debit").RightAligned()).AddColumn(new TableColumn("Credit").RightAligned());
                foreach (var line in currency)
                {
                    table.AddRow(
                        new Text(NameOf(line)),
                        new Text(line.BalanceMinor > 0 ? VerifyCommand.Text(line.BalanceMinor, line.Currency) : ""),
                        new Text(line.BalanceMinor < 0 ? VerifyCommand.Text(-line.BalanceMinor, line.Currency) : ""));
                }

                Terminal.Out.Write(table);
            }

            if (!balances.IsFinal)
                Terminal.Line($"[yellow]![/] {NotFinal(balances.At)}");
        });
}
