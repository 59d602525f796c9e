using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>
/// Splits a line of the bank into the parts that an operator names: each is a line of its own, with an amount and a use. The parts become a
/// report, as those of a collective credit have one, by which the line is booked. What the books do not take shows before anything is
/// changed; a part that they refuse after the line is booked waits as an open line, with the reason. Every step can be repeated: the report
/// follows from the line and its parts.
/// </summary>
internal sealed class SplitLines(
    NpgsqlDataSource database, PaymentEngine engine, CertainLines certain, ReturnedLines returned, StatementImports imports,
    KnownProviders providers)
{
    private const string Name = "Split line";
    private const string EarlierName = "Divided line";

    /// <summary>Why a part can't be booked whose line is not booked as the sum of it.</summary>
    internal const string Unshown = "it is a part of a split that is not booked any more, or never was: say what the line itself is, and "
        + "ignore the part";

    /// <summary>Why a part can't be booked that was left out of the books.</summary>
    internal const string LeftOut = "it was left out of the books with its split: unbook the line, and split it anew";

    private const string Waits = "It waits as a part of a line that was split: say what it is.";

    private readonly NamedThings _named = new(database);
    private readonly CollectiveCredits _credits = new(database);
    private readonly Statements _statements = new(database);

    /// <summary>Books a line as the sum of its parts, and each part for what it is.</summary>
    /// <param name="parts">They add up to the line, and to what a bank kept of it.</param>
    /// <param name="shortfall">What a bank kept of the sum, and no part says; null for nothing.</param>
    /// <param name="bookAsync">Books one part, which is a line then.</param>
    /// <param name="problemAsync">Why more is given up by it than may be; null where nothing is.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<ChoiceOutcome> BookAsync(
        SettlementLine line, IReadOnlyList<SplitPart> parts, Shortfall? shortfall, Origin origin, string? note, KeyUse? key,
        Func<SettlementLine, SplitPart, Task<ChoiceOutcome>> bookAsync, CancellationToken cancel, Func<Task<string?>>? problemAsync = null)
    {
        // A line that is booked had an event less when it was split.
        var report = ReportOf(line, parts, line.Status == SettlementStatus.Booked ? line.Events - 1 : line.Events);
        var booking = new BookSettlement(origin, line.Id.House, line.Id, SettlementUse.Payout)
        {
            Provider = ClearingProvider.Split,
            Settles = line.Id.Value,
            Shortfall = shortfall,
            Note = note,
            Key = key,
            Seen = line.Events,
        };
        var preview = await engine.PreviewAsync(booking);
        if (preview.Replayed || line.Status == SettlementStatus.Booked)
            return await AgainAsync(line, parts, report, preview, key is null, bookAsync, cancel);
        if (!preview.Accepted)
            return new ChoiceOutcome(preview, null);
        if (await ProblemOfAsync(line, parts, shortfall, origin, note, cancel) is { } problem)
            return new ChoiceOutcome(null, problem);
        if (problemAsync is not null && await problemAsync() is { } tooMuch)
            return new ChoiceOutcome(null, tooMuch);
        if ((await imports.ImportAsync([report], report.Reference!, origin, cancel)).Statements is not [{ IsOtherFile: false } imported])
            return new ChoiceOutcome(null, "it was split in another way before");
        var outcome = await engine.SubmitAsync(booking with { Settles = imported.Id.Value });
        var now = (await _statements.FindAsync(line.Id, cancel))!;
        if (now.Settles == imported.Id.Value)
            await BookPartsAsync(imported.Id, parts, bookAsync, cancel);
        else if (outcome.Faults is [{ Refusal: Refusal.SettlementBooked }, ..])
            await LeaveOutAsync(imported.Id, origin, "The line was booked in another way.", cancel);
        return new ChoiceOutcome(outcome, null);
    }

    /// <summary>The parts of a line that is split, which are there no more once the line is open again; none of another line.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<SettlementLine>> PartsOfAsync(SettlementLine line, CancellationToken cancel)
    {
        if (line is not { Status: SettlementStatus.Booked, Use: SettlementUse.Payout, Settles: { } settled })
            return [];
        var report = new StatementId(line.Id.Merchant, settled);
        return await _statements.FindAsync(report, cancel) is { Statement: { Source: StatementSource.Payout } statement }
            && IsOfSplit(statement)
            ? await _statements.LinesAsync(report, status: null, 0, statement.Lines, cancel) : [];
    }

    /// <summary>Whether the line of a part is booked as the sum of it.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<bool> IsShownAsync(SettlementLine part, CancellationToken cancel) =>
        !(await _credits.UnshownAsync(part.Id.Merchant, [part.Statement], cancel)).Contains(part.Statement);

    /// <summary>Books the parts of a split line that a server has left when it died.</summary>
    /// <returns>Whether the line is split.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<bool> GoOnAsync(
        SettlementLine line, Func<SettlementLine, SplitPart, Task<ChoiceOutcome>> bookAsync, CancellationToken cancel)
    {
        if (await PartsOfAsync(line, cancel) is not { Count: > 0 } lines || !lines[0].IsSplitPart)
            return false;
        await BookPartsAsync(lines[0].Statement, [.. lines.Select(part => Read(line, part))], bookAsync, cancel);
        return true;
    }

    /// <summary>What a part is, by the text that its line has.</summary>
    private static SplitPart Read(SettlementLine line, SettlementLine part)
    {
        var amount = part.Amount with { AmountMinor = Math.Sign(line.Amount.AmountMinor) * part.Amount.AmountMinor };
        return part.Counterparty is null && part.Remittance?.Split(' ', 2) is [var word, .. var names]
            && EnumWords.Find<SettlementChoice>(word) is { } choice
            ? new SplitPart(amount, choice, SplitPart.NamesOf(choice, names is [var text] ? text : null)) : new SplitPart(amount, null, []);
    }

    /// <summary>
    /// Whether a part is booked by a report of its own, which says that the bank took a payment back or paid debits and refunds: that
    /// stays.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<bool> IsFinalAsync(SettlementLine part, CancellationToken cancel) =>
        part is { Use: SettlementUse.Payout, Settles: { } settled }
        && (await _statements.FindAsync(new StatementId(part.Id.Merchant, settled), cancel))?.Statement.Reference is { } name
        && name.StartsWith($"{part.Id.Value:N}", StringComparison.Ordinal);

    /// <summary>Whether a report has the parts of a split line. Earlier versions split a line among several customers alone.</summary>
    internal static bool IsOfSplit(Statement statement) => statement.Account == ClearingProvider.Split
        || (statement.Account == ClearingProvider.Bank && statement.Reference?.StartsWith(EarlierName, StringComparison.Ordinal) == true);

    /// <summary>The answer for a line that is booked: a server may have died between the line and its parts.</summary>
    private async Task<ChoiceOutcome> AgainAsync(
        SettlementLine line, IReadOnlyList<SplitPart> parts, ReadStatement report, Outcome first, bool hasNoKey,
        Func<SettlementLine, SplitPart, Task<ChoiceOutcome>> bookAsync, CancellationToken cancel)
    {
        if (!(first.Accepted || hasNoKey) || line is not { Status: SettlementStatus.Booked, Settles: { } settled }
            || await _statements.FindAsync(new StatementId(line.Id.Merchant, settled), cancel) is not { Statement: { } statement }
            || statement.Reference != report.Reference)
        {
            return new ChoiceOutcome(first, null);
        }

        await BookPartsAsync(statement.Id, parts, bookAsync, cancel);
        return new ChoiceOutcome(
            first.Accepted ? first : new Outcome { Subject = line.Id.Value, Sequence = line.Events, Replayed = true }, null);
    }

    /// <summary>Books the parts that no one has decided yet, and notes why the others wait.</summary>
    private async Task BookPartsAsync(
        StatementId report, IReadOnlyList<SplitPart> parts, Func<SettlementLine, SplitPart, Task<ChoiceOutcome>> bookAsync,
        CancellationToken cancel)
    {
        List<(SettlementLineId, string)> findings = [];
        foreach (var line in await _statements.LinesAsync(report, SettlementStatus.Open, 0, parts.Count, cancel))
        {
            var part = parts[line.Number - 1];
            if (line.WasUnbooked)
                continue;
            if (part.Choice is null)
                findings.Add((line.Id, Waits));
            else if (await bookAsync(line, part) is { Outcome: not { Accepted: true } } refused)
                findings.Add((line.Id, $"It could not be booked: {refused.Problem ?? TextOf(refused.Outcome!)}."));
        }

        await _statements.NoteAsync(report.Merchant, findings, cancel);
    }

    /// <summary>Ignores the parts of a line that another booking won, so that no one can book its money twice.</summary>
    private async Task LeaveOutAsync(StatementId report, Origin origin, string reason, CancellationToken cancel)
    {
        foreach (var part in await _statements.LinesAsync(report, SettlementStatus.Open, 0, SplitPart.Most, cancel))
            await engine.SubmitAsync(new IgnoreSettlement(origin, part.Id, reason));
    }

    /// <summary>Why a line can't be split so, as the books are now; null where it can.</summary>
    private async Task<string?> ProblemOfAsync(
        SettlementLine line, IReadOnlyList<SplitPart> parts, Shortfall? shortfall, Origin origin, string? note, CancellationToken cancel)
    {
        if (line.Kind != SettlementLineKind.Entry)
            return "it is a line of a provider's report, and not of the bank";
        if (line.IsSplitPart)
            return "it is a part of a line that is split: unbook that line, and split it anew";
        if (parts.Count is < SplitPart.Fewest or > SplitPart.Most)
            return $"name {SplitPart.Fewest} to {SplitPart.Most} parts";
        if (ProblemOfSum(line, parts, shortfall) is { } wrong)
            return wrong;
        HashSet<ChargeId> charges = [];
        Dictionary<PaymentId, long> payments = [];
        foreach (var (index, part) in parts.Index())
        {
            if (await ProblemOfAsync(line, part, charges, payments, origin, note, cancel) is { } problem)
                return $"part {index + 1}, {part.Amount}: {problem}";
        }

        return null;
    }

    private static string? ProblemOfSum(SettlementLine line, IReadOnlyList<SplitPart> parts, Shortfall? shortfall)
    {
        var (currency, wholeMinor) = (line.Amount.Currency, Int128.Abs(line.Gross.AmountMinor));
        if (parts.FirstOrDefault(part => part.Amount.Currency != currency) is { } foreign)
            return $"a part is in {foreign.Amount.Currency.Code}, and the line is in {currency.Code}";
        if (parts.Any(part => part.Amount.AmountMinor is 0 or long.MinValue))
            return "no part is zero";
        var sumMinor = parts.Aggregate((Int128)0, (sum, part) => sum + part.Amount.AmountMinor);
        var missingMinor = wholeMinor + (shortfall?.Amount.AmountMinor ?? 0) - sumMinor;
        if (missingMinor == 0)
            return null;
        if (Int128.Abs(missingMinor) > long.MaxValue || Int128.Abs(sumMinor) > long.MaxValue)
            return "the parts are too large";
        return $"the parts are {new Money((long)sumMinor, currency)}, and the line is {new Money((long)wholeMinor, currency)}: "
            + $"{new Money((long)Int128.Abs(missingMinor), currency)} {(missingMinor > 0 ? "is missing" : "is too much")}";
    }

    /// <param name="charges">The charges of the parts before it; gets its own.</param>
    /// <param name="payments">The payments of the parts before it, with what the parts say of each, minor units; gets its own.</param>
    private async Task<string?> ProblemOfAsync(
        SettlementLine line, SplitPart part, HashSet<ChargeId> charges, Dictionary<PaymentId, long> payments, Origin origin, string? note,
        CancellationToken cancel)
    {
        var isIn = SignedMinor(line, part) > 0;
        if (part.Amount.AmountMinor < 0 && part.Choice is null or SettlementChoice.Ignore)
            return "what goes against the line says what it is, such as a fee";
        if (part.Amount.AmountMinor < 0 && !MayGoAgainst(line, part.Choice!.Value))
            return "against the line go a fee, and, of money that came, refunds and returns: what else came or went has a line of its own";
        switch (part.Choice)
        {
            case null or SettlementChoice.Fee or SettlementChoice.Ignore:
                return part.Names.Count == 0 ? null : "it has no name";
            case SettlementChoice.Collection:
                return "a collection is no part: name its payments, each as a part, or leave the part open and tie it then";
            case SettlementChoice.Charge or SettlementChoice.Customer when !isIn:
                return "money that goes out pays no charge and is no customer's credit";
            case SettlementChoice.Charge when part.Names.Count == 0:
                return "say which charge";
            case SettlementChoice.Charge:
                return await ProblemOfChargesAsync(line, part, charges, origin, cancel);
            case var _ when part.Names.Count != 1:
                return "say which one, and one alone: each is a part of its own";
            case SettlementChoice.Customer:
                var (customer, unknown) = await _named.CustomerAsync(line.Id.Merchant, part.Names[0], cancel);
                return unknown ?? await RefusedAsync(
                    certain.PaymentOf(AsLine(line, part), AccountTarget.Of(customer!.Account, customer.Slot), [], origin));
            case SettlementChoice.Payment or SettlementChoice.Return:
                var (payment, none) = await _named.PaymentAsync(line.Id.Merchant, part.Names[0], cancel);
                return none ?? await ProblemOfPaymentAsync(part, payment!, payments, isIn, note, cancel);
            case SettlementChoice.Payout:
                return providers.ProblemOf(part.Names[0]);
            default:
                throw new ArgumentOutOfRangeException(nameof(part));
        }
    }

    /// <summary>Whether a part can go against its line: of anything that is bound by nothing, money would come from nowhere.</summary>
    private static bool MayGoAgainst(SettlementLine line, SettlementChoice choice) =>
        choice == SettlementChoice.Fee
        || (line.Amount.AmountMinor > 0 && choice is SettlementChoice.Payment or SettlementChoice.Return);

    private async Task<string?> ProblemOfChargesAsync(
        SettlementLine line, SplitPart part, HashSet<ChargeId> before, Origin origin, CancellationToken cancel)
    {
        List<NamedCharge> charges = [];
        foreach (var name in part.Names)
        {
            var (charge, problem) = await _named.ChargeAsync(line.Id.Merchant, name, cancel);
            if (charge is null)
                return problem;
            if (!before.Add(charge.Id))
                return "a charge is named twice";
            if (charge.Open.Currency != part.Amount.Currency)
                return $"charge {charge.Name} is in {charge.Open.Currency.Code}";
            if (charge.Open.AmountMinor <= 0)
                return $"nothing is open of {charge.Name}";
            charges.Add(charge);
        }

        if (charges.DistinctBy(charge => charge.Account).Count() > 1)
            return "its charges are of several customers: make a part of each";
        var openMinor = charges.Aggregate((Int128)0, (sum, charge) => sum + charge.Open.AmountMinor);
        if (part.Amount.AmountMinor > openMinor || (charges.Count > 1 && part.Amount.AmountMinor < openMinor))
        {
            return $"{string.Join(" and ", charges.Select(charge => $"{charge.Open} of {charge.Name}"))} "
                + $"{(charges.Count == 1 ? "is" : "are")} open: what is over is a part of its own, such as the customer's";
        }

        if (charges.Select(charge => charge.Transfer).FirstOrDefault(transfer => transfer is not null) is { } awaited)
        {
            return awaited.Amount == part.Amount ? null
                : $"payment {awaited.Number} waits for a transfer of {awaited.Amount} for it: settle its attempt as declined first";
        }

        return await RefusedAsync(certain.PaymentOf(
            AsLine(line, part), AccountTarget.Of(charges[0].Account, charges[0].Slot), CertainLines.PartsOf(AsLine(line, part), charges),
            origin));
    }

    private async Task<string?> ProblemOfPaymentAsync(
        SplitPart part, PaymentView view, Dictionary<PaymentId, long> before, bool isIn, string? note, CancellationToken cancel)
    {
        var (payment, currency) = (view.Payment, part.Amount.Currency);
        if (payment.Amount is not { } amount)
            return $"payment {payment.Number} has no amount";
        if (amount.Currency != currency)
            return $"payment {payment.Number} is in {amount.Currency.Code}";
        if (part.Choice == SettlementChoice.Return)
        {
            return string.IsNullOrWhiteSpace(note) ? LineDesk.ReversedByWord
                : payment.Status == PaymentStatus.Captured ? null : $"payment {payment.Number} is not captured in the books";
        }

        // The bank collects debits and takes them back: what a line says of one, its report decides.
        if (await returned.DebitOfAsync(payment.Id, cancel) is not null)
            return null;
        var partMinor = Math.Abs(part.Amount.AmountMinor);
        if (isIn)
        {
            return !before.TryAdd(payment.Id, partMinor) ? $"payment {payment.Number} is named twice"
                : amount.AmountMinor == partMinor ? null : $"payment {payment.Number} is {amount}";
        }

        var allMinor = (Int128)before.GetValueOrDefault(payment.Id) + partMinor;
        before[payment.Id] = (long)Int128.Min(allMinor, long.MaxValue);
        return payment.RefundedMinor >= allMinor ? null
            : $"{new Money(payment.RefundedMinor, currency)} of payment {payment.Number} was refunded";
    }

    /// <summary>Why the books refuse the payment that a part brings; null where they take it.</summary>
    private async Task<string?> RefusedAsync(RecordPayment payment) =>
        await engine.PreviewAsync(payment) is { Accepted: false } refused ? TextOf(refused) : null;

    private static string TextOf(Outcome refused) => RefusalText.Of(refused.Faults[0].Refusal);

    private static long SignedMinor(SettlementLine line, SplitPart part) => Math.Sign(line.Amount.AmountMinor) * part.Amount.AmountMinor;

    private static SettlementLine AsLine(SettlementLine line, SplitPart part) =>
        line with { Amount = part.Amount with { AmountMinor = SignedMinor(line, part) }, FeeMinor = 0 };

    private static ReadStatement ReportOf(SettlementLine line, IReadOnlyList<SplitPart> parts, int events)
    {
        var day = line.BookedOn.ToString("O", CultureInfo.InvariantCulture);
        List<ReadLine> lines =
        [
            .. parts.Select((part, index) =>
                new ReadLine(index + 1, SettlementLineKind.Entry, line.BookedOn, SignedMinor(line, part))
                {
                    ValueOn = line.ValueOn,
                    // A part that waits has the words by which a person knows it.
                    Counterparty = part.Choice is null ? line.Counterparty : null,
                    Remittance = part.Choice is null ? line.Remittance ?? "the rest" : TextOf(part),
                }),
        ];
        return new ReadStatement(
            // It is no sum that a notification tells, so no other line can be booked as it.
            StatementSource.Payout, $"split {line.Id.Value:D}", ClearingProvider.Split,
            $"{Name} of {day}, {line.Amount} ({line.Id.Value:D}, {events}, {HashOf(parts)})", line.Amount.Currency, null,
            lines.Aggregate(0L, (sum, part) => unchecked(sum + part.AmountMinor)), lines);
    }

    private static string TextOf(SplitPart part) => string.Join(' ', [EnumWords.Of(part.Choice!.Value), .. part.Names]);

    /// <summary>What tells one split of a line from another.</summary>
    private static string HashOf(IReadOnlyList<SplitPart> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', parts.Select(part => $"{part.Amount} {part.Choice} {string.Join('\t', part.Names)}")))).AsSpan(0, 8));
}
