using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Storage.Settlements;

/// <summary>The rows found, by the names that lines use.</summary>
internal sealed class Hits
{
    private readonly Dictionary<string, List<NamedPayment>> _payments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NamedCharge>> _charges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(AccountId Account, long Number, int Slot)>> _payers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NamedPayout>> _payouts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NamedDebit>> _debits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NamedCollection>> _collections = new(StringComparer.Ordinal);
    private readonly Dictionary<AccountId, List<NamedCharge>> _open = [];
    private readonly HashSet<string> _transfers = new(StringComparer.Ordinal);

    /// <summary>The names that have found something: most pieces of a line's text name nothing.</summary>
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public void AddTransfer(string name) => _transfers.Add(name);

    public void Add(string name, NamedPayment payment) => AddNamed(_payments, name, payment);

    public void Add(string name, NamedCharge charge) => AddNamed(_charges, name, charge);

    public void Add(string name, (AccountId Account, long Number, int Slot) payer) => AddNamed(_payers, name, payer);

    public void Add(string name, NamedPayout payout) => AddNamed(_payouts, name, payout);

    public void Add(string name, NamedDebit debit) => AddNamed(_debits, name, debit);

    public void Add(string name, NamedCollection collection) => AddNamed(_collections, name, collection);

    public void AddOpen(NamedCharge charge) => Add(_open, charge.Account, charge);

    public MatchEvidence For(IReadOnlyList<string> names)
    {
        List<string> known = [.. names.Where(_known.Contains)];
        return known.Count == 0 ? MatchEvidence.None : Everything(known) with
        {
            Leads = LeadsOf(known),
            Shared = SharedOf(known),
            Transfers = known.Where(_transfers.Contains).ToHashSet(),
            Debits = [.. Of(_debits, known).DistinctBy(debit => debit.Id)],
            Collections = [.. Of(_collections, known).DistinctBy(collection => collection.Id)],
            ChargesByName = known.SelectMany(name => _charges.GetValueOrDefault(name, [])).ToLookup(
                charge => charge.Name, charge => charge.Id, StringComparer.Ordinal),
        };
    }

    private HashSet<(string Name, AccountId Account)> LeadsOf(IReadOnlyList<string> names) =>
        [.. names.SelectMany(name => AccountsOf(name).Select(account => (name, account)))];

    private HashSet<string> SharedOf(IReadOnlyList<string> names) =>
        [.. names.Where(name => AccountsOf(name).Distinct().Skip(1).Any())];

    private IEnumerable<AccountId> AccountsOf(string name) => _payments.GetValueOrDefault(name, []).Select(payment => payment.Account)
        .Concat(_charges.GetValueOrDefault(name, []).Select(charge => charge.Account))
            .Concat(_payers.GetValueOrDefault(name, []).Select(payer => payer.Account));

    private MatchEvidence Everything(IReadOnlyList<string> names) => new(
        // The longest name tells most.
        [.. Of(_payments, names).OrderByDescending(payment => payment.Name.Length).DistinctBy(payment => payment.Id)
            .OrderBy(payment => payment.Number)],
        [.. Of(_charges, names).OrderByDescending(charge => charge.Name.Length).DistinctBy(charge => charge.Id)
            .OrderBy(charge => charge.Number)],
        [
            .. names.SelectMany(
                name => _payers.GetValueOrDefault(name, []).Select(payer => (Name: name, payer.Account, payer.Number, payer.Slot)))
                .OrderByDescending(payer => payer.Name.Length).DistinctBy(payer => payer.Account)
                .Select(payer => new NamedPayer(
                    payer.Account, payer.Number, payer.Slot, _open.GetValueOrDefault(payer.Account, []), payer.Name)),
        ],
        [.. Of(_payouts, names).DistinctBy(payout => payout.Report)]);

    private static IEnumerable<T> Of<T>(Dictionary<string, List<T>> found, IReadOnlyList<string> names) =>
        names.SelectMany(name => found.GetValueOrDefault(name, []));

    private void AddNamed<T>(Dictionary<string, List<T>> found, string name, T one)
    {
        _known.Add(name);
        Add(found, name, one);
    }

    private static void Add<TKey, T>(Dictionary<TKey, List<T>> found, TKey key, T one)
        where TKey : notnull
    {
        if (!found.TryGetValue(key, out var all))
            found[key] = all = [];
        all.Add(one);
    }
}
