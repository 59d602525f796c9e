using Quittance.Core;
using Quittance.Core.Formats;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>What the fields of a column have in common.</summary>
/// <param name="isTooLate">Whether a day lies so far ahead that no line can have it.</param>
internal sealed class ColumnFacts(Predicate<DateOnly> isTooLate)
{
    private const int MaxValues = 40;
    private const int LongestWord = 24;
    private const int MostKinds = 15;

    /// <summary>The files that are imported have the days of a few years, which are not long ago.</summary>
    private const int MostYears = 3;
    private const int EarliestYear = 2020;

    private readonly HashSet<string> _values = new(StringComparer.OrdinalIgnoreCase);
    private bool _isShort = true;
    private DayOrder? _order;
    private (int First, int Last)? _years;
    private bool _hasOtherDays;
    private bool _saysOutOnBare;
    private bool _saysOutOnMinus;

    /// <summary>How many rows have something in it.</summary>
    public int Filled { get; private set; }

    /// <summary>The different values; as many of them as a column of kinds has.</summary>
    public IReadOnlyCollection<string> Values => _values;

    public bool AreDirections { get; private set; } = true;

    public bool AreCurrencies { get; private set; } = true;

    public bool AreAccounts { get; private set; } = true;

    public bool AreDays { get; private set; } = true;

    public bool SaysOut { get; private set; }

    public bool SaysIn { get; private set; }

    /// <summary>The order that its days show; null where they show none.</summary>
    public DayOrder? Order => OrderUnless(MayBeginWithYear);

    /// <summary>
    /// Whether each of its days may begin with a year in two digits: they would be of a few years, and none is long ago or too far ahead.
    /// </summary>
    public bool MayBeginWithYear =>
        !_hasOtherDays && _years is var (first, last) && first >= EarliestYear && last - first < MostYears;

    /// <summary>The order that its days show, where they do not begin with the year.</summary>
    public DayOrder? OrderUnless(bool beginWithYear) => beginWithYear && MayBeginWithYear ? null : _order;

    /// <summary>Whether its days have years of two digits, and can't begin with them.</summary>
    public bool EndsWithYear => _years is not null && !MayBeginWithYear;

    /// <summary>Whether it has few different words, as a column of kinds or of states has.</summary>
    public bool AreShort => _isShort && _values.Count <= MostKinds;

    /// <summary>The first field that a bank posts for money that went out, such as a direct debit; null for none.</summary>
    public string? Posting { get; private set; }

    /// <summary>Whether an amount has a minus.</summary>
    public bool HasMinus { get; private set; }

    /// <summary>Whether an amount has none.</summary>
    public bool HasBare { get; private set; }

    /// <summary>Whether a field is the word for money that went out, in a row whose amount has no minus.</summary>
    public bool HasOutWordOnBare { get; private set; }

    /// <summary>Whether a field says so in any words in a row whose amount has no minus, and none in a row with one.</summary>
    public bool SaysOutOnBareAlone => _saysOutOnBare && !_saysOutOnMinus;

    /// <summary>Takes a field beside the amount of its row.</summary>
    /// <param name="isMinus">Whether the amount says itself that money went out.</param>
    public void TakeBeside(string value, bool isMinus)
    {
        if (value.Length > LongestWord || !CsvDirection.SaysOutgoing(value))
            return;
        HasOutWordOnBare |= !isMinus && CsvDirection.IsWordOfOutgoing(value);
        _saysOutOnBare |= !isMinus;
        _saysOutOnMinus |= isMinus;
    }

    /// <summary>Whether it has something in a row that has an amount of its own.</summary>
    public bool StandsBesideMoney { get; set; }

    /// <summary>Whether an amount shows that a point stands before its decimals.</summary>
    public bool ShowsPoint { get; private set; }

    /// <summary>Whether an amount shows that a comma does.</summary>
    public bool ShowsComma { get; private set; }

