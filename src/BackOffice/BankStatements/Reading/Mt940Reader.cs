using System.Globalization;
using System.Text.RegularExpressions;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>
/// Reads statements in SWIFT MT940: what their entries and balances say, and the texts in the field 86 of German and Dutch banks. Entries
/// that do not lead from the first balance to the last refuse the file, and so do interim reports (MT942).
/// </summary>
internal sealed partial class Mt940Reader(Findings found)
{
    private const int MaxFieldLength = 10_000;
    private const int ShortestIban = 15;
    private const int LongestIban = 34;

    private readonly List<ReadLine> _lines = [];
    private int _line;
    private string? _number;
    private string? _account;
    private Currency? _currency;
    private (long Minor, DateOnly On)? _opening;
    private (long Minor, DateOnly On)? _closing;
    private bool _isInterim;

    /// <summary>Whether its last balance was there: behind that a row with a dash alone is the end of the message, and no text.</summary>
    private bool _isClosed;
    private long? _saidOutMinor;
    private long? _saidInMinor;
    private (ReadLine Line, string Customer, string More)? _entry;

    /// <summary>The entry that is added last, with its text: a further field 86 is of it, too.</summary>
    private (ReadLine Line, string Customer, string More) _last;
    private string _text = "";

    /// <summary>Whether a further field 86 is of the entry that is added last.</summary>
    private bool _isOfEntry;

    /// <summary>Behind its end, the text by which earlier versions knew it: with fields 86 that are of no line. Else null.</summary>
    private string? _knownText;

    public static async Task ReadAsync(Stream file, Findings found, CancellationToken cancel)
    {
        using var text = await CsvText.OfAsync(file, found, cancel);
        Mt940Reader? statement = null;
        (string Tag, string Text, int Line)? field = null;
        var number = 0;
        var rows = new BoundedRows(text);
        while (!found.IsHopeless && await rows.ReadLineAsync(cancel) is { } row)
        {
            cancel.ThrowIfCancellationRequested();
            number++;
            // A word may end at the end of a row of :86:, and the blank behind it is all that says so.
            var whole = row.TrimEnd('\r');
            row = row.TrimEnd().TrimStart('\uFEFF');
            // Some banks put the first field behind the envelope of SWIFT, on its line.
            if ((row.StartsWith('{') || IsEnd(row)) && row.IndexOf("{4::", StringComparison.Ordinal) is >= 0 and var behind)
                row = row[(behind + 3)..];
            if (Tag().Match(row) is { Success: true } tag)
            {
                Take(field);
                field = (tag.Groups["tag"].Value, RowOf(tag.Groups["tag"].Value)[tag.Length..], number);
            }
            else if (row == "-" || IsEnd(row))
            {
                // What stands between two messages is of neither: some banks begin each with their own rows.
                if (statement?._isClosed == true || IsClosing(field?.Tag))
                {
                    Take(field);
                    field = null;
                }
            }
            else if (row.Length > 0 && !row.StartsWith('{') && field is var (name, before, line))
            {
                if (before.Length > MaxFieldLength)
                    throw new BoundExceededException(number, "a field has no end");
                field = (name, $"{before}\n{RowOf(name)}", line);
            }

            string RowOf(string tag) => tag == "86" ? whole : row;

            // Behind the end of a message stand its check sums, or the sign between two messages.
            static bool IsEnd(string row) => row.StartsWith("-}", StringComparison.Ordinal);
        }

        Take(field);
        statement?.End();

        void Take((string Tag, string Text, int Line)? one)
        {
            if (one is not var (name, content, line))
                return;
            if (name == "20")
            {
                statement?.End();
                statement = new Mt940Reader(found) { _line = line };
            }

            statement?.Take(name, content, line);
        }
    }

    /// <summary>Whether a tag is that of the last balance.</summary>
    private static bool IsClosing(string? tag) => tag?.StartsWith("62", StringComparison.Ordinal) == true;

