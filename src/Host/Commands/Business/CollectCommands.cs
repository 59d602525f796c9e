using System.CommandLine;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.Dues;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Host.Cli;
using Quittance.Storage.Debits;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>collect</c>: direct debits that the merchant's own bank collects by files, and refunds that it transfers.</summary>
internal static class CollectCommands
{
    public const string NoAccount = "The merchant has no bank account for debits. Say it with: quittance collect account";

    private const int Shown = 50;

    private static readonly Argument<long> Number = new("number") { Description = "The collection's number, as list and run show it" };

    private static readonly Option<string> AccountNumber = Options.Required("--iban", "IBAN", "The merchant's bank account");

    private static readonly Option<string> Holder = Options.Required("--name", "name", "The merchant, as customers read it");

    private static readonly Option<string> Creditor = Options.Required(
        "--creditor", "identifier", "The merchant's creditor identifier; with CH-DD its number at PostFinance");

    private static readonly Option<string?> BankCode = Options.Text("--bic", "BIC", "The bank (default: the IBAN tells it)");

    private static readonly Option<string> Scheme = Options.Choice(
        "--scheme", "The rulebook: core, or b2b for businesses alone", isRequired: false, "core", "b2b");

    private static readonly Option<string> Flavour = Options.Choice(
        "--flavour", "The bank's files: sepa, or swiss for CH-DD in Swiss francs (default: sepa)", isRequired: false, "sepa", "swiss");

    private static readonly Option<string> Booking = Options.Choice(
        "--booking", "Whether the bank books the debits of a file in one line (batch), or each in its own (single) (default: batch)",
        isRequired: false, "batch", "single");

    private static readonly Option<bool> FilePerGroup = Options.Flag(
        "--file-per-group", "The bank takes one group in a file: one-off and recurring debits get files of their own");

    private static readonly Option<int> CutOff = Days(
        "--cut-off", "hour", "The hour until which the bank takes a file, in Frankfurt's time (default: 11)", 11);

    private static readonly Option<int> Lead = Days(
        "--lead-days", "days", "Business days before the due day on which the bank must have the file (default: 1)", 1);

    private static readonly Option<int> Notice = Days(
        "--notice-days", "days", "Days between the notice to the customer and the due day, as agreed (default: 14)", 14);

    private static readonly Option<string?> Folder = Options.Text(
        "--folder", "path", "The folder between the server and the program that talks to the bank: released files go into its out, and the "
            + "bank's files come into its in (default: none)");

    private static readonly Option<FileInfo> To = new("--to") { Description = "Where the file is written", Required = true };

    private static readonly Option<string?> Reason = Options.Text(
        "--reason", "text", "Why the file is handed out again; kept in the audit log");

    private static readonly Option<bool> OfRefunds = new("--refunds")
    {
        Description = "The refunds to pay out, as transfers, in place of debits",
    };

    private static readonly Argument<FileInfo> BankReport = new("file") { Description = "The bank's status report" };

    private static readonly Option<string?> OffReason = Options.Reason(isRequired: false);

    public static Command Collect() => new(
        "collect", "Direct debits that your own bank collects by files, and refunds that it transfers")
    {
        CommandMaker.OfMerchant(
            "account", "Set the bank account that collects debits and pays refunds, in place of the one before",
            AccountAsync,
            AccountNumber, Holder, Creditor, BankCode, Flavour, Scheme, CutOff, Lead, Notice, Booking, FilePerGroup, Folder),
        DueCommand.Due(), ActCommand.Of(DueActs.Stop, "due-stop"), DueCommand.Policy(),
        CommandMaker.OfMerchant("preview", "Show what the next collection has, and what it leaves out", PreviewAsync, OfRefunds),
        CommandMaker.OfMerchant(
            "run", "Build a collection of all debits or refunds that wait; safe to repeat, also after an interruption",
            RunAsync, OfRefunds),
        CommandMaker.OfMerchant("release", "Release a collection: its file may go to the bank", ReleaseAsync, Number),
        CommandMaker.OfMerchant(
            "call-off", "Call a collection off whose file is not handed out: what it has waits for another",
            CallOffAsync, Number, OffReason),
        CommandMaker.OfMerchant("file", "Hand out the file of a collection, for the bank", FileAsync, Number, To, Reason),
        CommandMaker.OfMerchant(
            "status", "Read the bank's status report about a collection (pain.002): what it rejects is declined, or to be paid out again",
            StatusAsync, BankReport),
        CommandMaker.OfMerchant("list", "List the collections, the newest first", ListAsync),
        LostFileCommands.Sent(), LostFileCommands.Unsent(), LostFileCommands.Lost(),
    };

