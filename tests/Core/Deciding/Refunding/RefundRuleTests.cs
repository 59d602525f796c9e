using FsCheck;
using FsCheck.Fluent;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;

namespace Quittance.Tests.Deciding.Refunding;

/// <summary>The rules of refunds hold after any payments, disputes and refunds, and for any answers of a provider.</summary>
public sealed class RefundRuleTests
{
    private static readonly string[] Charges = ["bill 0", "bill 1", "bill 2"];

    private static Gen<Step> Steps =>
        from kind in Gen.Choose(0, 9)
        from one in Gen.Choose(0, 3)
        from other in Gen.Choose(0, 3)
        from amountMinor in Gen.Choose(1, 40)
        select new Step(kind, one, other, amountMinor);

    private static Arbitrary<Step[]> Sequences => Arb.From(
        Steps.ArrayOf(40), steps => Enumerable.Range(0, steps.Length).Select(left => steps.Where((_, index) => index != left).ToArray()));

    [Fact]
    public void Rules_HoldAfterEveryStep() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Sequences, steps =>
        {
            var business = new Business();
            foreach (var step in steps)
            {
                business.Do(step);
                business.CheckRules();
            }
        }));

    [Fact]
    public void Refund_ThatFails_LeavesBalancesAsTheyWere() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Sequences, Steps.ToArbitrary(), (steps, last) =>
        {
            var business = new Business();
            foreach (var step in steps)
                business.Do(step);
            var before = business.Balances();
            var asked = last.Kind % 2 == 0 ? business.Refund(last) : business.RefundCredit(last);
            foreach (var attempt in asked.Where(refund => refund.Attempt is not null).Select(refund => refund.Attempt!.Value))
                business.Hear(attempt, ProviderAnswer.Declined(DeclineReason.Declined));
            business.CheckRules();
            // Cash has been given back all the same.
            if (asked.All(refund => refund.Attempt is not null || refund.Payment is null))
                Assert.Equal(before, business.Balances());
        }));

    /// <summary>Random business must end in all sorts of ways, or the properties above would prove little.</summary>
    [Fact]
    public void RandomBusiness_MeetsEveryWayThatARefundCanGo()
    {
        var all = Sequences.Generator.Sample(2500).Select(steps =>
        {
            var business = new Business();
            foreach (var step in steps)
                business.Do(step);
            return business;
        }).ToList();

        foreach (var status in Enum.GetValues<RefundStatus>())
        {
            Assert.Contains(all, business => business.All.Any(refund => refund.Payment is null && refund.Status == status));
            Assert.Contains(all,
                business => business.All.Any(refund => refund.ShareOf is null && refund.Attempt is not null && refund.Status == status));
        }

        Assert.Contains(all, business => business.All.Any(refund => refund is { Payment: not null, Attempt: null }));
        foreach (var refusal in (
            Refusal[])[Refusal.AttemptSettled, Refusal.PaymentUnknown, Refusal.PaymentDisputed, Refusal.ExceedsRefundable])
        {
            Assert.Contains(all, business => business.Refused.Contains(refusal));
        }

        Assert.Contains(all, business => business.Forgave);
    }

    internal readonly record struct Step(int Kind, int One, int Other, int AmountMinor);

    private sealed class Business
    {
        private readonly Collecting _anna = Collecting.Anna([.. Charges.Select((charge, index) => (charge, 20L + (index * 10)))]);
        private readonly List<string> _payments = [];
        private readonly List<Transfer> _transfers = [];
        private readonly List<RefundId> _refunds = [];

        public List<Refusal> Refused { get; } = [];

        public bool Forgave => Charges.Any(charge => _anna.State.Charge(Given.ChargeId(charge))!.CreditedMinor > 0);

        public IEnumerable<Refund> All => _refunds.Select(id => _anna.State.Refund(id)!);

        private IEnumerable<Refund> Asked => All.Where(refund => refund.Attempt is not null);

        public void Do(Step step)
        {
            switch (step.Kind)
            {
                case 0:
                    Note(_anna.PaysInCash(NewPayment(), step.AmountMinor * 2, PartsOf(step)));
                    break;
                case 1 or 2:
                    PayByCard(step);
                    break;
                case 3 or 4:
                    Refund(step);
                    break;
                case 5:
                    RefundCredit(step);
                    break;
                case 6 or 7 when Asked.ToList() is { Count: > 0 } asked:
                    Hear(asked[step.AmountMinor % asked.Count].Attempt!.Value, AnswerOf(step));
                    break;
                case 8 when _payments.Count > 0:
                    Note(_anna.Do(new AllocatePayment(
                        Given.Origin, Given.Target(), Collecting.Id(Payment(step)),
                        [Part.Charge(Given.ChargeName(Charges[step.Other % 3]), step.AmountMinor)])));
                    break;
                case 9 when _payments.Count > 0 && _anna.HasAttempt(Payment(step), Verb.Authorise):
                    Note(step.Other < 2
                        ? _anna.Disputes(Payment(step), step.AmountMinor, reference: $"dispute of {Payment(step)}")
                        : _anna.Ends(Payment(step), won: step.Other == 2, reference: $"dispute of {Payment(step)}"));
                    break;
                default:
                    break;
            }
        }

        /// <summary>Gives some of a payment back. Returns what was asked for; nothing where it was refused.</summary>
        public IReadOnlyList<Refund> Refund(Step step) =>
            AskedBy(_anna.Refunds(
                _payments.Count == 0 ? "none" : Payment(step), $"refund {_refunds.Count}", step.Other == 0 ? null : step.AmountMinor));

        /// <summary>Gives some of the customer's credit back. Returns what was asked for; nothing where it was refused.</summary>
        public IReadOnlyList<Refund> RefundCredit(Step step)
        {
            _anna.Now += TimeSpan.FromMinutes(1);
            return AskedBy(_anna.RefundsCredit($"refund {_refunds.Count}", step.AmountMinor * 2, _payments));
        }

        public void Hear(AttemptId attempt, ProviderAnswer answer) =>
            Note(_anna.Do(new TakeAnswer(Given.Origin, _anna.State.Attempt(attempt)!, answer)));

        /// <summary>All that a customer or an operator could see of the money, in no order.</summary>
        public IReadOnlyList<string> Balances() =>
        [
            .. _payments.Select(_anna.Payment)
                .Select(payment =>
                $"{payment.Id}: {payment.AllocatedMinor} {payment.RefundedMinor} {payment.ReversedMinor} {payment.UnallocatedMinor}"),
            .. _payments.SelectMany(
                payment => _anna.State.CreditsOf(Collecting.Id(payment)).Where(credit => credit.AmountMinor != 0)
                .Select(credit => $"{payment} {credit}")).Order(StringComparer.Ordinal),
            .. _payments.SelectMany(
                payment => _anna.State.AllocationsOf(Collecting.Id(payment)).Where(allocation => allocation.AmountMinor != 0)
                .Select(allocation => $"{payment} {allocation.Charge.Id}: {allocation.AmountMinor}")).Order(StringComparer.Ordinal),
            .. Charges.Select(charge => _anna.State.Charge(Given.ChargeId(charge))!)
                .Select(charge => $"{charge.Id}: {charge.AllocatedMinor} {charge.CreditedMinor} {charge.OpenMinor}"),
            .. Ledger().Where(account => account.Value != 0).Select(account => $"{account.Key}: {account.Value}")
                .Order(StringComparer.Ordinal),
        ];

        public void CheckRules()
        {
            _anna.AddsUp(_payments);
            foreach (var payment in _payments.Select(_anna.Payment))
            {
                Require(payment.RefundableMinor >= 0 && payment.RefundedMinor >= 0, "Never more goes back than came");
                Require(_anna.State.CreditsOf(payment.Id).All(credit => credit.AmountMinor >= 0), "None of its credits is below zero");
                var takenMinor = All.Where(refund => refund.Payment == payment.Id && refund.Status != RefundStatus.Failed)
                    .Sum(refund => refund.Taken
                    .Where(transfer => transfer.Debit.Kind == LedgerKind.Credit && transfer.Credit.Kind == LedgerKind.RefundsInTransit)
                        .Sum(transfer => transfer.AmountMinor));
                Require(takenMinor == payment.RefundedMinor, "What is refunded is what refunds took that did not fail");
            }

            foreach (var charge in Charges.Select(charge => _anna.State.Charge(Given.ChargeId(charge))!))
            {
                Require(charge.AllocatedMinor + charge.CreditedMinor + charge.OpenMinor == charge.Amount.AmountMinor,
                    "A charge is settled, forgiven or open");
                Require(charge.CreditedMinor >= 0 && charge.AllocatedMinor >= 0, "Nothing is forgiven or settled below zero");
            }

            var inTransitMinor = All.Where(refund => refund is { Payment: not null, Status: RefundStatus.Pending })
                .Sum(refund => refund.Amount!.Value.AmountMinor);
            Require(inTransitMinor == -Ledger().Where(account => account.Key.Kind == LedgerKind.RefundsInTransit)
                .Sum(account => account.Value), "What is pending is in transit");
            foreach (var whole in All.Where(refund => refund.Payment is null))
                CheckWhole(whole);
        }

        private void CheckWhole(Refund whole)
        {
            var shares = All.Where(share => share.ShareOf == whole.Id).ToList();
            var (isPending, wentBack) =
                (shares.Exists(share => share.Status == RefundStatus.Pending), shares.FindAll(share => share.Status == RefundStatus.Done));
            Require(shares.Count > 1, "What several payments give back has several shares");
            Require(
                (whole.Status == RefundStatus.Pending) == isPending
                    && (whole.Status == RefundStatus.Failed) == (!isPending && wentBack.Count == 0),
                "The whole stands as its shares do, and failed when nothing went back");
            Require(
                whole.Amount!.Value.AmountMinor == (whole.Status == RefundStatus.Done ? wentBack : shares)
                    .Sum(share => share.Amount!.Value.AmountMinor),
                "The whole is what its shares are; once it is done, what went back");
        }

        private void PayByCard(Step step)
        {
            var payment = NewPayment();
            Note(_anna.Begins(payment, step.AmountMinor * 2, PartsOf(step)));
            if (!_anna.HasAttempt(payment, Verb.Authorise))
            {
                _payments.Remove(payment);
                return;
            }

            Note(_anna.Hears(payment, Verb.Authorise, ProviderAnswer.Approved));
            Note(_anna.Hears(payment, Verb.Capture, ProviderAnswer.Approved));
        }

        private List<Refund> AskedBy(Decision decision)
        {
            Note(decision);
            if (decision.Changes is not { } changes)
                return [];
            _refunds.AddRange(changes.Refunds.Select(refund => refund.Id));
            return [.. changes.Refunds];
        }

        private static IReadOnlyList<Part> PartsOf(Step step) => step.Other < 2
            ? [Part.ChargeUpTo(Given.ChargeName(Charges[step.One % 3])), Part.ChargeUpTo(Given.ChargeName(Charges[(step.One + 1) % 3]))]
            : [];

        private static ProviderAnswer AnswerOf(Step step) => step.Other switch
        {
            0 => ProviderAnswer.Declined(DeclineReason.Declined),
            1 => ProviderAnswer.Unknown,
            _ => ProviderAnswer.Approved,
        };

        private string Payment(Step step) => _payments[step.One % _payments.Count];

        private string NewPayment()
        {
            _payments.Add($"payment {_payments.Count}");
            return _payments[^1];
        }

        private void Note(Decision decision)
        {
            Refused.AddRange(decision.Faults.Select(fault => fault.Refusal));
            if (decision.Changes is not null)
                _transfers.AddRange(_anna.Last.Events.SelectMany(happened => happened.Transfers));
        }

        /// <summary>Debits less credits.</summary>
        private Dictionary<LedgerAccount, long> Ledger()
        {
            Dictionary<LedgerAccount, long> balances = [];
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
