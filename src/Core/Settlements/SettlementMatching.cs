using System.Numerics;
using Quittance.Core.Ledger;

namespace Quittance.Core.Settlements;

/// <summary>The use found for a line of a statement, or the reason why none was found.</summary>
public sealed record SettlementMatch
{
    /// <summary>The certain or proposed use; null for none.</summary>
    public SettlementUse? Use { get; init; }

    /// <summary>Whether the line is booked without an operator; else it is a proposal.</summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>The word with which the finding of a proposal begins.</summary>
    public const string ProposalWord = "Proposal:";

    public bool IsProposal => Use is not null && !IsCertain;

    /// <summary>The customer's account and its slot; null for no customer.</summary>
    public (AccountId Id, int Slot)? Account { get; init; }

    /// <summary>The payment in the books that it is about.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>Whether that payment waits for this money.</summary>
    public bool Completes { get; init; }

    /// <summary>The capture that the line approves, where the payment waits for an announced transfer; else null.</summary>
    public AttemptId? Transfer { get; init; }

    /// <summary>Whether the bank takes that payment back, or gives it back after it took it.</summary>
    public bool IsReturn { get; init; }

    /// <summary>The sum of payments that the bank takes back by it; null for another use.</summary>
    public NamedLump? Lump { get; init; }

    /// <summary>The number of the customer whose money it is, where it settles what the customer owes; null for another use.</summary>
    public long? Customer { get; init; }

    /// <summary>The collection that the bank pays by it; null for another use.</summary>
    public NamedCollection? Collection { get; init; }

    /// <summary>The charges that a new payment settles, in this order.</summary>
    public IReadOnlyList<NamedCharge> Charges { get; init; } = [];

    /// <summary>What its text tells of the amounts of the charges, so that a person decides; null for nothing.</summary>
    public string? ByText { get; init; }

    /// <summary>The words for the payment or the charges.</summary>
    public string Named { get; init; } = "";

    /// <summary>Whether the line pays exactly the open amount.</summary>
    public bool IsExact { get; init; } = true;

    /// <summary>Whether it pays more than is open of its charges, so that the rest is the customer's credit.</summary>
    public bool LeavesCredit { get; init; }

    /// <summary>What speaks for the owner of a line that names nothing; none where something speaks against the owner.</summary>
    public Witness Witnesses { get; init; }

    /// <summary>Whether two witnesses speak for it, and the line pays exactly what is open.</summary>
    public bool HasTwoWitnesses => IsExact && BitOperations.PopCount((uint)Witnesses) > 1;

    /// <summary>The shortfall of the charges that it pays; null for nothing.</summary>
    public Shortfall? Shortfall { get; init; }

    /// <summary>The object that the line settles: no second line can settle it.</summary>
    public Guid? Settles { get; init; }

    /// <summary>The provider whose payout or report it is.</summary>
    public string? Provider { get; init; }

    /// <summary>
    /// The reason why it is not booked, for an operator: the proposal and its evidence, or why there is none. Empty where the match is
    /// certain.
    /// </summary>
    public string Finding { get; init; } = "";

    /// <summary>
    /// Whether it is money of a customer, and the line names nothing that is open: its amount and its payer may lead to one.
    /// </summary>
    public bool NamesNothing { get; init; }

    /// <summary>The open charges that the line names and of which it pays more than is open; none for another line.</summary>
    public IReadOnlyList<NamedCharge> Overpaid { get; init; } = [];

    /// <summary>Whether the customers to whom the line leads tell more of it.</summary>
    public bool AsksLeads => NamesNothing || Overpaid.Count > 0;

    /// <summary>Whether the line names something, and that is settled.</summary>
    public bool NamesSettled { get; init; }

    /// <summary>
    /// Whether the line names nothing of ours and no use is found, so that a rule of the merchant may say what it is.
    /// </summary>
    public bool IsLeftToRules { get; init; }

    /// <summary>Whether the payer of an incoming line is known as a customer: no rule decides such a line alone.</summary>
    public bool LeadsToPayers { get; init; }

