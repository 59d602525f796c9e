using System.Text.RegularExpressions;

namespace Quittance.Core.Settlements;

/// <summary>Finds the pieces of a transfer's text that may name something of ours.</summary>
public static partial class SettlementWording
{
    private const int MaxLength = 64;
    private const int MostMended = 24;

    /// <summary>Shorter numbers are years and amounts.</summary>
    private const int ShortestNumber = 5;

    /// <summary>RF and its check digits.</summary>
    private const int CreditorPrefix = 4;
    private const int MostParts = 4;
    private static readonly string[] Signs = ["", "-", "/"];
    private static readonly string[] NoSign = [""];

    /// <summary>The end of the text of a line that the bank marks as a reversal of a line before it.</summary>
    public const string Reversal = "(reversal)";

    /// <summary>A mark in the text of a line of money that came in, of which the bank says that it is a return of a transfer.</summary>
    public const string Returned = "(comes back)";

    /// <summary>A mark in the text of money that came in, which is of several payments that the bank does not tell apart.</summary>
    public const string Several = "(several payments)";

    private const string Correction = "(corrects ";

    /// <summary>The end of the text of a line by which the bank corrects an earlier one.</summary>
    /// <param name="reference">The bank's own reference of the earlier line.</param>
    public static string CorrectionOf(string reference) => $"{Correction}{reference})";

    /// <summary>Where the mark of a correction begins in a text; below zero where there is none.</summary>
    private static int CorrectionIn(string? text) =>
        text?.EndsWith(')') == true ? text.LastIndexOf(Correction, StringComparison.Ordinal) : -1;

    /// <summary>Whether the bank corrects an earlier line by the one of a text.</summary>
    public static bool IsCorrection(string? text) => CorrectionIn(text) >= 0;

    /// <summary>The number of a bill in a text with what the line pays of it.</summary>
    public static string WithAmount(string number, Money amount) => $"{number} [{amount.ToText(AmountDecimals.Full)}]";

    /// <summary>
    /// What a line tells that it pays of bills, in the order of its text, each with the names that the bill's number may be; nothing where
    /// that is not all of the line.
    /// </summary>
    public static IReadOnlyList<(IReadOnlyList<string> Names, long Minor)> AmountsIn(SettlementLine line) =>
        [.. NumbersWithAmounts(line.Remittance, line.Gross).Select(one => (NamesIn([one.Number]), one.Minor))];

    private static List<(string Number, long Minor)> NumbersWithAmounts(string? remittance, Money gross)
    {
        if (remittance?.Contains(" [", StringComparison.Ordinal) != true)
            return [];
        List<(string Number, long Minor)> amounts = [];
        var leftMinor = gross.AmountMinor;
        foreach (Match match in BillAmount().Matches(remittance))
        {
            if (!DecimalNumber.TryParse(match.Groups["amount"].ValueSpan, out var number)
                || number.TryToMinor(gross.Currency, out var minor) != AmountFault.None)
            {
                return [];
            }

            amounts.Add((match.Groups["number"].Value, minor));
            leftMinor -= minor;
        }

        return leftMinor == 0 ? amounts : [];
    }

    [GeneratedRegex(@"(?<number>\S+) \[(?<amount>\d{1,15}(\.\d+)?)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BillAmount();

    /// <summary>
    /// The text of a line as the bank has it, without the reference of another line and without amounts of bills; null for none.
    /// </summary>
    public static string? TextOf(SettlementLine line) => TextOf(line.Remittance, line.Gross);

    /// <inheritdoc cref="TextOf(SettlementLine)"/>
    /// <param name="gross">What the line pays.</param>
    public static string? TextOf(string? remittance, Money gross)
    {
        var text = CorrectionIn(remittance) is >= 0 and var at ? remittance![..at].TrimEnd() : remittance;
        text = NumbersWithAmounts(remittance, gross).Count == 0 ? text : BillAmount().Replace(text!, match => match.Groups["number"].Value);
        return text is "" ? null : text;
    }

    private static IEnumerable<string> TextsOf(SettlementLine line) => ((string?[])[TextOf(line), line.EndToEnd]).OfType<string>();

    /// <summary>
    /// The pieces with a digit, without the words that people write before a number (<c>Invoice:</c>, <c>RE-Nr.</c>). A name of letters
    /// alone looks like any word.
    /// </summary>
    public static IReadOnlyList<string> NamesIn(SettlementLine line)
    {
        if (line.Kind != SettlementLineKind.Entry)
            return line.Remittance is { } reference ? [reference] : [];
        return NamesIn(TextsOf(line));
    }

    private static IReadOnlyList<string> NamesIn(IEnumerable<string> texts)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            names.UnionWith(TransferReference.In(text));
            // German banks put the end-to-end id of a debit into the text, and the next word right behind it.
            names.UnionWith(EndToEndId().Matches(text).Select(match => match.Value));
            foreach (var piece in text
                .Split([' ', ',', ';', '\n', '\t', '"', '(', ')', '+', '='], StringSplitOptions.RemoveEmptyEntries))
            {
                Add(piece.Trim('.', ':', '#', '/', '-', '*', '\'', '!', '?'), names);
            }
        }

        foreach (var name in names.ToList())
            names.UnionWith(NumbersIn(name));
        return [.. names];
    }

    /// <summary>
    /// The number of a bill in a name: without the zeros in front, and without what a reference of a standard puts around it.
    /// </summary>
    private static IEnumerable<string> NumbersIn(string name)
    {
        var capitals = name.ToUpperInvariant();
        var number = CheckDigits.AreOfCreditor(capitals) ? capitals[CreditorPrefix..] : name;
        if (WithoutZeros(number) is { Length: >= ShortestNumber } bare && bare != name)
            yield return bare;
        if (CheckDigits.AreOfSwiss(name) && WithoutZeros(name[..^1]) is { Length: >= ShortestNumber } withoutDigit)
            yield return withoutDigit;
    }

