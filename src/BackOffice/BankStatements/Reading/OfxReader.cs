using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>
/// Reads bank statements in OFX: version 1, whose elements need no end, and version 2 in XML. OFX tells no balance before its lines, so
/// nothing proves that all of them are there.
/// </summary>
internal sealed partial class OfxReader(Findings found)
{
    private const int MaxLength = 10_000;
    private const int MaxDepth = 64;
    private const int DayLength = 8;

    /// <summary>A line names no more lines that it corrects.</summary>
    private const int MostCorrected = 10;

    /// <summary>The elements whose fields are told apart by where they stand.</summary>
    private static readonly string[] Holders = ["BANKACCTFROM", "BANKACCTTO", "CURRENCY", "ORIGCURRENCY", "STMTTRN", "STMTRS"];

    private readonly List<ReadLine> _lines = [];
    private readonly List<string> _path = [];
    private readonly List<Correction> _corrections = [];
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private int _line;
    private int _entryLine;
    private string? _bank;
    private string? _account;
    private Currency? _currency;
    private bool _isEnded;

    /// <summary>A line that replaces an earlier one.</summary>
    /// <param name="At">The place of the line among those that were read; below zero where it tells no amount, and is none of them.</param>
    /// <param name="Id">Its own id; null for none.</param>
    /// <param name="Corrected">The id of the line that it replaces.</param>
    private sealed record Correction(int At, string? Id, string Corrected, int FileLine);

    public static async Task ReadAsync(Stream file, Findings found, CancellationToken cancel)
    {
        using var text = await CsvText.OfAsync(file, found, cancel);
        var reader = new OfxReader(found);
        var (buffer, token, line, tokenLine) = (new char[4096], new StringBuilder(), 1, 1);
        int length;
        while (!found.IsHopeless && (length = await text.ReadAsync(buffer, cancel)) > 0)
        {
            foreach (var character in buffer.AsSpan(0, length))
            {
                if (character == '<')
                {
                    reader.Take($"{token}", tokenLine);
                    token.Clear();
                    tokenLine = line;
                }

                line += character == '\n' ? 1 : 0;
                if (token.Append(character).Length > MaxLength)
                    throw new BoundExceededException(tokenLine, "an element has no end");
            }
        }

        reader.Take($"{token}", tokenLine);
        if (!reader._isEnded && found.Faults.Count == 0)
            found.Refuse(line, "OFX", "it has no end: the file may be cut off");
    }

    /// <summary>Takes an element's begin or end with the text behind it; what stands before the first one is the head.</summary>
    private void Take(string token, int line)
    {
        var end = token.IndexOf('>');
        if (!token.StartsWith('<') || end < 0 || token[1] is '?' or '!')
            return;
        var name = token[1..end].Trim().ToUpperInvariant();
        if (name.StartsWith('/'))
        {
            Leave(name[1..]);
            return;
        }

        var value = WebUtility.HtmlDecode(token[(end + 1)..]).Trim();
        if (value.Length > 0)
            TakeField(name, value, line);
        else if (!name.EndsWith('/'))
            Enter(name, line);
    }

    private void Enter(string name, int line)
    {
        if (name is "CCSTMTRS" or "INVSTMTRS")
        {
            found.Refuse(
                line, name, $"it is the statement of {(name == "CCSTMTRS" ? "a credit card" : "securities")}, and of no bank account: "
                    + "import the statement of the bank account");
        }
        else if (name == "STMTRS")
        {
            (_line, _bank, _account, _currency) = (line, null, null, null);
            _lines.Clear();
            _corrections.Clear();
        }
        else if (name is "STMTTRN" or "STMTTRNP")
        {
            _fields.Clear();
            _entryLine = line;
        }

        // An element without a text may have no end of its own: an end takes those inside it along.
        if (_path.Count == MaxDepth)
            throw new BoundExceededException(line, $"elements stand in each other more than {MaxDepth} deep");
        _path.Add(name);
    }

    private void Leave(string name)
    {
        if (_path.LastIndexOf(name) is >= 0 and var at)
            _path.RemoveRange(at, _path.Count - at);
        switch (name)
        {
            case "STMTTRN":
                TakeEntry();
                break;
            case "STMTTRNP":
                // Not booked yet: it comes again when it is.
                found.Skipped++;
                break;
            case "STMTRS":
                End();
                break;
            case "OFX":
                _isEnded = true;
                break;
            default:
                break;
        }
    }