    /// <summary>The rule of the merchant that says what the line is; null where none does.</summary>
    public LineRule? Rule { get; init; }

    public static SettlementMatch None(string finding) => new() { Finding = finding };
}

/// <summary>
/// Finds the use of a line of a statement where it is certain, and leaves likely uses to an operator: money booked for the wrong
/// customer costs more than a line that waits.
/// </summary>
public static class SettlementMatching
{
    /// <summary>
    /// A name of so many characters counts by itself. Texts have shorter ones by chance, so they count only beside their customer's.
    /// </summary>
    private const int TellingLength = 6;

    /// <summary>So few bare digits name no customer by themselves: years and amounts look the same.</summary>
    private const int LongestYear = 4;

    // A transfer of which banks kept charges pays what was sent.
    public static SettlementMatch Match(SettlementLine line, MatchEvidence evidence)
    {
        var match = OfMade(line, evidence) ?? OfSent(Sent(line), evidence with { Payouts = OwnOf(line, evidence.Payouts) });
        // Charges that make it more than is open may have been taken elsewhere: no customer gets them as credit.
        if (match.Overpaid.Count > 0 && line.FeeMinor > 0)
            match = match with { Overpaid = [] };
        // Nor does a bill get them that stays open: nothing says then that so much was sent.
        if (match is { Use: SettlementUse.Transfer, IsCertain: true, IsExact: false, Payment: null } && line.FeeMinor > 0)
        {
            match = match with
            {
                IsCertain = false,
                Finding = $"Proposal: {match.Named}. Evidence: the amount is a part of what is open; the bank tells charges of it, "
                    + "which may have been taken elsewhere.",
            };
        }
        if (line.IsCorrection)
            return OfCorrection(match);
        return match.Use is null && IsNewOfTheBank(line) && !NamesOurs(line, evidence) ? match with { IsLeftToRules = true } : match;
    }

    /// <summary>A line that corrects an earlier one waits for a person, who says what the earlier one is then.</summary>
    private static SettlementMatch OfCorrection(SettlementMatch match) => match.IsProposal ? match
        : SettlementMatch.None($"Note that {Corrects}. {(match.Use is null ? match.Finding : "Say what it is.")}");

    private const string Corrects = "the bank corrects an earlier line by it: unbook that one or ignore it, so that the money counts once";

    /// <summary>Whether the bank shows it as an entry of its own that brings nothing back.</summary>
    private static bool IsNewOfTheBank(SettlementLine line) =>
        line is { IsOfTheBank: true, ComesBack: false, IsReversal: false, WasUnbooked: false };

    /// <summary>
    /// Whether a line names something of ours, also what is settled. A bare number of a few digits may be a year, unless its amount fits.
    /// </summary>
    private static bool NamesOurs(SettlementLine line, MatchEvidence evidence)
    {
        var amount = line.Gross with { AmountMinor = Math.Abs(line.Gross.AmountMinor) };
        return evidence is not { Made: null, Payouts.Count: 0, Debits.Count: 0, Collections.Count: 0, Returns.Count: 0 }
            || evidence.Charges.Any(charge => IsTelling(charge.Name) || charge.Open == amount)
            || evidence.Payments.Any(payment => IsTelling(payment.Name) || payment.Amount == amount)
            || evidence.Payers.Any(IsTelling);
    }

    /// <summary>The line with what was sent, where banks kept charges of it.</summary>
    internal static SettlementLine Sent(SettlementLine line) =>
        line is { Kind: SettlementLineKind.Entry, FeeMinor: > 0 } ? line with { Amount = line.Gross, FeeMinor = 0 } : line;

    /// <summary>
    /// The payout that has the line's own reference; without one, all that the line names. The reference of a debit's return begins with
    /// that of its collection, and what takes money back is no payout that another line has brought.
    /// </summary>
    public static IReadOnlyList<NamedPayout> OwnOf(SettlementLine line, IReadOnlyList<NamedPayout> payouts) =>
        payouts.Where(payout => payout.Reference == line.EndToEnd).ToList() is { Count: > 0 } own ? own
            : line.TakesBack ? [.. payouts.Where(payout => !payout.IsSettled)] : payouts;