    public void Take(string value)
    {
        Filled++;
        _isShort &= value.Length <= LongestWord;
        Posting ??= CsvDirection.IsPostingOfOutgoing(value) ? value : null;
        if (value.Any(digit => digit is >= '1' and <= '9'))
        {
            var isMinus = AmountText.IsMinus(value[0]) || AmountText.IsMinus(value[^1]) || value[0] == '(';
            (HasMinus, HasBare) = (HasMinus || isMinus, HasBare || !isMinus);
            var sign = value.Length <= LongestWord ? AmountText.DecimalSignOf(value) : null;
            (ShowsPoint, ShowsComma) = (ShowsPoint || sign == '.', ShowsComma || sign == ',');
        }

        if (_values.Count < MaxValues && !_values.Add(value))
            return;
        var isOutgoing = value.Length <= LongestWord ? CsvDirection.IsOutgoing(value) : null;
        AreDirections &= isOutgoing is not null;
        SaysOut |= isOutgoing == true;
        SaysIn |= isOutgoing == false;
        AreCurrencies &= value.Length == 3 && Currency.TryParse(value, out _);
        AreAccounts &= value.Length >= 15 && char.IsLetter(value[0]) && value.Count(char.IsAsciiDigit) >= 8;
        _order ??= CsvDay.OrderIn(value);
        var isDay = CsvDay.Of(value, _order ?? DayOrder.DayFirst) is not null;
        AreDays &= isDay;
        if (CsvDay.YearFirstOf(value) is not { Year: var year } day)
        {
            _hasOtherDays |= isDay;
            return;
        }

        _hasOtherDays |= isTooLate(day);
        _years = _years is var (first, last) ? (Math.Min(first, year), Math.Max(last, year)) : (year, year);
    }
}

/// <summary>The use of each column of a bank's table.</summary>
internal sealed class CsvLayout(CsvHeader header, IReadOnlyList<ColumnFacts> facts, int rows, string? account)
{
    private readonly Dictionary<int, string> _uses = [];

    public IReadOnlyList<string> Columns => header.Columns;

    /// <summary>The rows that are lines.</summary>
    public int Rows => rows;

    public int BookedOn { get; private set; }

    public int ValueOn { get; private set; }

    public int Amount { get; private set; }

    public int PaidOut { get; private set; }

    public int PaidIn { get; private set; }

    /// <summary>The column that says whether money came or went.</summary>
    public int Direction { get; set; } = -1;

    /// <summary>A column that says it too, beside amounts that have signs.</summary>
    public int OtherDirection { get; set; } = -1;

    /// <summary>Columns that say of a row that money went out, though its amount has no minus and others have one.</summary>
    public IReadOnlyList<int> OutWords { get; set; } = [];

    public int Currency { get; private set; }

    /// <summary>The column that parts the table into the account and its pockets; below zero for none.</summary>
    public int Product { get; private set; } = -1;

    /// <summary>Further columns that say of each row whether it is booked.</summary>
    public List<int> States { get; } = [];

    private List<int> _parties = [];
    private List<int> _payers = [];
    private List<int> _payees = [];
    private List<int> _partiesByParts = [];

    public int CounterpartyAccount { get; private set; }

    private int _payerAccount;
    private int _payeeAccount;

    public int EndToEnd { get; private set; }

    public int BankReference { get; private set; }

    public int Account { get; private set; }

    public int Balance { get; private set; }

    public int BalanceDirection { get; private set; }

    public IReadOnlyList<int> Remittance { get; private set; } = [];

    private List<int> _laterTexts = [];

    public IReadOnlyList<int> Fees { get; private set; } = [];

    public IReadOnlyList<int> OtherAmounts { get; private set; } = [];

    /// <summary>The columns of what moved the account: one of amounts, or one for each direction.</summary>
    public IReadOnlyList<int> MovedIn { get; private set; } = [];

    /// <summary>The currency in the name of the column of amounts; null for none.</summary>
    public Currency? NamedCurrency { get; private set; }

    /// <summary>The decimal sign that amounts and balances show, where all that show one agree; else null.</summary>
    public char? DecimalSign { get; private set; }

    public DayOrder? Order { get; private set; }

    /// <summary>Whether its days may begin with a year in two digits.</summary>
    public bool MayBeginWithYear { get; private set; }

    /// <summary>Whether a column has no use, so that what it says counts only for the direction.</summary>
    public bool IsUnread(int at) => !_uses.ContainsKey(at);

