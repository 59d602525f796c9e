namespace Quittance.Core.Settlements;

/// <summary>A customer to whom a line leads that names nothing: by its amount, its payer, or a name in another spelling.</summary>
/// <param name="Open">The customer's open charges, oldest due first; at most fifty.</param>
public sealed record LedCustomer(AccountId Account, int Slot, Currency Currency, IReadOnlyList<NamedCharge> Open)
{
    /// <summary>The names of the customer's account.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether the payer has the customer's name.</summary>
    public bool IsPayer { get; init; }

    /// <summary>Whether the payer's bank account has paid for the customer before.</summary>
    public bool IsPaidFromAccount { get; init; }
}

/// <summary>The customers to whom a line leads that names nothing.</summary>
/// <param name="NamesOf">The further names of their charges.</param>
/// <param name="Near">Charges by names near those of the line: with other signs between their parts, or with one other digit.</param>
public sealed record LineLeads(
    IReadOnlyList<LedCustomer> Customers, IReadOnlyDictionary<ChargeId, IReadOnlyList<string>> NamesOf, IReadOnlyList<NamedCharge> Near)
{
    /// <summary>Whether the payer has the name of a customer, or their account has paid for one, also for one who owes nothing.</summary>
    public bool IsOfACustomer { get; init; }

    /// <summary>The customers who owe the very amount of the line in one charge.</summary>
    public IReadOnlySet<AccountId> Owing { get; init; } = new HashSet<AccountId>();
}

/// <summary>
/// Proposes the use of a line that names nothing: a name in another spelling, or with one wrong digit, beside a second witness; else the
/// payer whose charges are exactly the amount. Only an operator books it.
/// <code>
/// the line has                     and                                          it is proposed
/// ------------------------------   ------------------------------------------   --------------
/// a name in another spelling       the amount, the payer's name or account      for its customer
/// a reference with a wrong digit   the amount, the payer's name or account      for its customer
/// a name with a slip of typing     the payer's name or account                  for the payer
/// nothing                          the payer's name or account, and the amount  for the payer
/// </code>
/// </summary>
public static class LeadMatching
{
    /// <summary>The proposal; null for none, and where the leads part.</summary>
    public static SettlementMatch? Match(SettlementLine line, LineLeads leads)
    {
        line = SettlementMatching.Sent(line);
        var text = new SpelledText(line.Remittance, line.EndToEnd);
        var customers = leads.Customers.Where(customer => customer.Currency == line.Amount.Currency).ToList();
        var near = NearIn(line, customers, text, leads);
        List<SettlementMatch> found = [.. near.Select(one => OfNearName(line, one, leads)).OfType<SettlementMatch>()];
        // Who names a bill pays no other one.
        if (found.Count == 0 && near.TrueForAll(one => one.IsMended))
        {
            found = [.. customers.Where(customer => customer.IsPayer || customer.IsPaidFromAccount)
                .Select(customer => OfPayer(line, customer, leads)).OfType<SettlementMatch>()];
        }

        return found is [var only] ? only : null;
    }

    /// <summary>A customer of whom a line nearly names something.</summary>
    /// <param name="Charges">The charges that it nearly names; all open ones where it nearly names the customer.</param>
    /// <param name="Why">The words for what it names.</param>
    /// <param name="IsMended">Whether one digit is another one, or a sign is mistyped.</param>
    internal sealed record NearName(LedCustomer Customer, List<NamedCharge> Charges, string Why, bool IsMended);

    /// <summary>
    /// What a line nearly names. Who names a bill in another spelling has made no slip: only where nothing is named, a slip may be meant.
    /// </summary>
    internal static List<NearName> NearIn(
        SettlementLine line, IReadOnlyList<LedCustomer> customers, SpelledText text, LineLeads leads)
    {
        List<NearName> near = [.. customers.Select(customer => NearOf(line, customer, text, leads)).OfType<NearName>()];
        return near.Count > 0 ? near
            : [.. customers.Select(customer => SlippedOf(line, customer, text, leads)).OfType<NearName>()];
    }

    /// <summary>The one bill of its payer that a line names but for a slip; null where it is none, or one of several.</summary>
    private static NearName? SlippedOf(SettlementLine line, LedCustomer customer, SpelledText text, LineLeads leads) =>
        (customer.IsPayer || customer.IsPaidFromAccount) && OpenIn(line, customer)
            .Where(charge => leads.NamesOf.GetValueOrDefault(charge.Id, []).Append(charge.Name).Any(text.HasNearly)).ToList() is [var only]
            ? new NearName(customer, [only], $"it names {only.Name} but for a slip of typing", IsMended: true) : null;