    private static SettlementMatch OfSent(SettlementLine line, MatchEvidence evidence) => line.Kind switch
    {
        SettlementLineKind.Entry => DebitMatching.OfDebit(line, evidence) ?? DebitMatching.OfLump(evidence) ?? OfPayout(line, evidence)
            ?? DebitMatching.OfCollection(line, evidence)
            ?? (line.Amount.AmountMinor > 0 ? OfCustomers(line, evidence) : DebitMatching.OfMoneyOut(evidence)),
        SettlementLineKind.Payment or SettlementLineKind.Refund or SettlementLineKind.Chargeback => OfReport(line, evidence),
        SettlementLineKind.Fee => new SettlementMatch { Use = SettlementUse.Fee, Provider = line.Account },
    };

    /// <summary>
    /// Incoming money: the one customer with enough evidence; else a proposal, where all evidence leads to one customer; else the first
    /// reason why not.
    /// </summary>
    private static SettlementMatch OfCustomers(SettlementLine line, MatchEvidence evidence)
    {
        List<SettlementMatch> found =
            [.. OfPayments(line, evidence).Concat(OfCharges(line, evidence)).Concat(OfPayers(line, evidence))
            .Select(one => Weighed(line, one, evidence))];
        var certain = found.Where(one => one.Use is not null && one.IsCertain).DistinctBy(one => one.Account).ToList();
        if (certain is [var only])
            return only;
        if (certain.Count > 1)
            return SettlementMatch.None("What it names is of several customers.");
        if (found.Where(one => one.IsProposal).DistinctBy(one => one.Account).ToList() is [var proposal])
            return proposal;
        if (found.FirstOrDefault(one => one.Use is null) is { } reason)
            return reason;
        if (found.Count > 0)
            return SettlementMatch.None($"What it names is of several customers: {string.Join(" ", found.Select(one => one.Finding))}");
        var nothing = SettlementMatch.None(NamedByChance(evidence) is { } name
            ? $"Only {name} names something here, and so short a name may stand there by chance."
            : "It names nothing that is open here.");
        return nothing with { NamesNothing = true };
    }

    /// <summary>A match with the evidence for it: certain, or a proposal.</summary>
    private static SettlementMatch Weighed(SettlementLine line, SettlementMatch match, MatchEvidence evidence)
    {
        if (match.Use is null)
            return match;
        var account = match.Account!.Value.Id;
        var holder = evidence.Holders.Single(one => one.Account == account);
        if (holder.Currency != line.Amount.Currency)
        {
            return SettlementMatch.None(
                $"It is in {line.Amount.Currency.Code}, and the customer of {match.Named} is billed in {holder.Currency.Code}.");
        }

        var names = evidence.Leads.Where(lead => lead.Account == account).Select(lead => lead.Name).ToList();
        // A number of a bill may have the form of a reference by chance: what counts is that a payment link has it.
        var isTransfer = names.Any(name => evidence.Transfers.Contains(name) && !evidence.Shared.Contains(name));
        var isTelling = isTransfer || names.Any(name => EvidenceRule.IsTelling(name) && !evidence.Shared.Contains(name));
        var witnesses = (holder.SharesAmount ? Witness.None : Witness.SoleAmount)
            | (holder is { IsPayer: true, SharesName: false } ? Witness.Holder : Witness.None)
            | (NamesTwoThings(names, IsCustomerNamed(account, evidence)) ? Witness.TwoNames : Witness.None)
            | (holder.IsPaidFromAccount ? Witness.KnownAccount : Witness.None)
            | (isTransfer ? Witness.TransferReference : Witness.None)
            | (line.Counterparty is not null && IsSoleBill(match, holder, evidence) ? Witness.SoleBill : Witness.None);
        // Only an operator gives a shortfall up.
        var isOfTheCustomer = line is { ComesBack: false, IsOfSeveral: false, IsCorrection: false };
        if (match is { Shortfall: null, ByText: null } && isOfTheCustomer && EvidenceRule.IsEnough(isTelling, match.IsExact, witnesses))
            return match;
        List<string> said =
        [
            .. holder is { IsPayer: false, SharesName: true } ? (string[])["the payer is another customer by name"] : [],
            $"it names {string.Join(", ", names)}",
            .. match.Shortfall is { } missing ? (IEnumerable<string>)[TextOf(missing)]
                : [match.IsExact ? "the amount is exactly what is open" : "the amount is a part of what is open",
                    holder.SharesAmount ? "other customers owe that amount too" : "no other customer owes that amount"],
            .. match.ByText is { } told ? (string[])[told] : [],
        ];
        if (line.IsCorrection)
            said.Add(Corrects);
        if (line.ComesBack)
            said.Add(MayBeOurs);
        else if (line.IsOfSeveral)
            said.Add("it is of several payments, of which others may be somebody else's");
        else if (holder.IsPayer && match.Shortfall is not null)
            said.Add("the payer has the customer's name");
        else if (holder.IsPayer)
            said.Add("the payer may be several customers by name");
        else if (holder.Name is not null && line.Counterparty is not null && !holder.SharesName)
            said.Add("the payer has another name than the customer");
        return match with { IsCertain = false, Finding = $"Proposal: {match.Named}. Evidence: {string.Join("; ", said)}." };
    }

