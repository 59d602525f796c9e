using System.Text;

namespace Quittance.Tests.Settlements.Banks;

/// <summary>The texts of field 86.</summary>
internal enum Mt940Words
{
    /// <summary>Parts of so many characters with numbers, as German banks have them.</summary>
    German,

    /// <summary>Words with codes between slashes.</summary>
    Coded,

    /// <summary>Free words, which name no payer.</summary>
    Free,
}

/// <summary>A bank that writes MT940.</summary>
internal sealed class Mt940Bank(Mt940Words words, Random random) : IBankWriter
{
    private const int RowLength = 65;
    private const int PieceLength = 27;

    private readonly bool _hasEnvelope = random.Once(2);
    private readonly bool _hasGermanAccount = words == Mt940Words.German && random.Once(2);
    private readonly Encoding _encoding = Encoding.GetEncoding(random.Of(["utf-8", "iso-8859-1"]));

    public bool HasDetails => false;

    private Told Told => Told.ValueDay | Told.Reference | (words == Mt940Words.Free ? Told.Nothing : Told.Party | Told.EndToEnd);

    public IEnumerable<BankDocument> Write(IReadOnlyList<BankStatement> statements)
    {
        foreach (var some in statements.InParts(random, 3))
        {
            List<IReadOnlyList<BankLine>> read = [];
            var text = new StringBuilder();
            foreach (var statement in some)
            {
                var parts = random.Once(3) ? statement.Lines.InParts(random, 5).ToList() : [statement.Lines];
                var minor = statement.OpeningMinor;
                for (var at = 0; at < parts.Count; at++)
                {
                    text.Append(Part(statement, at + 1, parts.Count, minor, parts[at]));
                    minor += parts[at].Sum(line => line.AmountMinor);
                    read.Add(parts[at]);
                }
            }

            yield return new BankDocument(_encoding.GetBytes($"{text}"), Told, read);
        }
    }

    private string Part(BankStatement statement, int part, int parts, long openingMinor, IReadOnlyList<BankLine> lines)
    {
        var currency = statement.Account.Currency;
        var closingMinor = openingMinor + lines.Sum(line => line.AmountMinor);
        var rows = string.Concat(lines.Select(line =>
            $":61:{line.ValueOn.Day("yyMMdd")}{line.BookedOn.Day("MMdd")}{(line.AmountMinor < 0 ? "D" : "C")}"
                + $"{Amount(line.AmountMinor)}NTRFNONREF//{line.Reference}\r\n:86:{Wrapped(WordsOf(line))}\r\n"));
        return $"{(_hasEnvelope ? "{1:F01BANKDEFFXXXX0000000000}{2:I940BANKDEFFXXXXN}{4:\r\n" : "")}:20:STARTUMS\r\n"
            + $":25:{AccountOf(statement.Account)}\r\n"
            + $":28C:{statement.Number:00000}/{part:000}\r\n"
            + $":60{(part == 1 ? "F" : "M")}:{Balance(openingMinor)}\r\n{rows}"
            + $":62{(part == parts ? "F" : "M")}:{Balance(closingMinor)}\r\n{(_hasEnvelope ? "-}" : "-")}\r\n";

        string Balance(long minor) => $"{(minor < 0 ? "D" : "C")}{statement.WrittenOn.Day("yyMMdd")}{currency.Code}{Amount(minor)}";

        string Amount(long minor) => $"{BankText.Amount(minor, currency, ',')}{(currency.MinorUnits == 0 ? "," : "")}";
    }

    private string AccountOf(BankAccount account) =>
        _hasGermanAccount ? $"{account.Iban[4..12]}/{account.Iban[12..].TrimStart('0')}"
            : random.Once(2) ? $"{account.Iban}{account.Currency.Code}" : account.Iban;

    private string WordsOf(BankLine line) => words switch
    {
        Mt940Words.German => $"166?00GUTSCHRIFT?1093100{Purpose(line)}?30BANKDEFF?31DE02120300000000202051?32{Piece(line.Party, 0)}"
            + (line.Party.Length > PieceLength ? $"?33{Piece(line.Party, 1)}" : ""),
        Mt940Words.Coded => $"/TRTP/SEPA OVERBOEKING/IBAN/DE02120300000000202051/BIC/BANKDEFF/NAME/{line.Party}/REMI/{line.Text}"
            + (line.EndToEnd is { } id ? $"/EREF/{id}" : ""),
        Mt940Words.Free => line.Text,
    };

    private static string Purpose(BankLine line)
    {
        var pieces = line.EndToEnd is { } id ? [.. InPieces($"EREF+{id}"), .. InPieces($"SVWZ+{line.Text}")]
            : InPieces($"SVWZ+{line.Text}").ToList();
        return string.Concat(pieces.Select((piece, at) => $"?{20 + at}{piece}"));
    }

    private static IEnumerable<string> InPieces(string text) =>
        Enumerable.Range(0, (text.Length + PieceLength - 1) / PieceLength).Select(at => Piece(text, at));

    private static string Piece(string text, int at) => text[(at * PieceLength)..Math.Min(text.Length, (at + 1) * PieceLength)];

    /// <summary>In rows: between two words where the text is free, anywhere else in the others.</summary>
    private string Wrapped(string text)
    {
        var rows = new StringBuilder();
        while (text.Length > RowLength)
        {
            var at = words == Mt940Words.Free ? text.LastIndexOf(' ', RowLength) : RowLength;
            rows.Append(text[..at]).Append("\r\n");
            text = words == Mt940Words.Free ? text[(at + 1)..] : text[at..];
        }

        return $"{rows}{text}";
    }
}
