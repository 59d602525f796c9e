namespace Quittance.Core.Settlements;

/// <summary>A customer to whom a line leads that names nothing: by its amount, its payer, or a name in another spelling.</summary>
/// <param name="Open">The customer's open charges, oldest due first; at most fifty.</param>
public sealed record LedCustomer(AccountId Account, int Slot, Currency Currency, IReadOnlyList<NamedCharge> Open)
{
    /// <summary>The names of the customer's account.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether the payer has the customer's name.</summary>
    public bool IsPayer { get; init; }

    /// <summary>Whether the payer has no other customer's name.</summary>
    public bool IsSolePayer { get; init; }

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
/// Finds the use of a line that names nothing: a name in another spelling, or with one wrong digit, beside a second witness; else the
/// payer whose charges are exactly the amount. Also that of a line that pays more than is open of what it names.
/// <code>
/// the line has                     and                                          it is
/// ------------------------------   ------------------------------------------   ---------------------------
/// a bill in another spelling       the amount, and the payer's name or account  booked by itself
/// a name in another spelling       the amount, the payer's name or account      proposed for its customer
/// a reference with a wrong digit   the amount, the payer's name or account      proposed for its customer
/// a name with a slip of typing     the payer's name or account                  proposed for the payer
/// nothing                          the payer's name or account, and the amount  proposed for the payer
/// all that its payer owes          more than that                               booked by itself; the rest is credit
/// </code>
/// </summary>
public static class LeadMatching
{
    /// <summary>Of a customer who owes more than so many charges the others are not read.</summary>
    public const int MostOpen = 50;

    /// <summary>A text with fewer digits names no other bill.</summary>
    private const int FewestDigits = 3;

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
    internal sealed record NearName(LedCustomer Customer, List<NamedCharge> Charges, string Why, bool IsMended)
    {
        /// <summary>Whether the line has the whole numbers of the charges, but for the signs between.</summary>
        public bool IsWhole { get; init; }
    }

    /// <summary>
    /// A line that names charges of one customer and pays more than is open: it pays them, and the rest is the customer's credit. Booked
    /// by itself where its text has their names, and the payer is that customer and owes nothing else. Null where the payer is another one.
    /// </summary>
    /// <param name="named">The open charges that it names.</param>
    /// <param name="isUntouched">
    /// Whether nothing was paid on them before: else this may be the bank's word of a payment that is in the books.
    /// </param>
    public static SettlementMatch? OfOverpaid(SettlementLine line, LineLeads leads, IReadOnlyList<NamedCharge> named, bool isUntouched)
    {
        line = SettlementMatching.Sent(line);
        if (leads.Customers.FirstOrDefault(one => one.Account == named[0].Account) is not { } customer
            || customer.Currency != line.Amount.Currency || named.Any(charge => charge.Account != customer.Account)
            || (leads.IsOfACustomer && !customer.IsPayer && !customer.IsPaidFromAccount))
        {
            return null;
        }

        var match = SettlementMatching.Paying(line, named);
        if (match.Use is null || match.Transfer is not null)
            return null;
        var owesMore = customer.Open.Count >= MostOpen || customer.Open.Any(open => named.All(charge => charge.Id != open.Id));
        List<string> said =
        [
            $"it names {NamesOf(named)}", "the amount is more than what is open, and the rest is the customer's credit",
            .. owesMore ? (string[])["the customer owes something else, too"] : [], .. OfPayer(line, customer),
        ];
        return match with
        {
            IsCertain = (customer.IsSolePayer || customer.IsPaidFromAccount) && !owesMore && isUntouched && !IsContradicted(line, customer)
                && SaysNothingElse(line, leads, named),
            IsExact = false,
            LeavesCredit = true,
            Finding = FindingOf(match, said),
        };
    }

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
            .Where(charge => NamesOf(charge, leads).Any(text.HasNearly)).ToList() is [var only]
            ? new NearName(customer, [only], $"it names {only.Name} but for a slip of typing", IsMended: true) : null;

    /// <summary>What a line nearly names of a customer; null for nothing.</summary>
    private static NearName? NearOf(SettlementLine line, LedCustomer customer, SpelledText text, LineLeads leads)
    {
        var open = OpenIn(line, customer);
        var spelled = open.Where(charge => NamesOf(charge, leads).Any(text.Has)).ToList();
        if (spelled.Count > 0)
        {
            return new NearName(customer, spelled, $"it names {NamesOf(spelled)} in another spelling", IsMended: false)
            {
                IsWhole = spelled.All(charge => NamesOf(charge, leads).Any(name => EvidenceRule.IsTelling(name) && text.Has(name))),
            };
        }

        var digits = customer.IsPayer || customer.IsPaidFromAccount
            ? open.Where(charge => NamesOf(charge, leads).Any(name => EvidenceRule.IsTelling(name) && text.HasDigits(name))).ToList() : [];
        if (digits.Count > 0)
            return new NearName(customer, digits, $"it names {NamesOf(digits)} by the digits alone", IsMended: false) { IsWhole = true };
        var mended = open.Where(charge => leads.Near.Any(one => one.Id == charge.Id)).ToList();
        if (mended.Count > 0)
            return new NearName(customer, mended, $"it names {NamesOf(mended)} but for one digit", IsMended: true);
        return customer.Names.Any(text.Has)
            ? new NearName(customer, open, "it names the customer in another spelling", IsMended: false) : null;
    }