    private void TakeField(string name, string value, int line)
    {
        // An element without a text and without an end holds none of those behind it.
        switch (_path.FindLast(Holders.Contains))
        {
            case "BANKACCTFROM" when name == "BANKID":
                _bank = value;
                break;
            case "BANKACCTFROM" when name == "ACCTID":
                _account = value;
                break;
            case "CURRENCY" when name == "CURSYM" && _currency is not null && value != _currency.Code:
                found.Refuse(line, name, $"an amount is in another currency than the account's, {_currency.Code}");
                break;
            case "BANKACCTTO" when name is "BANKID" or "BRANCHID" or "ACCTID" or "ACCTTYPE" or "ACCTKEY":
                _fields.TryAdd($"TO {name}", value);
                break;
            default:
                if (name == "CURDEF" && !Currency.TryParse(value, out _currency))
                    found.Refuse(line, name, "a currency is an ISO 4217 code in capitals, such as EUR");
                _fields.TryAdd(name, value);
                break;
        }
    }

    private void TakeEntry()
    {
        if (!found.MayHave(_lines.Count, _entryLine))
            return;
        if (DayOf("DTPOSTED") is not { } bookedOn)
        {
            found.Refuse(_entryLine, "DTPOSTED", $"a date is written as 20270131, and lies {DayWindow.Rule}");
            return;
        }

        var valueOn = DayOf("DTAVAIL");
        if (found.IsTooLate(bookedOn, _entryLine, "DTPOSTED") || found.IsTooLate(valueOn, _entryLine, "DTAVAIL"))
            return;

        if (_currency is null || AmountOf(Field("TRNAMT")) is not { } amountMinor)
        {
            found.Refuse(
                _entryLine, _currency is null ? "CURDEF" : "TRNAMT",
                _currency is null ? "the currency is missing" : "the amount is no number that the currency has");
            return;
        }

        if (Field("TRNTYPE") is "DEBIT" or "CREDIT" && amountMinor != 0 && Field("TRNTYPE") == "DEBIT" != amountMinor < 0)
        {
            found.Refuse(_entryLine, "TRNTYPE", $"it says {Field("TRNTYPE")}, and the sign of the amount says something else");
            return;
        }

        if (!IsWholeCorrection(Field("CORRECTFITID"), Field("CORRECTACTION"), amountMinor))
            return;
        if (amountMinor == 0)
        {
            found.PassOver(_entryLine, "TRNAMT");
            return;
        }

        var isDeletion = Field("CORRECTACTION") == "DELETE";
        _lines.Add(Told(new ReadLine(_entryLine, SettlementLineKind.Entry, bookedOn, isDeletion ? -amountMinor : amountMinor)
        {
            IsReversal = isDeletion,
            ValueOn = valueOn,
            CounterpartyAccount = Field("TO ACCTID") is { } other ? CsvStatementReader.KeyOf(other) : null,
            BankReference = BankReference.Of(Field("FITID")),
        }));
    }

    /// <summary>
    /// A line with its words. Some banks put the whole description into the name, or the number of the bill, also where the memo has words.
    /// </summary>
    private ReadLine Told(ReadLine line)
    {
        var (memo, name) = (Field("MEMO"), Field("NAME"));
        var described = ((string?[])[name, Field("EXTDNAME")]).OfType<string>().Where(one => one.Any(char.IsAsciiDigit))
            .MaxBy(one => one.Length);
        var text = described is not null && memo is not null && CamtText.Has(memo, described) ? memo
            : CamtText.With(described ?? "", memo);
        // Earlier versions read the name only where there is no memo.
        var known = memo ?? (name?.Any(char.IsAsciiDigit) == true ? name : null);
        var told = With(text);
        return text == known ? told : told.KnownAs(With(known));

        ReadLine With(string? words) => line.WithTexts(
            Field("EXTDNAME") ?? Field("NAME"),
            string.Join(' ', ((string?[])[words, Field("CHECKNUM"), Field("REFNUM")]).Where(one => one?.Length > 0).Distinct()),
            endToEnd: null, marks: line.IsReversal ? SettlementWording.Reversal : null);
    }

    /// <summary>
    /// Whether a line is no correction, or one that says which earlier line it replaces or deletes, and by how much. A deletion has the
    /// amount of the line that it deletes.
    /// </summary>
    private bool IsWholeCorrection(string? corrected, string? action, long amountMinor)
    {
        if (corrected is null && action is null)
            return true;
        if (corrected is null || action is not ("REPLACE" or "DELETE"))
        {
            found.Refuse(
                _entryLine, corrected is null ? "CORRECTFITID" : "CORRECTACTION",
                corrected is null ? "the correction does not say of which line it is" : "a correction is REPLACE or DELETE");
            return false;
        }

        if (action == "REPLACE")
            _corrections.Add(new Correction(amountMinor == 0 ? -1 : _lines.Count, BankReference.Of(Field("FITID")), corrected, _entryLine));
        if (amountMinor != 0)
            return true;
        found.Remark(
            _entryLine, "CORRECTFITID", $"the bank takes the line {NumberMask.Apply(corrected)} back and tells no amount: unbook that "
                + "line, or ignore it");
        return false;
    }

