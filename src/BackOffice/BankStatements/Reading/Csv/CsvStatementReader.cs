using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Core.Instruments;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>
/// Reads a bank's statement from CSV: one account, one currency, one row for each line. Money that went out is never read as money that
/// came: where neither a sign nor a column tells, or the balance contradicts a row, the file is refused.
/// </summary>
internal sealed class CsvStatementReader
{
    /// <summary>The letters of a day that is cut off.</summary>
    private const int LongestMonth = 3;

    private readonly Findings _found;
    private readonly CsvHeader _header;
    private readonly CsvLayout _layout;
    /// <summary>The lines of the rows: also of those that move nothing, until the balances are checked.</summary>
    private readonly List<ReadLine> _lines = [];
    private readonly List<BalancedRow> _rows = [];
    private readonly List<(int Line, string Column, string Problem)> _doubts = [];

    /// <summary>Rows of which a column says that money went out, and the amount does not.</summary>
    private readonly List<(int Line, string Column, string Problem)> _outWords = [];

    /// <summary>Rows that name a sum and may be payments, with how many lines stand above them.</summary>
    private readonly List<(int Line, string Column, long AmountMinor, int Above, bool IsLine)> _mayBeSums = [];

    private readonly Dictionary<int, long> _kept = [];
    private readonly HashSet<string> _pockets = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Rows with a minus in the column of one direction, by their places, as the other reading has them.</summary>
    private readonly Dictionary<int, ReadLine> _others = [];

    /// <summary>The row above, which details are of: its amount in minor units, and its balance as it is written.</summary>
    private (long AmountMinor, string? Balance)? _above;

    /// <summary>
    /// The first of the details below it with an amount, and the sum of all of them in minor units: null where one is of another currency.
    /// </summary>
    private (int Line, string Column, bool HaveDay, long? SumMinor)? _details;

    private Currency? _currency;
    private string? _account;
    private long? _openingMinor;
    private long? _closingMinor;

    private CsvStatementReader(CsvHeader header, CsvLayout layout, Findings found)
    {
        (_header, _layout, _found) = (header, layout, found);
        (_currency, _account) = (found.Options.Currency ?? layout.NamedCurrency, found.Options.Account);
    }

    /// <summary>The reader of the rows; null where columns are missing.</summary>
    public static Func<CsvRow, bool>? Begin(CsvHeader header, CsvLayout layout, Findings found)
    {
        Need(CsvColumns.BookedOn.Name, layout.BookedOn >= 0, "");
        Need(CsvColumns.Amount.Name, layout.Amount >= 0 || (layout.PaidOut >= 0 && layout.PaidIn >= 0), "");
        Need(CsvColumns.Remittance.Name, layout.Remittance.Count > 0 || layout.EndToEnd >= 0, "");
        Need(
            CsvColumns.Currency.Name, layout.Currency >= 0 || found.Options.Currency is not null || layout.NamedCurrency is not null,
            ": say the currency of the account");
        Need(CsvColumns.Account.Name, layout.Account >= 0 || found.Options.Account is not null, ": say which account it is");
        if (layout.PaidOut >= 0 != layout.PaidIn >= 0 && layout.Direction < 0)
        {
            found.Refuse(
                header.Line, header.NameOf(Math.Max(layout.PaidOut, layout.PaidIn)),
                "amounts in a column for each direction are read where there are both columns");
        }

        foreach (var at in layout.MovedIn)
        {
            if (CsvColumns.CurrencyOf(header.Columns[at]) is { Code: var named }
                && (found.Options.Currency ?? layout.NamedCurrency)?.Code is { } said && named != said)
            {
                found.Refuse(header.Line, header.NameOf(at), $"its amounts are in {named}, not in {said}");
            }
        }

        return found.Faults.Count == 0 ? new CsvStatementReader(header, layout, found).Take : null;

        void Need(string column, bool isThere, string remedy)
        {
            if (isThere)
                return;
            found.Refuse(header.Line, column, $"there is no such column{remedy}");
            found.AskForColumns();
        }
    }