    /// <summary>The words for a line that <see cref="SettlementLine.ComesBack"/>.</summary>
    internal const string MayBeOurs = "the bank says that it comes back, so it may be no customer's payment";

    private static string TextOf(Shortfall shortfall)
    {
        var kind = shortfall.Kind switch
        {
            ShortfallKind.Fee => "a fee",
            ShortfallKind.Rounding => "rounding",
            ShortfallKind.Discount => "a discount",
        };
        return $"{shortfall.Amount} is missing, which is within your tolerance and is booked as {kind}";
    }

    /// <summary>Whether a line names one bill by its whole number, and nothing says that it is another customer's money.</summary>
    private static bool IsSoleBill(SettlementMatch match, NamedHolder holder, MatchEvidence evidence) =>
        match.Charges is [var bill] && EvidenceRule.IsTelling(bill.Name) && !evidence.Shared.Contains(bill.Name)
        && evidence.Charges.All(charge => charge.Id == bill.Id || charge.Open.AmountMinor <= 0)
        && evidence.Leads.All(lead => lead.Account == holder.Account) && !holder.SharesName && !holder.IsPaidElsewhere;

    /// <summary>
    /// The match of a line whose report is booked: a server died between the two. Null where there is no such report, or a part of it is
    /// open.
    /// </summary>
    private static SettlementMatch? OfMade(SettlementLine line, MatchEvidence evidence) =>
        evidence.Made is { IsSettled: false, IsContradicted: false } made && made.Total == line.Amount ? Of(made) : null;

    private static SettlementMatch Of(NamedPayout payout) =>
        new() { Use = SettlementUse.Payout, Provider = payout.Provider, Settles = payout.Report.Value };

    private static SettlementMatch? OfPayout(SettlementLine line, MatchEvidence evidence)
    {
        if (evidence.Payouts.Count == 0)
            return null;
        if (evidence.Payouts is not [var payout])
            return SettlementMatch.None("It names several payouts.");
        if (payout.IsSettled)
            return SettlementMatch.None($"Another line is booked for payout {payout.Reference}.");
        if (payout.IsContradicted)
            return SettlementMatch.None($"Other lines are booked for a part of what it pays, {payout.Reference}.");
        return payout.Total == line.Amount
            ? Of(payout)
            : SettlementMatch.None($"Payout {payout.Reference} is {payout.Total}, not {line.Amount}.");
    }