    /// <summary>
    /// The lines without those that the same file replaces. A line that replaces another one names it, and what that one replaced: the
    /// books may have either.
    /// </summary>
    private List<ReadLine> Standing()
    {
        if (_corrections.Count == 0)
            return [.. _lines];
        var placesById = Enumerable.Range(0, _lines.Count).ToLookup(at => _lines[at].BankReference, StringComparer.Ordinal);
        var byId = _corrections.ToLookup(one => one.Id, StringComparer.Ordinal);
        // The last one counts: a bank may give a line that replaces another one the id of that.
        Dictionary<string, Correction> replacing = new(StringComparer.Ordinal);
        foreach (var one in _corrections)
            replacing[one.Corrected] = one;
        HashSet<int> leftOut = [];
        Dictionary<Correction, List<string>> named = [];
        foreach (var last in _corrections.Where(one => one.Id is null || replacing.GetValueOrDefault(one.Id, one) == one))
        {
            List<string> corrected = [];
            var next = last.Corrected;
            var isNew = true;
            while (next is not null && (isNew || corrected.Count < MostCorrected) && !corrected.Contains(next))
            {
                if (corrected.Count < MostCorrected)
                    corrected.Add(next);
                isNew = LeaveOut(BankReference.Of(next) is null ? [] : placesById[next], last, leftOut);
                next = byId[next].FirstOrDefault(one => one != last && one.Corrected != next)?.Corrected;
            }

            named[last] = corrected;
        }

        // Lines that replace one another stay, each with the other's id.
        foreach (var one in _corrections.Where(one => one.At >= 0 && !leftOut.Contains(one.At)))
        {
            _lines[one.At] = _lines[one.At].WithMarks(SettlementWording.CorrectionOf(
                string.Join(", ", named.GetValueOrDefault(one, [one.Corrected]).Select(id => NumberMask.Apply(id)))));
        }

        return [.. _lines.Where((_, at) => !leftOut.Contains(at))];
    }

    /// <summary>Leaves lines out that another one replaces. Returns whether one of them was not left out before.</summary>
    private bool LeaveOut(IEnumerable<int> places, Correction by, HashSet<int> leftOut)
    {
        var isNew = false;
        foreach (var at in places.Where(at => at != by.At && leftOut.Add(at)))
        {
            isNew = true;
            found.Remark(
                by.FileLine, "CORRECTFITID",
                $"the line {NumberMask.Apply(_lines[at].BankReference)} is left out: the bank corrects it by a later one");
        }

        return isNew;
    }

    private string? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>A day, without the hour and the time zone behind it.</summary>
    private DateOnly? DayOf(string name) => Field(name) is { Length: >= DayLength } text
        && DayWindow.TryRead($"{text[..4]}-{text[4..6]}-{text[6..DayLength]}", out var day) ? day : null;

    /// <summary>An amount in minor units. OFX parts no thousands, and has decimals behind a point or a comma.</summary>
    private long? AmountOf(string? text)
    {
        if (Amount().Match(text ?? "") is not { Success: true } amount)
            return null;
        var fraction = amount.Groups["fraction"].Value.TrimEnd('0');
        var minor = AmountText.OfSchema($"0{amount.Groups["whole"].Value}{(fraction.Length > 0 ? "." : "")}{fraction}", _currency!);
        return text!.StartsWith('-') ? -minor : minor;
    }

    private void End()
    {
        if (found.Faults.Count > 0)
            return;
        if (_account is null || _currency is null)
        {
            found.Refuse(_line, "STMTRS", _account is null ? "the statement names no account" : "the statement names no currency");
            return;
        }

        var account = Iban.TryParse(_account, out _) ? _account : BankAccountNumber.OfGermany(_bank, _account) ?? _account;
        found.Remark(
            _line, "LEDGERBAL", "OFX tells no balance before its lines: whether they are all there can't be checked");
        found.Add(
            _line, new ReadStatement(
                StatementSource.Mt940, CsvStatementReader.KeyOf(account), CsvStatementReader.Shown(account), null, _currency, null, null,
                Standing())
            {
                FileLine = _line,
            });
    }

    [GeneratedRegex(@"^[+-]?(?=[.,]?\d)(?<whole>\d*)([.,](?<fraction>\d*))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Amount();
}