    /// <summary>Reads a day.</summary>
    public static bool TryReadDay(CsvRow row, out DateOnly day) => TryReadDay(row, CsvColumns.BookedOn, out day);

    public static bool TryReadDay(CsvRow row, CsvColumns column, out DateOnly day)
    {
        if (IsDay(row[column], order: null, out day))
            return !row.IsTooLate(column, day);
        row.Refuse(column, NoDay);
        return false;
    }

    private static bool IsDay(string? text, DayOrder? order, out DateOnly day)
    {
        day = text is null ? default : CsvDay.Of(text, order).GetValueOrDefault();
        return DayWindow.Holds(day);
    }

    private const string NoDay = $"a date is written as 2027-01-31 or 31.01.2027, and lies {DayWindow.Rule}";

    private bool Take(CsvRow row)
    {
        row.AtEnd = End;
        if (row.IsBlank)
            return true;
        if (IsNoLine(row))
            return true;
        CheckDetails();
        _above = null;
        if (!_found.MayHave(_lines.Count, row.Line) || !row.IsWhole() || !IsBooked(row) || !TryCurrency(row) || !IsOfAccount(row)
            || !TryReadDay(row, _layout.BookedOn, out var day))
        {
            return !_found.IsHopeless;
        }

        DateOnly? valueOn = null;
        if (row[_layout.ValueOn] is not null)
        {
            if (!TryReadDay(row, _layout.ValueOn, out var read))
                return !_found.IsHopeless;
            valueOn = read;
        }

        if (!TryReadAmount(row, out var amountMinor) || !TryReadBalance(row, out var balanceMinor)
            || !TryReadBeside(row, amountMinor, out var feeMinor))
        {
            return true;
        }

        _above = (amountMinor, row[_layout.Balance]);
        // It moves nothing, and its balance proves it.
        if (amountMinor == 0 && feeMinor == 0)
            _found.PassOver(row.Line, CsvColumns.Amount.Name);
        var text = _layout.TextOf(row);
        if (NumberMask.IsCut(text))
            _found.Remark(row.Line, CsvColumns.Remittance.Name, LineWords.Cut);
        _rows.Add(new BalancedRow(row.Line, day, amountMinor, feeMinor, balanceMinor));
        if (CsvSurvey.MayBeLine(row))
            _mayBeSums.Add((row.Line, _header.NameOf(AmountIn(row)), amountMinor, _lines.Count, true));
        if (IsTurned(row))
            _others[_lines.Count] = LineOf(row, day, -amountMinor, valueOn, text);
        _lines.Add(LineOf(row, day, amountMinor, valueOn, text));
        return true;
    }

    /// <summary>Whether a row is no line of the account: a balance, a detail, a pocket's, or words. A remark says it.</summary>
    private bool IsNoLine(CsvRow row)
    {
        if (CsvSurvey.BalanceOf(row, _header.Columns) is { } kind)
        {
            TakeBalance(row, kind);
            return true;
        }

        if (_layout.IsDetail(row, _above?.Balance))
        {
            TakeDetail(row);
            return true;
        }

        if (row.IsFull && _layout.PocketOf(row) is { } pocket)
        {
            if (_pockets.Add(pocket))
                _found.Remark(row.Line, _header.NameOf(_layout.Product), $"the rows of '{pocket}' are of another account, and passed over");
            _found.Skipped++;
            return true;
        }

        if (IsWords(row, _layout.BookedOn))
        {
            _found.Remark(row.Line, null, "these are words of the bank below its rows, and no row");
            return true;
        }

        return false;
    }

