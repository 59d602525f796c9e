using Npgsql;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Debits;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>
/// Makes the report of a bank's line that an operator ties to payments whose money goes back: the bank takes it, or gives back what it
/// took. Every step can be repeated: the names of a report and of its disputes follow from the line.
/// </summary>
internal sealed class ReturnedLines(NpgsqlDataSource database, PaymentEngine engine, CollectedMoney collected)
{
    private readonly Collections _collections = new(database);
    private readonly Attempts _attempts = new(database);
    private readonly Evidence _evidence = new(database);

    /// <summary>One of the payments whose money goes back.</summary>
    /// <param name="Holder">The holder of its money.</param>
    /// <param name="Debit">The debit in a file that was handed out; null for other payments.</param>
    private sealed record Part(PaymentView View, string Holder, CollectedDebit? Debit, long ReturnedMinor, long ChargesMinor)
    {
        public long Number => View.Payment.Number;

        /// <summary>The name by which the line of a report finds the payment.</summary>
        public Guid Named => Debit?.Attempt.Id.Value ?? View.Payment.Id.Value;
    }

    /// <summary>Whether the bank has taken the debit of a payment back.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<bool> IsReturnedAsync(PaymentId payment, CancellationToken cancel) =>
        (await _collections.ReturnsOfAsync(payment, cancel)).Count > 0;

    /// <summary>The debit of a payment, in a file that was handed out; null for none.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<CollectedDebit?> DebitOfAsync(PaymentId payment, CancellationToken cancel)
    {
        var capture = (await _attempts.OfPaymentAsync(payment, cancel)).FirstOrDefault(
            attempt => attempt is { Verb: Verb.Capture, Provider: ClearingProvider.Bank });
        return capture is not null
            && await _collections.OfAttemptsAsync(payment.Merchant, [capture.Id.Value], cancel) is [var debit, ..] ? debit : null;
    }