    /// <summary>Takes a field. Its letter is an option of its form: <c>25P</c> has the bank in a further row.</summary>
    private void Take(string tag, string text, int line)
    {
        switch (tag)
        {
            case ['2', '5', ..]:
                TakeAccount(FirstRowOf(text), line);
                break;
            case ['2', '8', ..]:
                _number = FirstRowOf(text);
                break;
            case ['6', '0', ..]:
                _opening = BalanceOf(FirstRowOf(text), line, tag);
                break;
            case ['6', '2', ..]:
                AddEntry(null);
                (_isOfEntry, _knownText, _isClosed) = (false, null, true);
                _closing = BalanceOf(FirstRowOf(text), line, tag);
                break;
            case "34F" or "13D":
                _isInterim = true;
                break;
            case "90D" or "90C":
                EndEntry();
                TakeSum(tag, FirstRowOf(text), line);
                break;
            case "61":
                EndEntry();
                TakeEntry(text, line);
                break;
            case "86" when _entry is null && _isOfEntry:
                AddMore(text);
                break;
            case "86" when _entry is null && _knownText is not null:
                AddToKnown(text);
                break;
            case "86":
                AddEntry(text);
                break;
            default:
                break;
        }
    }

    private static string FirstRowOf(string text) => text.Split('\n')[0].Trim();

    private void TakeAccount(string text, int line)
    {
        var parts = text.Split('/');
        _account = (parts is [var bank, var number] ? BankAccountNumber.OfGermany(bank, number) : null)
            ?? parts.Select(IbanOf).OfType<string>().FirstOrDefault();
        if (_account is not null)
            return;
        _account = text;
        found.Remark(
            line, ":25:", "this is neither an IBAN nor a German bank code and an account number of at most ten digits: files that name the "
                + "account in another way are of another account");
    }

    /// <summary>The IBAN at the beginning of a text, behind which many banks write the currency; null for none.</summary>
    private static string? IbanOf(string text)
    {
        for (var length = Math.Min(text.Length, LongestIban); length >= ShortestIban; length--)
        {
            if (Iban.TryParse(text[..length], out _))
                return text[..length];
        }

        return null;
    }

    private bool TakeCurrency(string? code, int line, string tag)
    {
        if (!Currency.TryParse(code, out var currency) || (_currency is not null && currency != _currency))
        {
            found.Refuse(line, $":{tag}:", currency is null ? "a currency is an ISO 4217 code in capitals, such as EUR"
                : $"{currency.Code} is another currency than the account's, {_currency!.Code}");
            return false;
        }

        _currency = currency;
        return true;
    }

    private (long Minor, DateOnly On)? BalanceOf(string text, int line, string tag)
    {
        if (Balance().Match(text) is not { Success: true } balance
            || (DayOf(balance.Groups["day"].Value) ?? NoDayOf(tag, balance.Groups["day"].Value)) is not { } day)
        {
            found.Refuse(line, $":{tag}:", "a balance is written as C271105EUR1000,00");
            return null;
        }

        if (!TakeCurrency(balance.Groups["currency"].Value, line, tag) || MinorOf(balance.Groups["amount"].Value) is not { } minor)
        {
            found.Refuse(line, $":{tag}:", "the amount is no number that the currency has");
            return null;
        }

        return (balance.Groups["side"].Value == "D" ? -minor : minor, day);
    }

    /// <summary>Before the first statement of an account stands no balance, and German banks write zeros for its day.</summary>
    private static DateOnly? NoDayOf(string tag, string day) => tag[0..2] == "60" && day == "000000" ? DateOnly.MinValue : null;

    private void TakeSum(string tag, string text, int line)
    {
        if (Sum().Match(text) is not { Success: true } sum || !TakeCurrency(sum.Groups["currency"].Value, line, tag))
            return;
        if (tag == "90D")
            _saidOutMinor = MinorOf(sum.Groups["amount"].Value);
        else
            _saidInMinor = MinorOf(sum.Groups["amount"].Value);
    }

    private void TakeEntry(string text, int line)
    {
        if (_isInterim || !found.MayHave(_lines.Count, line))
            return;
        var (first, more) = text.Split('\n', 2) is [var one, var other] ? (one, other) : (text, "");
        if (Entry().Match(first) is not { Success: true } entry || DayOf(entry.Groups["value"].Value) is not { } valueOn)
        {
            found.Refuse(line, ":61:", "an entry is written as 2711051105C120,00NTRFNONREF//B1");
            return;
        }

        if (_currency is null || MinorOf(entry.Groups["amount"].Value) is not { } minor)
        {
            found.Refuse(
                line, ":61:", _currency is null ? "there is no balance with the currency before it"
                    : "the amount is no number that the currency has");
            return;
        }

        var side = entry.Groups["side"].Value;
        if (side is "EC" or "ED")
        {
            // Expected, and not booked.
            found.Skipped++;
            return;
        }

        if (minor == 0)
        {
            found.PassOver(line, ":61:");
            return;
        }

        var bookedOn = BookedOn(valueOn, entry.Groups["booked"].Value);
        if (found.IsTooLate(bookedOn, line, ":61:") || found.IsTooLate(valueOn, line, ":61:"))
            return;
        _entry = (
            new ReadLine(line, SettlementLineKind.Entry, bookedOn, side is "D" or "RC" ? -minor : minor)
            {
                ValueOn = valueOn,
                BankReference = BankReference.Of(entry.Groups["bank"].Value),
                IsReversal = side[0] == 'R',
            },
            entry.Groups["customer"].Value, more.Replace('\n', ' '));
    }

