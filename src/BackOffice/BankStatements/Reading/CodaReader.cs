using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>
/// Reads CODA 2, the statements of Belgian banks: records of 128 characters. Movements that do not lead from the old balance to the new
/// one, and sums of the last record that are others, refuse the file.
/// </summary>
internal sealed class CodaReader(Findings found, int line)
{
    /// <summary>The length of a record.</summary>
    public const int Length = 128;

    private readonly List<(CodaMovement Movement, bool IsDetail)> _movements = [];
    private readonly int _line = line;
    private string? _number;
    private string? _account;
    private Currency? _currency;
    private long? _openingMinor;
    private (long Minor, DateOnly On)? _closing;

    public static async Task ReadAsync(Stream file, Findings found, CancellationToken cancel)
    {
        using var text = await CsvText.OfAsync(file, found, cancel);
        CodaReader? statement = null;
        var line = 0;
        var rows = new BoundedRows(text);
        while (!found.IsHopeless && await rows.ReadLineAsync(cancel) is { } row)
        {
            cancel.ThrowIfCancellationRequested();
            line++;
            var record = row.TrimEnd('\r', '\u001A');
            if (record.Length == 0)
                continue;
            if (record.Length > Length)
                found.Refuse(line, null, $"a record has {Length} characters");
            else if (record[0] == '0' && statement is null)
                statement = new CodaReader(found, line);
            else if (statement is null || record[0] == '0')
                found.Refuse(line, null, statement is null ? "the file does not begin with a record 0" : "there is no record 9 before it");
            else if (record[0] == '9')
                statement = statement.End(record.PadRight(Length), line);
            else
                statement.Take(record.PadRight(Length), line);
        }

        if (statement is not null && found.Faults.Count == 0)
            found.Refuse(line, "9", "there is no record 9 at its end: the file may be cut off");
    }

    private void Take(string record, int line)
    {
        switch (record[..2])
        {
            case ['1', var structure]:
                TakeOpening(record, structure, line);
                break;
            case ['8', _]:
                _closing = AmountOf(record, 41, line, "8") is { } closingMinor && DayOf(record, 57, line, "8") is { } on
                    ? (closingMinor, on) : null;
                break;
            case "21":
                TakeMovement(record, line);
                break;
            case "22" or "23" or "31" or "32" or "33":
                if (_movements.Count == 0)
                    found.Refuse(line, record[..2], "there is no record 21 before it");
                else
                    _movements[^1].Movement.Take(record);
                break;
            case ['4', _]:
                // Words of the bank about no movement.
                break;
            default:
                found.Refuse(line, record[..1], "CODA has no such record");
                break;
        }
    }

    private void TakeOpening(string record, char structure, int line)
    {
        // A Belgian number from before the IBAN, a foreign one, a Belgian IBAN, or a foreign one.
        var (length, currencyAt) = structure switch { '0' => (12, 18), '2' => (31, 39), _ => (34, 39) };
        (_account, _number) = (record.Substring(5, length).Trim(), record[2..5]);
        if (!Currency.TryParse(record.Substring(currencyAt, 3), out _currency))
            found.Refuse(line, "1", "a currency is an ISO 4217 code in capitals, such as EUR");
        else
            _openingMinor = AmountOf(record, 42, line, "1");
    }

    private void TakeMovement(string record, int line)
    {
        if (_currency is null || !found.MayHave(_movements.Count, line) || AmountOf(record, 31, line, "21") is not { } amountMinor
            || DayOf(record, 115, line, "21") is not { } bookedOn)
        {
            if (_currency is null && found.Faults.Count == 0)
                found.Refuse(line, "21", "there is no record 1 before it");
            return;
        }

        DateOnly? valueOn = null;
        if (record.AsSpan(47, 6) is not "000000" && (valueOn = DayOf(record, 47, line, "21")) is null)
            return;
        if (found.IsTooLate(bookedOn, line, "21") || found.IsTooLate(valueOn, line, "21"))
            return;
        var movement = new CodaMovement(
            new ReadLine(line, SettlementLineKind.Entry, bookedOn, amountMinor)
            {
                ValueOn = valueOn,
                BankReference = BankReference.Of(record[10..31]),
            });
        movement.Take(record);
        _movements.Add((movement, record.AsSpan(6, 4) is not "0000"));
    }