    public ColumnFacts FactsOf(int at) => facts[at];

    /// <summary>Whether a header line is one of a bank's table: amounts, in one column or in one for each direction.</summary>
    private static bool IsHeader(IReadOnlyList<string> columns) =>
        AmountIn(columns) >= 0 || (CsvColumns.PaidOut.In(columns) >= 0 && CsvColumns.PaidIn.In(columns) >= 0);

    /// <summary>
    /// The column of the amount, also that of what a payment service moved, beside what was paid and its fee; below zero for none.
    /// </summary>
    public static int AmountIn(IReadOnlyList<string> columns) => CsvColumns.Amount.In(columns) is >= 0 and var amount ? amount
        : CsvColumns.Gross.In(columns) >= 0 && CsvColumns.Fees.In(columns) >= 0 ? CsvColumns.Net.In(columns) : -1;

    /// <summary>
    /// The header line of a bank's table. A wider one with a column for the day goes before: sums stand in a small table above it. Another
    /// table of the same width below is one of its own.
    /// </summary>
    /// <returns>Null for none.</returns>
    public static async Task<CsvHeader?> HeaderAsync(StreamReader text, CancellationToken cancel) =>
        await CsvTable.HeaderAsync(text, IsHeader, cancel) is not { } first ? null
        : CsvColumns.BookedOn.In(first.Columns) >= 0 ? first
        : await CsvTable.HeaderAsync(
            text, columns => columns.Count > first.Columns.Count && IsHeader(columns) && CsvColumns.BookedOn.In(columns) >= 0, cancel)
            ?? first;

    /// <param name="said">The account, where a person has said it.</param>
    /// <param name="format">What a person has said of the columns; null where their names tell.</param>
    public static CsvLayout Of(CsvHeader header, IReadOnlyList<ColumnFacts> facts, int rows, string? said, StatementFormat? format)
    {
        var layout = new CsvLayout(header, facts, rows, said);
        layout.Choose(isSaid: format is not null);
        layout.Order = format?.Order ?? layout.Order;
        return layout;
    }