    /// <summary>The day of the booking has no year: it is the one that is nearest to the value date.</summary>
    private static DateOnly BookedOn(DateOnly valueOn, string monthAndDay)
    {
        if (monthAndDay.Length == 0)
            return valueOn;
        var days = Enumerable.Range(valueOn.Year - 1, 3).Select(year => DayOf($"{year % 100:00}{monthAndDay}")).OfType<DateOnly>().ToList();
        return days.Count == 0 ? valueOn : days.MinBy(day => Math.Abs(day.DayNumber - valueOn.DayNumber));
    }

    private void AddEntry(string? text)
    {
        if (_entry is not { } entry)
            return;
        (_entry, _last, _text, _isOfEntry, _knownText) = (null, entry, text ?? "", true, null);
        _lines.Add(Told(entry, text));
    }

    /// <summary>Ends an entry: what stands behind one that is passed over, or behind the sums, is no text of the line before.</summary>
    private void EndEntry()
    {
        AddEntry(null);
        if (_isOfEntry)
            (_isOfEntry, _knownText) = (false, _text);
    }

    /// <summary>Some banks write several fields for one entry, where a text does not fit into one.</summary>
    private void AddMore(string text)
    {
        _text = With(_text, text);
        _lines[^1] = Told(_last, _text);
    }

    /// <summary>Earlier versions took the text of no line for one of the line before, which stays the one that it was.</summary>
    private void AddToKnown(string text)
    {
        _knownText = With(_knownText!, text);
        var known = Told(_last, _knownText);
        _lines[^1] = _lines[^1].KnownAs(known.Masked ?? known);
    }

    /// <summary>Polish banks give the code of the booking alone first, and then again with the text.</summary>
    private static string With(string text, string more) =>
        more.StartsWith(text.Trim(), StringComparison.Ordinal) ? more : $"{text}\n{more}";

    private ReadLine Told((ReadLine Line, string Customer, string More) entry, string? text)
    {
        var (line, customer, more) = entry;
        // Behind the entry stand amounts with codes, or the other account, or words.
        var plain = more.StartsWith('/') ? "" : more;
        var account = IbanOf(plain);
        var behind = plain[(account?.Length ?? 0)..].Trim() is { Length: > 0 } some ? some : null;
        var words = Mt940Text.Of(string.IsNullOrWhiteSpace(text) ? behind : text);
        var its = line with
        {
            CounterpartyAccount = (words.Account ?? account) is { } other ? CsvStatementReader.KeyOf(other) : null,
            Debit = ChargesIn(line, $"{more} {text}") is > 0 and var minor ? new ReadDebit { ChargesMinor = minor } : null,
        };
        if (!string.IsNullOrWhiteSpace(text))
            words = words with { Remittance = CamtText.With(words.Remittance ?? "", behind) };
        var told = With(words, PayersReference.Of(customer));
        // Earlier versions took a word for no reference as one, and read what stands behind the entry only where there is no other text.
        var known = With(
            Mt940Text.EarlierOf(string.IsNullOrWhiteSpace(text) && plain.Length > 0 ? plain : text), BankReference.Of(customer));
        return told.Identity == known.Identity ? told : told.KnownAs(known);

        ReadLine With(Mt940Text read, string? reference) => its.WithTexts(
            read.Name, read.Remittance, BankReference.Of(read.EndToEnd) ?? reference,
            marks: line.IsReversal ? SettlementWording.Reversal : read.MarkOf(line.AmountMinor));
    }