    private void TakeDetail(CsvRow row)
    {
        _found.Remark(row.Line, null, "it is a detail of the row above, which has the amount, and no line");
        var hasDay = row[_layout.BookedOn] is not null;
        foreach (var at in _layout.AmountsBesideIn(row).Where(_ => _currency is not null || TryCurrency(row)))
        {
            CsvAmount amount = default;
            var isOther = _layout.IsOfAnotherCurrency(row, at, _currency!);
            if (!isOther && Read(row[at]!, out amount) is { } problem)
            {
                DoubtDetail(row.Line, _header.NameOf(at), hasDay, problem);
                continue;
            }

            var (line, column, haveDay, sumMinor) = _details ?? (row.Line, _header.NameOf(at), false, 0);
            _details = (line, column, haveDay || hasDay, isOther ? null : sumMinor + amount.AmountMinor);
        }
    }

    private void CheckDetails()
    {
        if (_details is var (line, column, haveDay, sumMinor)
            && (sumMinor is { } minor ? Math.Abs(minor) != Math.Abs(_above?.AmountMinor ?? 0) : haveDay))
        {
            DoubtDetail(
                line, column, haveDay, "from this row on, the amounts in this column do not add up to the row above them, whose details "
                    + "they would be, and no other column has the amounts of these rows");
        }

        _details = null;
    }

    /// <summary>A detail with a day may be a line of its own. One without is none where balances prove the rows.</summary>
    private void DoubtDetail(int line, string column, bool hasDay, string problem)
    {
        if (hasDay)
            _found.Refuse(line, column, problem);
        else
            _doubts.Add((line, column, problem));
    }

    private ReadLine LineOf(CsvRow row, DateOnly day, long amountMinor, DateOnly? valueOn, string text)
    {
        var (party, known) = (_layout.PartyOf(row, amountMinor < 0), _layout.EarlierPartyOf(row, amountMinor < 0));
        var coded = Mt940Text.OfCodes(text);
        var from = _layout.AccountOf(row, amountMinor < 0) ?? coded?.Account;
        var line = new ReadLine(row.Line, SettlementLineKind.Entry, day, amountMinor)
        {
            ValueOn = valueOn,
            CounterpartyAccount = from is not null && CsvAccounts.IsAccount(from) ? KeyOf(from) : null,
            BankReference = BankReference.Of(row[_layout.BankReference]),
        };
        var endToEnd = row[_layout.EndToEnd];
        var knownText = _layout.EarlierTextOf(row);
        var before = line.WithTexts(known, knownText, endToEnd);
        return coded is null && known == party && knownText == text ? before
            : line.WithTexts(
                party ?? coded?.Name, coded?.Remittance ?? text, endToEnd ?? BankReference.Of(coded?.EndToEnd),
                marks: coded?.MarkOf(amountMinor)).KnownAs(before);
    }

    private bool HasEither => _layout.PaidOut >= 0 && _layout.PaidIn >= 0;

    /// <summary>
    /// Whether amounts of a column for one direction have a minus and others have none: then a minus is money of the other direction.
    /// </summary>
    private bool IsMixed(int at) => _layout.FactsOf(at) is { HasMinus: true, HasBare: true };

    /// <summary>Whether a row has a minus in the column of what went out or of what came in.</summary>
    private bool IsTurned(CsvRow row) => HasEither && ((int[])[_layout.PaidOut, _layout.PaidIn]).Any(at => row[at] is { } text
        && Read(text, out var amount) is null && amount.AmountMinor < 0);

    /// <summary>Whether a row is none of the table's, but a sentence: words alone, where rows have a day.</summary>
    public static bool IsWords(CsvRow row, int bookedOn) => bookedOn == 0 && row[0] is { } words
        && row.Fields.Skip(1).All(string.IsNullOrWhiteSpace)
        && (row.IsFull ? words.Any(char.IsWhiteSpace) && !IsDay(words, DayOrder.DayFirst, out _)
            : !words.Any(char.IsAsciiDigit) || words.Count(char.IsLetter) > LongestMonth);

