using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Tests;

/// <summary>
/// Sequences of commands as they come at random from a few customers with a few bills and orders each, small enough that they
/// meet often. All that a command names belongs to one customer, so that the answer to a command depends on that customer's own
/// commands only: their order alone decides.
/// </summary>
internal static class RandomBusiness
{
    private const int Customers = 4;

    /// <summary>The currencies of its customers and their money.</summary>
    public static readonly Currency[] Currencies = [Currency.Parse("EUR"), Currency.Parse("EUR"), Currency.Parse("USD")];

    private static readonly string[] Labels = ["services", "postage"];

    /// <summary>Sequences of commands, each a function of its merchant, so that two merchants can be given the same.</summary>
    public static Arbitrary<Step[]> Sequences(int length) => Arb.From(
        Steps.ArrayOf(length),
        // A failing sequence is shown without the steps that it does not need.
        steps => Enumerable.Range(0, steps.Length).Select(left => steps.Where((_, index) => index != left).ToArray()));

    /// <summary>
    /// One step: what it does is a function of its numbers and its place in the sequence. Cards are few customers', so that their
    /// stories go on.
    /// </summary>
    public static Gen<Step> Steps =>
        from kind in Gen.Frequency(
            (1, Gen.Constant(0)), (5, Gen.Constant(1)), (2, Gen.Constant(2)), (9, Gen.Constant(3)), (8, Gen.Constant(4)),
            (1, Gen.Constant(5)), (12, Gen.Constant(6)), (1, Gen.Constant(7)), (6, Gen.Constant(8)),
            (3, Gen.Constant(9)), (2, Gen.Constant(10)), (12, Gen.Constant(11)), (1, Gen.Constant(12)), (1, Gen.Constant(13)),
            (25, Gen.Constant(14)))
        from customer in Gen.Choose(0, Customers - 1)
        from one in Gen.Choose(0, 5)
        from other in Gen.Choose(0, 5)
        from amountMinor in Gen.Choose(1, 40)
        from choice in Gen.Choose(0, 719)
        select new Step(kind, kind == 14 ? customer % 2 : customer, one, other, amountMinor, choice);

    /// <summary>The commands of a sequence, for one merchant.</summary>
    public static IReadOnlyList<Command> CommandsOf(IReadOnlyList<Step> steps, MerchantId merchant) =>
        [.. steps.Select((step, index) => new Writer(merchant, steps, index).Command)];

    internal readonly record struct Step(int Kind, int Customer, int One, int Other, int AmountMinor, int Choice);

    private sealed class Writer(MerchantId merchant, IReadOnlyList<Step> steps, int index)
    {
        private readonly Step _step = steps[index];

        public Command Command => _step.Kind switch
        {
            0 => Opening,
            1 => Charge,
            2 => new AskDeposit(Origin, Target, OrderNaming(_step.One), new Money(_step.AmountMinor, AccountCurrency)),
            3 => Payment,
            4 => new AllocatePayment(Origin, Target, EarlierPayment, [.. Bills.Select(bill => Part.Charge(bill, Exactly))]),
            6 => new CorrectCharge(
                Origin, Target, EarlierCharge, (DebtCorrection)Picks(5),
                Picks(2, 5) == 0 ? null : new Money(1 + (_step.AmountMinor / 2), Currency)),
            7 => new ChangeCharge(Origin, Target, EarlierCharge)
            {
                DueOn = new DateOnly(2026, 1, 1 + Picks(4)),
                Document = Picks(3) == 0 ? Bill(_step.Other) : null,
                Seen = Picks(2, 3) == 0 ? 1 : null,
            },
            8 => new UnallocatePayment(Origin, Target, EarlierPayment)
            {
                From = Picks(2) == 0 ? null : EarlierCharge,
                Amount = Picks(3, 2) == 0 ? null : new Money(1 + (_step.AmountMinor / 3), Currency),
                To = Picks(3, 7) == 0 ? [Part.Charge(Bill(_step.Other), Exactly)] : [],
            },
            9 => new CloseAccount(Origin, Target),
            10 => new ReopenAccount(Origin, Target),
            11 => Dunning,
            12 => new HoldDunning(
                Origin, Target, IsExempt: Picks(5) == 0, Picks(3, 5) == 0 ? new DateOnly(2026, 2, 1 + (index % 28)) : null),
            13 => new RemoveInstrument(Origin, Target, new InstrumentId(merchant, Id("instrument", Earlier(kind: 5, latest: 2)))),
            14 => CardStory,
            _ => new RegisterInstrument(
                Origin, Target, new InstrumentId(merchant, Id("instrument", index)), Instrument, PaymentMethod.BankCard, null),
        };