    /// <summary>
    /// What banks kept of a transfer that came, where the entry tells what was sent and what they kept, and both make up its amount.
    /// </summary>
    private long ChargesIn(ReadLine line, string words)
    {
        if (line.AmountMinor <= 0 || MinorIn(Sent(), words) is not { } sentMinor || MinorIn(Kept(), words) is not { } keptMinor)
            return 0;
        return sentMinor - keptMinor == line.AmountMinor ? keptMinor : 0;
    }

    private long? MinorIn(Regex where, string words) =>
        where.Match(words.Replace("\n", "", StringComparison.Ordinal)) is { Success: true } found
        && found.Groups["currency"].Value == _currency!.Code ? MinorOf(found.Groups["amount"].Value) : null;

    private static DateOnly? DayOf(string text) =>
        DayWindow.TryRead($"20{text[..2]}-{text[2..4]}-{text[4..]}", out var day) ? day : null;

    private long? MinorOf(string amount)
    {
        var digits = amount.TrimEnd(',', '.').Replace(',', '.');
        return AmountText.OfSchema(digits, _currency!);
    }

    private void End()
    {
        AddEntry(null);
        if (_isInterim)
        {
            found.Refuse(
                _line, ":34F:", "this is MT942, which tells of a day before it is over, so its entries can change: ask the bank for MT940");
        }

        if (found.Faults.Count > 0)
            return;
        if (_account is null || _currency is not { } currency)
        {
            found.Refuse(
                _line, _account is null ? ":25:" : ":60F:",
                _account is null ? "the statement names no account" : "the statement names no currency");
            return;
        }

        if (_opening is null || _closing is null)
        {
            found.Refuse(
                _line, _opening is null ? ":60F:" : ":62F:",
                $"the statement has no balance {(_opening is null ? "before" : "after")} its entries: the file may be cut off");
            return;
        }

        Int128 outMinor = 0, inMinor = 0;
        foreach (var one in _lines)
            (outMinor, inMinor) = one.AmountMinor < 0 ? (outMinor - one.AmountMinor, inMinor) : (outMinor, inMinor + one.AmountMinor);
        var ((firstMinor, _), (lastMinor, closedOn)) = (_opening.Value, _closing.Value);
        if (firstMinor + inMinor - outMinor != lastMinor)
        {
            found.Refuse(
                _line, ":62F:", $"its entries do not lead from its first balance to its last: {Shown(firstMinor)} and entries of "
                    + $"{Shown(inMinor - outMinor)} make {Shown(firstMinor + inMinor - outMinor)}, not {Shown(lastMinor)}");
            return;
        }

        if ((_saidOutMinor is { } saidOut && saidOut != outMinor) || (_saidInMinor is { } saidIn && saidIn != inMinor))
        {
            found.Refuse(_line, ":90C:", $"its entries are {Shown(inMinor)} in and {Shown(outMinor)} out, and its sums are others");
            return;
        }

        found.Add(
            _line, new ReadStatement(
                StatementSource.Mt940, CsvStatementReader.KeyOf(_account), CsvStatementReader.Shown(_account),
                _number is null ? null : NumberMask.Apply($"{_number} of {closedOn:O}"), currency, firstMinor, lastMinor, _lines)
            {
                FileLine = _line,
            });

        string Shown(Int128 minor) => new Money((long)Int128.Clamp(minor, long.MinValue, long.MaxValue), currency).ToString();
    }

