namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>
/// Looks through a bank's table before its lines are read: only the fields of all rows tell what a column has, and whether an amount
/// without a sign is money that came.
/// </summary>
internal sealed class CsvSurvey(CsvHeader header, Findings found)
{
    /// <summary>The most words that a bank has for the directions of money.</summary>
    private const int MostDirections = 8;

    private const int LongestDirection = 24;

    /// <summary>Values that say of a row whether it is what the column's name says.</summary>
    private static readonly HashSet<string> Flags =
        ["0", "1", "-1", "true", "false", "yes", "no", "y", "n", "x", "ja", "nein", "j", "oui", "non", "si", "nee", "nej"];

    private readonly List<ColumnFacts> _facts = [.. header.Columns.Select(_ => new ColumnFacts(found.IsTooLate))];
    private readonly int _bookedOn = CsvColumns.BookedOn.In(header.Columns);
    private readonly int _amount = CsvLayout.AmountIn(header.Columns);
    private readonly List<int> _money =
    [
        CsvLayout.AmountIn(header.Columns),
        .. ((CsvColumns[])[CsvColumns.Amount, CsvColumns.PaidOut, CsvColumns.PaidIn]).SelectMany(one => one.AllIn(header.Columns)),
    ];

    private int _rows;
    private bool _isMinus;
    private bool _isPlus;
    private bool _isBare;
    private bool _hasOpening;
    private bool _hasClosing;

    /// <summary>Takes a row.</summary>
    public bool Take(CsvRow row)
    {
        if (row.IsBlank)
            return true;
        var balance = BalanceOf(row, header.Columns);
        _hasOpening |= balance == CsvBalanceKind.Opening;
        _hasClosing |= balance == CsvBalanceKind.Closing;
        if (!row.IsFull || balance is not null || CsvStatementReader.IsWords(row, _bookedOn))
            return true;
        if (row[_bookedOn] is { } day && CsvStatus.IsPending(day))
        {
            // It is no line, and shows how the bank writes its amounts.
            if (row[_amount] is { } waiting)
                TakeSign(waiting);
            return true;
        }

        _rows++;
        var hasMoney = _money.Any(at => row[at] is not null);
        for (var at = 0; at < _facts.Count; at++)
        {
            if (row[at] is not { } value)
                continue;
            _facts[at].Take(value);
            _facts[at].StandsBesideMoney |= hasMoney;
        }

        if (row[_amount] is not { } amount)
            return true;
        var isMinus = TakeSign(amount);
        for (var at = 0; at < _facts.Count; at++)
        {
            if (row[at] is { } value)
                _facts[at].TakeBeside(value, isMinus);
        }

        return true;
    }

    /// <summary>Whether an amount says itself that money went out.</summary>
    private bool TakeSign(string amount)
    {
        var isMinus = AmountText.IsMinus(amount[0]) || AmountText.IsMinus(amount[^1]) || amount[0] == '(';
        var words = amount.Split(' ', '.', ',', '\u00A0').SelectMany(part => (string[])[.. Letters(part)]);
        var said = words.Select(CsvDirection.IsOutgoing).FirstOrDefault(word => word is not null);
        var isOut = isMinus || said == true;
        if (isOut)
            _isMinus = true;
        else if (said == false || amount.StartsWith('+') || amount.EndsWith('+'))
            _isPlus = true;
        else
            _isBare = true;
        return isOut;
    }

    private static IEnumerable<string> Letters(string part) =>
        part.Trim('+', '-', '(', ')').Trim("0123456789".ToCharArray()) is { Length: > 0 } word ? [word] : [];

    /// <summary>The use of each column. What can't be said refuses the file, by its column.</summary>
    public CsvLayout LayoutOf()
    {
        var layout = CsvLayout.Of(header, _facts, _rows, found.Options.Account, found.Format);
        var doubts = new CsvDoubts(header, _facts, layout, found);
        doubts.TakeCurrency();
        if (found.Format is null)
            doubts.FindStates();
        else
            doubts.FindFailures();
        if (layout.Direction < 0 && (layout.PaidOut < 0 || layout.PaidIn < 0))
            FindDirection(layout, doubts);
        if (found.Format is null)
            layout.TakeTexts();
        if (found.Faults.Count == 0)
            found.Remark(header.Line, null, $"{layout}");
        return layout;
    }