        private Origin Origin => new(merchant, 0, Guid.Empty);

        /// <summary>By name, or by an id that may not exist yet.</summary>
        private AccountTarget Target => Picks(5) == 0
            ? AccountTarget.Of(new AccountId(merchant, Id("account", _step.Customer)), Name("account", "").HomeSlot())
            : AccountTarget.Named(Name("account", ""));

        private Currency AccountCurrency => Currencies[_step.Customer % Currencies.Length];

        private Currency Currency => Picks(6) == 0 ? Currencies[^1] : AccountCurrency;

        private OpenAccount Opening =>
            new(Origin, new AccountId(merchant, Id("account", _step.Customer)), [Name("account", "")], AccountCurrency, null);

        private RaiseCharge Charge => new(
            Origin, Target, new ChargeId(merchant, Id("charge", index)), new Money(_step.AmountMinor, Currency),
            new DateOnly(2026, 1, 1 + Picks(4)))
        {
            Reference = Name("bill", $"{_step.One}"),
            Order = Picks(2) == 0 ? OrderNaming(_step.Other) : null,
            Label = Labels[Picks(2, 2)],
        };

        private RecordPayment Payment =>
            new(Origin, AccountTarget.Named(Name("account", "")), new PaymentId(merchant, Id("payment", index)), "test")
            {
                Opening = Picks(3) == 0 ? null : Opening,
                Amount = Picks(9) == 0 ? null : new Money(_step.AmountMinor, Currency),
                ReceivedBy = Picks(8) == 0 ? null : ClearingProvider.Cash,
                Instrument = Picks(5, 3) == 0 ? Instrument : null,
                InstrumentMayBeUnknown = Picks(2, 4) == 0,
                Remainder = (Remainder)Picks(2),
                Parts = Picks(4, 5) == 0 ? [] : [AnyPart(_step.One), .. Picks(3, 6) == 0 ? [AnyPart(_step.Other)] : Array.Empty<Part>()],
                Key = Picks(6, 2) == 0 ? new KeyUse(KeyNamed(_step.One), Hash(_step.Other / 3), KeepsRefusals: Picks(2) == 0) : null,
                ClientReference = Picks(6, 4) == 0 ? new ClientReference("test", $"{_step.Other}", Hash(_step.One / 3)) : null,
            };

        /// <summary>The day is later with each step, so that a level can follow another.</summary>
        private DunningCommand Dunning
        {
            get
            {
                var account = new AccountId(merchant, Id("account", _step.Customer));
                var today = new DateOnly(2026, 2, 1).AddDays(index);
                IReadOnlyList<ChargeId> overdue =
                    [.. Enumerable.Range(0, index).Select(earlier => new ChargeId(merchant, Id("charge", earlier)))];
                return Picks(4) == 0
                    ? new EndDunning(Origin, Target) { Today = today, Overdue = overdue, Disputed = [] }
                    : new StepDunning(Origin, Target, new DunningStepId(account, Picks(4, 4) == 0 ? 2 : 1, Level))
                    {
                        Number = _step.Customer,
                        Today = today,
                        Overdue = overdue,
                        Disputed = Picks(7) == 0 ? overdue : [],
                    };
            }
        }

        /// <summary>Mostly the one behind that of the customer's step before.</summary>
        private int Level => Picks(3, 8) == 0 ? 1
            : 1 + (steps.Take(index).Count(step => step.Kind == _step.Kind && step.Customer == _step.Customer) % 3);