    [GeneratedRegex(@"(/OCMT/|OAMT\+)\s*(?<currency>[A-Z]{3})\s*(?<amount>\d{1,15},\d*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sent();

    [GeneratedRegex(@"(/CHGS/|COAM\+)\s*(?<currency>[A-Z]{3})\s*(?<amount>\d{1,15},\d*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Kept();

    [GeneratedRegex(@"^:(?<tag>\d{2}[A-Z]?):", RegexOptions.None, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(
        @"^(?<side>[CD])(?<day>\d{6})(?<currency>[A-Z]{3})(?<amount>\d{1,15}([.,]\d*)?|[.,]\d+)$",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Balance();

    [GeneratedRegex(@"^\d{1,5}(?<currency>[A-Z]{3})(?<amount>\d{1,15}([.,]\d*)?|[.,]\d+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sum();

    [GeneratedRegex(
        @"^(?<value>\d{6})(?<booked>\d{4})?(?<side>R?[CD]|E[CD])[A-Z]?(?<amount>\d{1,15}([.,]\d*)?|[.,]\d+)"
        + "([A-Z][A-Z0-9]{3})?(?<customer>.*?)(//(?<bank>.*))?$",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Entry();
}

/// <summary>The payer's reference in an entry, field 61.</summary>
internal static class PayersReference
{
    /// <summary>Words that it stands in the text, as an end-to-end id or as that of an order, a mandate or a file.</summary>
    private static readonly string[] InText = ["EREF", "KREF", "MREF", "PREF", "MARF"];

    /// <summary>What earlier versions took for the reference where there is none: lines are known by it.</summary>
    public static IEnumerable<string> Known => InText.SelectMany(word => (string[])[word, $"{word}+"]);

    /// <summary>The reference; null where the bank writes that there is none, or that it stands elsewhere.</summary>
    public static string? Of(string text) => BankReference.Of(text) is { } reference
        && !InText.Contains(reference.TrimEnd('+'), StringComparer.OrdinalIgnoreCase) ? reference : null;
}

/// <summary>The words of field 86: free, in the parts of German banks (<c>?20</c>), or with the codes of SWIFT (<c>/REMI/</c>).</summary>
internal sealed partial record Mt940Text(string? Name, string? Account, string? Remittance, string? EndToEnd)
{
    /// <summary>The code of German banks for a transfer that comes back.</summary>
    private const string Returned = "159";

    /// <summary>Whether the bank says that money comes back.</summary>
    public bool IsReturn { get; private init; }

    /// <summary>The words of ours behind the text of a line; null for none.</summary>
    public string? MarkOf(long amountMinor) => IsReturn && amountMinor > 0 ? SettlementWording.Returned : null;

    /// <summary>The words of a text that begins with the code for the kind of a transfer, as ABN AMRO has it in its table too.</summary>
    /// <returns>Null for another text.</returns>
    public static Mt940Text? OfCodes(string text) => text.StartsWith("/TRTP/", StringComparison.Ordinal) ? Coded(text) : null;

    /// <summary>German banks cut the text into pieces of so many characters, also within a word.</summary>
    private const int PieceLength = 27;

    public static Mt940Text Of(string? text) => Of(text, AreFields);

    /// <summary>The words as versions read them that took any sign behind three digits for one of fields.</summary>
    public static Mt940Text EarlierOf(string? text) => Of(text, (_, _) => true);

    private static Mt940Text Of(string? text, Func<string, char, bool> areFields)
    {
        if (string.IsNullOrWhiteSpace(text))
            return new Mt940Text(null, null, null, null);
        var joined = text.Replace("\n", "", StringComparison.Ordinal);
        if (Structured().IsMatch(joined) && areFields(joined, joined[3]))
            return German(joined, joined[3]);
        return Codes().IsMatch(joined) ? Coded(joined) : new Mt940Text(null, null, text.Replace('\n', ' ').Trim(), null);
    }

    /// <summary>
    /// Whether a sign behind the code of a booking parts fields: it does nothing else in texts, or stands before two codes of fields. The
    /// number of a bill, a telephone's and an amount begin with three digits, too.
    /// </summary>
    private static bool AreFields(string text, char sign)
    {
        const int Fewest = 2;
        return "?<>~^@|".Contains(sign)
            || (!"-.,".Contains(sign) && text[3..].Split(sign).Skip(1).Count(IsField) >= Fewest && IsField(text[4..]));

        static bool IsField(string part) => part.Length >= 2 && char.IsAsciiDigit(part[0]) && char.IsAsciiDigit(part[1])
            && int.Parse(part[..2], CultureInfo.InvariantCulture) is 0 or 10 or (>= 20 and <= 34) or (>= 60 and <= 63);
    }

    private static Mt940Text German(string text, char sign)
    {
        string name = "", account = "", purpose = "", booking = "";
        var isCut = false;
        foreach (var part in text[3..].Split(sign)
            .Where(part => part.Length >= 2 && char.IsAsciiDigit(part[0]) && char.IsAsciiDigit(part[1])))
        {
            var (code, content) = (int.Parse(part[..2], CultureInfo.InvariantCulture), part[2..]);
            switch (code)
            {
                case (>= 20 and <= 29) or (>= 60 and <= 63):
                    purpose += (isCut || purpose.Length == 0) && !Keyword().IsMatch(content) ? content : $" {content}";
                    isCut = content.Length >= PieceLength;
                    break;
                case 0:
                    booking = content;
                    break;
                case 31:
                    account = content.Trim();
                    break;
                // Polish banks have the IBAN here.
                case 38 when Iban.TryParse(content.Trim(), out _):
                    account = content.Trim();
                    break;
                case 32 or 33:
                    name += content;
                    break;
                default:
                    break;
            }
        }

        var (end, other) = (PartOf(purpose, "EREF"), PartOf(purpose, "ABWA"));
        return new Mt940Text(OrNull(name) ?? other, OrNull(account), WordsOf(purpose) ?? OrNull(booking), end)
        {
            IsReturn = text.StartsWith(Returned, StringComparison.Ordinal),
        };
    }

    /// <summary>
    /// The text: what stands before the keywords and behind <c>SVWZ+</c>, and beside it the references of a file and a mandate, which can
    /// name a collection of ours or a debit.
    /// </summary>
    private static string? WordsOf(string purpose)
    {
        if (Keywords().Match(purpose) is not { Success: true } first)
            return OrNull(purpose);
        IEnumerable<string?> said =
        [
            OrNull(purpose[..first.Index]), PartOf(purpose, "SVWZ"), BankReference.Of(PartOf(purpose, "KREF")),
            BankReference.Of(PartOf(purpose, "MREF")),
        ];
        List<string> words = [];
        foreach (var part in said.OfType<string>().Where(part => !words.Any(one => one.Contains(part, StringComparison.Ordinal))))
            words.Add(part);
        return OrNull(string.Join(' ', words));
    }

    /// <summary>The text behind a keyword such as <c>SVWZ+</c>, up to the next one.</summary>
    private static string? PartOf(string purpose, string keyword)
    {
        var at = purpose.IndexOf($"{keyword}+", StringComparison.Ordinal);
        if (at < 0)
            return null;
        var rest = purpose[(at + keyword.Length + 1)..];
        return OrNull(Keywords().Match(rest) is { Success: true } next ? rest[..next.Index] : rest);
    }

    private static Mt940Text Coded(string text)
    {
        Dictionary<string, string> parts = new(StringComparer.Ordinal);
        var codes = Codes().Matches(text);
        for (var at = 0; at < codes.Count; at++)
        {
            var from = codes[at].Index + codes[at].Length;
            var to = at + 1 < codes.Count ? codes[at + 1].Index : text.Length;
            if (to > from && text[from..to].Trim('/', ' ') is { Length: > 0 } content)
                parts.TryAdd(codes[at].Groups["code"].Value, content);
        }

        var words = ((string[])["REMI", "USTD", "STRD"]).Select(code => parts.GetValueOrDefault(code)).OfType<string>()
            .Select(text => Kind().Replace(text, "")).ToList();
        // The other party in one part: its account, its bank, its name, its town.
        var party = parts.GetValueOrDefault("CNTP")?.Split('/') ?? [];
        return new Mt940Text(
            parts.GetValueOrDefault("NAME") ?? PartyOf(party, 2), parts.GetValueOrDefault("IBAN") ?? PartyOf(party, 0),
            OrNull(string.Join(' ', words.Distinct())) ?? OrNull(text),
            parts.GetValueOrDefault("EREF"))
        {
            IsReturn = parts.ContainsKey("RTRN"),
        };
    }

    private static string? PartyOf(string[] party, int at) => at < party.Length ? OrNull(party[at]) : null;

    private static string? OrNull(string text) => text.Trim() is { Length: > 0 } some ? some : null;

    [GeneratedRegex(@"^\d{3}[^A-Za-z0-9 /]\d{2}", RegexOptions.None, 1000)]
    private static partial Regex Structured();

    [GeneratedRegex("^[A-Z]{4}[+]", RegexOptions.None, 1000)]
    private static partial Regex Keyword();

    /// <summary>The kind of a structured reference, which stands before it: the bank's own one or a creditor reference.</summary>
    [GeneratedRegex("^(CUR|ISO)/", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Kind();

    [GeneratedRegex("(?<= |^)(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|PURP|IBAN|BIC )[+]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Keywords();

    [GeneratedRegex(
        "/(?<code>TRTP|TRCD|IBAN|BIC|NAME|REMI|EREF|PREF|MARF|CSID|ORDP|BENM|ULTD|ULTC|RTRN|USTD|STRD|PURP|SVCL|KREF|ISDT|ADDR|CNTP|"
        + "OCMT|CHGS|EXCH|ID)(?=/)",
        RegexOptions.None, 1000)]
    private static partial Regex Codes();
}