    /// <summary>What a line nearly names of a customer; null for nothing.</summary>
    private static NearName? NearOf(SettlementLine line, LedCustomer customer, SpelledText text, LineLeads leads)
    {
        var open = OpenIn(line, customer);
        var spelled = open.Where(charge => leads.NamesOf.GetValueOrDefault(charge.Id, []).Append(charge.Name).Any(text.Has)).ToList();
        if (spelled.Count > 0)
            return new NearName(customer, spelled, $"it names {NamesOf(spelled)} in another spelling", IsMended: false);
        var mended = open.Where(charge => leads.Near.Any(one => one.Id == charge.Id)).ToList();
        if (mended.Count > 0)
            return new NearName(customer, mended, $"it names {NamesOf(mended)} but for one digit", IsMended: true);
        return customer.Names.Any(text.Has)
            ? new NearName(customer, open, "it names the customer in another spelling", IsMended: false) : null;
    }

    private static SettlementMatch? OfNearName(SettlementLine line, NearName near, LineLeads leads) =>
        Paid(line, near.Charges, near.Customer.IsPayer || near.Customer.IsPaidFromAccount) is { } paid
            ? Proposal(line, near.Customer, paid, near.Why, leads, Witness.NearName) : null;

    private static SettlementMatch? OfPayer(SettlementLine line, LedCustomer customer, LineLeads leads) =>
        Paid(line, OpenIn(line, customer), isPart: false) is { } paid
            ? Proposal(line, customer, paid, "it names no open charge", leads, Witness.None) : null;

    private static List<NamedCharge> OpenIn(SettlementLine line, LedCustomer customer) =>
        [.. customer.Open.Where(charge => charge.Open.Currency == line.Amount.Currency && charge.Open.AmountMinor > 0)];

    /// <summary>The charges that the line pays: the one of its amount, or all of them; a part of one only where that may be.</summary>
    private static List<NamedCharge>? Paid(SettlementLine line, List<NamedCharge> charges, bool isPart)
    {
        if (charges.Where(charge => charge.Open == line.Amount).ToList() is { Count: > 0 } exact)
            return exact.Count == 1 ? [exact[0]] : null;
        if (charges.Count > 0 && charges.Sum(charge => charge.Open.AmountMinor) == line.Amount.AmountMinor)
            return charges;
        return isPart && charges is [var only] && only.Open.AmountMinor > line.Amount.AmountMinor ? charges : null;
    }

    private static SettlementMatch Proposal(
        SettlementLine line, LedCustomer customer, List<NamedCharge> paid, string why, LineLeads leads, Witness near)
    {
        var match = SettlementMatching.Paying(line, paid);
        if (match.Use is null)
            return match;
        var isExact = paid.Sum(charge => charge.Open.AmountMinor) == line.Amount.AmountMinor;
        List<string> said =
        [
            why, isExact ? "the amount is exactly what is open" : "the amount is a part of what is open",
            .. !isExact ? (IEnumerable<string>)[]
                : [leads.Owing.Any(account => account != customer.Account) ? "other customers owe that amount too"
                    : "no other customer owes that amount"],
        ];
        if (line.ComesBack)
            said.Add(SettlementMatching.MayBeOurs);
        if (customer.IsPayer)
            said.Add("the payer has the customer's name");
        if (customer.IsPaidFromAccount)
            said.Add("the payer's account has paid for the customer before");
        var isSole = isExact && !leads.Owing.Any(account => account != customer.Account);
        var isSolePayer = customer.IsPayer && leads.Customers.Count(one => one.IsPayer) == 1;
        var isContradicted = line.ComesBack || line.IsOfSeveral || (line.Counterparty is not null && !customer.IsPayer);
        return match with
        {
            IsCertain = false,
            IsExact = isExact,
            Witnesses = isContradicted ? Witness.None
                : near | (isSole ? Witness.SoleAmount : Witness.None) | (isSolePayer ? Witness.Holder : Witness.None)
                    | (customer.IsPaidFromAccount ? Witness.KnownAccount : Witness.None),
            Finding = $"Proposal: {match.Named}. Evidence: {string.Join("; ", said)}.",
        };
    }

    private static string NamesOf(IEnumerable<NamedCharge> charges) => string.Join(", ", charges.Select(charge => charge.Name));
}