    private static IEnumerable<SettlementMatch> OfPayments(SettlementLine line, MatchEvidence evidence)
    {
        var waiting = evidence.Payments
            .Where(payment => (payment.WaitsForMoney || payment.WaitsForStatement || payment.Transfer is not null)
                && Counts(payment.Name, payment.Account, evidence)).ToList();
        foreach (var found in waiting)
        {
            if (OtherPayer(found.Account, evidence) is { } other)
                yield return SettlementMatch.None($"It names customer {other.Name}, and payment {found.Number} is another customer's.");
            else if (found.Amount != line.Amount && found.Transfer is not null)
                yield return SettlementMatch.None($"Payment {found.Number} waits for a transfer of {found.Amount}, not {line.Amount}.");
            else if (found.Amount != line.Amount)
                continue;
            else if (waiting.Count(one => one.Amount == line.Amount && one.Account == found.Account) > 1)
                yield return SettlementMatch.None("It names several payments of this amount.");
            else
                yield return OfPayment(found);
        }
    }

    private static SettlementMatch OfPayment(NamedPayment payment) => new()
    {
        Use = SettlementUse.Transfer,
        Account = (payment.Account, payment.Slot),
        Payment = payment.Id,
        Completes = payment.WaitsForMoney,
        Transfer = payment.Transfer,
        Named = $"payment {payment.Number}",
    };

    private static IEnumerable<SettlementMatch> OfCharges(SettlementLine line, MatchEvidence evidence)
    {
        var named = evidence.Charges.Where(charge => Counts(charge.Name, charge.Account, evidence)).ToList();
        if (named.Count == 0)
            return [];
        var owed = named.Where(charge => charge.Open.AmountMinor > 0).ToList();
        if (owed.Count == 0)
        {
            return [SettlementMatch.None($"What it names is settled already: {Names(named)}.") with
            {
                NamesNothing = true,
                NamesSettled = true,
            }];
        }

        var open = owed.Where(charge => charge.Open.Currency == line.Amount.Currency).ToList();
        if (open.Count == 0)
        {
            return [SettlementMatch.None(
                $"It is in {line.Amount.Currency.Code}, and what it names is owed in {owed[0].Open.Currency.Code}: {Names(owed)}.")];
        }

        foreach (var charge in open)
        {
            if (OtherPayer(charge.Account, evidence) is { } other)
                return [SettlementMatch.None($"It names customer {other.Name}, and charge {charge.Name} is another customer's.")];
        }

        if (OfTold(line, open, evidence) is { } byText)
            return [byText];
        // A payment of the exact amount counts alone; the text may name others by chance.
        var exact = open.Where(charge => charge.Open == line.Amount).ToList();
        if (exact.Count > 0)
            return exact.GroupBy(charge => charge.Account).Select(ofOne => OfOne(line, [.. ofOne], evidence));
        return open.DistinctBy(charge => charge.Account).Count() > 1
            ? [SettlementMatch.None($"It names charges of several customers: {Names(open)}.")]
            : [OfOne(line, open, evidence)];
    }

    /// <summary>
    /// A payment of charges of which the line tells what it pays of each; null where it tells nothing. It is no proposal where that is
    /// what is open of each.
    /// </summary>
    private static SettlementMatch? OfTold(SettlementLine line, List<NamedCharge> open, MatchEvidence evidence)
    {
        if (ToldAmounts.Of(line, evidence) is not { } told || open.DistinctBy(charge => charge.Account).Count() > 1)
            return null;
        var paid = open.Where(charge => told.OfCharges.ContainsKey(charge.Id)).ToList();
        if (told.AreOf(paid))
        {
            return paid.TrueForAll(charge => told.OfCharges[charge.Id] == charge.Open.AmountMinor) ? Paying(line, paid)
                : Paying(line, paid) with { IsExact = false, ByText = "its text tells what it pays of each" };
        }

        if (open.Sum(charge => charge.Open.AmountMinor) != line.Amount.AmountMinor)
            return SettlementMatch.None($"Its text tells other amounts, or of other bills, than are open on {Names(open)}.");
        return Paying(line, open) with
        {
            ByText = told.IsAll && paid.Count == told.OfCharges.Count ? "its text tells other amounts of each"
                : "its text tells amounts of other bills, too",
        };
    }

