using System.Globalization;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Settlements;

namespace Quittance.Settlements.Reading;

/// <summary>Reads a bank's statement from CSV: one account, one currency, one row for each line.</summary>
internal sealed class CsvStatementReader
{
    /// <summary>2027-01-31 and 31.01.2027. Slashes do not tell days from months.</summary>
    private static readonly string[] Dates = ["yyyy-MM-dd", "dd.MM.yyyy", "d.M.yyyy", "dd.MM.yy"];

    private readonly Findings _found;
    private readonly List<ReadLine> _lines = [];
    private Currency? _currency;
    private string? _account;

    private CsvStatementReader(Findings found)
    {
        _found = found;
        (_currency, _account) = (found.Options.Currency, found.Options.Account);
    }

    /// <summary>The reader of the rows; null where columns are missing.</summary>
    public static Func<CsvRow, bool>? Begin(IReadOnlyList<string> columns, int line, Findings found)
    {
        foreach (var needed in (CsvColumns[])[CsvColumns.BookedOn, CsvColumns.Amount])
        {
            if (needed.In(columns) < 0)
                found.Refuse(line, needed.Name, "there is no such column");
        }

        if (CsvColumns.Remittance.In(columns) < 0 && CsvColumns.EndToEnd.In(columns) < 0)
            found.Refuse(line, CsvColumns.Remittance.Name, "there is no such column");
        if (CsvColumns.Currency.In(columns) < 0 && found.Options.Currency is null)
            found.Refuse(line, CsvColumns.Currency.Name, "there is no such column: say the currency of the account");
        if (CsvColumns.Account.In(columns) < 0 && found.Options.Account is null)
            found.Refuse(line, CsvColumns.Account.Name, "there is no such column: say which account it is");
        if (CsvColumns.OneDirection.In(columns) is >= 0 and var at)
            found.Refuse(line, columns[at], "amounts in a column for each direction are not read beside a column for the amount");
        return found.Faults.Count == 0 ? new CsvStatementReader(found).Take : null;
    }

    /// <summary>Reads a day.</summary>
    public static bool TryReadDay(CsvRow row, out DateOnly day) => TryReadDay(row, CsvColumns.BookedOn, out day);

    public static bool TryReadDay(CsvRow row, CsvColumns column, out DateOnly day)
    {
        day = default;
        if (row[column] is { } text && DateOnly.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            && DayWindow.Holds(day))
        {
            return true;
        }

        row.Refuse(column, $"a date is written as 2027-01-31 or 31.01.2027, and lies {DayWindow.Rule}");
        return false;
    }

    private bool Take(CsvRow row)
    {
        row.AtEnd = End;
        if (!_found.MayHave(_lines.Count, row.Line) || !row.IsWhole() || !IsBooked(row) || !TryCurrency(row) || !IsOfAccount(row)
            || !TryReadDay(row, out var day))
        {
            return !_found.IsHopeless;
        }

        DateOnly? valueOn = null;
        if (row[CsvColumns.ValueOn] is not null)
        {
            if (!TryReadDay(row, CsvColumns.ValueOn, out var read))
                return !_found.IsHopeless;
            valueOn = read;
        }

        if (!TryReadAmount(row, out var amountMinor))
            return true;
        if (amountMinor == 0)
        {
            _found.PassOver(row.Line, CsvColumns.Amount.Name);
            return true;
        }

        _lines.Add(new ReadLine(row.Line, SettlementLineKind.Entry, day, amountMinor)
        {
            ValueOn = valueOn,
            Counterparty = NumberMask.Apply(row[CsvColumns.Counterparty]),
            CounterpartyAccount = row[CsvColumns.CounterpartyAccount] is { } from ? KeyOf(from) : null,
            Remittance = NumberMask.Apply(row[CsvColumns.Remittance]),
            EndToEnd = NumberMask.Apply(row[CsvColumns.EndToEnd]),
            BankReference = BankReference.Of(row[CsvColumns.BankReference]),
        });
        return true;
    }

    /// <summary>A row that the bank has not booked comes again when it is booked.</summary>
    private bool IsBooked(CsvRow row)
    {
        var booked = row[CsvColumns.Status] is { } status ? CsvStatus.IsBooked(status) : true;
        if (booked is null)
            row.Refuse(CsvColumns.Status, "it does not say whether the bank has booked it, with a word such as booked or pending");
        // The column may be about something else.
        var isUnbooked = booked == false || (row[CsvColumns.Info] is { } info && CsvStatus.IsPending(info));
        if (isUnbooked)
            _found.Skipped++;
        return booked == true && !isUnbooked;
    }

    private bool TryReadAmount(CsvRow row, out long amountMinor)
    {
        if (AmountText.Read(row[CsvColumns.Amount] ?? "", _currency!, _found.Options.DecimalSign, out amountMinor) is { } problem)
        {
            row.Refuse(CsvColumns.Amount, problem);
            return false;
        }

        // Some banks leave that column's name out.
        if (!row.Has(CsvColumns.Direction))
        {
            amountMinor = CsvDirection.IsOutgoing(row.Unnamed) == true ? -Math.Abs(amountMinor) : amountMinor;
            return true;
        }

        if (CsvDirection.IsOutgoing(row[CsvColumns.Direction]) is not { } isOutgoing)
        {
            row.Refuse(CsvColumns.Direction,
                "it does not say whether money came or went, with a word such as S and H, or debit and credit");
            return false;
        }

        if (amountMinor < 0 && !isOutgoing)
        {
            row.Refuse(CsvColumns.Direction, "it says that money came, and the amount is below zero");
            return false;
        }

        amountMinor = isOutgoing ? -Math.Abs(amountMinor) : amountMinor;
        return true;
    }

    private bool TryCurrency(CsvRow row)
    {
        if (row[CsvColumns.Currency] is not { } text)
        {
            if (_currency is null)
                row.Refuse(CsvColumns.Currency, "the currency is missing");
            return _currency is not null;
        }

        if (!Currency.TryParse(text, out var currency))
        {
            row.Refuse(CsvColumns.Currency, "a currency is an ISO 4217 code in capitals, such as EUR");
            return false;
        }

        _currency ??= currency;
        if (currency == _currency)
            return true;
        row.Refuse(CsvColumns.Currency, $"{currency.Code} is another currency than the account's, {_currency.Code}");
        return false;
    }

    private bool IsOfAccount(CsvRow row)
    {
        if (row[CsvColumns.Account] is not { } text)
        {
            if (_account is null)
                row.Refuse(CsvColumns.Account, "the account is missing");
            return _account is not null;
        }

        _account ??= text;
        if (KeyOf(text) == KeyOf(_account))
            return true;
        row.Refuse(CsvColumns.Account, "this is another account than before: import one account at a time");
        return false;
    }

    private void End()
    {
        if (_lines.Count > 0)
        {
            _found.Add(
                0, new ReadStatement(StatementSource.Csv, KeyOf(_account!), Shown(_account!), null, _currency!, null, null, _lines));
        }
    }

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
