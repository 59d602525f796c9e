using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>
/// Books lines of statements as an operator says, splits them, leaves them out, and takes their bookings back. Every step can be repeated.
/// </summary>
public sealed class LineDesk
{
    // People who book parts at the very moment of an unbooking are few.
    private const int MostRounds = 5;

    internal const string ReversedByWord = "say why: the payment is reversed by your word alone";

    private readonly NpgsqlDataSource _database;
    private readonly PaymentEngine _engine;
    private readonly Func<PaymentView, IReadOnlyList<Part>> _partsOf;
    private readonly KnownProviders _providers;
    private readonly StatementIntake _intake;
    private readonly CertainLines _certain;
    private readonly CollectiveCreditDesk _credits;
    private readonly PaidLines _paid;
    private readonly ReturnedLines _returned;
    private readonly SplitLines _split;
    private readonly Statements _statements;
    private readonly SettlementTolerances _tolerances;
    private readonly NamedThings _named;
    private readonly Evidence _evidence;

    /// <param name="partsOf">The uses of a recorded payment's money, as its own API said.</param>
    /// <param name="providers">The providers that pay out.</param>
    /// <param name="intake">Takes in the reports of what lines are made of.</param>
    internal LineDesk(
        NpgsqlDataSource database, PaymentEngine engine, TimeProvider clock, Func<PaymentView, IReadOnlyList<Part>> partsOf,
        KnownProviders providers, StatementIntake intake, CertainLines certain, CollectiveCreditDesk credits, PaidLines paid)
    {
        (_database, _engine, _partsOf, _providers) = (database, engine, partsOf, providers);
        (_intake, _certain, _credits, _paid) = (intake, certain, credits, paid);
        _returned = new ReturnedLines(database, engine, new CollectedMoney(database, engine));
        _split = new SplitLines(database, engine, certain, _returned, new StatementImports(database, clock), providers);
        (_statements, _named, _evidence) = (new Statements(database), new NamedThings(database), new Evidence(database));
        _tolerances = new SettlementTolerances(database, clock);
    }