    /// <summary>The report of a line by which the bank takes payments back, or gives one back that it took.</summary>
    /// <param name="chargesMinor">The bank's charges inside the line, minor units; null for what the line has above the payments.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(ReadStatement? Report, string? Problem)> OfPaymentsAsync(
        SettlementLine line, IReadOnlyList<PaymentView> payments, long? chargesMinor, Origin origin, CancellationToken cancel)
    {
        List<Part> parts = [];
        foreach (var view in payments)
        {
            if (view.Payment is not { Status: PaymentStatus.Captured, Amount: { } amount })
                return (null, $"payment {view.Payment.Number} is not captured in the books: import the statement with its money first");
            if (amount.Currency != line.Amount.Currency)
                return (null, $"payment {view.Payment.Number} is in {amount.Currency.Code}");
            var debit = await DebitOfAsync(view.Payment.Id, cancel);
            var holder = (await _evidence.NamedAsync(line.Id.Merchant, [$"{view.Payment.Id.Value:D}"], cancel)).Payments
                .Select(named => named.Holder).FirstOrDefault();
            if (holder is not (ClearingProvider.Bank or ClearingProvider.BankTransfer))
                return (null, $"no bank has the money of payment {view.Payment.Number}");
            parts.Add(new Part(view, holder, debit, amount.AmountMinor, 0));
        }

        if (parts.DistinctBy(part => part.View.Payment.Id).Count() < parts.Count)
            return (null, "a payment is named twice");
        if (parts.DistinctBy(part => part.Holder).Count() > 1)
            return (null, "the money of the payments is with several holders: split the line, with a part for each payment");
        return line.Amount.AmountMinor > 0 ? await OfMoneyGivenBackAsync(line, parts, origin, cancel)
            : await OfMoneyTakenBackAsync(line, parts, chargesMinor, origin, cancel);
    }

    private async Task<(ReadStatement? Report, string? Problem)> OfMoneyTakenBackAsync(
        SettlementLine line, List<Part> parts, long? chargesMinor, Origin origin, CancellationToken cancel)
    {
        var keptMinor = chargesMinor is null ? await KeptMinorAsync(line, parts, cancel) : 0;
        var (divided, problem) = keptMinor > 0 ? (parts, null) : Divided(line, parts, chargesMinor);
        if (problem is not null)
            return (null, problem);
        // All are looked at before the first is changed.
        List<(Part Part, CollectedDebit Debit, string Name)> debits = [];
        foreach (var part in divided)
        {
            var (refused, name) = await NameOfReturnAsync(line, part, cancel);
            if (refused is not null)
                return (null, refused);
            if (part.Debit is { } debit)
                debits.Add((part, debit, name));
        }

        var reason = ReasonIn(line);
        foreach (var (part, debit, name) in debits)
        {
            if (await collected.DisputeAsync(
                debit, name, line.Amount with { AmountMinor = part.ReturnedMinor }, part.ChargesMinor, reason, origin, cancel)
                is { } contradiction)
            {
                return (null, contradiction);
            }
        }

        return (ReportOf(
            line, divided[0].Holder,
            [
                .. divided.Select(part => (SettlementLineKind.Chargeback, part.Named, -part.ReturnedMinor
                    - (part.Debit is null ? 0 : part.ChargesMinor))),
            ],
            // The charges of a returned debit are the dispute's.
            feeMinor: divided.Where(part => part.Debit is null).Sum(part => part.ChargesMinor) - keptMinor), null);
    }

    /// <summary>
    /// The charges that the bank kept of the sum in which it brought these payments, and gives back where it takes all of that back, minor
    /// units; zero for none.
    /// </summary>
    private async Task<long> KeptMinorAsync(SettlementLine line, IReadOnlyList<Part> parts, CancellationToken cancel)
    {
        if (parts.Sum(part => part.ReturnedMinor) <= -line.Amount.AmountMinor)
            return 0;
        var payments = parts.Select(part => part.View.Payment.Id).ToHashSet();
        return (await _evidence.OfAsync(line.Id.Merchant, [line], cancel))[line.Id].Lumps
            .FirstOrDefault(lump => lump.IsWhole && payments.SetEquals(lump.Payments.Select(one => one.Id)))?.Kept.AmountMinor ?? 0;
    }

    /// <summary>The name of the dispute that a line makes of a payment; or why the payment can't have gone back by it.</summary>
    private async Task<(string? Problem, string Name)> NameOfReturnAsync(SettlementLine line, Part part, CancellationToken cancel)
    {
        var payment = part.View.Payment;
        // A refund that has not left is called off.
        var backMinor = payment.RefundedMinor + payment.ReversedMinor - await _collections.NotLeftMinorAsync(payment.Id, cancel);
        var name = NameOf(line);
        if (part.Debit is { } debit)
        {
            name = Core.Debits.Debit.NameOf(debit.Attempt.Id);
            // A notification may have told of it, and no line has shown it yet.
            if (await _collections.ReturnOfAsync(debit.Attempt.Id, cancel) is { } known
                && (known.Status == DisputeStatus.Won || await _collections.IsReturnBookedAsync(payment.Id, line.ReportName, cancel)))
            {
                name = $"{name}-{NameOf(line)}";
            }

            backMinor = (await _collections.ReturnsOfAsync(payment.Id, cancel))
                .Where(one => one.Status != DisputeStatus.Won && one.Reference != name).Sum(one => one.AmountMinor);
        }

        return (backMinor + part.ReturnedMinor > payment.Amount!.Value.AmountMinor
            ? $"{new Money(backMinor, line.Amount.Currency)} of payment {part.Number} have gone back already" : null, name);
    }

    /// <summary>The part of each payment that goes back, and the bank's charges for it.</summary>
    private static (List<Part> Parts, string? Problem) Divided(SettlementLine line, List<Part> parts, long? saidMinor)
    {
        var (lineMinor, sumMinor, currency) = (-line.Amount.AmountMinor, parts.Sum(part => part.ReturnedMinor), line.Amount.Currency);
        var chargesMinor = saidMinor ?? Math.Max(0, lineMinor - sumMinor);
        var returnedMinor = lineMinor - chargesMinor;
        if (chargesMinor < 0 || returnedMinor <= 0 || returnedMinor > sumMinor || (parts.Count > 1 && returnedMinor != sumMinor))
        {
            return (parts, $"the payments are {new Money(sumMinor, currency)}, and the bank takes {new Money(lineMinor, currency)} back, "
                + $"with charges of {new Money(chargesMinor, currency)}");
        }

        if (saidMinor is null && chargesMinor > ReturnReasons.MostChargesMinor * parts.Count)
        {
            return (parts, $"the bank takes {new Money(chargesMinor, currency)} more than the payments are: say that these are its "
                + "charges, or name all payments");
        }

        var (eachMinor, restMinor) = Math.DivRem(chargesMinor, parts.Count);
        return (
            [
                .. parts.Select((part, index) => part with
                {
                    ReturnedMinor = parts.Count == 1 ? returnedMinor : part.ReturnedMinor,
                    ChargesMinor = eachMinor + (index == 0 ? restMinor : 0),
                }),
            ], null);
    }

    private async Task<(ReadStatement? Report, string? Problem)> OfMoneyGivenBackAsync(
        SettlementLine line, List<Part> parts, Origin origin, CancellationToken cancel)
    {
        if (parts is not [{ Debit: { } debit } part])
            return (null, "money that comes back is of one returned debit: book other money as a customer's");
        var lineMinor = line.Amount.AmountMinor;
        var dispute = (await _collections.ReturnsOfAsync(part.View.Payment.Id, cancel)).FirstOrDefault(
            one => one.AmountMinor <= lineMinor && lineMinor <= one.AmountMinor + one.FeeMinor);
        if (dispute is null && await IsFeeGivenBackAsync(line, part.View.Payment.Id, cancel))
            return (ReportOf(line, part.Holder, [], feeMinor: -lineMinor), null);
        if (dispute is null)
            return (null, $"the books have no return of payment {part.Number} of that amount, or with that fee");
        // A return may be known that no line has shown yet: the books would take the dispute for won, and then refuse the line.
        if (await _collections.TakenBackMinorAsync(part.View.Payment.Id, line.ReportName, cancel) < dispute.AmountMinor)
            return (null, $"the line by which the bank took payment {part.Number} back is not booked yet: book that one first");
        var authorisation = (await _attempts.FindAsync(debit.Attempt.Authorisation!.Value, cancel))!;
        var outcome = await engine.SubmitAsync(
            new CloseDispute(origin, authorisation, dispute.Reference, IsWon: true), patient: true);
        if (CollectedMoney.ProblemOf(outcome) is { } problem)
            return (null, problem);
        // The bank gives its charges back too.
        return (ReportOf(
            line, part.Holder, [(SettlementLineKind.Chargeback, part.Named, dispute.AmountMinor)],
            feeMinor: dispute.AmountMinor - lineMinor), null);
    }

    /// <summary>
    /// Whether the bank gives its fee for a return back, or a part of it, and the return stands: the dispute tells what the bank took.
    /// </summary>
    private async Task<bool> IsFeeGivenBackAsync(SettlementLine line, PaymentId payment, CancellationToken cancel) =>
        (await _collections.ReturnsOfAsync(payment, cancel)).Any(one => line.Amount.AmountMinor <= one.FeeMinor);

    /// <summary>The report of what a line is made of.</summary>
    /// <param name="feeMinor">The bank's charges that belong to no dispute, minor units; below zero where it gives them back.</param>
    private static ReadStatement ReportOf(
        SettlementLine line, string holder, IReadOnlyList<(SettlementLineKind Kind, Guid Named, long AmountMinor)> parts, long feeMinor) =>
        new(
            StatementSource.Payout, holder, holder, line.ReportName, line.Amount.Currency, null, line.Amount.AmountMinor,
            [
                .. parts.Select((part, index) => new ReadLine(index + 1, part.Kind, line.BookedOn, part.AmountMinor)
                {
                    ValueOn = line.ValueOn,
                    Remittance = $"{part.Named:D}",
                    BankReference = $"{part.Named:N}",
                }),
                .. feeMinor == 0 ? (ReadLine[])[]
                    : [new ReadLine(int.MaxValue, SettlementLineKind.Fee, line.BookedOn, -feeMinor) { ValueOn = line.ValueOn }],
            ]);

    private static string NameOf(SettlementLine line) => $"{line.Id.Value:N}";

    /// <summary>The reason of a return, as the line's text says.</summary>
    private static ReturnReason ReasonIn(SettlementLine line) =>
        (line.Remittance ?? "").Split([' ', ',', ';', '.', ':', '(', ')', '+', '/']).Select(ReturnReasons.Find).OfType<ReturnReason>()
            .FirstOrDefault() ?? ReturnReasons.Of(null);

    /// <summary>A line of the books as its file had it.</summary>
    /// <param name="chargesMinor">The bank's charges inside the line, minor units.</param>
    internal static ReadLine Read(SettlementLine line, long chargesMinor) =>
        new(line.Number, line.Kind, line.BookedOn, line.Gross.AmountMinor)
        {
            ValueOn = line.ValueOn,
            Debit = new ReadDebit { ChargesMinor = chargesMinor },
        };
}