    /// <summary>
    /// The names that a line may mean: those with other signs between their parts, and the references that check digits allow if one digit
    /// is wrong. A text of many numbers is a list, and means none of them.
    /// </summary>
    public static IReadOnlyList<string> NearIn(SettlementLine line)
    {
        string[] texts = [.. TextsOf(line)];
        var written = NamesIn(line).Concat(texts.SelectMany(TransferReference.WrittenIn)).Concat(texts.SelectMany(CreditorsIn))
            .Select(name => name.ToUpperInvariant()).Distinct(StringComparer.Ordinal).ToList();
        return written.Count > MostMended ? []
            : [.. written.SelectMany(CheckDigits.Mended).Concat(texts.SelectMany(Respelled)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Words of a text that stand side by side, as the parts of one name in capitals.</summary>
    private static IEnumerable<string> Respelled(string text)
    {
        var words = Words().Matches(text).Select(match => match.Value.ToUpperInvariant()).ToList();
        for (var from = 0; from < words.Count; from++)
        {
            for (var count = 1; count <= MostParts && from + count <= words.Count; count++)
            {
                var parts = words.GetRange(from, count);
                if (parts.Sum(part => part.Length) is var length && (length > MaxLength || !EvidenceRule.IsTelling(string.Concat(parts))))
                    continue;
                foreach (var sign in count == 1 ? NoSign : Signs)
                    yield return string.Join(sign, parts);
            }
        }
    }

    /// <summary>Whether a text has these words as whole ones, in either case: INV-1 is not in INV-10.</summary>
    /// <param name="words">Null for none, which every text has.</param>
    public static bool Says(string text, string? words)
    {
        if (words is null)
            return true;
        for (var at = 0; text.IndexOf(words, at, StringComparison.OrdinalIgnoreCase) is >= 0 and var start; at = start + 1)
        {
            var end = start + words.Length;
            if ((start == 0 || !char.IsLetterOrDigit(text[start - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                return true;
        }

        return false;
    }

    /// <summary>A bare number without the zeros in front of it, which add nothing to it; any other name as it is.</summary>
    public static string WithoutZeros(string name) => name.All(char.IsAsciiDigit) ? name.TrimStart('0') : name;

    private static void Add(string piece, HashSet<string> names)
    {
        if (piece.Length is 0 or > MaxLength || !piece.Any(char.IsAsciiDigit))
            return;
        names.Add(piece);
        var at = piece.LastIndexOfAny(['.', ':', '#']);
        if (at >= 0 && piece[(at + 1)..] is { Length: > 0 } after && after.Any(char.IsAsciiDigit) && !Amount().IsMatch(piece))
            names.Add(after);
    }

    /// <summary>Names of our files, of their groups, and of the debits and transfers in them, which a bank has put into a text.</summary>
    public static IReadOnlyList<string> FileNamesIn(string? text)
    {
        List<string> names = [];
        foreach (Match match in FileName().Matches(text ?? ""))
        {
            names.Add(match.Groups["id"].Value);
            if (match.Groups["group"].Success)
                names.Add(match.Value);
        }

        return names;
    }

    [GeneratedRegex("(?<id>[0-9a-fA-F]{32})(?<group>-[1-4])?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileName();

    /// <summary>An end-to-end id of a debit or a transfer of ours.</summary>
    [GeneratedRegex(@"[0-9a-fA-F]{32}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EndToEndId();

    /// <summary>What may be a creditor reference in groups: where it ends, a blank tells, and so does the next word.</summary>
    private static IEnumerable<string> CreditorsIn(string text)
    {
        foreach (Match match in Creditor().Matches(text))
        {
            var reference = "";
            foreach (var group in match.Value.Split(' '))
                yield return reference += group;
        }
    }

    [GeneratedRegex("(?<![A-Za-z0-9])[Rr][Ff][0-9]{2}( ?[A-Za-z0-9]){1,21}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Creditor();

    [GeneratedRegex("[A-Za-z0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Words();

    /// <summary>An amount or a date, whose last piece is no name.</summary>
    [GeneratedRegex(@"^[\d.,:]+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Amount();
}

/// <summary>What the text of a line tells that it pays of each charge, also where it names one charge in several ways.</summary>
/// <param name="OfCharges">Minor units.</param>
/// <param name="IsAll">Whether each amount that it tells is of one charge in the books.</param>
public sealed record ToldAmounts(IReadOnlyDictionary<ChargeId, long> OfCharges, bool IsAll)
{
    /// <summary>The amounts that a line tells; null where it tells none.</summary>
    public static ToldAmounts? Of(SettlementLine line, MatchEvidence evidence)
    {
        var amounts = SettlementWording.AmountsIn(line);
        if (amounts.Count == 0)
            return null;
        Dictionary<ChargeId, long> told = [];
        var isAll = true;
        foreach (var (names, minor) in amounts)
        {
            if (names.SelectMany(name => evidence.ChargesByName[name]).Distinct().ToList() is [var charge])
                told[charge] = told.GetValueOrDefault(charge) + minor;
            else
                isAll = false;
        }

        return new ToldAmounts(told, isAll);
    }

    /// <summary>Whether it tells of these charges, of no others, and of none more than is open.</summary>
    public bool AreOf(IReadOnlyCollection<NamedCharge> charges) => IsAll && charges.Count == OfCharges.Count
        && charges.All(charge => OfCharges.TryGetValue(charge.Id, out var minor) && minor <= charge.Open.AmountMinor);
}
