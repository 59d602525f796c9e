using System.CommandLine;
using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Host.Cli;
using Quittance.Storage.Debits;
using Quittance.Storage.Providers;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary>
/// <c>collect sent</c>, <c>unsent</c> and <c>lost</c>: whether the bank had what a restore may have lost.
/// </summary>
internal static class LostFileCommands
{
    private const int Shown = 50;

    private static readonly Argument<long?> Number = new("number")
    {
        Description = "The number of a collection whose file may have gone",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<long[]> Payment = new("--payment")
    {
        Description = "The number of a payment whose debit may have gone; more than once for several",
    };

    private static readonly Option<long[]> Refund = new("--refund")
    {
        Description = "The number of a refund that may have gone; more than once for several",
    };

    private static readonly Option<bool> All = Options.Flag("--all", "All that may have gone: no file went in the time that was lost");

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "How you know; kept in the audit log");

    private static readonly Argument<FileInfo> LostFile = new("file") { Description = "The file of debits or refunds" };

    public static Command Sent() => CommandMaker.OfMerchant(
        "sent", "After a restore, say that the bank had a collection's file, a debit or a refund: it goes to the bank no more",
        SentAsync, Number, Payment, Refund, Reason);

    public static Command Unsent() => CommandMaker.OfMerchant(
        "unsent", "After a restore, say that the bank did not have them, by no file: collections may have them again",
        UnsentAsync, Number, Payment, Refund, All, Reason);

    public static Command Lost() => CommandMaker.OfMerchant(
        "lost", "After a restore, hand in a file that the bank had and the books have lost (pain.008, pain.001): it goes no second time",
        LostAsync, LostFile);

    /// <summary>Shows people the items that may have gone to the bank.</summary>
    public static void Show(IReadOnlyList<PerhapsSentList> lists)
    {
        foreach (var list in lists)
        {
            Terminal.Line(
                $"[yellow]·[/] [bold]Perhaps sent[/] to the bank in the time that was lost ",
                $"[dim]· merchant {list.Merchant.Value}[/]");
            foreach (var (kind, count, sum) in list.Sums)
            {
                Terminal.Line(
                    $"  {count:N0} {CollectCommands.WordOf(kind)} of {sum}: ",
                    $"no file takes them before you say whether they went.");
            }

            foreach (var item in list.Items.Take(Shown))
            {
                Terminal.Line(
                    $"  {CollectCommands.NameOf(item.Payment, item.Refund)} of {item.Attempt.Amount}",
                    $"{(item.Collection is { } collection ? $", in collection {collection}" : "")}");
            }

            if (list.Items.Count > Shown)
                Terminal.Line($"  … and {list.Items.Count - Shown:N0} more; --json lists all.");
            foreach (var collection in list.Collections)
            {
                Terminal.Line(
                    $"  Collection {collection.Number}, {Report.Word(collection.Status)}, due on {collection.DueOn:O}: ",
                    $"{collection.Count} {CollectCommands.WordOf(collection.Kind)} of {collection.Sum}");
            }

            if (list.Approvals > 0)
            {
                Terminal.Line(
                    $"  Refunds that wait for a second person, who may have approved them: {list.Approvals:N0}. ",
                    $"Reject them, and ask anew.");
            }

            Terminal.Line(
                $"  Settle them after the release: import the bank's files of that time, hand a lost file in (quittance collect lost), ",
                $"or say it yourself (quittance collect sent, collect unsent).");
        }
    }

    /// <summary>The items that may have gone to the bank, for programs.</summary>
    public static object DocumentOf(IReadOnlyList<PerhapsSentList> lists) => lists.Select(list => new
    {
        Merchant = list.Merchant.Value,
        Sums = list.Sums.Select(one => new { one.Kind, one.Count, one.Sum }),
        Items = list.Items.Select(item => new { item.Payment, item.Refund, item.Collection, item.Attempt.Amount }),
        Collections = list.Collections.Select(one => new { one.Number, one.Kind, one.Status, Debits = one.Count, one.Sum }),
        list.Approvals,
    });

