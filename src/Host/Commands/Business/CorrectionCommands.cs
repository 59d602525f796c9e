using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Host.Cli;
using Quittance.Storage.Console;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary>
/// The corrections of <c>account</c>, <c>charge</c>, <c>mandate</c>, <c>payment</c> and <c>settlement</c>. Each shows the books before and
/// after it, and is safe to repeat.
/// </summary>
internal static class CorrectionCommands
{
    private const int LongestText = 255;
    private const string NoPause = "none";

    private static readonly Argument<string> Charge = new("charge")
    {
        Description = "The charge, by its number, its reference or its document's number",
    };

    private static readonly Argument<string> Account = new("account")
    {
        Description = "The account, by its number or a name that clients use for it",
    };

    private static readonly Argument<string> Mandate = new("mandate") { Description = "The mandate, by its reference" };

    private static readonly Option<string?> NewReference = Options.Text("--reference", "text", "The mandate's new reference");

    private static readonly Option<string?> FormerCreditor = Options.Text(
        "--former-creditor", "identifier", "The creditor identifier under which a system before this one used the mandate");

    public static readonly Option<string?> Reason = Options.Reason(isRequired: true);

    /// <summary>The reason of what needs none.</summary>
    public static readonly Option<string?> MayReason = Options.Reason(isRequired: false);

    public static readonly Option<bool> Dry = Options.Flag("--dry", "Only show the books before and after; change nothing");

    public static readonly Option<string?> Key = Options.Text(
        "--key", "text", "Names this correction: the same key again corrects nothing twice (default: all that it says, together)");

    private static readonly Option<string> Amount = Options.Required("--amount", "amount", "How much, such as 12.34");

    private static readonly Option<string?> Part = Options.Text("--amount", "amount", "How much, such as 12.34 (default: all)");

    private static readonly Option<DateOnly?> DueOn = Options.Of<DateOnly?>("--due-on", "yyyy-MM-dd", "The new due day");

    private static readonly Option<string?> Document = Options.Text(
        "--document", "number", "The new number printed on the bill; payments may name the former one as well. Needs --api");

    private static readonly Option<string?> Description = Options.Text("--description", "text", "What it is for; empty for no description");

    private static readonly Option<string> ApiOfDocument =
        Options.ApiOf("The API in which clients use the document's number", isRequired: false);

    private static readonly Option<string?> From = Options.Text("--from", "charge", "The charge to take the money off (default: all)");

    private static readonly Option<string[]> To = new("--to")
    {
        Description = "A charge that the money settles, as far as it is due; may be given several times",
        HelpName = "charge",
    };

    private static readonly Option<string> Customer = Options.Required(
        "--customer", "name", "The customer whose money it is, by a name or number of the account");

    private static readonly Option<string> Into = Options.Required(
        "--into", "name", "The account that goes on, by its number or a name that clients use for it");

    private static readonly Argument<string> Payer = new("customer")
    {
        Description = "The customer who paid, by a name or number of the account",
    };

    private static readonly Option<string> Method = Options.Required(
        "--method", "word", $"How it came: {string.Join(", ", ReceivedMoney.Holders.Keys.Select(EnumWords.Of))}");

    private static readonly Option<bool> AsCredit = Options.Flag(
        "--as-credit", "Without --to, leave the money as credit (default: it settles the customer's open charges, oldest due first)");

    private static readonly Option<DateOnly?> Until = Options.Of<DateOnly?>("--until", "yyyy-MM-dd", "The last day without dunning");

    private static readonly Option<bool> Exempt = Options.Flag("--exempt", "Never dun the customer");

    private static readonly Option<string?> PausedUntil = Options.Text(
        "--no-dunning-until", "yyyy-MM-dd", $"The last day on which the customer is not dunned for it; {NoPause} to end the pause");

    public static IEnumerable<Command> OfCharge =>
    [
        Correcting(DebtCorrection.Cancel, "Forgive a whole charge that no payment has settled"),
        Correcting(DebtCorrection.Credit, "Make a credit note: forgive a part of what is open", Amount),
        Correcting(DebtCorrection.Reinstate, "Take credit notes back: what they forgave is open again", Part),
        Correcting(DebtCorrection.WriteOff, "Give up what is open as a bad debt", Part),
        Correcting(DebtCorrection.Recover, "Take a write-off back, since money comes after all: it is open again", Part),
        CommandMaker.OfMerchant(
            "change", "Change the due day, the document's number or the description of a charge, or pause its dunning", ChangeAsync, Charge,
            DueOn, Document, ApiOfDocument, Description, PausedUntil, Reason, Dry, Key),
    ];