    private static Option<int> Days(string name, string word, string description, int otherwise) =>
        new(name) { Description = description, HelpName = word, DefaultValueFactory = _ => otherwise };

    private static async Task AccountAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var accounts = new ProviderAccounts(books, await run.OpenVaultAsync(), run.Clock);
        var folder = run.Get(Folder) is { } path ? await FolderAsync(run, accounts, merchant, path) : "";
        var name = run.Required(Holder).Trim();
        if (!OneLine.IsName(name) || name.Length > SepaText.NameLength)
            throw new CommandException($"--name has 1 to {SepaText.NameLength} characters on one line.");
        var result = await run.DoAsync(
            BankAccountActs.Set,
            new Asked().With(BankAccountActs.AccountNumber, run.Required(AccountNumber)).With(BankAccountActs.Holder, name)
                .With(BankAccountActs.Creditor, run.Required(Creditor)).With(BankAccountActs.BankCode, run.Get(BankCode))
                .With(BankAccountActs.Flavour, run.Get(Flavour)).With(BankAccountActs.Scheme, run.Get(Scheme))
                .With(BankAccountActs.Booking, run.Get(Booking)).With(BankAccountActs.FilePerGroup, run.Get(FilePerGroup))
                .With(BankAccountActs.CutOff, (long)Within(run, CutOff, 0, BankAccountActs.Hours))
                .With(BankAccountActs.Lead, (long)Within(run, Lead, 1, BankAccount.MostLeadDays))
                .With(BankAccountActs.Notice, (long)Within(run, Notice, 1, BankAccount.MostNoticeDays))
                .With(BankAccountActs.Folder, folder),
            reason: null);
        var account = BankSettings.TryRead((await accounts.FindAsync(merchant, ClearingProvider.Bank, run.Cancel))!.ApiKey)!;
        run.Print(
            new
            {
                Iban = $"{account.Iban}",
                Creditor = $"{account.Identifier}",
                account.CutOffHour,
                account.LeadDays,
                account.NoticeDays,
                account.Folder,
            },
            $"[green]✓[/] {result.Sentence}");
    }

    /// <summary>Makes the parts of a folder that no other merchant has.</summary>
    private static async Task<string> FolderAsync(Run run, ProviderAccounts accounts, MerchantId merchant, string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(path))
            throw new CommandException($"There is no folder {path}.");
        try
        {
            // Whether two folders are one is found by a file in their parts.
            foreach (var part in BankFolder.Parts)
                Directory.CreateDirectory(Path.Combine(path, part));
            foreach (var (other, name) in await new Merchants(run.Database.Source, run.Clock).ListAsync(run.Cancel))
            {
                if (other != merchant && await accounts.FindAsync(other, ClearingProvider.Bank, run.Cancel) is { } its
                    && BankSettings.TryRead(its.ApiKey)?.Folder is { } folder && BankFolder.AreOne(path, folder))
                {
                    throw new CommandException($"{path} is the folder of {name}: each bank account has its own.");
                }
            }
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} can't be written: {unwritable.Message}");
        }

        return path;
    }

    private static int Within(Run run, Option<int> option, int least, int most) =>
        run.Get(option) is var given && given >= least && given <= most ? given
            : throw new CommandException($"{option.Name} is a whole number from {least} to {most}.");

    private static async Task PreviewAsync(Run run)
    {
        var (_, merchant) = await run.ReadMerchantAsync();
        var (desk, account) = await DeskAsync(run, merchant);
        var preview = await desk.PreviewAsync(account, merchant, KindOf(run), run.Cancel);
        run.Print(
            new
            {
                preview.DueOn,
                preview.Kind,
                Debits = preview.Debits.Select(debit => new { debit.Payment, debit.Refund, debit.Attempt.Amount }),
                preview.Sum,
                LeftOut = preview.LeftOut.Select(DocumentOf),
            },
            () =>
            {
                foreach (var debit in preview.Debits.Take(Shown))
                    Terminal.Line($"{NameOf(debit.Payment, debit.Refund)} of {debit.Attempt.Amount}");
                if (preview.Debits.Count > Shown)
                    Terminal.Line($"… and {preview.Debits.Count - Shown} more.");
                Write(preview.LeftOut);
                Terminal.Line(
                    $"Nothing is changed. A collection would have {preview.Debits.Count} {WordOf(preview.Kind)} of {preview.Sum}, ",
                    $"due on {preview.DueOn:O}.");
            });
    }

    private static async Task RunAsync(Run run)
    {
        var (_, merchant) = await run.ChangeMerchantAsync();
        var (desk, account) = await DeskAsync(run, merchant);
        var kind = KindOf(run);
        var (built, leftOut) = await desk.RunAsync(account, merchant, kind, run.By(merchant, "collect.run", "collection"), run.Cancel);
        run.Print(
            new { Collection = built is null ? null : DocumentOf(built), LeftOut = leftOut.Select(DocumentOf) },
            () =>
            {
                Write(leftOut);
                if (built is null)
                {
                    Terminal.Line($"No {(kind == CollectionKind.Debits ? "debit" : "refund")} waits for a collection.");
                    return;
                }

                Terminal.Line(
                    $"[green]✓[/] Collection [bold]{built.Number}[/] has {built.Count} {WordOf(kind)} of {built.Sum}, ",
                    $"due on {built.DueOn:O}.");
                Terminal.Line($"  Release it with: quittance collect release {built.Number} --merchant {merchant.Value}");
            });
    }

    private static async Task ReleaseAsync(Run run)
    {
        var (collection, engine) = await OfAsync(run);
        var by = run.By(collection.Id.Merchant, "collect.release", $"collection {collection.Number}");
        CommandException.ThrowIfRefused(await engine.SubmitAsync(new ReleaseCollection(by, collection.Id)), "Nothing was changed");
        run.Print(
            new { Collection = collection.Number, Status = CollectionStatus.Released },
            $"[green]✓[/] Collection [bold]{collection.Number}[/] is released.");
    }

    private static async Task CallOffAsync(Run run)
    {
        var reason = run.Get(OffReason) is { } said ? Run.ReasonOf(said) : "";
        var (collection, engine) = await OfAsync(run);
        var by = run.By(collection.Id.Merchant, "collect.call-off", $"collection {collection.Number}", reason);
        CommandException.ThrowIfRefused(await engine.SubmitAsync(new CallOffCollection(by, collection.Id)), "Nothing was changed");
        run.Print(
            new { Collection = collection.Number, Status = CollectionStatus.CalledOff },
            $"[green]✓[/] Collection [bold]{collection.Number}[/] is called off; what it has waits for another.");
    }

    private static async Task FileAsync(Run run)
    {
        var to = run.Required(To);
        var reason = run.Get(Reason) is { } typed ? Run.ReasonOf(typed) : "";
        NewFile.Check(to);
        var (collection, engine) = await OfAsync(run);
        var (desk, account) = await DeskAsync(run, collection.Id.Merchant, engine);
        await NewFile.WriteAsync(run, to, async file =>
        {
            var by = run.By(collection.Id.Merchant, "collect.file", $"collection {collection.Number}", reason);
            var handedOut = await desk.HandOutAsync(account, collection, file, by, isAgain: reason.Length > 0, key: null, run.Cancel);
            if (handedOut.Problem != HandOutProblem.None)
                throw new CommandException(handedOut.Why);
        });
        run.Print(
            new { Collection = collection.Number, File = to.FullName, Sha256 = HashOf(collection) },
            $"[green]✓[/] [bold]{to.Name}[/] is the file of collection {collection.Number}. Give it to the bank once.");
    }

    private static async Task StatusAsync(Run run)
    {
        var file = run.Required(BankReport);
        await using var stream = SettlementCommands.Opened(file);
        var (books, merchant) = await run.ChangeMerchantAsync();
        var outcome = await new StatusDesk(
            books, run.StartEngine(), new ProviderAccounts(books, await run.OpenVaultAsync(), run.Clock)).TakeAsync(
            stream, run.By(merchant, "collect.status", $"status report {file.Name}"), run.Cancel);
        run.ExitCode = outcome.Faults.Count == 0 ? 0 : 1;
        run.Print(
            new
            {
                Collection = outcome.Collection?.Number,
                outcome.Rejected,
                outcome.Known,
                outcome.HidesRejects,
                outcome.Faults,
                outcome.Remarks,
            },
            () =>
            {
                foreach (var fault in outcome.Faults.Concat(outcome.Remarks))
                    Terminal.Line($"{fault}");
                if (outcome.Collection is { } collection)
                {
                    Terminal.Line(
                        $"[green]✓[/] Collection [bold]{collection.Number}[/]: {outcome.HowMany} {WordOf(collection.Kind)} are ",
                        $"rejected, {outcome.Known} were before.");
                }
                else
                {
                    Terminal.Line($"Nothing was changed.");
                }
            });
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var collections = new Collections(books);
        List<(Collection Collection, CollectionProgress Progress)> listed = [];
        foreach (var one in await collections.ListAsync(merchant, Shown, run.Cancel))
            listed.Add((one, await collections.ProgressAsync(one, run.Cancel)));
        run.Print(
            listed.Select(one => new { Collection = DocumentOf(one.Collection), one.Progress }),
            () =>
            {
                if (listed.Count == 0)
                    Terminal.Line($"There is no collection.");
                foreach (var (one, far) in listed)
                {
                    Terminal.Line(
                        $"[bold]{one.Number}[/]  due {one.DueOn:O}  {Report.Word(one.Status)}  ",
                        $"{one.Count} {WordOf(one.Kind)} of {one.Sum}: {far.Waiting} wait, ",
                        $"{far.Collected} {(one.Kind == CollectionKind.Debits ? "collected" : "paid")}, ",
                        $"{far.Rejected} rejected, {far.Returned} returned");
                }
            });
    }

    private static async Task<(Collection Collection, PaymentEngine Engine)> OfAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var number = run.Required(Number);
        return (
            await new Collections(books).FindAsync(merchant, number, run.Cancel)
                ?? throw new CommandException($"There is no collection {number}. See: quittance collect list"),
            run.StartEngine());
    }

    private static async Task<(CollectionDesk Desk, BankAccount Account)> DeskAsync(
        Run run, MerchantId merchant, PaymentEngine? engine = null)
    {
        var (books, vault) = (run.Database.Source, await run.OpenVaultAsync());
        var desk = new CollectionDesk(
            books, engine ?? run.StartEngine(), vault, new ProviderAccounts(books, vault, run.Clock), run.Clock);
        return (desk, await desk.AccountAsync(merchant, run.Cancel)
            ?? throw new CommandException(NoAccount));
    }

    private static void Write(IReadOnlyList<LeftOutDebit> leftOut)
    {
        foreach (var one in leftOut)
            Terminal.Line($"{NameOf(one.Payment, one.Refund)} of {one.Amount} is left out: {one.Why}");
    }

    private static CollectionKind KindOf(Run run) => run.Get(OfRefunds) ? CollectionKind.Transfers : CollectionKind.Debits;

    internal static string WordOf(CollectionKind kind) => kind switch
    {
        CollectionKind.Debits => "debits",
        CollectionKind.Transfers => "refunds",
    };

    internal static string NameOf(long payment, long? refund) =>
        refund is null ? $"payment {payment}" : $"refund {refund} of payment {payment}";

    private static object DocumentOf(LeftOutDebit one) => new { one.Payment, one.Refund, one.Amount, one.Why };

    private static object DocumentOf(Collection one) => new
    {
        one.Number,
        Id = one.Id.Value,
        one.Kind,
        one.DueOn,
        one.Status,
        Debits = one.Count,
        one.Sum,
        Sha256 = HashOf(one),
        HandedOut = one.TimesHandedOut,
    };

    private static string? HashOf(Collection one) => one.FileHash is { } hash ? Convert.ToHexStringLower(hash.Span) : null;
}