        /// <summary>A card of ours is charged for one bill after the other, and the provider answers.</summary>
        private Command CardStory
        {
            get
            {
                var nth = steps.Take(index).Count(step => step.Kind == 14 && step.Customer == _step.Customer);
                var (bill, card) = (Name("bill", $"card {(nth - 2) / 3}"), Name("card", ""));
                return nth switch
                {
                    0 => Opening,
                    1 => new RegisterInstrument(
                        Origin, Target, new InstrumentId(merchant, Id("card", index)), card, PaymentMethod.BankCard, null)
                    {
                        Holding = new Holding(
                            new Vaulted("sandbox", new MaskedInstrument(InstrumentKind.Card, "4242")),
                            new Sealed(new byte[64], 1, SHA256.HashData([(byte)index]))),
                    },
                    _ when nth % 3 == 2 => Charge with { Amount = new Money(_step.AmountMinor, AccountCurrency), Reference = bill },
                    _ when nth % 3 == 0 => new RecordPayment(
                        Origin, AccountTarget.Named(Name("account", "")), new PaymentId(merchant, Id("payment", index)), "test")
                    {
                        Amount = new Money(40, AccountCurrency),
                        Instrument = card,
                        ChargesInstrument = true,
                        Parts = [Part.ChargeUpTo(bill)],
                    },
                    _ => Answer,
                };
            }
        }

        /// <summary>A provider's answer about the customer's last payment by card.</summary>
        private TakeAnswer Answer
        {
            get
            {
                var payment = new PaymentId(merchant, Id("payment", Earlier(kind: 14, latest: 1)));
                return new TakeAnswer(
                    Origin,
                    new Attempt(
                        AttemptId.Of(payment, Verb.Authorise, nth: 1), payment, new AccountId(merchant, Id("account", _step.Customer)),
                        Name("account", "").HomeSlot(), "sandbox", Verb.Authorise, new Money(_step.AmountMinor, AccountCurrency), default),
                    Picks(4) switch
                    {
                        0 => ProviderAnswer.Approved,
                        1 => ProviderAnswer.Declined(DeclineReason.Declined),
                        _ => ProviderAnswer.Declined(DeclineReason.InsufficientFunds),
                    });
            }
        }

        private Reference Instrument => Name("instrument", $"{_step.One % 2}");

        /// <summary>A payment of the customer's, now and then one that never was.</summary>
        private PaymentId EarlierPayment => new(merchant, Id("payment", Earlier(kind: 3, latest: 4)));

        private ChargeId EarlierCharge => new(merchant, Id("charge", Earlier(kind: 1, latest: 1)));

        /// <summary>One of the latest steps of the customer, now and then one that never was.</summary>
        private int Earlier(int kind, int latest)
        {
            var made = Enumerable.Range(0, index)
                .Where(earlier => steps[earlier].Kind == kind && steps[earlier].Customer == _step.Customer).ToList();
            return made.Count == 0 || Picks(9) == 0 ? index : made[^(1 + (_step.Choice % Math.Min(made.Count, latest)))];
        }

        private long? Exactly => Picks(3) == 0 ? null : 1 + (_step.AmountMinor / 4);

        private IEnumerable<Reference> Bills => Picks(2) == 0 ? [Bill(_step.One)] : [Bill(_step.One), Bill(_step.Other)];

        private Part AnyPart(int one)
        {
            var amountMinor = 1 + (_step.AmountMinor / 2);
            var order = Name("order", $"{one % 2}");
            return ((_step.Choice / 3) % 7) switch
            {
                0 => Part.Charge(Bill(one), Exactly),
                1 => Part.ChargeUpTo(Bill(one)),
                2 => Part.ChargeIfKnown(Bill(one), Exactly),
                3 => Part.Order(order, Labels[one / 3], amountMinor),
                4 => Part.Deposit(order, amountMinor),
                5 => Part.Prepaid(order, amountMinor),
                _ => Part.Escrow(one == 0 ? order : null, amountMinor),
            };
        }

        private OrderNaming OrderNaming(int order) => new(new OrderId(merchant, Id("order", index)), [Name("order", $"{order % 2}")]);

        /// <summary>A bill of the customer's, now and then of the next customer's.</summary>
        private Reference Bill(int bill) => Picks(11) == 0
            ? new(merchant, "test", "bill", $"{(_step.Customer + 1) % Customers}/{bill}")
            : Name("bill", $"{bill}");

        private Reference Name(string kind, string value) => new(merchant, "test", kind, $"{_step.Customer}/{value}");

        private RequestKey KeyNamed(int key) => new(merchant, "test", $"{_step.Customer}/{key}", 0);

        private static byte[] Hash(int request) => [(byte)request];

        private int Picks(int count, int digit = 1) => (_step.Choice / digit) % count;

        private static Guid Id(string kind, int number) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind} {number}")).AsSpan(0, 16));
    }
}