    private bool TryReadDay(CsvRow row, int at, out DateOnly day)
    {
        if (IsDay(row[at], _layout.Order, out day))
            return !row.IsTooLate(at, day);
        if (_layout.Order is not null || !IsDay(row[at], DayOrder.DayFirst, out _))
        {
            row.Refuse(at, NoDay);
            return false;
        }

        row.Refuse(
            at, _layout.MayBeginWithYear
                ? "a date is written as 2027-01-31 or 31.01.2027; no day of the file tells whether the year stands first or last: say "
                    + "which of day, month and year stands first"
                : "a date is written as 2027-01-31 or 31.01.2027; no day of the file tells whether the day or the month stands first: say "
                    + "which");
        _found.AskForColumns();
        return false;
    }

    /// <summary>A row of a balance is no line; it proves the lines.</summary>
    private void TakeBalance(CsvRow row, CsvBalanceKind kind)
    {
        var word = row.Fields.First(field => CsvBalanceRow.Of(field) is not null);
        _found.Remark(row.Line, null, $"'{word}' is a balance or a sum, and no line");
        CsvAmount amount = default;
        if (kind == CsvBalanceKind.Sum && CsvSurvey.MayBeLine(row) && (_currency is not null || TryCurrency(row))
            && row[AmountIn(row)] is { } summed && Read(summed, out amount) is null)
        {
            _mayBeSums.Add((row.Line, _header.NameOf(AmountIn(row)), amount.AmountMinor, _lines.Count, false));
        }

        if (kind == CsvBalanceKind.Sum || !row.IsFull || !TryCurrency(row))
            return;
        if (!((int[])[_layout.Amount, _layout.Balance, _layout.PaidIn]).Any(at => row[at] is { } text
            && Read(text, out amount) is null))
        {
            return;
        }

        var isOwed = CsvDirection.IsOutgoing(row[_layout.Direction]) == true && amount.IsOutgoing is null;
        var minor = isOwed ? -amount.AmountMinor : amount.AmountMinor;
        if (kind == CsvBalanceKind.Opening)
            _openingMinor ??= minor;
        else
            _closingMinor = minor;
    }

    /// <summary>The column in which a row has its amount.</summary>
    private int AmountIn(CsvRow row) =>
        ((int[])[_layout.Amount, _layout.PaidIn, _layout.PaidOut]).Where(at => row[at] is not null).FirstOrDefault(_layout.Amount);

    /// <summary>
    /// Refuses rows that name a sum, and may be payments: one that is read as a line and is the sum of others, and one that is passed over
    /// and is none. A balance dispels the doubt.
    /// </summary>
    private void RefuseSums(BalanceProof? proof)
    {
        // Where the first balance and the last one are told, they prove the sum of all rows.
        if (_openingMinor is not null && _closingMinor is not null)
            return;
        foreach (var (line, column, minor, above, isLine) in _mayBeSums.Where(one => one.AmountMinor != 0))
        {
            var others = _rows.Where((_, at) => !isLine || at != above).ToList();
            var isSum = AddUp(others, minor) || AddUp(others[..above], minor)
                || (proof is not null && (minor == proof.OpeningMinor || minor == proof.ClosingMinor));
            var isProved = proof is not null && (isLine ? _rows[above].BalanceMinor is not null
                : others[..above].Exists(HasBalance) && others[above..].Exists(HasBalance));
            if (isLine != isSum || isProved)
                continue;
            _found.Refuse(
                line, column, isLine
                    ? "it may be a sum of other rows, or a payment of a party with this name, and no balance tells which: ask the bank for "
                        + "a file with a balance in each row"
                    : "it may be a payment, or a sum or a balance, and no balance tells which: ask the bank for a file with a balance in "
                        + "each row");
        }

        static bool HasBalance(BalancedRow row) => row.BalanceMinor is not null;
    }