    private void Choose(bool isSaid)
    {
        BookedOn = One(CsvColumns.BookedOn, "the day");
        Amount = One(CsvColumns.Amount, "the amount", MayBeMoney);
        if (Amount < 0 && AmountIn(Columns) is >= 0 and var net && MayBeMoney(net))
            Amount = Use([net], "the amount");
        (PaidOut, PaidIn) = (One(CsvColumns.PaidOut, "what went out", IsOfAmounts), One(CsvColumns.PaidIn, "what came in", IsOfAmounts));
        Direction = Use(
            [.. CsvColumns.Direction.AllIn(Columns).Where(IsUnread).OrderByDescending(at => facts[at].AreDirections)], "the direction");
        Currency = One(
            CsvColumns.Currency, "the currency", at => !IsOfTwoMeanings(at) || facts[at] is { Filled: > 0, AreCurrencies: true });
        ValueOn = One(CsvColumns.ValueOn, "the value date", at => !IsOfTwoMeanings(at) || facts[at].AreDays);
        Balance = One(CsvColumns.Balance, "the balance", MayBeMoney);
        BalanceDirection = Balance < 0 ? -1 : Use(
            [.. Enumerable.Range(0, Columns.Count).Where(at => IsUnread(at) && CsvBalanceRow.IsBalance(CsvWords.Plain(Columns[at]))
                && facts[at] is { Filled: > 0, AreDirections: true })], "the direction of the balance");
        var status = One(CsvColumns.Status, "whether it is booked");
        if (status >= 0)
            Product = One(CsvColumns.Product, "the account or a pocket of it", at => facts[at].Values.Any(IsMainProduct));
        One(CsvColumns.Info, "whether it is booked");
        (Account, CounterpartyAccount) = new CsvAccounts(Columns, facts, rows, account).Find(IsUnread, isSaid);
        if (Account >= 0)
            _uses[Account] = "the account";
        _parties = All(CsvColumns.Counterparty, "the other party", IsNoColumnOfAccounts);
        _payers = All(CsvColumns.Payer, "who paid", IsNoColumnOfAccounts);
        _payees = All(CsvColumns.Payee, "who was paid", IsNoColumnOfAccounts);
        if (CounterpartyAccount >= 0)
            _uses[CounterpartyAccount] = "the other account";
        (_payerAccount, _payeeAccount) =
            (One(CsvColumns.PayerAccount, "the payer's account"), One(CsvColumns.PayeeAccount, "the payee's account"));
        _partiesByParts = All(CsvColumns.CounterpartyByParts, "the other party");
        EndToEnd = One(CsvColumns.EndToEnd, "the payer's reference");
        BankReference = One(CsvColumns.BankReference, "the bank's reference");
        Remittance = All(CsvColumns.Remittance, "the text");
        Fees = All(
            CsvColumns.Fees, "a fee", at => isSaid ? facts[at] is not { Filled: > 0, AreCurrencies: true } : IsOfAmounts(at));
        OtherAmounts = All(CsvColumns.OtherAmount, "a further amount", IsOfAmounts);
        if (Amount >= 0 && PaidOut >= 0 && PaidIn >= 0)
            (OtherAmounts, _uses[Amount]) = ([Amount, .. OtherAmounts], "a further amount");
        MovedIn = PaidOut >= 0 && PaidIn >= 0 ? [PaidIn, PaidOut] : Amount >= 0 ? [Amount] : [];
        if (MovedIn is [var amounts, ..] && CsvColumns.CurrencyOf(Columns[amounts]) is { Code: var code })
            NamedCurrency = Core.Currency.Parse(code);
        List<ColumnFacts> money = [.. ((int[])[Amount, PaidOut, PaidIn, Balance]).Where(at => at >= 0).Select(at => facts[at])];
        DecimalSign = (money.Exists(one => one.ShowsPoint), money.Exists(one => one.ShowsComma)) switch
        {
            (true, false) => '.',
            (false, true) => ',',
            _ => null,
        };
        // A word in the place of one day is refused by its row, and leaves the order of the others.
        var days = facts.Where((one, at) => one.Filled > 0 && (one.AreDays || at == BookedOn || at == ValueOn)).ToList();
        MayBeginWithYear = days.Exists(one => one.MayBeginWithYear) && !days.Exists(one => one.EndsWithYear);
        // Where the year may stand first, no language tells.
        Order = days.Select(one => one.OrderUnless(MayBeginWithYear)).FirstOrDefault(order => order is not null)
            ?? (IsOfALanguageWithDaysFirst() && !MayBeginWithYear ? DayOrder.DayFirst : null);

        // A wrong amount is wrong by its row. What a person says of a column goes before what stands in it.
        bool MayBeMoney(int at) => isSaid || facts[at] is { Filled: 0 } or { AreDays: false, AreCurrencies: false };
    }

    /// <summary>
    /// The other party of a row. Of a column for who paid and one for who was paid, one has the merchant's own name.
    /// </summary>
    public string? PartyOf(CsvRow row, bool isOutgoing) => FirstOf(
        _partiesByParts.Concat(Parties(isOutgoing, _parties, _payers, _payees))
            .Where(at => at != CounterpartyAccount || row[at] is not { } text || !CsvAccounts.IsAccount(text)), row);

    /// <summary>
    /// The other party as versions knew it that took no names by their parts, fewer names, and no column of accounts in which one payer has
    /// none: a line is known by it.
    /// </summary>
    public string? EarlierPartyOf(CsvRow row, bool isOutgoing) => FirstOf(
        Parties(
            isOutgoing, Earlier(CsvColumns.Counterparty, _parties), Earlier(CsvColumns.Payer, _payers),
            Earlier(CsvColumns.Payee, _payees)),
        row);

    private List<int> Earlier(CsvColumns column, List<int> places) => [.. places.Where(at => !column.IsLater(Columns[at]))];

    private static IEnumerable<int> Parties(bool isOutgoing, List<int> parties, List<int> payers, List<int> payees) => parties.Concat(
        payers.Count == 0 || payees.Count == 0 ? payers.Concat(payees) : isOutgoing ? payees : payers);

