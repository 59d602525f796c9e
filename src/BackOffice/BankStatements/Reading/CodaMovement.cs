using System.Text;
using System.Text.RegularExpressions;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>A movement of a CODA file, whose words stand in several records.</summary>
internal sealed partial class CodaMovement(ReadLine line)
{
    private readonly StringBuilder _words = new();
    private readonly StringBuilder _information = new();
    private bool _isStructured;
    private string? _endToEnd;
    private string? _party;
    private string? _account;
    private string? _returnReason;
    private bool _isReturn;

    public int FileLine => line.FileLine;

    public long AmountMinor => line.AmountMinor;

    /// <summary>Takes the words of one of its records, of 128 characters.</summary>
    public void Take(string record)
    {
        switch (record[..2])
        {
            case "21":
                _isStructured = record[61] == '1';
                _words.Append(record, 62, 53);
                break;
            case "22":
                _words.Append(record, 10, 53);
                _endToEnd = BankReference.Of(record[63..98]);
                _isReturn = record[112] is >= '1' and <= '5';
                _returnReason = record[113..117].Trim() is { Length: > 0 } reason ? reason : null;
                break;
            case "23":
                _account = record[10..44].Trim() is { Length: > 0 } account ? account : null;
                _party = record[47..82].Trim() is { Length: > 0 } party ? party : null;
                _words.Append(record, 82, 43);
                break;
            case "31":
                _information.Append(record, 40, 73);
                break;
            case "32":
                _information.Append(record, 10, 105);
                break;
            default:
                _information.Append(record, 10, 90);
                break;
        }
    }

    public ReadLine Line()
    {
        var words = $"{_words}".Trim();
        var information = Information().Replace($"{_information}".Trim(), "");
        // The communication that a Belgian bill asks for, as it is printed there.
        if (_isStructured && Belgian().Match(words) is { Success: true } belgian)
        {
            var digits = belgian.Groups["digits"].Value;
            words = $"***{digits[..3]}/{digits[3..7]}/{digits[7..]}***";
        }

        var debit = _isReturn ? new ReadDebit { IsReturn = true, ReturnReason = _returnReason, EndToEndId = _endToEnd } : null;
        var read = line with { CounterpartyAccount = _account is null ? null : CsvStatementReader.KeyOf(_account), Debit = debit };
        return read.WithTexts(
            _party, words.Length > 0 ? words : information, _endToEnd,
            marks: _isReturn && line.AmountMinor > 0 ? SettlementWording.Returned : null);
    }

    /// <summary>The type, and the number of twelve digits with its check digits.</summary>
    [GeneratedRegex(@"^10[123](?<digits>\d{12})", RegexOptions.None, 1000)]
    private static partial Regex Belgian();

    /// <summary>The type of structured information.</summary>
    [GeneratedRegex(@"^00[1-9](?= *\S)", RegexOptions.None, 1000)]
    private static partial Regex Information();
}