    public static IEnumerable<Command> OfMandate =>
    [
        CommandMaker.OfMerchant(
            "amend", "Change what names a mandate towards the banks; the next debit tells the customer's bank of it", AmendAsync, Mandate,
            NewReference, FormerCreditor, Reason, Dry, Key),
        CommandMaker.OfMerchant(
            "revoke", "End a mandate: its bank account is not debited any more, and its number is deleted", RevokeAsync, Mandate, Reason,
            Dry, Key),
    ];

    public static IEnumerable<Command> OfPayment(Argument<string> payment) =>
    [
        CommandMaker.OfMerchant(
            "record", "Record money that came to you, such as cash, a cheque or a transfer", RecordAsync, Payer, Amount, Method,
            PaymentCommands.TakenOn, To, AsCredit, MayReason, Dry, Key),
        CommandMaker.OfMerchant(
            "allocate", "Settle charges with credit of a payment, in this order, as far as it reaches", AllocateAsync, payment, Part, To,
            MayReason, Dry, Key),
        CommandMaker.OfMerchant(
            "unallocate", "Take money of a payment off the charges that it settles: they are open again, and the money is credit",
            UnallocateAsync, payment, From, Part, To, Reason, Dry, Key),
        CommandMaker.OfMerchant(
            "move", "Move money of a payment to another customer, whose money it is. Credit leaves first, then what settled charges",
            MoveAsync, payment, Customer, Part, To, AsCredit, Reason, Dry, Key),
    ];

    public static IEnumerable<Command> OfAccount =>
    [
        CommandMaker.OfMerchant(
            "close", "Close an account on which nothing is open: it takes nothing new until it is reopened",
            run => ChangeStatusAsync(run, "close", (origin, account) => new CloseAccount(origin, account)), Account, Reason, Dry, Key),
        CommandMaker.OfMerchant(
            "reopen", "Reopen a closed account",
            run => ChangeStatusAsync(run, "reopen", (origin, account) => new ReopenAccount(origin, account)), Account, Reason, Dry, Key),
        CommandMaker.OfMerchant(
            "merge", "Merge an account into another one of the same person: what is open goes there, and the account is closed",
            MergeAsync, Account, Into, Reason, Dry, Key),
        CommandMaker.OfMerchant(
            "unmerge", "Undo a merge: charges and credit that are left go back, and the account is open again",
            UnmergeAsync, Account, Reason, Dry, Key),
    ];

    public static IEnumerable<Command> OfDunning =>
    [
        CommandMaker.OfMerchant(
            "hold", "Pause the dunning of a customer until a day, or exempt the customer for good", HoldAsync, Account, Until, Exempt,
            Reason, Dry, Key),
        CommandMaker.OfMerchant(
            "release", "Let a customer be dunned again", run => HoldAsync(run, "release", isExempt: false, until: null), Account, Reason,
            Dry, Key),
    ];

    /// <summary><c>settlement unbook</c>.</summary>
    public static Command OfLine(Argument<Guid> line) => CommandMaker.OfMerchant(
        "unbook", "Take the booking of a line back: the line is open again, and so are the charges of the payment that it brought",
        run => UnbookAsync(run, line), line, Reason, Dry, Key);

    private static Command Correcting(DebtCorrection correction, string description, params Option[] amount) =>
        CommandMaker.OfMerchant(
            correction.Verb, description, run => CorrectAsync(run, correction, amount is [Option<string?> option] ? run.Get(option) : null),
            [Charge, .. amount, Reason, Dry, Key]);