    /// <summary>The other party's account in a row; null for none.</summary>
    public string? AccountOf(CsvRow row, bool isOutgoing) =>
        row[CounterpartyAccount] ?? row[isOutgoing ? _payeeAccount : _payerAccount];

    private static string? FirstOf(IEnumerable<int> places, CsvRow row) =>
        places.Select(at => row[at]).FirstOrDefault(name => name is not null);

    /// <summary>
    /// Reads the further columns of texts too, and those without a name behind one: a bill's number may stand in any. Only when the
    /// direction is known, of which a column may tell.
    /// </summary>
    public void TakeTexts()
    {
        List<int> texts = [.. Remittance];
        var isOfService = Amount >= 0 && CsvColumns.Net.AllIn(Columns).Contains(Amount);
        foreach (var at in CsvColumns.MoreText.AllIn(Columns).Concat(isOfService ? CsvColumns.SubjectText.AllIn(Columns) : []).Distinct()
            .Where(at => IsUnread(at) && IsOfWords(at)))
        {
            texts.Add(at);
        }

        for (var at = 1; at < Columns.Count; at++)
        {
            if (Columns[at].Length == 0 && texts.Contains(at - 1) && IsUnread(at))
                texts.Add(at);
        }

        foreach (var at in texts)
            _uses[at] = "the text";
        _laterTexts =
        [
            .. All(CsvColumns.PayersReference, "the text", at => facts[at].Filled > 0),
            .. All(CsvColumns.SubjectText, "the text", IsOfWords), .. All(CsvColumns.LaterText, "the text", IsOfWords),
        ];
        Remittance = [.. texts, .. _laterTexts];
    }

    /// <summary>The text of a row.</summary>
    public string TextOf(CsvRow row) => TextIn(row, Remittance);

    /// <summary>The text as versions knew it that did not read all of its columns: a line is known by it.</summary>
    public string EarlierTextOf(CsvRow row) => TextIn(row, Remittance.Except(_laterTexts));

    private static string TextIn(CsvRow row, IEnumerable<int> places) =>
        string.Join(' ', places.Select(at => row[at]).OfType<string>().Distinct());

    private bool IsOfWords(int at) => facts[at] is { Filled: > 0, AreDays: false, AreCurrencies: false, AreDirections: false };

    /// <summary>Whether a further amount is of another currency, which the column beside it names.</summary>
    public bool IsOfAnotherCurrency(CsvRow row, int at, Currency currency) => ((int[])[at + 1, at - 1]).Any(beside =>
        beside >= 0 && beside < Columns.Count && beside != Currency && facts[beside] is { Filled: > 0, AreCurrencies: true }
        && row[beside] is { } code && code != currency.Code);

    /// <summary>The pocket that a row is of; null where it is of the account itself.</summary>
    public string? PocketOf(CsvRow row) => row[Product] is { } product && !IsMainProduct(product) ? product : null;

    private static bool IsMainProduct(string product) => CsvWords.Plain(product) is "current" or "current account" or "girokonto"
        or "aktuell" or "courant" or "compte courant" or "corriente" or "cuenta corriente" or "conto corrente" or "corrente"
        or "conta corrente" or "betaalrekening" or "lopende rekening";

    /// <summary>
    /// Whether a row is a detail of the one above, which has the amount: it has none itself, but for one in a column of details, and it
    /// moves no balance.
    /// </summary>
    /// <param name="balanceAbove">The balance in the row above; null for none.</param>
    public bool IsDetail(CsvRow row, string? balanceAbove) => row.IsFull && row[Amount] is null && row[PaidOut] is null
        && row[PaidIn] is null && (row[Balance] is null || row[Balance] == balanceAbove)
        && ((row[Balance] is null && row[BookedOn] is null)
            || AmountsBesideIn(row).Any(at => IsNamedAsDetail(at) || (balanceAbove is not null && MayBeOfDetails(at))));

    /// <summary>The columns in which a row has a further amount that may have moved the account.</summary>
    public IEnumerable<int> AmountsBesideIn(CsvRow row) => Enumerable.Range(0, Columns.Count).Where(at =>
        row[at] is { } value && value.Any(char.IsAsciiDigit)
        && (IsNamedAsDetail(at) || (OtherAmounts.Contains(at) && !IsOfAnotherTime(CsvWords.Plain(Columns[at])))));

