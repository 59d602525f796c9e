using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>Books the lines of statements whose use is certain, and notes why the others wait for an operator.</summary>
/// <param name="partsOf">The uses of a recorded payment's money, as its own API said.</param>
internal sealed class CertainLines(
    NpgsqlDataSource database, PaymentEngine engine, TimeProvider clock, Func<PaymentView, IReadOnlyList<Part>> partsOf)
{
    private const int LinesAtOnce = 2000;
    private const int EarlierLines = 500;
    private const int LinesForARule = 5000;
    private const string ByRule = "settlement.rule";
    private const string Unbooked = "An operator took its booking back.";

    private readonly Statements _statements = new(database);
    private readonly LineMatching _matching = new(database);

    /// <summary>Matches the open lines of a statement with the books as they are now, and books the certain ones.</summary>
    /// <param name="progress">Gets each line.</param>
    /// <param name="cancel">Ends the work between two lines.</param>
    /// <returns>How many lines were booked, and their sum in minor units.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(long Lines, long Minor)> BookAsync(
        StatementId statement, Origin origin, Action<int>? progress, CancellationToken cancel, RulesAtWork? rules = null)
    {
        rules ??= new RulesAtWork(database, statement.Merchant);
        long booked = 0, bookedMinor = 0;
        var after = 0;
        while (true)
        {
            var lines = await _statements.LinesAsync(statement, SettlementStatus.Open, after, LinesAtOnce, cancel);
            if (lines.Count == 0)
                return (booked, bookedMinor);
            after = lines[^1].Number;
            var done = await BookLinesAsync(statement.Merchant, lines, origin, rules, cancel);
            booked += done.Count;
            bookedMinor += done.Sum(line => line.Amount.AmountMinor);
            progress?.Invoke(lines.Count);
        }
    }

    /// <summary>
    /// The latest open lines of all statements but these, and no parts of a sum that no statement shows: a file may have brought what
    /// answers them.
    /// </summary>
    /// <param name="but">Statements whose lines were matched just now.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<SettlementLine>> EarlierAsync(
        MerchantId merchant, IReadOnlySet<StatementId> but, CancellationToken cancel) =>
        [
            .. (await _statements.ShownAsync(merchant, EarlierLines, cancel))
                .Where(line => !but.Contains(line.Statement) && !line.WasUnbooked),
        ];

    /// <summary>
    /// Books those of the lines whose use is certain or that a rule decides, and notes why the others wait. Returns the booked ones.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<SettlementLine>> BookLinesAsync(
        MerchantId merchant, IReadOnlyList<SettlementLine> lines, Origin origin, RulesAtWork rules, CancellationToken cancel)
    {
        List<SettlementLine> booked = [];
        var matches = await _matching.OfAsync(merchant, lines, rules, cancel);
        var waiting = await WaitingAsync(merchant, [.. matches.Select(each => each.Match).Where(match => match.IsCertain)], cancel);
        List<(SettlementLineId, string)> findings = [];
        List<(SettlementLine Line, LineRule? Rule, Task<Outcome> Outcome)> sent = [];
        foreach (var (line, match) in matches)
        {
            cancel.ThrowIfCancellationRequested();
            if (match.Rule is { ActsAlone: true } rule)
                sent.Add((line, rule, engine.SubmitAsync(CommandOf(line, rule, origin), patient: true)));
            else if (line.WasUnbooked || match.Use is null || !match.IsCertain)
                findings.Add((line.Id, FindingOf(line, match)));
            else
                sent.Add((line, null, engine.SubmitAsync(CommandOf(line, match, waiting, origin), patient: true)));
        }

        foreach (var (line, rule, outcome) in sent)
        {
            Outcome booking;
            try
            {
                booking = await outcome;
            }
            catch (OutcomeUnknownException unknown)
            {
                throw new StoreUnavailableException(
                    $"The database has not answered in time whether line {line.Number} is booked. Import the file again: no line is "
                    + "booked twice.",
                    unknown);
            }

            switch (booking)
            {
                case { Accepted: true }:
                    if (rule is not null)
                        rules.Count(rule, line.Amount);
                    if (rule is not { LeavesOut: true })
                        booked.Add(line);
                    break;
                case { Faults: [{ Refusal: Refusal.Held }, ..] }:
                    throw new StoreUnavailableException(
                        "The books were restored and are not released. Import the file again after the release.");
                case { Faults: [{ Refusal: Refusal.Unavailable or Refusal.Overloaded }, ..] }:
                    throw new StoreUnavailableException(
                        "The database could not be reached before all lines were booked. Import the file again.");
                case var refused:
                    findings.Add((line.Id, FindingOf(refused)));
                    break;
            }
        }

        await _statements.NoteAsync(merchant, findings, cancel);
        return booked;
    }

    /// <summary>
    /// Matches the latest open lines that a rule fits, as the next import would. A rule before it in the order may take some of them.
    /// </summary>
    /// <returns>The amounts of the lines that a rule has decided.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<Money>> DecideOpenAsync(LineRule rule, Origin origin, CancellationToken cancel)
    {
        var rules = new RulesAtWork(database, rule.Merchant);
        var open = await _statements.ShownAsync(rule.Merchant, LinesForARule, cancel);
        foreach (var some in open.Where(line => !line.WasUnbooked && rule.Fits(line)).Chunk(LinesAtOnce))
            await BookLinesAsync(rule.Merchant, some, origin, rules, cancel);
        return rules.Decided;
    }

    /// <summary>The transfer has come, unless an operator has cancelled it meanwhile: then the line is matched again.</summary>
    public static TakeAnswer ApprovalOf(Attempt capture, Origin origin) =>
        new(origin, capture, ProviderAnswer.Approved) { AskedAfter = capture.Events };

    /// <summary>The payments that lines complete, and the captures that lines approve, by their ids.</summary>
    private async Task<Waiting> WaitingAsync(MerchantId merchant, IReadOnlyList<SettlementMatch> matches, CancellationToken cancel)
    {
        Guid[] payments = [.. matches.Where(match => match.Completes).Select(match => match.Payment!.Value.Value).Distinct()];
        Guid[] captures = [.. matches.Select(match => match.Transfer?.Value).OfType<Guid>().Distinct()];
        return new Waiting(
            payments.Length == 0 ? new Dictionary<Guid, PaymentView>()
                : await new Books(database).PaymentsAsync(merchant, payments, cancel),
            captures.Length == 0 ? [] : await new Attempts(database).FindAsync(merchant, captures, cancel));
    }

    private sealed record Waiting(IReadOnlyDictionary<Guid, PaymentView> Payments, IReadOnlyList<Attempt> Captures);

    private BookSettlement CommandOf(SettlementLine line, SettlementMatch match, Waiting waiting, Origin origin)
    {
        var target = match.Account is var (account, slot) ? AccountTarget.Of(account, slot) : line.Id.House;
        return new BookSettlement(origin, target, line.Id, match.Use!.Value)
        {
            Brings = match switch
            {
                { Transfer: { } capture } => ApprovalOf(waiting.Captures.Single(attempt => attempt.Id == capture), origin),
                { Completes: true, Payment: { } payment } => new ClosePending(
                    origin, target, payment, ClearingProvider.BankTransfer, waiting.Payments.TryGetValue(payment.Value, out var view)
                        ? partsOf(view) : []),
                { Use: SettlementUse.Transfer, Payment: null } => PaymentOf(
                    line, target, match.LeavesCredit ? OpenPartsOf(match.Charges) : PartsOf(line, match.Charges), origin),
                _ => null,
            },
            Payment = match.Completes || match.Transfer is not null ? null : match.Payment,
            Provider = match.Provider,
            Settles = match.Settles,
            PartOf = line.SplitReport,
            Seen = line.Events,
        };
    }

    /// <summary>What a rule makes of a line, with the rule in its note and in the audit log.</summary>
    private static Command CommandOf(SettlementLine line, LineRule rule, Origin origin)
    {
        var note = $"{rule.Title}: {rule.Says}";
        var by = origin.Action is not { } action ? origin
            : origin with
            {
                // The log stays, and the rule's name may be a person's.
                Action = action with
                {
                    What = ByRule,
                    Subject = $"line {line.Id.Value:D}",
                    Reason = $"Rule {rule.Number}: {rule.Says}",
                },
            };
        return rule.LeavesOut
            ? new IgnoreSettlement(by, line.Id, note) { Seen = line.Events }
            : new BookSettlement(
                by, line.Id.House, line.Id, rule.Use == LineRuleUse.Fee ? SettlementUse.Fee : SettlementUse.Payout)
            {
                Provider = rule.Provider,
                Seen = line.Events,
                Note = note,
            };
    }

    /// <summary>Exact amounts: where less is open by now, the charge is refused and the line waits for an operator.</summary>
    public static IReadOnlyList<Part> PartsOf(SettlementLine line, IReadOnlyList<NamedCharge> charges) => charges is [var only]
        ? [Part.Charge(only.Reference, line.Gross.AmountMinor)]
        : OpenPartsOf(charges);

    /// <summary>What is open of charges, exactly. What a line pays beyond it is the customer's credit.</summary>
    private static IReadOnlyList<Part> OpenPartsOf(IReadOnlyList<NamedCharge> charges) =>
        [.. charges.Select(charge => Part.Charge(charge.Reference, charge.Open.AmountMinor))];

    /// <summary>The payment that an incoming line brings.</summary>
    public RecordPayment PaymentOf(SettlementLine line, AccountTarget target, IReadOnlyList<Part> parts, Origin origin) =>
        new(origin, target, new PaymentId(line.Id.Merchant, Guid.CreateVersion7(clock.GetUtcNow())), Reference.House)
        {
            Amount = line.Gross,
            ReceivedBy = ClearingProvider.BankTransfer,
            Method = PaymentMethod.BankAccountTransfer,
            Parts = parts,
        };

    // An operator who takes a line's booking back says that what seemed certain was wrong.
    private static string FindingOf(SettlementLine line, SettlementMatch match) =>
        line.WasUnbooked ? line.Note ?? Unbooked : match.Finding;

    private static string FindingOf(Outcome refused) => refused.Faults[0].Refusal switch
    {
        Refusal.NothingDue or Refusal.ExceedsDue => "Less is open by now than the line pays.",
        Refusal.ChargeClaimed => "The customer has announced a transfer for what it pays: match it again.",
        Refusal.SettlementBooked => "Another line is booked for the same payment.",
        Refusal.AccountClosed => "The customer's account is closed: reopen it, or book the line for another customer.",
        Refusal.AccountMerged => "The customer's account is merged into another one: book the line for that one.",
        Refusal.PaymentNotPending or Refusal.AttemptSettled or Refusal.AttemptOvertaken =>
            "The payment does not wait for its money any more.",
        Refusal.SettlementMismatch => $"It could not be booked: {LineRefusal.Mismatch}.",
        Refusal.SettlementExceedsReturned => $"It could not be booked: {LineRefusal.ExceedsReturned}.",
        var other => $"It could not be booked: {other}.",
    };
}
