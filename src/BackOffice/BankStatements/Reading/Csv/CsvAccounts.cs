using Quittance.Core.Instruments;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>
/// Tells the statement's own account from the payer's by the names of the columns and by what is in them: banks call both by the same
/// words.
/// </summary>
/// <param name="rows">The rows that are lines.</param>
/// <param name="said">The account that a person has said; null for none.</param>
internal sealed class CsvAccounts(IReadOnlyList<string> columns, IReadOnlyList<ColumnFacts> facts, int rows, string? said)
{
    private const int FewestDigits = 5;

    private readonly string? _said = said is null ? null : CsvStatementReader.KeyOf(said);

    /// <summary>The column of the own account and the one of the other party's; below zero for none.</summary>
    /// <param name="isFree">Whether a column has no other use.</param>
    /// <param name="areSaid">Whether a person has said what the columns are: then an account is the statement's own.</param>
    public (int Own, int Other) Find(Func<int, bool> isFree, bool areSaid)
    {
        var own = First(CsvColumns.Account, isFree);
        if (own < 0)
            own = First(CsvColumns.CounterpartyAccount, at => isFree(at) && IsIban(at) && IsOwnIban(at));
        if (own < 0)
            own = First(CsvColumns.AccountByWord, at => isFree(at) && IsOwnByWord(at));
        var other = Others().Where(at => at != own && isFree(at)).FirstOrDefault(-1);
        return !areSaid && own >= 0 && other < 0 && IsOfTheOther(own) ? (-1, own) : (own, other);
    }

    private int First(CsvColumns column, Func<int, bool> isIt) => column.AllIn(columns).Where(isIt).FirstOrDefault(-1);

    private IEnumerable<int> Parties() => CsvColumns.Parties.SelectMany(column => column.AllIn(columns));

    /// <summary>The columns that may have the other party's account, the surest first.</summary>
    private IEnumerable<int> Others() => CsvColumns.CounterpartyAccount.AllIn(columns)
        .Concat(CsvColumns.CounterpartyAccountByParts.AllIn(columns)).Concat(Parties().Where(HasAccounts));

    /// <summary>
    /// Whether a column of parties has their accounts: nothing else, or some beside another column that has the names, as BNP Paribas
    /// Fortis has it.
    /// </summary>
    private bool HasAccounts(int at) => facts[at].Filled > 0 && (facts[at].AreAccounts
        || (facts[at].Values.Any(value => Iban.TryParse(value, out _)) && CsvColumns.CounterpartyByParts.AllIn(columns).Any(name =>
            name != at && facts[name].Filled > 0 && !facts[name].Values.Any(value => Iban.TryParse(value, out _)))));

    /// <summary>Whether a field may be the number of an account: a word in its place is of many payers.</summary>
    public static bool IsAccount(string text) => text.Count(char.IsAsciiDigit) >= FewestDigits;

    private bool IsIban(int at) => CsvColumns.PlainOf(columns[at]) == "iban";

    /// <summary>
    /// Whether a column of IBANs has the statement's own one in each row. One payer may have paid all rows, too: then a column has the
    /// payer's name, and no further one has the payers' accounts.
    /// </summary>
    private bool IsOwnIban(int at)
    {
        if (KeysOf(at) is not [var only])
            return false;
        if (only == _said)
            return true;
        if (facts[at].Filled < rows)
            return false;
        return Others().Any(other => other != at && facts[other].Filled > 0)
            || (rows > 1 && (!Parties().Any() || (_said is null && HasSeveralParties())));
    }

    /// <summary>
    /// Whether the rows name several other parties. Of a column for who paid and one for who was paid, one has the merchant's own name.
    /// </summary>
    private bool HasSeveralParties()
    {
        var (payers, payees) = (NamesIn(CsvColumns.Payer), NamesIn(CsvColumns.Payee));
        var sided = payers.Union(payees, StringComparer.OrdinalIgnoreCase).Count() - (payers.Count > 0 && payees.Count > 0 ? 1 : 0);
        return sided > 1 || NamesIn(CsvColumns.Counterparty).Count > 1 || NamesIn(CsvColumns.CounterpartyByParts).Count > 1;
    }

    private List<string> NamesIn(CsvColumns column) => [.. column.AllIn(columns).SelectMany(at => facts[at].Values).Distinct()];

    /// <summary>
    /// A word such as <c>Compte courant</c> is no number, and a number that was not said may be the same account's, unless it may be the
    /// number of a party whose name another column has.
    /// </summary>
    private bool IsOwnByWord(int at)
    {
        var hasParties = Parties().Any();
        return KeysOf(at) is { Count: > 0 } keys && (keys.TrueForAll(key => key == _said || (!hasParties && Iban.TryParse(key, out _)))
            || (!hasParties && _said is null && keys.TrueForAll(IsAccount)));
    }

    /// <summary>
    /// Whether a column with a name such as <c>Account number</c> is about the other party, whose name another column has: its IBANs
    /// differ, or rows have none, or it stands behind the name of the only party.
    /// </summary>
    private bool IsOfTheOther(int at)
    {
        var parties = Parties().ToList();
        if (parties.Count == 0 || facts[at].Filled == 0 || !CsvColumns.AnyonesAccount.AllIn(columns).Contains(at))
            return false;
        var keys = KeysOf(at);
        // Several numbers of a bank's own may as well be several accounts of the merchant's.
        var differs = (keys.Count > 1 || facts[at].Filled < rows) && keys.TrueForAll(key => Iban.TryParse(key, out _));
        return (_said is null || !keys.Contains(_said)) && (differs
            || (CsvColumns.PlainOf(columns[at]) == "account number" && parties.Contains(at - 1) && facts[at - 1].Values.Count == 1));
    }

    private List<string> KeysOf(int at) => [.. facts[at].Values.Select(CsvStatementReader.KeyOf).Distinct()];
}