    /// <summary>Whether an amount is the sum of rows, of what came in or of what went out in them.</summary>
    private static bool AddUp(IReadOnlyList<BalancedRow> rows, long minor)
    {
        Int128 inMinor = 0, outMinor = 0;
        foreach (var row in rows)
            (inMinor, outMinor) = row.AmountMinor > 0 ? (inMinor + row.AmountMinor, outMinor) : (inMinor, outMinor - row.AmountMinor);
        var amount = Int128.Abs(minor);
        return amount == inMinor || amount == outMinor || amount == Int128.Abs(inMinor - outMinor);
    }

    /// <summary>A row that the bank has not booked comes again when it is booked.</summary>
    private bool IsBooked(CsvRow row)
    {
        var booked = row[CsvColumns.Status] is { } status ? CsvStatus.IsBooked(status) : true;
        if (booked is null)
            row.Refuse(CsvColumns.Status, "it does not say whether the bank has booked it, with a word such as booked or pending");
        if (booked == true && _layout.States.Any(at => row[at] is { } state && SaysUnbooked(at, state)))
            booked = false;
        // The column may be about something else.
        var isUnbooked = booked == false || (row[CsvColumns.Info] is { } info && CsvStatus.IsPending(info))
            || (row[_layout.BookedOn] is { } day && CsvStatus.IsPending(day));
        if (isUnbooked)
            _found.Skipped++;
        return booked == true && !isUnbooked;
    }

    /// <summary>Where a person has said what the columns are, only a row that failed is left out.</summary>
    private bool SaysUnbooked(int at, string state) => _found.Format is null ? CsvStatus.IsBooked(_header.Columns[at], state) == false
        : CsvStatus.IsFailed(state);

    private bool TryReadAmount(CsvRow row, out long amountMinor)
    {
        if (HasEither)
            return TryReadEither(row, out amountMinor);
        amountMinor = 0;
        if (!TryRead(row, _layout.Amount, out var amount))
            return false;
        amountMinor = amount.AmountMinor;
        if (_layout.Direction < 0)
        {
            if (amount.IsOutgoing is null && amountMinor > 0)
                DoubtDirection(row);
            if (amountMinor < 0)
                DoubtCard(row);
            if (_layout.OtherDirection < 0 || CsvDirection.IsOutgoing(row[_layout.OtherDirection]) == amountMinor < 0 || amountMinor == 0)
                return true;
            row.Refuse(_layout.OtherDirection, "it says another direction than the sign of the amount");
            return false;
        }

        if (CsvDirection.IsOutgoing(row[_layout.Direction]) is not { } isOutgoing)
        {
            row.Refuse(
                _layout.Direction, "it does not say whether money came or went, with a word such as S and H, or debit and credit");
            return false;
        }

        if (amount.IsOutgoing == true && !isOutgoing)
        {
            row.Refuse(_layout.Direction, "it says that money came, and the amount is below zero");
            return false;
        }

        amountMinor = isOutgoing ? -Math.Abs(amountMinor) : amountMinor;
        return true;
    }

    private void DoubtCard(CsvRow row)
    {
        foreach (var at in _layout.Remittance.Where(at => row[at] is { } text && CsvDirection.SaysPaymentCame(text)))
        {
            _doubts.Add((
                row.Line, _header.NameOf(at), "it says that a payment came, and its amount has a minus, as on the statement of a credit "
                    + "card: import the statement of the bank account, or a file with a balance in each row"));
        }
    }

    private void DoubtDirection(CsvRow row)
    {
        foreach (var at in _layout.OutWords)
        {
            if (row[at] is not { } word || !CsvDirection.SaysOutgoing(word))
                continue;
            _outWords.Add((
                row.Line, _header.NameOf(at),
                $"it says that money went out ({word}), and its amount has no minus as others have: ask the bank for signed amounts, or "
                + "for a balance in each row, or say what each column is, and this one's use is unread where all amounts have their sign"));
            return;
        }
    }