    /// <summary>An amount of twelve digits and three decimals behind its sign.</summary>
    private long? AmountOf(string record, int at, int line, string name)
    {
        var minor = _currency is null || record[at] is not ('0' or '1') ? null
            : AmountText.OfSchema($"{record.AsSpan(at + 1, 12)}.{record.AsSpan(at + 13, 3)}".TrimEnd('0').TrimEnd('.'), _currency);
        if (minor is null && _currency is not null)
            found.Refuse(line, name, "the amount is no number that the currency has");
        return record[at] == '1' ? -minor : minor;
    }

    private DateOnly? DayOf(string record, int at, int line, string name)
    {
        if (DayWindow.TryRead($"20{record.AsSpan(at + 4, 2)}-{record.AsSpan(at + 2, 2)}-{record.AsSpan(at, 2)}", out var day))
            return day;
        found.Refuse(line, name, $"a date is written as 310127, and lies {DayWindow.Rule}");
        return null;
    }

    private CodaReader? End(string record, int line)
    {
        if (_openingMinor is null || _closing is null)
            found.Refuse(line, "9", $"there is no record {(_openingMinor is null ? "1" : "8")} before it: the file may be cut off");
        if (found.Faults.Count > 0)
            return null;
        Int128 outMinor = 0, inMinor = 0;
        foreach (var minor in _movements.Where(one => !one.IsDetail).Select(one => one.Movement.AmountMinor))
            (outMinor, inMinor) = minor < 0 ? (outMinor - minor, inMinor) : (outMinor, inMinor + minor);
        var ((closingMinor, on), openingMinor) = (_closing!.Value, _openingMinor!.Value);
        if (openingMinor + inMinor - outMinor != closingMinor)
        {
            found.Refuse(
                line, "8", $"its movements do not lead from its old balance to its new one: {Shown(openingMinor)} and movements of "
                    + $"{Shown(inMinor - outMinor)} make {Shown(openingMinor + inMinor - outMinor)}, not {Shown(closingMinor)}");
        }
        else if (AmountOf($"0{record[22..37]}", 0, line, "9") != outMinor || AmountOf($"0{record[37..52]}", 0, line, "9") != inMinor)
        {
            found.Refuse(line, "9", $"its movements are {Shown(inMinor)} in and {Shown(outMinor)} out, and its sums are others");
        }
        else
        {
            found.Add(
                _line, new ReadStatement(
                    StatementSource.Mt940, CsvStatementReader.KeyOf(_account!), CsvStatementReader.Shown(_account!), $"{_number} of {on:O}",
                    _currency!, openingMinor, closingMinor, Lines())
                {
                    FileLine = _line,
                });
        }

        return null;

        string Shown(Int128 minor) => new Money((long)Int128.Clamp(minor, long.MinValue, long.MaxValue), _currency!).ToString();
    }

    /// <summary>The movements; in the place of a sum its details, where they add up to it.</summary>
    private List<ReadLine> Lines()
    {
        List<ReadLine> lines = [];
        for (var at = 0; at < _movements.Count; at++)
        {
            var whole = _movements[at].Movement;
            List<CodaMovement> details = [.. _movements.Skip(at + 1).TakeWhile(one => one.IsDetail).Select(one => one.Movement)];
            at += details.Count;
            if (whole.AmountMinor == 0)
                found.PassOver(whole.FileLine, "21");
            else
                lines.AddRange(LinesOf(whole, details));
        }

        return lines;
    }

    private IEnumerable<ReadLine> LinesOf(CodaMovement whole, List<CodaMovement> details)
    {
        if (details.Count == 0)
            return [whole.Line()];
        var sumMinor = details.Aggregate(Int128.Zero, (sum, one) => sum + one.AmountMinor);
        if (details.TrueForAll(one => one.AmountMinor != 0) && sumMinor == whole.AmountMinor)
        {
            var sum = whole.Line();
            // Earlier versions read no detail that is alone.
            return details is [var only] ? [(only.Line() with { BookedOn = sum.BookedOn }).KnownAs(sum)]
                : details.Select(one => one.Line());
        }

        found.Remark(
            whole.FileLine, "21", details.Count == 1 ? "its detail does not make up all of it: it stays one line"
                : $"its {details.Count} details do not add up to it: it stays one line");
        return [whole.Line()];
    }
}