    /// <summary>A payment of charges of one customer.</summary>
    private static SettlementMatch OfOne(SettlementLine line, List<NamedCharge> open, MatchEvidence evidence)
    {
        if (open.Where(charge => charge.Open == line.Amount).ToList() is [var exact])
            return Paying(line, [exact]);
        var due = new Money(open.Sum(charge => charge.Open.AmountMinor), line.Amount.Currency);
        if (due == line.Amount)
            return Paying(line, open);
        if (due.AmountMinor < line.Amount.AmountMinor)
        {
            return SettlementMatch.None($"It is more than is open on {Names(open)}: {due}.") with
            {
                // Who names something else, also what is settled, may have paid it with the rest.
                Overpaid = evidence.Leads.All(lead => lead.Account == open[0].Account && !evidence.Shared.Contains(lead.Name))
                    && open.TrueForAll(charge => EvidenceRule.IsTelling(charge.Name)) ? open : [],
            };
        }

        if (WithShortfall(line, open, due, evidence) is { } lessened)
            return lessened;
        return open is [var only] && IsLong(only.Name)
            ? Paying(line, open) with { IsExact = false }
            : SettlementMatch.None($"It is less than is open on {Names(open)}: {due}.");
    }

    private static IEnumerable<SettlementMatch> OfPayers(SettlementLine line, MatchEvidence evidence)
    {
        foreach (var payer in evidence.Payers.Where(IsTelling))
        {
            if (OtherPayer(payer.Account, evidence) is { } other)
                yield return SettlementMatch.None($"It names several customers: {payer.Name}, {other.Name}.");
            else
                yield return OfPayer(line, payer, evidence);
        }
    }

    /// <summary>A payment of which a shortfall within the merchant's tolerance did not come; null for none.</summary>
    private static SettlementMatch? WithShortfall(
        SettlementLine line, IReadOnlyList<NamedCharge> charges, Money due, MatchEvidence evidence)
    {
        var missing = due with { AmountMinor = due.AmountMinor - line.Amount.AmountMinor };
        return evidence.Tolerance is { } tolerance && tolerance.Covers(due, missing)
            && Paying(line, charges) is { Use: not null, Payment: null } paying
                ? paying with { Shortfall = new Shortfall(missing, tolerance.Kind) } : null;
    }

    private static SettlementMatch OfPayer(SettlementLine line, NamedPayer payer, MatchEvidence evidence)
    {
        var open = payer.Open.Where(charge => charge.Open.Currency == line.Amount.Currency).ToList();
        var exact = open.Where(charge => charge.Open == line.Amount).ToList();
        if (exact.Count == 1)
            return Paying(line, exact);
        if (open.Count > 0 && open.Sum(charge => charge.Open.AmountMinor) == line.Amount.AmountMinor)
            return Paying(line, open);
        var lessened = open.Select(charge => WithShortfall(line, [charge], charge.Open, evidence)).OfType<SettlementMatch>().ToList();
        if (lessened is [var only])
            return only;
        return SettlementMatch.None(
            open.Count == 0
                ? $"Customer {payer.Name} owes nothing in {line.Amount.Currency.Code}."
                : $"Customer {payer.Name} owes other amounts: "
                    + $"{string.Join(", ", open.Take(3).Select(charge => charge.Open.ToString()))}{(open.Count > 3 ? ", …" : "")}.") with
        {
            NamesNothing = open.Count == 0,
            NamesSettled = open.Count == 0,
        };
    }