    /// <summary>
    /// The direction by what columns have in them: an amount without a sign is income only where no column says something else.
    /// </summary>
    private void FindDirection(CsvLayout layout, CsvDoubts doubts)
    {
        var words = Enumerable.Range(0, _facts.Count).Where(at => _facts[at].Filled > 0 && MaySay(layout, at)).ToList();
        var whole = words.Where(at => _facts[at].AreDirections && _facts[at].Filled == _rows).ToList();
        var both = whole.Where(at => _facts[at] is { SaysOut: true, SaysIn: true }).ToList();
        // Some banks leave the name of that column out.
        if (both.FirstOrDefault(at => header.Columns[at].Length == 0, -1) is >= 0 and var unnamed)
        {
            layout.TakeDirection(unnamed);
        }
        else if (_isMinus)
        {
            layout.OtherDirection = both.Count > 0 ? both[0] : -1;
            layout.OutWords = [.. Enumerable.Range(0, _facts.Count).Where(at => at != layout.OtherDirection && SaysOutOnBare(layout, at))];
        }
        else if (both.Count == 1)
        {
            layout.TakeDirection(both[0]);
        }
        else if (both.Count > 1)
        {
            RefuseColumn(
                both[1],
                $"it says whether money came or went, as '{header.NameOf(both[0])}' does, and amounts have no sign: leave one of the two");
        }
        else if (whole.FirstOrDefault(at => IsOfSorts(at) && IsClear(at), -1) is >= 0 and var only)
        {
            layout.TakeDirection(only);
        }
        else if (words.FirstOrDefault(IsSuspicious, -1) is >= 0 and var at)
        {
            RefuseColumn(
                at, $"no amount has a sign, and this column says of rows that money went out ({ExampleOf(at)}), but not of each row "
                    + "whether it came or went: ask the bank for signed amounts, or for a column of its own for the direction");
        }
        else if (words.FirstOrDefault(at => SaysInOfSome(at) && !whole.Contains(at), -1) is >= 0 and var half)
        {
            RefuseColumn(
                half, $"no amount has a sign, and this column says of some rows that money came ({_facts[half].Values.First(IsIncoming)}), "
                    + "and not of the others: ask the bank for signed amounts, or for a column of its own for the direction");
        }
        else if (words.FirstOrDefault(at => MayTell(layout, at), -1) is >= 0 and var unknown)
        {
            RefuseColumn(
                unknown, "no amount has a sign, no balance proves the rows, and this column may say whether money came or went, in words "
                    + $"that are not known ({string.Join(", ", _facts[unknown].Values.Take(2))}): ask the bank for signed amounts, or say "
                    + "what each column is, and this one's use is unread where it tells of no direction");
        }
        else if (_isPlus && _isBare)
        {
            RefuseColumn(_amount, "some amounts say that money came, and others say nothing: they may be money that went out");
        }
        else if (!IsProved(layout) && doubts.Outgoing() is var (posting, word))
        {
            RefuseColumn(
                posting, $"no amount has a sign, no balance proves the rows, and this column may tell of money that went out ({word}): ask "
                    + "the bank for signed amounts, or say what each column is, so that the amounts without a sign are money that came");
        }
    }

    /// <summary>
    /// Whether a column may say the direction: also one that is read as the text may have nothing in it but that. What a person calls
    /// unread says nothing.
    /// </summary>
    private bool MaySay(CsvLayout layout, int at) => (layout.IsUnread(at) && found.Format is null)
        || (layout.Remittance.Contains(at) && _facts[at] is { AreDirections: true, SaysOut: true });

    /// <summary>
    /// Whether a column says of amounts without a minus that money went out, where others have a minus: the word for it alone always does,
    /// more words, and words in a text, where no row with a minus has them. What a person says of the columns goes before.
    /// </summary>
    private bool SaysOutOnBare(CsvLayout layout, int at)
    {
        // A state may be a word such as Paid.
        if (found.Format is not null || _facts[at] is not { AreShort: true } its || CsvStatus.IsNamedAsState(header.NameOf(at)))
            return false;
        // A short word may mean anything, but in a column of sorts.
        var isClear = IsOfSorts(at) || CsvDirection.IsNamedAsOne(header.Columns[at])
            || its.Values.Any(value => value.Length > 2 && CsvDirection.SaysOutgoing(value));
        var isText = layout.Remittance.Contains(at) || CsvColumns.MoreText.AllIn(header.Columns).Contains(at);
        return isClear && (isText ? its is { HasOutWordOnBare: true, SaysOutOnBareAlone: true }
            : layout.IsUnread(at) && (its.HasOutWordOnBare || its.SaysOutOnBareAlone));
    }