    private static SettlementMatch? OfNearName(SettlementLine line, NearName near, LineLeads leads) =>
        Paid(line, near.Charges, near.Customer.IsPayer || near.Customer.IsPaidFromAccount) is { } paid
            ? Proposal(line, near.Customer, paid, near.Why, leads, Witness.NearName, near.IsWhole) : null;

    private static SettlementMatch? OfPayer(SettlementLine line, LedCustomer customer, LineLeads leads) =>
        Paid(line, OpenIn(line, customer), isPart: false) is { } paid
            ? Proposal(line, customer, paid, "it names no open charge", leads, Witness.None, isWhole: false) : null;

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
        SettlementLine line, LedCustomer customer, List<NamedCharge> paid, string why, LineLeads leads, Witness near,
        bool isWhole)
    {
        var match = SettlementMatching.Paying(line, paid);
        if (match.Use is null)
            return match;
        var isExact = paid.Sum(charge => charge.Open.AmountMinor) == line.Amount.AmountMinor;
        List<string> said =
        [
            .. leads.IsOfACustomer && !customer.IsPayer && !customer.IsPaidFromAccount
                ? (string[])["the payer is another customer"] : [],
            why, isExact ? "the amount is exactly what is open" : "the amount is a part of what is open",
            .. !isExact ? (IEnumerable<string>)[]
                : [leads.Owing.Any(account => account != customer.Account) ? "other customers owe that amount too"
                    : "no other customer owes that amount"],
        ];
        said.AddRange(OfPayer(line, customer));
        var isSole = isExact && !leads.Owing.Any(account => account != customer.Account);
        var (isSolePayer, isContradicted) = (customer.IsSolePayer, IsContradicted(line, customer));
        return match with
        {
            IsCertain = isWhole && isExact && !isContradicted && (isSolePayer || customer.IsPaidFromAccount),
            IsExact = isExact,
            Witnesses = isContradicted ? Witness.None
                : near | (isSole ? Witness.SoleAmount : Witness.None) | (isSolePayer ? Witness.Holder : Witness.None)
                    | (customer.IsPaidFromAccount ? Witness.KnownAccount : Witness.None),
            Finding = FindingOf(match, said),
        };
    }

    /// <summary>
    /// Whether the text of a line has the numbers of these bills, and nothing that could be another one; and what it pays too much is less
    /// than any of them. A reference beside the text may be of one bill of several.
    /// </summary>
    private static bool SaysNothingElse(SettlementLine line, LineLeads leads, IReadOnlyList<NamedCharge> named)
    {
        var text = line.Remittance ?? "";
        foreach (var charge in named)
        {
            if (!EvidenceRule.IsTelling(charge.Name) || !SettlementWording.Says(text, charge.Name))
                return false;
            text = text.Replace(charge.Name, " ", StringComparison.OrdinalIgnoreCase);
        }

        var surplusMinor = line.Amount.AmountMinor - named.Sum(charge => charge.Open.AmountMinor);
        return surplusMinor < named.Min(charge => charge.Open.AmountMinor)
            && leads.Near.All(near => near.Account == named[0].Account)
            && text.Count(char.IsAsciiDigit) < FewestDigits;
    }

    private static bool IsContradicted(SettlementLine line, LedCustomer customer) =>
        line.ComesBack || line.IsOfSeveral || (line.Counterparty is not null && !customer.IsPayer);

    private static IEnumerable<string> OfPayer(SettlementLine line, LedCustomer customer)
    {
        if (line.ComesBack)
            yield return SettlementMatching.MayBeOurs;
        if (customer.IsPayer)
            yield return OfPayersName(customer);
        if (customer.IsPaidFromAccount)
            yield return "the payer's account has paid for the customer before";
    }

    /// <summary>What the name of a payer tells, who may be this customer.</summary>
    internal static string OfPayersName(LedCustomer customer) =>
        customer.IsSolePayer ? "the payer has the customer's name" : "the payer may be several customers by name";

    private static string FindingOf(SettlementMatch match, IEnumerable<string> said) =>
        $"Proposal: {match.Named}. Evidence: {string.Join("; ", said)}.";

    private static IEnumerable<string> NamesOf(NamedCharge charge, LineLeads leads) =>
        leads.NamesOf.GetValueOrDefault(charge.Id, []).Append(charge.Name);

    private static string NamesOf(IEnumerable<NamedCharge> charges) => string.Join(", ", charges.Select(charge => charge.Name));
}