    private static SettlementMatch OfReport(SettlementLine line, MatchEvidence evidence)
    {
        if (evidence.Payments is not [var payment])
        {
            return SettlementMatch.None(
                evidence.Payments.Count == 0 ? "There is no such payment in the books." : "It names several payments.");
        }

        if (payment.Holder is null)
            return SettlementMatch.None($"Payment {payment.Number} is not captured in the books.");
        if (payment.Holder != line.Account)
            return SettlementMatch.None($"The books have the money of payment {payment.Number} at {payment.Holder}.");
        if (line.Kind == SettlementLineKind.Payment && payment.IsSettled)
            return SettlementMatch.None($"Another line is booked for payment {payment.Number}.");
        if (line.Kind == SettlementLineKind.Payment && payment.Amount?.AmountMinor != line.Amount.AmountMinor + line.FeeMinor)
            return SettlementMatch.None($"Payment {payment.Number} is {payment.Amount} in the books.");
        if (line.IsUnreportedChargeback)
        {
            return SettlementMatch.None(
                $"The payer took money of payment {payment.Number} back, as the {line.Account} says. Say that the line is about it: then "
                + "the payment is reversed, and what it paid is open again.");
        }

        return new SettlementMatch
        {
            Use = SettlementUse.Reported,
            Account = (payment.Account, payment.Slot),
            Payment = payment.Id,
            Provider = line.Account,
            Settles = line.Kind == SettlementLineKind.Refund ? payment.Attempt : null,
        };
    }

    /// <summary>Whether the line names something of a customer: by a long name, beside the customer, or through the customer.</summary>
    private static bool Counts(string name, AccountId account, MatchEvidence evidence) =>
        IsLong(name) || IsCustomerNamed(account, evidence)
        || evidence.Holders.Any(holder => holder.Account == account
            && (holder.IsPaidFromAccount || holder is { IsPayer: true, SharesName: false }));

    /// <summary>A number in two spellings (<c>8942</c>, <c>008942</c>) is one name.</summary>
    private static bool NamesTwoThings(IEnumerable<string> names, bool isCustomerNamed) =>
        names.Where(name => isCustomerNamed || IsLong(name)).DistinctBy(SettlementWording.WithoutZeros).Skip(1).Any();

    private static bool IsLong(string name) => SettlementWording.WithoutZeros(name).Length >= TellingLength;

    private static bool IsCustomerNamed(AccountId account, MatchEvidence evidence) =>
        evidence.Payers.Any(payer => payer.Account == account && IsTelling(payer));

    /// <summary>Another customer that the line names; null for none.</summary>
    private static NamedPayer? OtherPayer(AccountId account, MatchEvidence evidence) =>
        evidence.Payers.FirstOrDefault(payer => payer.Account != account && IsTelling(payer));

    private static bool IsTelling(NamedPayer payer) => IsTelling(payer.Name);

    private static bool IsTelling(string name) =>
        SettlementWording.WithoutZeros(name).Length > LongestYear || !name.All(char.IsAsciiDigit);

    private static string? NamedByChance(MatchEvidence evidence) =>
        evidence.Payments.Select(payment => payment.Name).Concat(evidence.Charges.Select(charge => charge.Name))
            .Concat(evidence.Payers.Select(payer => payer.Name))
            .FirstOrDefault(name => !IsLong(name));

    /// <summary>A payment of these charges of one customer: a new one, or the one that waits for their announced transfer.</summary>
    internal static SettlementMatch Paying(SettlementLine line, IReadOnlyList<NamedCharge> charges)
    {
        var paying = new SettlementMatch
        {
            Use = SettlementUse.Transfer,
            Account = (charges[0].Account, charges[0].Slot),
            Charges = charges,
            Named = $"{(charges.Count == 1 ? "charge" : "charges")} {Names(charges)}",
        };
        if (charges.Select(charge => charge.Transfer).FirstOrDefault(transfer => transfer is not null) is not { } awaited)
            return paying;
        return awaited.Amount == line.Amount
            ? paying with { Charges = [], Payment = awaited.Payment, Transfer = awaited.Capture, Named = $"payment {awaited.Number}" }
            : SettlementMatch.None(
                $"The customer announced a transfer of {awaited.Amount} for {Names(charges)}, payment {awaited.Number}, and this is "
                + $"{line.Amount}. "
                + "Where the customer will not send that too, settle its attempt as declined, and say what the line pays.");
    }

    private static string Names(IEnumerable<NamedCharge> charges) => string.Join(", ", charges.Select(charge => charge.Name));
}