    /// <summary>Reads an amount from the column of what went out or the one of what came in.</summary>
    private bool TryReadEither(CsvRow row, out long amountMinor)
    {
        amountMinor = 0;
        CsvAmount paidOut = default, paidIn = default;
        if ((row[_layout.PaidOut] is not null && !TryRead(row, _layout.PaidOut, out paidOut))
            || (row[_layout.PaidIn] is not null && !TryRead(row, _layout.PaidIn, out paidIn)))
        {
            return false;
        }

        if (paidOut.AmountMinor != 0 && paidIn.AmountMinor != 0)
        {
            row.Refuse(_layout.PaidOut, "the row has an amount in both directions");
            return false;
        }

        var isEmpty = row[_layout.PaidOut] is null && row[_layout.PaidIn] is null;
        var other = _layout.AmountsBesideIn(row).FirstOrDefault(at => isEmpty || row[at]!.Any(digit => digit is >= '1' and <= '9'), -1);
        // Of a zero in both, a balance tells whether it is one.
        if (isEmpty || (other >= 0 && row[_layout.Balance] is null && paidOut.AmountMinor == 0 && paidIn.AmountMinor == 0))
        {
            row.Refuse(
                other < 0 ? _layout.PaidIn : other, other < 0 ? "the row has an amount in neither direction"
                    : "the row has its amount here alone: it is neither what went out nor what came in, and no detail of the row above");
            return false;
        }

        if (paidIn.AmountMinor < 0)
        {
            _doubts.Add((
                row.Line, _header.NameOf(_layout.PaidIn),
                "it has what came in, the amount is below zero, and no balance tells whether money went out"));
        }
        else if (paidOut.AmountMinor < 0 && IsMixed(_layout.PaidOut))
        {
            _doubts.Add((
                row.Line, _header.NameOf(_layout.PaidOut),
                "it has what went out, this amount has a minus and others have none, and no balance tells whether it came back"));
        }

        // Where all that went out has a minus, the minus is the bank's way to write it.
        amountMinor = paidIn.AmountMinor - (IsMixed(_layout.PaidOut) ? paidOut.AmountMinor : Math.Abs(paidOut.AmountMinor));
        return true;
    }

    private bool TryRead(CsvRow row, int at, out CsvAmount amount)
    {
        if (Read(row[at] ?? "", out amount) is not { } problem)
            return true;
        row.Refuse(at, problem);
        return false;
    }

    /// <summary>Reads an amount. One that can be read in two ways is read as other amounts of the file show.</summary>
    /// <returns>The problem; null for none.</returns>
    private string? Read(string text, out CsvAmount amount)
    {
        var problem = CsvAmount.Read(text, _currency!, _found.Options.DecimalSign, out amount);
        return problem is not null && _found.Options.DecimalSign is null && _layout.DecimalSign is { } shown
            ? CsvAmount.Read(text, _currency!, shown, out amount) : problem;
    }

    private bool TryReadBalance(CsvRow row, out long? balanceMinor)
    {
        balanceMinor = null;
        if (row[_layout.Balance] is null)
            return true;
        if (!TryRead(row, _layout.Balance, out var balance))
            return false;
        var isOwed = balance.IsOutgoing is null && CsvDirection.IsOutgoing(row[_layout.BalanceDirection]) == true;
        balanceMinor = isOwed ? -balance.AmountMinor : balance.AmountMinor;
        return true;
    }