    private static async Task SentAsync(Run run)
    {
        var (desk, list, by) = await BeginAsync(run, "collect.sent");
        var (items, collections) = Chosen(run, list, isAll: false);
        var (sent, problem) = await desk.SentAsync(items, collections, by, run.Cancel);
        if (problem is not null)
            throw new CommandException($"{char.ToUpperInvariant(problem[0])}{problem[1..]}.");
        run.Print(
            new { Collections = collections.Select(one => one.Number), Debits = sent },
            $"[green]✓[/] The bank had it: collections {collections.Count:N0}, single debits {sent:N0}.");
    }

    private static async Task UnsentAsync(Run run)
    {
        var (desk, list, by) = await BeginAsync(run, "collect.unsent");
        var (items, collections) = Chosen(run, list, run.Get(All));
        var said = await desk.UnsentAsync(list, items, collections, by, run.Cancel);
        run.Print(
            new { Collections = collections.Select(one => one.Number), Items = said },
            $"[green]✓[/] The bank did not have it: collections {collections.Count:N0}, debits and refunds {said:N0}.");
    }

    private static async Task LostAsync(Run run)
    {
        var file = run.Required(LostFile);
        await using var stream = SettlementCommands.Opened(file);
        var (desk, _, by) = await BeginAsync(run, "collect.lost", file.Name);
        var outcome = await desk.TakeAsync(stream, by, run.Cancel);
        run.ExitCode = outcome.Faults.Count == 0 ? 0 : 1;
        run.Print(
            new { Collection = outcome.Collection?.Number, outcome.Found, outcome.WasKnown, outcome.Faults, outcome.Remarks },
            () =>
            {
                foreach (var fault in outcome.Faults.Concat(outcome.Remarks))
                    Terminal.Line($"{fault}");
                if (outcome.Collection is not { } collection)
                    Terminal.Line($"Nothing was changed.");
                else if (outcome.WasKnown)
                    Terminal.Line($"[green]✓[/] Collection [bold]{collection.Number}[/] has this file already: nothing was changed.");
                else
                    Terminal.Line($"[green]✓[/] Collection [bold]{collection.Number}[/]: the bank had {outcome.Found} of it.");
            });
    }

    private static async Task<(LostFileDesk Desk, PerhapsSentList List, Origin By)> BeginAsync(Run run, string what, string? file = null)
    {
        var reason = file is null ? Run.ReasonOf(run.Required(Reason)) : "";
        var (books, merchant) = await run.ChangeMerchantAsync();
        var desk = new LostFileDesk(
            books, run.StartEngine(), new ProviderAccounts(books, await run.OpenVaultAsync(), run.Clock));
        return (desk, await new LostTime(books).OfAsync(merchant, run.Cancel),
            run.By(merchant, what, file is null ? "what a restore lost" : $"lost file {file}", reason));
    }

    /// <summary>The items that an operator names, of those that may have gone.</summary>
    private static (List<PerhapsSentItem> Items, List<Collection> Collections) Chosen(Run run, PerhapsSentList list, bool isAll)
    {
        if (isAll)
            return ([.. list.Items], [.. list.Collections]);
        var (number, payments, refunds) = (run.Get(Number), run.Get(Payment) ?? [], run.Get(Refund) ?? []);
        if (number is null && payments.Length == 0 && refunds.Length == 0)
            throw new CommandException("Name a collection's number, a --payment or a --refund.");
        List<PerhapsSentItem> items =
        [
            .. payments.Select(one => list.Items.FirstOrDefault(item => item.Refund is null && item.Payment == one)
                ?? throw new CommandException($"The debit of payment {one} is not perhaps sent. See: quittance reconcile")),
            .. refunds.Select(one => list.Items.FirstOrDefault(item => item.Refund == one)
                ?? throw new CommandException($"Refund {one} is not perhaps sent. See: quittance reconcile")),
        ];
        return (items, number is null ? [] :
        [
            list.Collections.FirstOrDefault(one => one.Number == number)
                ?? throw new CommandException($"Collection {number} is not perhaps sent. See: quittance reconcile"),
        ]);
    }
}