    private bool IsNamedAsDetail(int at) => CsvWords.Plain(Columns[at]) is var plain && (CsvWords.Has(plain, "einzelbetrag")
        || (OtherAmounts.Contains(at) && CsvWords.Has(plain, "detail")));

    /// <summary>
    /// Whether a column of further amounts may have those of details, whatever it is called: it has nothing beside the amount of any row.
    /// Where one column has all amounts, it may be what went out beside what came in.
    /// </summary>
    private bool MayBeOfDetails(int at) => PaidOut >= 0 && PaidIn >= 0 && !facts[at].StandsBesideMoney;

    /// <summary>Whether a further amount is of another currency or time by its name, so that the account did not move it.</summary>
    public static bool IsOfAnotherTime(string plain) =>
        ((string[])["original", "foreign", "fremd", "instructed", "exchange", "origin", "francs"]).Any(word => CsvWords.Has(plain, word));

    /// <summary>In English a date with slashes may begin with its month.</summary>
    private bool IsOfALanguageWithDaysFirst() => Columns.Select(CsvColumns.PlainOf).Any(name => name is "montant" or "libelle" or "importe"
        or "concepto" or "fecha" or "importo" or "causale" or "descrizione" or "bedrag" or "omschrijving" or "mededelingen" or "belopp"
        or "belop" or "belob" or "dato" or "montant operation" or "libelle operation" or "kwota" or "tytul"
        or "descricao" or "montante" or "viesti" or "maara" or "transferwise id");

    /// <summary>Whether a column may have names: also that of the other account where not all in it are accounts.</summary>
    private bool IsNoColumnOfAccounts(int at) => at != CounterpartyAccount || !facts[at].AreAccounts;

    private bool IsOfAmounts(int at) =>
        facts[at].Filled == 0 || (!facts[at].AreDays && facts[at].Values.Any(value => value.Any(char.IsAsciiDigit)));

    /// <summary>Words that are a value date at some banks, and a currency or the amount at others.</summary>
    private bool IsOfTwoMeanings(int at) => CsvColumns.PlainOf(Columns[at]) is "valuta" or "value" or "valor";

    private int One(CsvColumns column, string use, Func<int, bool>? isIt = null) =>
        Use([.. column.AllIn(Columns).Where(at => IsUnread(at) && isIt?.Invoke(at) != false)], use);

    private List<int> All(CsvColumns column, string use, Func<int, bool>? isIt = null)
    {
        List<int> all = [.. column.AllIn(Columns).Where(at => IsUnread(at) && isIt?.Invoke(at) != false)];
        foreach (var at in all)
            _uses[at] = use;
        return all;
    }

    private int Use(List<int> candidates, string use)
    {
        if (candidates.Count == 0)
            return -1;
        _uses[candidates[0]] = use;
        return candidates[0];
    }

    /// <summary>Makes a column the one of the currency.</summary>
    public void TakeCurrency(int at)
    {
        Currency = at;
        _uses[at] = "the currency";
    }

    /// <summary>Makes a column one that says whether a row is booked.</summary>
    public void TakeState(int at)
    {
        States.Add(at);
        _uses[at] = "whether it is booked";
    }

    /// <summary>Makes a column the one of the direction.</summary>
    public void TakeDirection(int at)
    {
        Direction = at;
        _uses[at] = "the direction";
    }

    /// <summary>The columns that are read and those that are not, for people.</summary>
    public override string ToString()
    {
        var read = Enumerable.Range(0, Columns.Count).Where(_uses.ContainsKey).Select(at => $"'{header.NameOf(at)}' is {_uses[at]}");
        var unread = Enumerable.Range(0, Columns.Count).Where(at => IsUnread(at) && facts[at].Filled > 0)
            .Select(at => $"'{header.NameOf(at)}'").ToList();
        return $"the columns: {string.Join(", ", read)}; not read: {(unread.Count == 0 ? "none" : string.Join(", ", unread))}";
    }
}