    /// <summary>
    /// Reads the fees and further amounts beside the amount. Where they do not add up with it, only the balance can say what moved.
    /// </summary>
    private bool TryReadBeside(CsvRow row, long amountMinor, out long feeMinor)
    {
        feeMinor = 0;
        var at = -1;
        foreach (var fee in _layout.Fees.Where(fee => row[fee] is not null))
        {
            if (!TryRead(row, fee, out var read))
                return false;
            (feeMinor, at) = (feeMinor + Math.Abs(read.AmountMinor), read.AmountMinor == 0 ? at : fee);
        }

        var (isExplained, isNet) = (feeMinor == 0, false);
        foreach (var other in _layout.OtherAmounts.Where(other => row[other] is not null && !IsOriginal(row, other)))
        {
            if (!TryRead(row, other, out var read))
                return false;
            var (amount, beside) = (Math.Abs(amountMinor), Math.Abs(read.AmountMinor));
            var isInside = feeMinor != 0 && Math.Abs(amount - beside) == feeMinor;
            isExplained |= isInside;
            isNet |= isInside && beside > amount;
            if (beside != 0 && beside != amount && !isInside)
            {
                _doubts.Add((
                    row.Line, _header.NameOf(other),
                    "it is another amount than the one that is read, and no balance tells which of the two moved"));
            }
        }

        if (!isExplained)
        {
            _doubts.Add((
                row.Line, _header.NameOf(at),
                "the row has a fee, and no balance tells whether it is inside the amount or beside it: ask the bank for a file with a "
                + "balance in each row"));
        }

        // What the payer sent is told, and what the bank kept of it.
        if (isNet && amountMinor > 0)
            _kept[row.Line] = feeMinor;
        return true;
    }

    /// <summary>The amount of another currency or of another time, which the account did not move.</summary>
    private bool IsOriginal(CsvRow row, int at) => _layout.IsOfAnotherCurrency(row, at, _currency!)
        || CsvLayout.IsOfAnotherTime(CsvWords.Plain(_header.Columns[at]));

    private bool TryCurrency(CsvRow row)
    {
        if (row[_layout.Currency] is not { } text)
        {
            if (_currency is null)
                row.Refuse(CsvColumns.Currency, "the currency is missing");
            return _currency is not null;
        }

        if (!Currency.TryParse(text, out var currency))
        {
            row.Refuse(_layout.Currency, "a currency is an ISO 4217 code in capitals, such as EUR");
            return false;
        }

        _currency ??= currency;
        if (currency == _currency)
            return true;
        row.Refuse(_layout.Currency, $"{currency.Code} is another currency than the account's, {_currency.Code}");
        return false;
    }

    private bool IsOfAccount(CsvRow row)
    {
        if (row[_layout.Account] is not { } text)
        {
            if (_account is null)
                row.Refuse(CsvColumns.Account, "the account is missing");
            return _account is not null;
        }

        _account ??= text;
        if (KeyOf(text) == KeyOf(_account))
            return true;
        if (((CsvColumns[])[CsvColumns.CounterpartyAccount, CsvColumns.AnyonesAccount, CsvColumns.AccountByWord])
            .Any(column => column.AllIn(_header.Columns).Contains(_layout.Account)))
        {
            _found.AskForColumns();
        }

        row.Refuse(_layout.Account, "this is another account than before, or than the one you named: import one account at a time");
        return false;
    }

    private void End()
    {
        CheckDetails();
        if (_found.Faults.Count > 0 || (_lines.TrueForAll(line => line.AmountMinor == 0) && _doubts.Count == 0
            && _mayBeSums.Count == 0))
        {
            return;
        }

        // A balance that no row changes is the account's of one moment, and proves nothing.
        if (_rows.Count > 1 && _rows.TrueForAll(row => row.BalanceMinor == _rows[0].BalanceMinor))
        {
            for (var at = 0; at < _rows.Count; at++)
                _rows[at] = _rows[at] with { BalanceMinor = null };
        }

        var (proof, problem, wrong) = CsvBalances.Of(_rows, _openingMinor, _currency!);
        if (problem is not null && _others.Count > 0 && CsvBalances.Of(
            [.. _rows.Select((row, at) => _others.TryGetValue(at, out var turned) ? row with { AmountMinor = turned.AmountMinor } : row)],
            _openingMinor, _currency!) is { Proof: { } otherProof })
        {
            (proof, problem) = (otherProof, null);
            foreach (var (at, line) in _others)
                (_lines[at], _rows[at]) = (line, _rows[at] with { AmountMinor = line.AmountMinor });
        }

        if (problem is not null)
        {
            _found.Refuse(wrong, _layout.Balance < 0 ? null : _header.NameOf(_layout.Balance), problem);
            return;
        }

        if (proof is null)
            RefuseDoubts();
        RefuseSums(proof);

        List<ReadLine> lines = proof is { AreFeesBeside: true }
            ? [.. _lines.Zip(_rows).SelectMany(one => WithFee(one.First, one.Second.FeeMinor))]
            : [.. _lines.Zip(_rows).Select(one => LessFee(one.First, proof is null ? 0 : one.Second.FeeMinor))];
        lines.RemoveAll(line => line.AmountMinor == 0);
        var openingMinor = _openingMinor ?? proof?.OpeningMinor;
        var closingMinor = _closingMinor ?? proof?.ClosingMinor;
        if (!IsWhole(lines, openingMinor, closingMinor) || _found.Faults.Count > 0)
            return;
        _found.Add(
            0, new ReadStatement(
                StatementSource.Csv, KeyOf(_account!), Shown(_account!), null, _currency!, openingMinor,
                openingMinor is null ? null : closingMinor, lines));
    }