    /// <summary>
    /// Whether a column that is not read may say in words of another language what an amount without a sign means. What a person says of
    /// the columns goes before.
    /// </summary>
    private bool MayTell(CsvLayout layout, int at)
    {
        if (!layout.IsUnread(at) || IsProved(layout))
            return false;

        var (name, values) = (header.Columns[at], _facts[at].Values);
        var isWhole = _facts[at].Filled == _rows;
        if (values.All(value => Flags.Contains(CsvWords.Plain(value)) || Flags.Contains(value)))
            return values.Count > 1 || !isWhole || CsvDirection.IsNamedAsOne(name);
        // A name or a number of the bank is no word for a direction.
        if (values.Count > MostDirections || values.Any(value => value.Length > LongestDirection || value.Any(char.IsDigit)))
            return false;
        return CsvDirection.IsNamedAsOne(name)
            || ((values.Count > 1 || !isWhole) && (IsOfSorts(at) || values.All(value => value.Length <= 2)));
    }

    /// <summary>Whether signs, balances or a person tell what amounts without a sign are.</summary>
    private bool IsProved(CsvLayout layout) => _isMinus || _isPlus || found.Format is not null || (_hasOpening && _hasClosing)
        || (layout.Balance >= 0 && _facts[layout.Balance].Values.Count > 1);

    private void RefuseColumn(int at, string problem)
    {
        found.Refuse(header.Line, header.NameOf(at), problem);
        found.AskForColumns();
    }

    private bool IsOfSorts(int at) => header.Columns[at].Length == 0 || CsvDirection.IsOfSorts(CsvWords.Plain(header.Columns[at]));

    /// <summary>One letter alone may mean anything, unless it says what an amount without a sign means.</summary>
    private bool IsClear(int at) => !_facts[at].SaysOut || header.Columns[at].Length == 0
        || _facts[at].Values.All(value => value.Length > 1) || CsvDirection.IsColumn(CsvWords.Plain(header.Columns[at]));

    private bool IsSuspicious(int at) => _facts[at].SaysOut || (_facts[at].Values.Count < 40
        && _facts[at].Values.Any(CsvDirection.TellsOfOutgoing));

    /// <summary>One letter alone may mean anything.</summary>
    private static bool IsIncoming(string value) => value.Length >= 3 && CsvDirection.IsOutgoing(value) == false;

    private bool SaysInOfSome(int at) => _facts[at].Values.Count < 40 && _facts[at].Values.Any(IsIncoming);

    private string ExampleOf(int at) => _facts[at].Values.FirstOrDefault(value =>
        CsvDirection.IsOutgoing(value) == true || CsvDirection.TellsOfOutgoing(value)) is { Length: <= 40 } value ? value : "…";

    /// <summary>The kind of a row that is no line: it names a balance or a sum, and no other party. Null for a line.</summary>
    public static CsvBalanceKind? BalanceOf(CsvRow row, IReadOnlyList<string> columns)
    {
        CsvBalanceKind? kind = null;
        foreach (var field in row.Fields)
            kind ??= CsvBalanceRow.Of(field);
        if (kind is null)
            return null;
        // A shorter row is none of the table's: its fields stand in no column.
        if (!row.IsFull)
            return kind;
        var parties = CsvColumns.Parties.Select(column => row[column]).ToList();
        if (parties.Any(name => name is not null && CsvBalanceRow.Of(name) is null) || row[CsvColumns.CounterpartyAccount] is not null)
            return null;
        // A company may be called TOTAL: then the row says beside its name what it pays.
        var isNamedSo = parties.Any(name => name is not null);
        if (isNamedSo && CsvColumns.Remittance.AllIn(columns).Any(at => row[at] is { } words && CsvBalanceRow.Of(words) is null))
            return null;
        // So it may be called where the row has no text, and where no column names the other party, a payer may have written the word.
        return MayBeLine(row) && (isNamedSo || CsvColumns.Parties.All(column => column.In(columns) < 0)) ? null : kind;
    }

    /// <summary>
    /// Whether a row that names a sum may be a line: it has a day and an amount, and nothing but the word for a sum, which may be the name
    /// of a shop or the text of a payer.
    /// </summary>
    public static bool MayBeLine(CsvRow row)
    {
        var words = row.Fields.Where(field => CsvBalanceRow.Of(field) is not null).ToList();
        return row.IsFull && words.Count > 0 && words.TrueForAll(CsvBalanceRow.IsWordOfSum)
            && row[CsvColumns.BookedOn] is { } day && CsvDay.IsOne(day)
            && ((CsvColumns[])[CsvColumns.Amount, CsvColumns.Net, CsvColumns.PaidIn, CsvColumns.PaidOut]).Any(one => row[one] is not null);
    }
}