    private static async Task CorrectAsync(Run run, DebtCorrection correction, string? typed)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var charge = await ChargeAsync(run, books, merchant, run.Required(Charge));
        var (what, amount) = ($"charge.{correction.Verb}", Run.AmountOf(Amount.Name, typed, charge.Open.Currency));
        await CarryOutAsync(
            run, books, new CorrectCharge(
                By(run, merchant, what, $"charge {charge.Number}"), AccountTarget.Of(charge.Account, charge.Slot), charge.Id, correction,
                amount)
            {
                Key = KeyOf(run, merchant, $"{what} {charge.Number}\n{amount}"),
            });
    }

    private static async Task ChangeAsync(Run run)
    {
        var (dueOn, document, description) = (run.Get(DueOn), run.Get(Document), run.Get(Description));
        var paused = PauseOf(run.Get(PausedUntil));
        if (dueOn is null && document is null && description is null && paused is null)
            throw new CommandException("Say one of --due-on, --document, --description and --no-dunning-until.");
        if (document is not null && (document.Length > LongestText || !OneLine.IsName(document)))
            throw new CommandException($"--document has 1 to {LongestText} characters, {OneLine.Rule}.");
        if (document is not null && Reference.IsLikeId(run.Api().Dialect, document))
            throw new CommandException($"--document is a name {Reference.NoIdRule}.");
        if (description is { Length: > LongestText })
            throw new CommandException($"--description has at most {LongestText} characters.");
        if (document is not null && run.Get(ApiOfDocument) is null)
            throw new CommandException("--document needs --api: the API in which clients use the number.");
        var (books, merchant) = await run.ChangeMerchantAsync();
        var charge = await ChargeAsync(run, books, merchant, run.Required(Charge));
        Reference? named = document is null ? null
            : run.Api() is var api ? new Reference(merchant, api.Dialect, api.DocumentKind ?? api.ChargeKind(document), document) : null;
        await CarryOutAsync(
            run, books, new ChangeCharge(
                By(run, merchant, "charge.change", $"charge {charge.Number}"), AccountTarget.Of(charge.Account, charge.Slot), charge.Id)
            {
                DueOn = dueOn,
                Document = named,
                Description = description is null ? null : OneLine.ForPeople(description),
                DunningPausedUntil = paused,
                Key = KeyOf(run, merchant, $"charge.change {charge.Number}\n{dueOn:O}\n{document}\n{description}\n{paused:O}"),
            });
    }

    private static DateOnly? PauseOf(string? text) => text is null ? null : text == NoPause ? ChangeCharge.NoPause
        : DayWindow.TryRead(text, out var day) ? day
        : throw new CommandException($"--no-dunning-until is a day such as 2026-12-31, {DayWindow.Rule}, or {NoPause}.");

    private static async Task AllocateAsync(Run run)
    {
        if (run.Get(To) is not { Length: > 0 } names)
            throw new CommandException("Say by --to which charges it settles.");
        if (names.Length > 1 && run.Get(Part) is not null)
            throw new CommandException("--amount is for one charge: name one by --to, or leave it out.");
        var (books, merchant) = await run.ChangeMerchantAsync();
        var view = await PaymentCommands.FindAsync(run, books, merchant);
        var payment = view.Payment;
        var amount = Run.AmountOf(Part.Name, run.Get(Part), payment.Amount?.Currency ?? view.Account.Currency);
        var parts = await PartsAsync(run, books, merchant);
        if (amount is { AmountMinor: var minor })
            parts = [Core.Payments.Part.Charge(parts[0].Target!.Value, minor)];
        await CarryOutAsync(
            run, books, new AllocatePayment(
                By(run, merchant, "payment.allocate", $"payment {payment.Number}"),
                AccountTarget.Of(view.Account.Id, view.Account.Slot), payment.Id, parts)
            {
                Key = KeyOf(run, merchant, $"payment.allocate {payment.Number}\n{amount}\n{Listed(run)}"),
            });
    }

    private static async Task UnallocateAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var view = await PaymentCommands.FindAsync(run, books, merchant);
        var payment = view.Payment;
        var amount = Run.AmountOf(Part.Name, run.Get(Part), payment.Amount?.Currency ?? view.Account.Currency);
        var from = run.Get(From) is { } name ? await ChargeAsync(run, books, merchant, name) : null;
        await CarryOutAsync(
            run, books, new UnallocatePayment(
                By(run, merchant, "payment.unallocate", $"payment {payment.Number}"),
                AccountTarget.Of(view.Account.Id, view.Account.Slot), payment.Id)
            {
                From = from?.Id,
                Amount = amount,
                To = await PartsAsync(run, books, merchant),
                Key = KeyOf(run, merchant, $"payment.unallocate {payment.Number}\n{from?.Number}\n{amount}\n{Listed(run)}"),
            });
    }

    private static async Task RecordAsync(Run run)
    {
        // The same sum on another day is another payment, also where the day is not said.
        var word = run.Required(Method);
        if (EnumWords.Find<PaymentMethod>(word) is not { } method || !ReceivedMoney.Holders.ContainsKey(method))
            throw new CommandException($"--method is one of {string.Join(", ", ReceivedMoney.Holders.Keys.Select(EnumWords.Of))}.");
        var (books, merchant) = await run.ChangeMerchantAsync();
        var day = await PaymentCommands.DayOfAsync(run, books, merchant) ?? await run.TodayAsync(books, merchant);
        var payer = await CustomerAsync(run, books, merchant, run.Required(Payer));
        var account = (await new CustomerReading(books).FindAsync(payer.Account, run.Cancel))!.Account;
        var amount = Run.AmountOf(Amount.Name, run.Required(Amount), account.Currency)!.Value;
        await CarryOutAsync(
            run, books, ReceivedMoney.Record(
                By(run, merchant, "payment.record", $"account {payer.Number}"), AccountTarget.Of(payer.Account, payer.Slot),
                new PaymentId(merchant, run.NewId()), method, amount, await UsesAsync(run, books, merchant), day) with
            {
                Key = KeyOf(
                    run, merchant, $"payment.record {payer.Number}\n{amount}\n{word}\n{day:O}\n{Listed(run)}\n{run.Get(AsCredit)}"),
            });
    }

    /// <summary>The charges that the money settles; null for all that are open.</summary>
    private static async Task<IReadOnlyList<Part>?> UsesAsync(Run run, NpgsqlDataSource books, MerchantId merchant) =>
        run.Get(AsCredit) || run.Get(To) is { Length: > 0 } ? await PartsAsync(run, books, merchant) : null;

    private static async Task MoveAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var view = await PaymentCommands.FindAsync(run, books, merchant);
        var payment = view.Payment;
        var customer = run.Required(Customer);
        var payer = await CustomerAsync(run, books, merchant, customer);
        var amount = Run.AmountOf(Part.Name, run.Get(Part), payment.Amount?.Currency ?? view.Account.Currency)
            ?? new Money(payment.RefundableMinor, payment.Amount?.Currency ?? view.Account.Currency);
        await CarryOutAsync(
            run, books, new MovePayment(
                By(run, merchant, "payment.move", $"payment {payment.Number}"), AccountTarget.Of(payer.Account, payer.Slot),
                AccountTarget.Of(view.Account.Id, view.Account.Slot), payment.Id, new PaymentId(merchant, run.NewId()), amount)
            {
                To = await UsesAsync(run, books, merchant),
                Key = KeyOf(
                    // As typed: "all" is another amount once it was moved.
                    run, merchant, $"payment.move {payment.Number}\n{payer.Number}\n{run.Get(Part)}\n{Listed(run)}\n{run.Get(AsCredit)}"),
            });
    }

    private static async Task ChangeStatusAsync(Run run, string verb, Func<Origin, AccountTarget, Core.Engine.Command> make)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var account = await CustomerAsync(run, books, merchant, run.Required(Account));
        var what = $"account.{verb}";
        await CarryOutAsync(
            run, books, make(
                By(run, merchant, what, $"account {account.Number}"), AccountTarget.Of(account.Account, account.Slot)) with
            {
                Key = KeyOf(run, merchant, $"{what} {account.Number}"),
            });
    }

    private static Task HoldAsync(Run run)
    {
        var (until, isExempt) = (run.Get(Until), run.Get(Exempt));
        return until is null != isExempt
            ? throw new CommandException("Say --until or --exempt.") : HoldAsync(run, "hold", isExempt, until);
    }

    private static async Task HoldAsync(Run run, string verb, bool isExempt, DateOnly? until)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var account = await CustomerAsync(run, books, merchant, run.Required(Account));
        var what = $"dunning.{verb}";
        await CarryOutAsync(
            run, books, new HoldDunning(
                By(run, merchant, what, $"account {account.Number}"), AccountTarget.Of(account.Account, account.Slot), isExempt, until)
            {
                Key = KeyOf(run, merchant, $"{what} {account.Number}\n{isExempt}\n{until:O}"),
            });
    }

    private static async Task MergeAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var merged = await CustomerAsync(run, books, merchant, run.Required(Account));
        var into = await CustomerAsync(run, books, merchant, run.Required(Into));
        await CarryOutAsync(
            run, books, new MergeAccounts(
                By(run, merchant, "account.merge", $"account {merged.Number}"), AccountTarget.Of(into.Account, into.Slot),
                AccountTarget.Of(merged.Account, merged.Slot),
                await new CustomerReading(books).CreditsAsync(merged.Account, run.Cancel), run.NewId())
            {
                Key = KeyOf(run, merchant, $"account.merge {merged.Number}\n{into.Number}"),
            });
    }

    private static async Task UnmergeAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var merged = await CustomerAsync(run, books, merchant, run.Required(Account));
        var reading = new CustomerReading(books);
        var account = (await reading.FindAsync(merged.Account, run.Cancel))!.Account;
        var undoing = await UnmergeAccounts.OfAsync(
            By(run, merchant, "account.unmerge", $"account {merged.Number}"), account, into => reading.CreditsAsync(into, run.Cancel),
            run.NewId());
        await CarryOutAsync(run, books, undoing with { Key = KeyOf(run, merchant, $"account.unmerge {merged.Number}") });
    }

    private static async Task UnbookAsync(Run run, Argument<Guid> line)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var id = new SettlementLineId(merchant, run.Required(line));
        var found = await new Statements(books).FindAsync(id, run.Cancel)
            ?? throw new CommandException($"Merchant {merchant.Value} has no such line. See: quittance settlement find");
        var desk = await SettlementCommands.DeskOfAsync(run, books);
        var origin = By(run, merchant, "settlement.unbook", $"line {id.Value:D}");
        var unbooking = await desk.Lines.UnbookingAsync(found, Run.ReasonOf(run.Required(Reason)!), origin, run.Cancel);
        unbooking = unbooking with { Key = KeyOf(run, merchant, $"settlement.unbook {id.Value:D}") };
        var parts = await desk.Lines.PartUnbookingsAsync(found, unbooking, run.Cancel);
        if (!run.Get(Dry) && await desk.Lines.UnbookPartsAsync(found, unbooking, run.Cancel) is ({ } part, { } refused))
            CommandException.ThrowIfRefused(refused, $"Its part {part.Id.Value:D} can't be unbooked");
        foreach (var (its, _, preview) in run.Get(Dry) ? parts : [])
            CommandException.ThrowIfRefused(preview, $"Its part {its.Id.Value:D} can't be unbooked");
        await CarryOutAsync(run, books, unbooking, run.Get(Dry) ? [.. parts.Select(one => one.Preview)] : []);
    }

    private static async Task AmendAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var (name, reference, creditor) = (run.Required(Mandate), run.Get(NewReference), run.Get(FormerCreditor));
        var (amending, problem) = await MandateActs.AmendingAsync(
            new Mandates(books),
            new Asked().With(MandateActs.Mandate, name).With(MandateActs.NewReference, reference)
                .With(MandateActs.FormerCreditor, creditor),
            By(run, merchant, MandateActs.Amend.Word, $"mandate {name}"), run.Cancel);
        if (problem is not null)
            throw new CommandException(problem.Sentence);
        await CarryOutAsync(run, books, amending! with { Key = KeyOf(run, merchant, $"mandate.amend {name}\n{reference}\n{creditor}") });
    }

    private static async Task RevokeAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var name = run.Required(Mandate);
        var (instrument, account) = await MandateAsync(run, books, merchant, name);
        await CarryOutAsync(run, books, new RemoveInstrument(By(run, merchant, "mandate.revoke", $"mandate {name}"), account, instrument)
        {
            IsMandateOver = true,
            Key = KeyOf(run, merchant, $"mandate.revoke {name}"),
        });
    }

    private static async Task<(InstrumentId Instrument, AccountTarget Account)> MandateAsync(
        Run run, NpgsqlDataSource books, MerchantId merchant, string reference) =>
        await new Mandates(books).FindAsync(merchant, ClearingProvider.Bank, reference, run.Cancel)
            ?? throw CommandException.Unchanged($"your bank debits no mandate {reference}.");

    /// <summary>Shows the books before and after a correction, and carries it out unless only that was asked for.</summary>
    /// <param name="before">What is done before it, to be shown beside it.</param>
    private static async Task CarryOutAsync(
        Run run, NpgsqlDataSource books, Core.Engine.Command command, IReadOnlyList<Outcome>? before = null)
    {
        var engine = run.StartEngine();
        var outcome = await engine.PreviewAsync(command);
        CommandException.ThrowIfRefused(outcome, "Nothing was changed");
        var (merchant, ledger) = (command.Origin.Merchant, new LedgerChanges(books));
        if (outcome.Replayed && await ledger.EventsOfAsync(merchant, outcome.Subject, run.Cancel) > outcome.Sequence)
        {
            throw CommandException.Unchanged(
                "it was done before, and more has happened since. To do it once more, give another --key.");
        }

        var transfers = (before ?? []).Append(outcome).SelectMany(one => one.Changes?.Of<Event>() ?? [])
            .SelectMany(happened => happened.Transfers);
        var changes = await ledger.ReadAsync(merchant, transfers, run.Cancel);
        var isDry = run.Get(Dry);
        if (!isDry)
        {
            outcome = await engine.SubmitAsync(command);
            CommandException.ThrowIfRefused(outcome, "Nothing was changed");
        }

        var document = new
        {
            Changed = !isDry && !outcome.Replayed,
            Repeated = outcome.Replayed,
            outcome.Subject,
            Books = changes.Select(change => new { Account = NameOf(change), change.Before, change.After }),
        };
        run.Print(document, () =>
        {
            var done = outcome.Replayed ? "It was done before, and nothing again. To do it once more, give another --key."
                : isDry ? "Nothing is changed. It would do this:" : "Done.";
            Terminal.Line($"[green]✓[/] {done}");
            foreach (var change in changes)
                Terminal.Line($"  {NameOf(change)}  {change.Before} → [bold]{change.After}[/]");
            if (changes.Count == 0 && !outcome.Replayed)
                Terminal.Line($"  No balance changes.");
        });
    }

    public static string NameOf(LedgerChange change) =>
        LedgerAccountName.Of(change.Account.Kind, change.Account.Purpose, change.Customer);

    public static Origin By(Run run, MerchantId merchant, string what, string subject) =>
        run.By(merchant, what, subject, ReasonIn(run) is { } said ? Run.ReasonOf(said) : "");

    /// <summary>The reason as it was typed; null where none was.</summary>
    private static string? ReasonIn(Run run) => run.Get(Reason) ?? run.Get(MayReason);

    public static KeyUse KeyOf(Run run, MerchantId merchant, string content)
    {
        if (run.Get(Key) is { Length: 0 or > LongestText })
            throw new CommandException($"--key has 1 to {LongestText} characters.");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{content}\n{ReasonIn(run)}"));
        return new KeyUse(new RequestKey(merchant, "correction", run.Get(Key) ?? Convert.ToHexStringLower(hash), 0), hash, Expires: false);
    }

    /// <summary>The charge of a name.</summary>
    public static async Task<NamedCharge> ChargeAsync(Run run, NpgsqlDataSource books, MerchantId merchant, string name)
    {
        var found = (await new Evidence(books).NamedAsync(merchant, [NameChoice.Bare(name)], run.Cancel)).Charges;
        return NameChoice.OneOfTyped(found, name, one => one.Number)
            ?? throw CommandException.Unchanged($"{NameChoice.ProblemOfTyped("charge", name, found.Select(one => one.Number))}.");
    }

    /// <summary>The customer of a name.</summary>
    public static async Task<NamedPayer> CustomerAsync(Run run, NpgsqlDataSource books, MerchantId merchant, string name)
    {
        var found = (await new Evidence(books).NamedAsync(merchant, [NameChoice.Bare(name)], run.Cancel)).Payers;
        return NameChoice.OneOfTyped(found, name, one => one.Number)
            ?? throw CommandException.Unchanged(
                $"{NameChoice.ProblemOfTyped("customer", name, found.Select(one => one.Number))}.");
    }

    private static async Task<IReadOnlyList<Part>> PartsAsync(Run run, NpgsqlDataSource books, MerchantId merchant)
    {
        List<Part> parts = [];
        foreach (var name in run.Get(To) ?? [])
            parts.Add(Core.Payments.Part.ChargeUpTo((await ChargeAsync(run, books, merchant, name)).Reference));
        return parts;
    }

    private static string Listed(Run run) => string.Join('\n', run.Get(To) ?? []);
}