    private void RefuseDoubts()
    {
        foreach (var (row, column, why) in _doubts)
            _found.Refuse(row, column, why);
        // Where the first balance and the last one are told, they prove the sum of all rows.
        if (_outWords.Count == 0 || (_openingMinor is not null && _closingMinor is not null))
            return;
        foreach (var (row, column, why) in _outWords)
            _found.Refuse(row, column, why);
        _found.AskForColumns();
    }

    private bool IsWhole(List<ReadLine> lines, long? openingMinor, long? closingMinor)
    {
        if (openingMinor is not { } firstMinor || closingMinor is not { } lastMinor)
            return true;
        Int128 sumMinor = 0;
        foreach (var one in lines)
            sumMinor += one.AmountMinor;
        if (firstMinor + sumMinor == lastMinor)
            return true;
        var sum = new Money((long)Int128.Clamp(sumMinor, long.MinValue, long.MaxValue), _currency!);
        _found.Refuse(
            0, null, $"Its rows of {sum} do not lead from its first balance, {new Money(firstMinor, _currency!)}, to its last, "
                + $"{new Money(lastMinor, _currency!)}.");
        return false;
    }

    /// <summary>A fee inside an amount that came is what the bank has kept of it.</summary>
    private ReadLine LessFee(ReadLine line, long provedMinor) =>
        line.AmountMinor > 0 && Math.Max(provedMinor, _kept.GetValueOrDefault(line.FileLine)) is > 0 and var keptMinor
            ? line with { Debit = new ReadDebit { ChargesMinor = keptMinor } } : line;

    /// <summary>A fee beside an amount moves the account as a line of its own.</summary>
    private IEnumerable<ReadLine> WithFee(ReadLine line, long feeMinor) => feeMinor == 0 ? [line]
        :
        [
            line, line.Masked is { } known ? FeeOf(line, feeMinor).KnownAs(FeeOf(known, feeMinor)) : FeeOf(line, feeMinor),
        ];

    private ReadLine FeeOf(ReadLine line, long feeMinor) =>
        new(line.FileLine, SettlementLineKind.Entry, line.BookedOn, -feeMinor)
        {
            ValueOn = line.ValueOn,
            Remittance = $"{_header.NameOf(_layout.Fees[0])}: {line.Remittance}",
        };

    /// <summary>An account's number for comparing: without blanks.</summary>
    public static string KeyOf(string account) => account.Replace(" ", "").ToUpperInvariant();

    /// <summary>An account for people, masked.</summary>
    public static string Shown(string account)
    {
        if (Iban.TryParse(account, out var iban))
            return iban.ToString();
        var key = KeyOf(account);
        return key.Any(char.IsAsciiDigit) && key.Length > 4 ? $"···· {key[^4..]}" : account.Trim();
    }
}