    /// <summary>Books a line for an earlier payment, as an operator says.</summary>
    /// <param name="payment">
    /// A payment that waits for this money, or whose money the books have at the bank, or whose money went back from there.
    /// </param>
    /// <param name="note">The operator's reason; null for none.</param>
    /// <param name="cancel">Ends the looking up of its attempts.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<Outcome> BookAsPaymentAsync(
        SettlementLine line, PaymentView payment, Origin origin, string? note, CancellationToken cancel, KeyUse? key = null,
        int? seen = null)
    {
        var target = AccountTarget.Of(payment.Account.Id, payment.Account.Slot);
        var isReported = line.Kind != SettlementLineKind.Entry;
        Command? completing = null;
        if (!isReported && payment.Payment.Status != PaymentStatus.Captured)
        {
            completing = await TransferOfAsync(payment.Payment.Id, cancel) is { } capture
                ? CertainLines.ApprovalOf(capture, origin)
                : new ClosePending(origin, target, payment.Payment.Id, ClearingProvider.BankTransfer, _partsOf(payment));
        }

        return await _engine.SubmitAsync(
            new BookSettlement(origin, target, line.Id, isReported ? SettlementUse.Reported : SettlementUse.Transfer)
            {
                Payment = completing is null ? payment.Payment.Id : null,
                Brings = completing,
                Provider = isReported ? line.Account : null,
                PartOf = line.SplitReport,
                Seen = seen,
                Note = note,
                Key = key,
            });
    }

    /// <summary>The capture of a payment that waits for the customer's transfer; null for none.</summary>
    private async Task<Attempt?> TransferOfAsync(PaymentId payment, CancellationToken cancel) =>
        (await new Attempts(_database).OfPaymentAsync(payment, cancel)).FirstOrDefault(attempt => attempt.WaitsForTransfer);

    /// <summary>
    /// Books a line as a new payment of a customer, as an operator says: it settles these charges as far as they are due; the rest is
    /// credit.
    /// </summary>
    /// <param name="line">An incoming line.</param>
    /// <param name="slot">The slot of that account.</param>
    /// <param name="charges">Empty for all open charges, oldest first.</param>
    /// <param name="note">The operator's reason; null for none.</param>
    /// <param name="shortfall">What did not come of them; null for nothing.</param>
    public Task<Outcome> BookAsNewPaymentAsync(
        SettlementLine line, AccountId account, int slot, IReadOnlyList<Reference> charges, Origin origin, string? note,
        KeyUse? key = null, Shortfall? shortfall = null, int? seen = null)
    {
        var target = AccountTarget.Of(account, slot);
        var payment = _certain.PaymentOf(line, target, [.. charges.Select(Part.ChargeUpTo)], origin);
        return _engine.SubmitAsync(new BookSettlement(origin, target, line.Id, SettlementUse.Transfer)
        {
            Shortfall = shortfall,
            Brings = payment with
            {
                Amount = line.Gross with { AmountMinor = line.Gross.AmountMinor + (shortfall?.Amount.AmountMinor ?? 0) },
                Remainder = charges.Count == 0 ? Remainder.OldestDueFirst : Remainder.Credit,
            },
            PartOf = line.SplitReport,
            Seen = seen,
            Note = note,
            Key = key,
        });
    }

    /// <summary>Books a line as a provider's payout, or as a fee of the bank, as an operator says.</summary>
    /// <param name="provider">The provider; null for a fee.</param>
    /// <param name="note">The operator's reason; null for none.</param>
    public Task<Outcome> BookAsPayoutOrFeeAsync(
        SettlementLine line, string? provider, Origin origin, string? note, KeyUse? key = null, int? seen = null) =>
        _engine.SubmitAsync(new BookSettlement(origin, line.Id.House, line.Id, provider is null ? SettlementUse.Fee : SettlementUse.Payout)
        {
            Provider = provider,
            PartOf = line.SplitReport,
            Seen = seen,
            Note = note,
            Key = key,
        });

    /// <summary>Books a line, or leaves it out, as an operator chooses.</summary>
    /// <param name="names">
    /// The charges, the customer, the payments, the collections, or the provider or the report of a collective credit; empty where the
    /// choice needs no name.
    /// </param>
    /// <param name="note">The operator's reason; null for none.</param>
    /// <param name="cancel">Ends the looking up of names.</param>
    /// <param name="shortfall">
    /// What did not come of charges or of a customer's debts, within the merchant's tolerance; the bank's charges inside the line, of a
    /// return or a collection. Null where the operator did not say.
    /// </param>
    /// <param name="seen">
    /// The events of the line when its proposal was seen: then charges are paid exactly, and the line waits where less of them is open by
    /// now. Null for a choice of the operator's own.
    /// </param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<ChoiceOutcome> BookAsChosenAsync(
        SettlementLine line, SettlementChoice choice, IReadOnlyList<string> names, Origin origin, string? note, CancellationToken cancel,
        KeyUse? key = null, Shortfall? shortfall = null, int? seen = null)
    {
        if (choice is not (SettlementChoice.Fee or SettlementChoice.Ignore) && names.Count == 0)
            return new ChoiceOutcome(null, "say which one");
        var merchant = line.Id.Merchant;
        line = await _statements.FindAsync(line.Id, cancel) ?? line;
        // Nothing is done for a line that is booked: a repeated request gets its first answer, another one is refused.
        if (line.Status == SettlementStatus.Booked
            && (choice is SettlementChoice.Payment or SettlementChoice.Return or SettlementChoice.Collection
                || shortfall is not null || (choice == SettlementChoice.Charge && line.Use == SettlementUse.Payout)
                || (choice == SettlementChoice.Payout && IsOfCredit(names[0]))))
        {
            return new ChoiceOutcome(await AnswerAgainAsync(line, origin, note, key, cancel), null);
        }

        if (await ProblemOfAsync(line, choice, shortfall, cancel) is { } contradicts)
            return new ChoiceOutcome(null, contradicts);
        switch (choice)
        {
            case SettlementChoice.Fee:
                return new ChoiceOutcome(await BookAsPayoutOrFeeAsync(line, provider: null, origin, note, key, seen), null);
            case SettlementChoice.Ignore:
                return new ChoiceOutcome(await IgnoreAsync(line.Id, note ?? "", origin, key, seen), null);
            case SettlementChoice.Payout:
                return await BookPayoutAsync(line, names[0], shortfall, origin, note, key, seen, cancel);
            case SettlementChoice.Payment when line.IsUnreportedChargeback && string.IsNullOrWhiteSpace(note):
                return new ChoiceOutcome(null, ReversedByWord);
            case SettlementChoice.Payment or SettlementChoice.Return or SettlementChoice.Collection
                when (line.Kind != SettlementLineKind.Entry || line is { IsPart: true, IsSplitPart: false })
                && (choice != SettlementChoice.Payment || names.Count > 1 || shortfall is not null):
                return new ChoiceOutcome(null, line.IsPart
                    ? "it is a part of a collective credit: book it as a payment, or for a customer"
                    : "it is a line of a provider's report, and not of the bank");
            case SettlementChoice.Payment when names.Count > 1 || shortfall is not null:
                var (sum, unpaid) = await PaidByAsync(line, names, shortfall, origin, cancel);
                return await BookPartsAsync(line, sum, unpaid, origin, note, key, cancel);
            case SettlementChoice.Payment:
                var (payment, none) = await _named.PaymentAsync(merchant, names[0], cancel);
                return payment is null ? new ChoiceOutcome(null, none)
                    : await PartsOfAsync(line, payment, origin, cancel) is var (parts, why)
                        ? await BookPartsAsync(line, parts, why, origin, note, key, cancel)
                        : new ChoiceOutcome(await BookAsPaymentAsync(line, payment, origin, note, cancel, key, seen), null);
            case SettlementChoice.Return when string.IsNullOrWhiteSpace(note):
                return new ChoiceOutcome(null, ReversedByWord);
            case SettlementChoice.Return:
                var (report, refused) = await OfPaymentsAsync(line, names, shortfall?.Amount, origin, cancel);
                return await BookPartsAsync(line, report, refused, origin, note, key, cancel);
            case SettlementChoice.Collection:
                var (lump, contradiction) =
                    await _paid.OfCollectionsAsync(line, names, shortfall?.Amount.AmountMinor ?? 0, origin, cancel);
                return await BookPartsAsync(line, lump, contradiction, origin, note, key, cancel);
            case SettlementChoice.Customer:
                var (payer, several) = await _named.CustomerAsync(merchant, names[0], cancel);
                return payer is null ? new ChoiceOutcome(null, several)
                    : new(await BookAsNewPaymentAsync(line, payer.Account, payer.Slot, [], origin, note, key, shortfall, seen), null);
            case SettlementChoice.Charge:
                return await BookChargesAsync(line, names, shortfall, origin, note, key, seen, cancel);
            default:
                throw new ArgumentOutOfRangeException(nameof(choice));
        }
    }

    /// <summary>The first answer of a repeated request about a booked line, or why another one is refused.</summary>
    private async Task<Outcome> AnswerAgainAsync(
        SettlementLine line, Origin origin, string? note, KeyUse? key, CancellationToken cancel)
    {
        var answered = await BookAsPayoutOrFeeAsync(line, ClearingProvider.Bank, origin, note, key);
        // A server may have died between a sum and its payments.
        if (answered.Accepted && !await _split.GoOnAsync(line, PartBooking(origin, note, cancel), cancel))
            await _credits.MatchAsync(line, origin, cancel);
        return answered;
    }

    /// <summary>Why a line can't be booked so, before any name is looked up; null where it may be.</summary>
    private async Task<string?> ProblemOfAsync(
        SettlementLine line, SettlementChoice choice, Shortfall? shortfall, CancellationToken cancel) =>
        line.IsSplitPart && choice != SettlementChoice.Ignore && !await _split.IsShownAsync(line, cancel) ? SplitLines.Unshown
        : line is { IsSplitPart: true, Status: SettlementStatus.Ignored } ? SplitLines.LeftOut
        : shortfall is null ? null : await ProblemOfShortfallAsync(line, choice, shortfall, cancel);

    /// <summary>Why a shortfall can't be; null where it can.</summary>
    private async Task<string?> ProblemOfShortfallAsync(
        SettlementLine line, SettlementChoice choice, Shortfall shortfall, CancellationToken cancel)
    {
        var (missing, currency) = (shortfall.Amount, line.Amount.Currency);
        if (missing.Currency != currency)
            return $"the charges are in {missing.Currency.Code}, and the line is in {currency.Code}";
        if (choice is SettlementChoice.Return or SettlementChoice.Collection or SettlementChoice.Payment)
            return shortfall.Kind == ShortfallKind.Fee ? null : "beside payments, returns and collections only the bank's charges differ";
        if (choice is not (SettlementChoice.Charge or SettlementChoice.Customer or SettlementChoice.Payout))
            return "a shortfall goes beside charges, a customer, payments, a collection or a sum of payments";
        if (missing.AmountMinor <= 0 || line.Amount.AmountMinor <= 0 || missing.AmountMinor > long.MaxValue - line.Gross.AmountMinor)
            return "a shortfall is above zero, and of money that came in";
        if (choice == SettlementChoice.Payout)
            return shortfall.Kind == ShortfallKind.Fee ? null : "of a sum of payments only the bank's charges are missing";
        return await ProblemOfToleranceAsync(line, missing.AmountMinor, cancel);
    }

    /// <summary>Why so much of what a line pays can't be missing; null where it can.</summary>
    private async Task<string?> ProblemOfToleranceAsync(SettlementLine line, Int128 missingMinor, CancellationToken cancel)
    {
        var currency = line.Amount.Currency;
        if (await _tolerances.FindAsync(line.Id.Merchant, currency, cancel) is not { } tolerance)
            return $"your tolerance in {currency.Code} is nothing: set one (quittance settlement tolerance), or credit the charge";
        if (missingMinor + Math.Abs(line.Gross.AmountMinor) > long.MaxValue)
            return "the parts are too large";
        var missing = new Money((long)missingMinor, currency);
        return tolerance.Covers(line.Gross with { AmountMinor = Math.Abs(line.Gross.AmountMinor) + missing.AmountMinor }, missing) ? null
            : $"{missing} is more than your tolerance of {tolerance}: credit the charge";
    }

    /// <summary>Whether the name of a payout is the bank, or the report of a collective credit.</summary>
    private bool IsOfCredit(string name) => name == ClearingProvider.Bank || _providers.ProblemOf(name) is not null;

    /// <param name="name">The provider; the id or the name of the report of a collective credit.</param>
    private async Task<ChoiceOutcome> BookPayoutAsync(
        SettlementLine line, string name, Shortfall? charges, Origin origin, string? note, KeyUse? key, int? seen, CancellationToken cancel)
    {
        if (IsOfCredit(name))
        {
            return await _credits.FindAsync(line, name == ClearingProvider.Bank ? null : name, charges, cancel) switch
            {
                ({ } credit, _) => new ChoiceOutcome(await _credits.BookAsync(line, credit, charges, origin, note, key, cancel), null),
                (null, var problem) =>
                    new ChoiceOutcome(null, problem ?? $"{_providers.ProblemOf(name)}, and no collective credit of that name"),
            };
        }

        return charges is not null ? new ChoiceOutcome(null, "a provider's report tells its charges")
            : new ChoiceOutcome(await BookAsPayoutOrFeeAsync(line, name, origin, note, key, seen), null);
    }

    private async Task<(ReadStatement? Report, string? Problem)> OfPaymentsAsync(
        SettlementLine line, IReadOnlyList<string> names, Money? charges, Origin origin, CancellationToken cancel)
    {
        var (payments, unknown) = await FindPaymentsAsync(line.Id.Merchant, names, cancel);
        return unknown is not null ? (null, unknown)
            : await _returned.OfPaymentsAsync(line, payments, charges?.AmountMinor, origin, cancel);
    }

    /// <summary>The report of a line that pays the debits or refunds of several payments, or of one less the bank's charges.</summary>
    private async Task<(ReadStatement? Report, string? Problem)> PaidByAsync(
        SettlementLine line, IReadOnlyList<string> names, Shortfall? charges, Origin origin, CancellationToken cancel)
    {
        var (payments, unknown) = await FindPaymentsAsync(line.Id.Merchant, names, cancel);
        return unknown is not null ? (null, unknown)
            : await _paid.OfPaymentsAsync(line, payments, charges?.Amount.AmountMinor ?? 0, origin, cancel);
    }

    private async Task<(IReadOnlyList<PaymentView> Payments, string? Problem)> FindPaymentsAsync(
        MerchantId merchant, IReadOnlyList<string> names, CancellationToken cancel)
    {
        List<PaymentView> payments = [];
        foreach (var name in names)
        {
            var (one, unknown) = await _named.PaymentAsync(merchant, name, cancel);
            if (one is null)
                return ([], unknown);
            payments.Add(one);
        }

        return (payments, null);
    }

    /// <summary>
    /// The report of a bank's line about a payment that was debited by a file: the bank collects it, takes it back, or gives it back.
    /// Null for another payment, and where the line shows a refund.
    /// </summary>
    private async Task<(ReadStatement? Report, string? Problem)?> PartsOfAsync(
        SettlementLine line, PaymentView view, Origin origin, CancellationToken cancel)
    {
        if (line.Kind != SettlementLineKind.Entry || line is { IsPart: true, IsSplitPart: false }
            || await _returned.DebitOfAsync(view.Payment.Id, cancel) is null)
        {
            return null;
        }

        if (line.Amount.AmountMinor < 0 && view.Payment.RefundedMinor > 0)
            return null;
        // A server that died may have noted the collection, and not the line that shows it.
        return line.Amount.AmountMinor > 0 && !await _returned.IsReturnedAsync(view.Payment.Id, cancel)
            ? await _paid.OfPaymentsAsync(line, [view], chargesMinor: 0, origin, cancel)
            : await _returned.OfPaymentsAsync(line, [view], chargesMinor: null, origin, cancel);
    }

    /// <summary>Imports the report of what a line is made of, and books the line by it.</summary>
    private async Task<ChoiceOutcome> BookPartsAsync(
        SettlementLine line, ReadStatement? report, string? problem, Origin origin, string? note, KeyUse? key, CancellationToken cancel)
    {
        if (report is null)
            return new ChoiceOutcome(null, problem ?? "it is not known what the line is made of");
        var taken = await _intake.TakeAsync(report, origin, cancel);
        if (taken.Reports is not [var one])
            return new ChoiceOutcome(null, taken.Faults.Count > 0 ? taken.Faults[0].Problem : "the books do not take it");
        var statement = one.Statement.Statement.Id;
        foreach (var part in await _statements.LinesAsync(statement, SettlementStatus.Open, 0, report.Lines.Count + 1, cancel))
        {
            // What reverses a payment by an operator's word is booked by that word.
            var payment = part.IsUnreportedChargeback && Guid.TryParse(part.Remittance, out var id)
                ? await new Books(_database).PaymentAsync(new PaymentId(line.Id.Merchant, id), asOf: null, cancel) : null;
            var outcome = payment is null ? null : await BookAsPaymentAsync(part, payment, origin, note, cancel);
            if (outcome is not { Accepted: true })
                return new ChoiceOutcome(outcome, outcome is null ? part.Note ?? "the books do not take it" : null);
        }

        return new ChoiceOutcome(
            await _engine.SubmitAsync(new BookSettlement(origin, line.Id.House, line.Id, SettlementUse.Payout)
            {
                Provider = report.Account,
                Settles = statement.Value,
                PartOf = line.SplitReport,
                Note = note,
                Key = key,
            }),
            null);
    }

    private async Task<ChoiceOutcome> BookChargesAsync(
        SettlementLine line, IReadOnlyList<string> names, Shortfall? shortfall, Origin origin, string? note, KeyUse? key, int? seen,
        CancellationToken cancel)
    {
        List<NamedCharge> charges = [];
        foreach (var name in names)
        {
            var (charge, unknown) = await _named.ChargeAsync(line.Id.Merchant, name, cancel);
            if (charge is null)
                return new ChoiceOutcome(null, unknown);
            charges.Add(charge);
        }

        if (charges.DistinctBy(charge => charge.Account).Count() > 1)
            return await SplitAmongAsync(line, charges, shortfall, origin, note, key, cancel);
        if (shortfall is null
            && charges.Select(charge => charge.Transfer).FirstOrDefault(transfer => transfer?.Amount == line.Gross) is { } awaited)
        {
            var payment = (await new Books(_database).PaymentAsync(awaited.Payment, asOf: null, cancel))!;
            return new ChoiceOutcome(await BookAsPaymentAsync(line, payment, origin, note, cancel, key), null);
        }

        if (charges.FirstOrDefault(charge => charge.Transfer is not null) is { Transfer: { } other } claimed)
        {
            return new ChoiceOutcome(
                null, $"payment {other.Number} waits for a transfer of {other.Amount} for charge {claimed.Name}: settle its attempt as "
                    + "declined first");
        }

        // Where the text tells the amounts, they go before the order of the charges, whichever way the line is decided.
        var exact = shortfall is not null ? null
            : await ToldPartsAsync(line, charges, cancel) ?? (seen is null ? null : CertainLines.PartsOf(line, charges));
        var target = AccountTarget.Of(charges[0].Account, charges[0].Slot);
        return new ChoiceOutcome(
            exact is null
                ? await BookAsNewPaymentAsync(
                    line, charges[0].Account, charges[0].Slot, [.. charges.Select(charge => charge.Reference)], origin, note, key,
                    shortfall)
                : await _engine.SubmitAsync(new BookSettlement(origin, target, line.Id, SettlementUse.Transfer)
                {
                    Brings = _certain.PaymentOf(line, target, exact, origin),
                    PartOf = line.SplitReport,
                    Seen = seen,
                    Note = note,
                    Key = key,
                }),
            null);
    }

    /// <summary>What the text of a line tells that it pays of each charge; null where it does not, or tells more than is open.</summary>
    private async Task<IReadOnlyList<Part>?> ToldPartsAsync(
        SettlementLine line, IReadOnlyList<NamedCharge> charges, CancellationToken cancel)
    {
        if (SettlementWording.AmountsIn(line).Count == 0)
            return null;
        var evidence = await _evidence.NamedAsync(line.Id.Merchant, SettlementWording.NamesIn(line), cancel, leadsOn: true);
        List<NamedCharge> paid = [.. charges.DistinctBy(charge => charge.Id)];
        return ToldAmounts.Of(line, evidence) is { } told && told.AreOf(paid)
            ? [.. paid.Select(charge => Part.Charge(charge.Reference, told.OfCharges[charge.Id]))] : null;
    }

    /// <inheritdoc cref="ISettlements.SplitAsync"/>
    public async Task<ChoiceOutcome> SplitAsync(
        SettlementLine line, IReadOnlyList<SplitPart> parts, Origin origin, string? note, KeyUse? key, CancellationToken cancel)
    {
        line = await _statements.FindAsync(line.Id, cancel) ?? line;
        // What a bank kept of money that came is given up, as it is beside charges; of money that went out it is cents.
        var kept = parts.Where(part => part is { Choice: SettlementChoice.Fee, Amount.AmountMinor: < 0 }).ToList();
        return await _split.BookAsync(
            line, parts, shortfall: null, origin, note, key, PartBooking(origin, note, cancel), cancel,
            async () => kept.Count == 0 ? null : await ProblemOfToleranceAsync(
                line, kept.Aggregate((Int128)0, (sum, part) => sum - part.Amount.AmountMinor), cancel));
    }

    private Task<ChoiceOutcome> SplitAsync(
        SettlementLine line, IReadOnlyList<SplitPart> parts, Shortfall? shortfall, Origin origin, string? note, KeyUse? key,
        CancellationToken cancel) =>
        _split.BookAsync(line, parts, shortfall, origin, note, key, PartBooking(origin, note, cancel), cancel);

    /// <summary>
    /// Books a part as its split says. Charges are paid exactly: what was paid meanwhile makes no credit. What a person said of the part
    /// meanwhile stands.
    /// </summary>
    private Func<SettlementLine, SplitPart, Task<ChoiceOutcome>> PartBooking(Origin origin, string? note, CancellationToken cancel) =>
        (of, part) => BookAsChosenAsync(
            of, part.Choice!.Value, part.Names, origin,
            part.Choice == SettlementChoice.Ignore ? note ?? LineActs.NoCustomers : note, cancel, seen: of.Events);

    /// <summary>Splits a line among several customers by their charges; what it has above them waits.</summary>
    private async Task<ChoiceOutcome> SplitAmongAsync(
        SettlementLine line, IReadOnlyList<NamedCharge> charges, Shortfall? shortfall, Origin origin, string? note, KeyUse? key,
        CancellationToken cancel)
    {
        const string Several = "the charges are of several customers";
        if (line.Amount.AmountMinor <= 0)
            return new ChoiceOutcome(null, $"{Several}, and only a line of money that came to the bank pays charges");
        if (shortfall is { Kind: not ShortfallKind.Fee })
            return new ChoiceOutcome(null, $"{Several}: what is missing of all is a bank's fee, or name the charges of one");
        if (charges.FirstOrDefault(charge => charge.Open.Currency != line.Amount.Currency) is { } foreign)
            return new ChoiceOutcome(null, $"charge {foreign.Name} is in {foreign.Open.Currency.Code}");
        if (charges.FirstOrDefault(charge => charge.Open.AmountMinor <= 0) is { } settled)
            return new ChoiceOutcome(null, $"{Several}, and nothing is open of {settled.Name}");
        var dueMinor = (Int128)line.Gross.AmountMinor + (shortfall?.Amount.AmountMinor ?? 0);
        var restMinor = dueMinor - charges.Aggregate((Int128)0, (sum, charge) => sum + charge.Open.AmountMinor);
        if (restMinor < 0 || (shortfall is not null && restMinor > 0))
        {
            return new ChoiceOutcome(
                null, $"{Several}, and {string.Join(" and ", charges.Select(charge => charge.Open))} are open of them: the line "
                    + $"{(shortfall is null ? "is" : "and what is missing are")} {line.Gross with { AmountMinor = (long)dueMinor }}");
        }

        List<SplitPart> parts =
        [
            .. charges.GroupBy(charge => charge.Account).Select(ofOne => new SplitPart(
                line.Amount with { AmountMinor = ofOne.Sum(charge => charge.Open.AmountMinor) }, SettlementChoice.Charge,
                [.. ofOne.Select(charge => $"{charge.Number}")])),
        ];
        if (restMinor > 0)
            parts.Add(new SplitPart(line.Amount with { AmountMinor = (long)restMinor }, null, []));
        return await SplitAsync(line, parts, shortfall, origin, note, key, cancel);
    }

    /// <summary>The parts of a line that is split; none of another one.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> PartsOfAsync(SettlementLine line, CancellationToken cancel) =>
        _split.PartsOfAsync(line, cancel);

    /// <summary>Leaves a line out of the books.</summary>
    public Task<Outcome> IgnoreAsync(SettlementLineId line, string reason, Origin origin, KeyUse? key = null, int? seen = null) =>
        _engine.SubmitAsync(new IgnoreSettlement(origin, line, reason) { Key = key, Seen = seen });

    /// <inheritdoc cref="ISettlements.UnbookAsync"/>
    public async Task<Outcome> UnbookAsync(
        SettlementLine line, int seen, string reason, Origin origin, KeyUse? key, CancellationToken cancel)
    {
        var unbooking = await UnbookingAsync(line, reason, origin, cancel) with { Seen = seen, Key = key };
        return await UnbookPartsAsync(line, unbooking, cancel) is (_, { } refused) ? refused : await _engine.SubmitAsync(unbooking);
    }

    /// <summary>
    /// Takes the bookings of a split line's parts back before its own booking is; the parts are ignored then, so that no one can book the
    /// money twice. Where one of them is final, all stay. Every step can be repeated.
    /// </summary>
    /// <returns>The part whose booking can't be taken back, and why; neither where all were.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(SettlementLine? Part, Outcome? Refused)> UnbookPartsAsync(
        SettlementLine line, UnbookSettlement unbooking, CancellationToken cancel)
    {
        for (var round = 1; await TakesBackAsync(unbooking); round++)
        {
            var booked = await PartUnbookingsAsync(line, unbooking, cancel);
            if (booked.FirstOrDefault(one => one.Preview is { Accepted: false }) is { Preview: { } never, Part: { } final })
                return (final, never);
            // Those that wait go first: no one books them from then on, and nothing was taken back yet.
            var left = await LeaveOutAsync(line, unbooking, cancel);
            foreach (var (part, its, _) in left.Refused is null ? booked : [])
            {
                if (await _engine.SubmitAsync(its) is { Accepted: false } refused)
                    left = (part, refused);
            }

            // Somebody may have booked a part between the readings, or taken it back: only what is left out stays out.
            if (left.Refused is null && (await PartsOfAsync(line, cancel)).All(part => part.Status == SettlementStatus.Ignored))
                return (null, null);
            if (round == MostRounds)
                return left.Refused is null ? (line, Outcome.Refused(Refusal.SettlementBooked)) : left;
        }

        return (null, null);
    }

    /// <summary>Ignores the parts of a line that wait.</summary>
    /// <returns>The part that can't be, and why; neither where all were.</returns>
    private async Task<(SettlementLine? Part, Outcome? Refused)> LeaveOutAsync(
        SettlementLine line, UnbookSettlement unbooking, CancellationToken cancel)
    {
        foreach (var part in (await PartsOfAsync(line, cancel)).Where(part => part.Status == SettlementStatus.Open))
        {
            var ignoring = new IgnoreSettlement(unbooking.Origin, part.Id, unbooking.Reason);
            if (await _engine.SubmitAsync(ignoring) is { Accepted: false } refused)
                return (part, refused);
        }

        return (null, null);
    }

    /// <summary>
    /// Whether a command will take a booking back. What refuses the line leaves its parts as they are, and a repeated request has nothing
    /// left to take back: the line may be split anew.
    /// </summary>
    private async Task<bool> TakesBackAsync(UnbookSettlement unbooking) =>
        await _engine.PreviewAsync(unbooking) is { Accepted: true, Replayed: false };

    /// <summary>The commands that take the bookings of a split line's parts back, each with what it would do.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<(SettlementLine Part, UnbookSettlement Unbooking, Outcome Preview)>> PartUnbookingsAsync(
        SettlementLine line, UnbookSettlement unbooking, CancellationToken cancel)
    {
        if (!await TakesBackAsync(unbooking))
            return [];
        var (reason, origin) = (unbooking.Reason, unbooking.Origin);
        var parts = await PartsOfAsync(line, cancel);
        List<(SettlementLine, UnbookSettlement, Outcome)> unbookings = [];
        foreach (var part in parts.Where(part => part.Status == SettlementStatus.Booked))
        {
            var its = await UnbookingAsync(part, reason, origin, cancel);
            unbookings.Add((
                part, its, await _split.IsFinalAsync(part, cancel) ? Outcome.Refused(Refusal.SettlementFinal)
                    : await _engine.PreviewAsync(its)));
        }

        return unbookings;
    }

    /// <summary>The command that takes the booking of a line back.</summary>
    /// <param name="line">The line with this booking; a later booking is not taken back.</param>
    /// <param name="reason">Why; kept with the line.</param>
    /// <param name="cancel">Ends the looking up of its payment.</param>
    public async Task<UnbookSettlement> UnbookingAsync(SettlementLine line, string reason, Origin origin, CancellationToken cancel)
    {
        var payment = line.Payment is { } id ? await new Books(_database).PaymentAsync(id, asOf: null, cancel) : null;
        var target = payment is null ? line.Id.House : AccountTarget.Of(payment.Account.Id, payment.Account.Slot);
        return new UnbookSettlement(origin, target, line.Id, line.Payment, reason) { Seen = line.Events };
    }
}
