using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Storage.Settlements;

/// <summary>The rows to which lines lead that name nothing, and the leads of each line.</summary>
internal sealed class FoundLeads
{
    private readonly Dictionary<Money, HashSet<AccountId>> _owing = [];
    private readonly Dictionary<Guid, List<(AccountId Account, string? Payer, bool IsSaid)>> _paidBefore = [];
    private readonly Dictionary<AccountId, List<NamedCharge>> _open = [];
    private readonly Dictionary<Guid, List<string>> _names = [];

    /// <summary>The owners of names that are near the line's.</summary>
    public Hits Near { get; } = new();

    /// <summary>The customers whose names agree with a payer's.</summary>
    public AgreeingHolders Agreeing { get; } = new(HolderEvidence.HoldersOfWords);

    /// <summary>The customers by their accounts.</summary>
    public Dictionary<AccountId, (Currency Currency, string? Name)> Holders { get; } = [];

    public void AddOwing(Money amount, AccountId account)
    {
        if (!_owing.TryGetValue(amount, out var accounts))
            _owing[amount] = accounts = [];
        accounts.Add(account);
    }

    public void AddPaidBefore(Guid line, AccountId account, string? payer, bool isSaid)
    {
        if (!_paidBefore.TryGetValue(line, out var payments))
            _paidBefore[line] = payments = [];
        payments.Add((account, payer, isSaid));
    }

    public void AddOpen(NamedCharge charge)
    {
        if (!_open.TryGetValue(charge.Account, out var charges))
            _open[charge.Account] = charges = [];
        charges.Add(charge);
    }

    public void AddName(Guid id, string name)
    {
        if (!_names.TryGetValue(id, out var names))
            _names[id] = names = [];
        names.Add(name);
    }

    /// <summary>All customers to whom something leads.</summary>
    /// <param name="near">Names near those of the lines.</param>
    public Guid[] Accounts(IReadOnlyList<string> near) =>
    [
        .. _owing.Values.SelectMany(Leading)
            .Concat(_paidBefore.Values.SelectMany(payments => payments.Select(payment => payment.Account)))
            .Concat(Agreeing.All)
            .Concat(Near.For(near).Charges.Select(charge => charge.Account))
            .Select(account => account.Value).Distinct(),
    ];

    /// <summary>The leads of a line.</summary>
    public LineLeads Of(SettlementLine line, IReadOnlyList<string> nearNames)
    {
        var near = Near.For(nearNames).Charges;
        var owing = _owing.GetValueOrDefault(line.Gross, []);
        var payers = Agreeing.Of(line.Counterparty);
        // What was booked by its amount alone tells nothing of the account.
        var paidBefore = _paidBefore.GetValueOrDefault(line.Id.Value, [])
            .Where(one => one.IsSaid || PayerName.Agrees(Holders[one.Account].Name, one.Payer)).Select(one => one.Account).ToHashSet();
        List<LedCustomer> customers = [];
        foreach (var account in Leading(owing).Concat(payers).Concat(paidBefore).Concat(near.Select(charge => charge.Account)).Distinct())
        {
            if (!_open.TryGetValue(account, out var open))
                continue;
            customers.Add(new LedCustomer(account, open[0].Slot, Holders[account].Currency, open)
            {
                Names = NamesOf(account.Value),
                IsPayer = Agreeing.MayBe(line.Counterparty, Holders[account].Name),
                IsSolePayer = Agreeing.IsSole(line.Counterparty, account),
                IsPaidFromAccount = paidBefore.Contains(account),
            });
        }

        return new LineLeads(
            customers,
            customers.SelectMany(customer => customer.Open).ToDictionary(charge => charge.Id, charge => NamesOf(charge.Id.Value)), near)
        {
            Owing = owing,
            IsOfACustomer = Agreeing.Has(line.Counterparty) || paidBefore.Count > 0,
        };
    }

    // Of those who owe a common amount, not all are read.
    private static IEnumerable<AccountId> Leading(HashSet<AccountId> owing) => owing.Count < LeadEvidence.MostOwing ? owing : [];

    private IReadOnlyList<string> NamesOf(Guid id) => _names.GetValueOrDefault(id, []);
}
