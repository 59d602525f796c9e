using FsCheck;
using FsCheck.Fluent;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Corrections;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Deciding;

public sealed class InvariantTests
{
    [Fact]
    public void Invariants_HoldAfterEveryCommand() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(RandomBusiness.Sequences(60), steps =>
        {
            var books = new Books();
            foreach (var command in RandomBusiness.CommandsOf(steps, new MerchantId(1)))
                books.DoOnItsDay(command);
        }));

    /// <summary>A correction that is corrected back leaves every balance of the ledger as it was.</summary>
    [Fact]
    public void Corrections_DoneAndUndone_LeaveTheTrialBalance()
    {
        var undone = new HashSet<string>();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100),
            Prop.ForAll(RandomBusiness.Sequences(60), steps =>
            {
                var books = new Books();
                foreach (var command in RandomBusiness.CommandsOf(steps, new MerchantId(1)))
                    books.DoOnItsDay(command);
                books.EndAttempts();
                undone.UnionWith(books.DoAndUndo());
            }));
        Assert.Equal(["book", "close", "credit", "merge", "move", "unallocate", "write-off"], undone.Order(StringComparer.Ordinal));
    }

    /// <summary>Random business must end in all sorts of ways, or the property above would prove little.</summary>
    [Fact]
    public void RandomBusiness_MeetsEveryRefusalAndEveryMovement()
    {
        var books = Enumerable.Range(0, 1000).Select(_ =>
        {
            var one = new Books();
            var steps = RandomBusiness.Steps.ArrayOf(60).Sample(1, 60)[0];
            foreach (var command in RandomBusiness.CommandsOf(steps, new MerchantId(1)))
                one.DoOnItsDay(command);
            return one;
        }).ToList();

        Assert.Equal(
            Enum.GetValues<Refusal>().Except(
            [
                // Not decisions: the engine's own.
                Refusal.Overloaded, Refusal.Unavailable, Refusal.Held, Refusal.KeyReused, Refusal.CorrelatorReused,
                Refusal.BalanceOutOfRange,
                // Providers have a simulation of their own.
                Refusal.UnderWay, Refusal.AttemptSettled, Refusal.AttemptOvertaken, Refusal.AttemptNotDue,
                Refusal.DisputeUnknown,
                Refusal.PaymentNotPending, Refusal.ChargeClaimed,
                // Acts that wait for a second person have scenarios of their own.
                Refusal.SecondPersonNeeded, Refusal.ApprovalUnknown, Refusal.ApprovalWaiting, Refusal.ApprovalDecided,
                Refusal.ApprovalExpired,
                // Statements have scenarios of their own.
                Refusal.SettlementUnknown, Refusal.SettlementBooked, Refusal.SettlementMismatch, Refusal.SettlementExceedsReturned,
                Refusal.SettlementNotBooked, Refusal.SettlementFinal, Refusal.SettlementUndone,
                // Of TakeDebitTests.
                Refusal.CollectionUnknown, Refusal.CollectionChanged, Refusal.CollectionNotReleased, Refusal.CollectionHandedOut,
                Refusal.PerhapsSent,
                // Sessions have scenarios of their own, and are part of that simulation.
                Refusal.SessionUnknown, Refusal.SessionForeign, Refusal.SessionChanged, Refusal.SessionUsed, Refusal.SessionExpired,
                Refusal.SessionSubmitted,
                Refusal.SessionOfOtherKind, Refusal.SessionAmountMismatch, Refusal.ChoiceNotOffered, Refusal.AmountUnsayable,
                // So have payment links.
                Refusal.LinkUnknown, Refusal.LinkPaid, Refusal.LinkEnded, Refusal.LinkTakenBack, Refusal.LinkOpened,
                Refusal.LinkAmountNotDue,
                // So have bookings, and refunds.
                Refusal.PaymentDisputed, Refusal.ExceedsRefundable,
                // Money that goes to another customer has a property of its own above.
                Refusal.AccountMerged, Refusal.AccountNotMerged,
                Refusal.HeldByProvider, Refusal.SameCustomer,
                Refusal.BookingUnknown, Refusal.BookingConfirmed, Refusal.BookingExpired, Refusal.TriedOut, Refusal.SoldOut,
                // Further tries by hand have tests of their own, at a server.
                Refusal.PaymentNotFailed, Refusal.InstrumentGone,
                // An instrument of a known name is of the one kind here.
                Refusal.InstrumentKindMismatch, Refusal.InstrumentNotOwn, Refusal.InstrumentNotCharged,
            ]),
            books.SelectMany(one => one.Refusals).Distinct().Order());
        Assert.Superset(new HashSet<int> { 1, 2 }, books.SelectMany(one => one.Levels).Select(step => step.Id.Level).ToHashSet());
        Assert.Superset(new HashSet<int> { 1, 2 }, books.SelectMany(one => one.Tries).Select(retry => retry.Id.Nth).ToHashSet());
        Assert.Equal(
            ["billed→receivable", "clearing→credit", "clearing→receivable", "credit→receivable", "receivable→billed",
             "receivable→credit", "receivable→writeoff", "writeoff→receivable"],
            books.SelectMany(one => one.Movements).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Everything is in memory, and every amount is computed again from the transfers alone.</summary>
    private sealed class Books
    {
        private static readonly Origin Operator = new(new MerchantId(1), 0, Guid.Empty);

        private readonly State _state = new();
        private readonly List<Transfer> _transfers = [];
        private readonly Dictionary<ChargeId, List<Transfer>> _ofCharge = [];
        private readonly Dictionary<PaymentId, List<Transfer>> _ofPayment = [];
        private readonly HashSet<AccountId> _accounts = [];
        private readonly HashSet<OrderId> _orders = [];
        private readonly Dictionary<Guid, int> _events = [];

        public Books()
        {
            foreach (var currency in RandomBusiness.Currencies.Distinct())
                _state.Load(new DunningPolicy(new MerchantId(1), currency, 2, [new(1), new(2, 3), new(4, 1, HandsOver: true)]));
            _state.Load(new RetryPolicy(new MerchantId(1), [1, 3, 4], AlsoUnexplained: false));
        }

        public List<Refusal> Refusals { get; } = [];

        /// <summary>The levels that customers reached.</summary>
        public List<DunningStep> Levels { get; } = [];

        /// <summary>The tries of failed payments.</summary>
        public List<PaymentRetry> Tries { get; } = [];

        public IEnumerable<string> Movements =>
            _transfers.Select(transfer => $"{transfer.Debit.Kind}→{transfer.Credit.Kind}".ToLowerInvariant());

        /// <summary>Does a command; on a day on which the server duns, it tries failed payments again before.</summary>
        public void DoOnItsDay(Command command)
        {
            if (command is DunningCommand)
                TryAgain(Given.Today.AddDays(1 + (_events.Count % 6)));
            Do(command);
        }

        /// <summary>Each failed payment is tried again as the run of a day does it; what the case says, the command does.</summary>
        private void TryAgain(DateOnly today)
        {
            foreach (var id in _ofPayment.Keys.ToList())
            {
                var first = _state.Payment(id)!;
                var tries = _state.All(PaymentRetry.OfFirst, id).OrderBy(retry => retry.Id.Nth).ToList();
                var last = tries is [] ? id : tries[^1].Payment;
                if (first.Instrument is not { } instrument || Tries.Exists(retry => retry.Payment == id))
                    continue;
                var candidate = new RetryCandidate(
                    first, last, new Reference(first.Id.Merchant, "test", "card", _state.Instrument(instrument)!.Reference),
                    new RetryCase(
                        _state.Find(RetryPolicy.Shelf, first.Id.Merchant), _state.Account(first.Account)!, _state.DunningOf(first.Account),
                        _state.Instrument(instrument), FailureOf(id), FailureOf(last), tries.Count,
                        [
                            .. from claim in _state.ClaimsOf(id)
                               let charge = _state.Charge(claim.Charge)
                               where charge.OpenMinor > 0
                               select RetryCase.ChargeOf(charge, claim, _state.ClaimantOf(charge.Id) is not null),
                        ])
                    {
                        LastTriedOn = tries is [] ? null : tries[^1].TriedOn,
                        CreditMinor = _state.All(Payment.Unfinished, first.Account).Sum(payment => payment.UnallocatedMinor),
                        Open =
                        [
                            .. _state.OpenCharges(first.Account, _state.Account(first.Account)!.Currency)
                                .Where(charge => RetryCase.TakesCredit(charge, _state.ClaimantOf(charge.Id) is not null)),
                        ],
                    });
                var refused = Refusals.Count;
                var made = new PaymentId(id.Merchant, Guid.CreateVersion7(Given.Now));
                if (candidate.CommandOn(today, Operator, made) is not { } command)
                    continue;
                Do(command);
                Require(Refusals.Count == refused, $"What the run decides, the command does: {string.Join(' ', Refusals.Skip(refused))}");
                Require(
                    _state.ClaimsOf(made).Sum(claim => claim.AmountMinor) <= _state.ClaimsOf(id).Sum(claim => claim.AmountMinor),
                    "A try claims no more than the first payment");
                Do(new TakeAnswer(
                    Operator, _state.AttemptsOf(made).Single(), _events.Count % 4 == 0
                        ? ProviderAnswer.Approved : ProviderAnswer.Declined(DeclineReason.InsufficientFunds)));
                // The same run at another server.
                Do(command with { Id = new PaymentId(id.Merchant, Guid.CreateVersion7(Given.Now)) });
                Require(Refusals is [.., Refusal.AccountChanged], "No try is made twice");
            }

            Failure? FailureOf(PaymentId id) =>
                Failure.Of(_state.Payment(id)!, _state.AttemptsOf(id), [.. _state.DisputesOf(id)], TimeZoneInfo.Utc);
        }

        public void Do(Command command)
        {
            var slot = new SlotKey(new MerchantId(1), command.Account.Known?.Slot ?? command.Account.Names[0].HomeSlot());
            var decision = command.Decide(_state, new Stamp(Given.Now, Given.Now, slot.Slot, _state.LastNumber(slot), Given.Lease));
            Refusals.AddRange(decision.Faults.Select(fault => fault.Refusal));
            if (decision.Changes is not { } changes)
                return;
            Require(decision.Faults.Count == 0, "An accepted command has no faults");
            _state.Apply(changes, slot);
            foreach (var happened in changes.Events)
                Note(happened, changes);
            foreach (var charge in changes.Charges)
                _ofCharge.TryAdd(charge.Id, []);
            foreach (var payment in changes.Payments)
                _ofPayment.TryAdd(payment.Id, []);
            _accounts.UnionWith(changes.Accounts.Select(account => account.Id));
            _orders.UnionWith(changes.Orders.Select(order => order.Id));
            Levels.AddRange(changes.Of<DunningStep>());
            Tries.AddRange(changes.Of<PaymentRetry>());
            CheckAccounts();
            CheckDunning();
            CheckBalances();
            CheckCharges();
            CheckPayments();
            CheckOrders();
        }

        /// <summary>No provider takes what it has not answered, so that nothing is claimed any more.</summary>
        public void EndAttempts()
        {
            foreach (var attempt in _ofPayment.Keys.SelectMany(id => _state.AttemptsOf(id)).Where(one => !one.IsSettled).ToList())
                Do(new TakeAnswer(Operator, attempt, ProviderAnswer.Declined(DeclineReason.Declined)));
        }

        /// <summary>Corrects what there is to correct, takes each correction back, and compares the balances. Which kinds it met.</summary>
        public IEnumerable<string> DoAndUndo()
        {
            foreach (var account in _accounts.Where(id => _state.Account(id)!.IsClosed).ToList())
            {
                var reopening = new ReopenAccount(Operator, Target(account));
                Undo(reopening, new CloseAccount(Operator, Target(account)));
                Do(reopening);
                yield return "close";
            }

            foreach (var merged in _accounts.ToList())
            {
                var (own, currency) = (Target(merged), _state.Account(merged)!.Currency);
                var others = _accounts.Where(one => one != merged && _state.Account(one)!.Currency == currency).ToList();
                if (others is not [var other, ..] || Unfinished(merged) || Unfinished(other))
                    continue;
                var into = Target(other);
                // Credit for an order is general credit from then on.
                if (_ofPayment.Keys.Where(one => _state.Payment(one)!.Account == merged).SelectMany(one => _state.CreditsOf(one))
                    .Any(credit => credit.AmountMinor > 0 && CreditPurpose.OrderOf(credit.Purpose, merged.Merchant) is not null))
                {
                    continue;
                }

                Undo(
                    new MergeAccounts(Operator, into, own, [.. _ofPayment.Keys], Guid.CreateVersion7(Given.Now)),
                    () => new UnmergeAccounts(Operator, own, into, [.. _ofPayment.Keys], Guid.CreateVersion7(Given.Now)));
                yield return "merge";
            }

            foreach (var charge in _ofCharge.Keys.Select(id => _state.Charge(id)!).Where(charge => charge.OpenMinor > 0).ToList())
            {
                var part = charge.Amount with { AmountMinor = 1 + (charge.OpenMinor / 2) };
                Undo(Of(DebtCorrection.Credit), Of(DebtCorrection.Reinstate));
                yield return "credit";
                Undo(Of(DebtCorrection.WriteOff), Of(DebtCorrection.Recover));
                yield return "write-off";

                CorrectCharge Of(DebtCorrection correction) => new(Operator, Target(charge.Account), charge.Id, correction, part);
            }

            foreach (var id in _ofPayment.Keys.Where(id => _state.Payment(id) is { AllocatedMinor: > 0, UnallocatedMinor: 0 }).ToList())
            {
                var (payment, allocations) = (_state.Payment(id)!, _state.AllocationsOf(id).Where(one => one.AmountMinor > 0).ToList());
                var own = Target(payment.Account);
                Undo(new UnallocatePayment(Operator, own, id), new AllocatePayment(Operator, own, id, Parts(allocations)));
                yield return "unallocate";
                var strangers = _accounts.Where(
                    one => one != payment.Account && _state.Account(one)!.Currency == payment.Amount!.Value.Currency).ToList();
                if (strangers is not [var stranger, ..])
                    continue;
                var (there, back) = (Moved(id), Moved(id));
                var amount = payment.Amount!.Value with { AmountMinor = payment.AllocatedMinor };
                Undo(
                    new MovePayment(Operator, Target(stranger), own, id, there, amount),
                    new MovePayment(Operator, own, Target(stranger), there, back, amount) { To = Parts(allocations) });
                yield return "move";
            }

            foreach (var account in _accounts.Where(one => _state.OpenCharges(one, _state.Account(one)!.Currency).Any()).ToList())
            {
                var (own, brought) = (Target(account), Moved(new PaymentId(account.Merchant, Guid.Empty)));
                var line = new SettlementLine(
                    new SettlementLineId(account.Merchant, Guid.CreateVersion7(Given.Now)), default, 1, StatementSource.Camt, "bank",
                    SettlementLineKind.Entry, Given.Today, new Money(1234, _state.Account(account)!.Currency), 0, SettlementStatus.Open, 0);
                _state.Load(line);
                var booking = new BookSettlement(Operator, own, line.Id, SettlementUse.Transfer);
                Undo(
                    booking with
                    {
                        Brings = new RecordPayment(Operator, own, brought, "test")
                        {
                            Amount = line.Amount,
                            ReceivedBy = ClearingProvider.BankTransfer,
                            Remainder = Remainder.OldestDueFirst,
                        },
                    },
                    new UnbookSettlement(Operator, own, line.Id, brought, "For another customer"));
                var refused = Refusals.Count;
                Do(booking with { Payment = brought });
                Require(Refusals.Count > refused, "An unbooked payment takes no line any more");
                yield return "book";
            }

            static PaymentId Moved(PaymentId payment) => payment with { Value = Guid.CreateVersion7(Given.Now) };

            AccountTarget Target(AccountId account) => AccountTarget.Of(account, _state.Account(account)!.Slot);

            static IReadOnlyList<Part> Parts(IEnumerable<Allocation> allocations) => [.. allocations.Select(
                one => Part.Charge(Reference.ToChargeNumber(one.Charge.Id.Merchant, one.Charge.Number), one.AmountMinor))];
        }

        private bool Unfinished(AccountId account) =>
            _ofPayment.Keys.Any(id => _state.Payment(id) is { IsUnderWay: true } payment && payment.Account == account);

        private void Undo(Command done, Command undone) => Undo(done, () => undone);

        private void Undo(Command done, Func<Command> undo)
        {
            var (before, refused) = (Balances(), Refusals.Count);
            Do(done);
            var undone = undo();
            Do(undone);
            Require(Refusals.Count == refused, $"Both are carried out: {string.Join(' ', Refusals.Skip(refused))} {done}");
            foreach (var (account, balance) in Balances())
                Require(balance == before.GetValueOrDefault(account), $"As it was: {account}");
        }

        private void Note(Event happened, Changes changes)
        {
            Require(happened.Sequence == _events.GetValueOrDefault(happened.Subject) + 1, "Events are numbered without a gap");
            _events[happened.Subject] = happened.Sequence;
            _transfers.AddRange(happened.Transfers);
            foreach (var transfer in happened.Transfers)
            {
                Require(transfer.AmountMinor > 0, "A transfer moves something");
                Require(transfer.Debit.Currency == transfer.Credit.Currency, "A transfer is in one currency");
                if (transfer.Charge is { } charge)
                    (_ofCharge.TryGetValue(charge, out var known) ? known : _ofCharge[charge] = []).Add(transfer);
            }

            var payment = new PaymentId(new MerchantId(1), happened.Subject);
            if (changes.Payments.Any(recorded => recorded.Id == payment) || _ofPayment.ContainsKey(payment))
                (_ofPayment.TryGetValue(payment, out var known) ? known : _ofPayment[payment] = []).AddRange(happened.Transfers);
        }

        private void CheckAccounts()
        {
            foreach (var account in _accounts.Select(id => _state.Account(id)!))
            {
                Require(account.Events == _events[account.Id.Value], "It has as many events as it says");
                Require(!account.IsClosed || _ofCharge.Keys.All(id => _state.Charge(id) is { } charge
                    && (charge.Account != account.Id || charge.OpenMinor == 0)), "A closed account owes nothing");
                Require(!account.IsClosed || _ofPayment.Keys.All(id => _state.Payment(id) is { } payment
                    && (payment.Account != account.Id || payment is { IsUnderWay: false, UnallocatedMinor: 0 })),
                    "A closed account has no credit, and no money is on its way to it");
            }
        }

        private void CheckDunning()
        {
            foreach (var (id, of) in Levels.GroupBy(step => step.Id.Account).Select(of => (of.Key, of.ToList())))
            {
                var (dunning, last) = (_state.DunningOf(id), of[^1]);
                Require(
                    dunning.Cycle == last.Id.Cycle && (dunning.Level == 0 || dunning.Level == last.Id.Level),
                    "It stands at its last level");
                Require(dunning.Level > 0 || !dunning.IsWithAgency, "An agency collects only while a cycle runs");
                Require(of.Select(step => step.Id).Distinct().Count() == of.Count, "No level is reached twice");
                Require(
                    of.Zip(of.Skip(1)).All(two => two.First.TakenOn < two.Second.TakenOn
                        && (two.Second.Id.Level == 1 || two.Second.Id.Level == two.First.Id.Level + 1)),
                    "No level is skipped, and no two come on one day");
                Require(
                    of.All(step => step.Fee is null || _state.Charge(step.Fee.Value) is { Label: DunningCommand.FeeLabel }),
                    "The fee of a level is a charge");
            }
        }

        private void CheckBalances()
        {
            foreach (var (account, balance) in Balances())
                Require(account.Kind != LedgerKind.Credit || balance <= 0, $"Credit is never below zero: {account}");
            foreach (var currency in Balances().GroupBy(balance => balance.Key.Currency))
                Require(currency.Sum(balance => balance.Value) == 0, $"All balances of a currency add up to zero: {currency.Key}");
        }

        private void CheckCharges()
        {
            foreach (var (id, transfers) in _ofCharge)
            {
                var charge = _state.Charge(id)!;
                var settledMinor = transfers.Sum(t => t.Effect.Settled * t.AmountMinor);
                Require(charge.OpenMinor == charge.Amount.AmountMinor - settledMinor - charge.CreditedMinor - charge.WrittenOffMinor,
                    "Open is the amount less what was settled, forgiven and written off");
                Require(charge.OpenMinor == NetMinor(transfers, LedgerKind.Receivable), "Open is what the customer owes");
                Require(charge.Amount.AmountMinor - charge.CreditedMinor == -NetMinor(transfers, LedgerKind.Billed),
                    "Billed is the amount less what was forgiven");
                Require(charge.WrittenOffMinor == NetMinor(transfers, LedgerKind.WriteOff), "Written off is an expense");
                Require(charge.CreditedMinor >= 0 && charge.WrittenOffMinor >= 0, "Nothing is corrected below zero");
                Require(charge.Events == _events[id.Value], "It has as many events as it says");
                Require(charge.OpenMinor >= 0, "A charge is never settled twice");
                Require(transfers.All(t => t.Debit.Currency == charge.Amount.Currency), "A charge is settled in its own currency");
                Require(transfers.All(
                    t => new[] { t.Debit, t.Credit }.All(a => a.Holder == Guid.Empty || a.Holder == charge.Account.Value)),
                    "By its own account");
                foreach (var spent in transfers.Where(t => t.Debit.Kind == LedgerKind.Credit))
                    Require(CreditPurpose.MaySettle(spent.Debit.Purpose, charge), "Earmarked money settles its own order's charges");
            }

            foreach (var account in _accounts)
            {
                var open = _ofCharge.Keys.Select(id => _state.Charge(id)!)
                    .Where(charge => charge.Account == account && charge.OpenMinor > 0).ToHashSet();
                Require(
                    open.SetEquals(RandomBusiness.Currencies.Distinct().SelectMany(currency => _state.OpenCharges(account, currency))),
                    "The open charges of an account are all that are open");
            }
        }

        private void CheckPayments()
        {
            foreach (var (id, transfers) in _ofPayment)
            {
                var payment = _state.Payment(id)!;
                var capturedMinor = payment.Status == PaymentStatus.Captured ? payment.Amount!.Value.AmountMinor : 0;
                Require(NetMinor(transfers, LedgerKind.Clearing) == capturedMinor - payment.ReversedMinor,
                    "Captured money that has not left stands in clearing");
                Require(payment.AllocatedMinor + payment.UnallocatedMinor == capturedMinor - payment.ReversedMinor,
                    "Allocated and unallocated are what was captured and has not left");
                Require(-NetMinor(transfers, LedgerKind.Receivable) == payment.AllocatedMinor, "Allocated is what settles charges");
                Require(_state.CreditsOf(id).Sum(credit => credit.AmountMinor) == payment.UnallocatedMinor,
                    "Its credits are what is unallocated");
                Require(_state.CreditsOf(id).All(credit => credit.AmountMinor >= 0), "None of its credits is below zero");
                Require(payment.Events == _events[id.Value], "It has as many events as it says");
            }

            foreach (var credit in Balances().Where(balance => balance.Key.Kind == LedgerKind.Credit)
                .GroupBy(balance => (balance.Key.Holder, balance.Key.Currency)))
            {
                var unallocatedMinor = _ofPayment.Keys.Select(id => _state.Payment(id)!)
                    .Where(payment => payment.Account.Value == credit.Key.Holder && payment.Amount?.Currency == credit.Key.Currency)
                    .Sum(payment => payment.UnallocatedMinor);
                Require(-credit.Sum(balance => balance.Value) == unallocatedMinor,
                    "A customer's credit is the unallocated money of its payments");
            }
        }

        private void CheckOrders()
        {
            foreach (var order in _orders.Select(id => _state.Order(id)!))
            {
                var earmarkedMinor = _transfers.Where(t => t.Credit.Purpose == CreditPurpose.Earmarked(order.Id)).Sum(t => t.AmountMinor);
                Require(order.DepositDueMinor >= 0 && order.DepositPaidMinor >= 0, "A deposit is paid at most once");
                Require(order.DepositPaidMinor <= earmarkedMinor, "A paid deposit is earmarked money");
            }
        }

        /// <summary>Debits less credits of a kind, minor units.</summary>
        private static long NetMinor(IEnumerable<Transfer> transfers, LedgerKind kind) =>
            transfers.Sum(t => t.Debit.Kind == kind ? t.AmountMinor : t.Credit.Kind == kind ? -t.AmountMinor : 0);

        /// <summary>Debits less credits.</summary>
        private Dictionary<LedgerAccount, long> Balances()
        {
            var balances = new Dictionary<LedgerAccount, long>();
            foreach (var transfer in _transfers)
            {
                balances[transfer.Debit] = balances.GetValueOrDefault(transfer.Debit) + transfer.AmountMinor;
                balances[transfer.Credit] = balances.GetValueOrDefault(transfer.Credit) - transfer.AmountMinor;
            }

            return balances;
        }

        private static void Require(bool holds, string rule) => Assert.True(holds, rule);
    }
}
