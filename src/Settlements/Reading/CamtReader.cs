using System.Globalization;
using System.Xml;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Settlements.Reading;

/// <summary>The bank's own reference of a line.</summary>
internal static class BankReference
{
    private static readonly string[] None = ["NONREF", "NOTPROVIDED", "NONE"];

    /// <summary>The reference; null where the bank writes that there is none.</summary>
    public static string? Of(string? text) =>
        text?.Trim() is { Length: > 0 } reference && !None.Contains(reference, StringComparer.OrdinalIgnoreCase) ? reference : null;
}

/// <summary>
/// Reads statements in ISO 20022 camt.053 of any version, with one entry in memory at a time. An entry of several transactions that add
/// up to it becomes as many lines.
/// </summary>
internal sealed class CamtReader(Findings found)
{
    private const string Namespace = "urn:iso:std:iso:20022:tech:xsd:camt.";
    private const string Wanted = Namespace + "053.";

    private readonly List<ReadLine> _lines = [];
    private int _line;
    private string? _reference;
    private bool _isDated;
    private string? _account;
    private Currency? _currency;
    private long? _openingMinor;
    private long? _closingMinor;

    /// <summary>Reads all statements of a file.</summary>
    /// <exception cref="XmlException">The file is not XML, or has a document type.</exception>
    public static async Task ReadAsync(Stream file, Findings found, CancellationToken cancel)
    {
        using var xml = BoundedXml.Read(file);
        await xml.MoveToContentAsync();
        if (!xml.NamespaceURI.StartsWith(Wanted, StringComparison.Ordinal) || xml.LocalName != "Document")
        {
            found.Refuse(LineOf(xml), xml.LocalName, xml.NamespaceURI.StartsWith(Namespace, StringComparison.Ordinal)
                ? $"this is {xml.NamespaceURI[(Namespace.Length - "camt.".Length)..]}; a statement of booked entries is camt.053"
                : "this is no camt.053 statement");
            return;
        }

        CamtReader? statement = null;
        while (!xml.EOF && !found.IsHopeless)
        {
            cancel.ThrowIfCancellationRequested();
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "Stmt" })
            {
                statement = new CamtReader(found) { _line = LineOf(xml) };
                await BoundedXml.MoveAsync(xml);
            }
            else if (xml is { NodeType: XmlNodeType.EndElement, LocalName: "Stmt" })
            {
                statement?.End();
                statement = null;
                await BoundedXml.MoveAsync(xml);
            }
            else if (statement is not null && xml.NodeType == XmlNodeType.Element
                && xml.LocalName is "Id" or "CreDtTm" or "Acct" or "Bal" or "Ntry")
            {
                var line = LineOf(xml);
                statement.Take(await CamtElement.ReadAsync(xml, cancel), line);
            }
            else if (statement is not null && xml.NodeType == XmlNodeType.Element)
            {
                await BoundedXml.SkipAsync(xml, cancel);
            }
            else
            {
                await BoundedXml.MoveAsync(xml);
            }
        }
    }

    private static int LineOf(XmlReader xml) => BoundedXml.LineOf(xml);

    private void Take(CamtElement element, int line)
    {
        switch (element.Name)
        {
            case "Id":
                _reference ??= NumberMask.Apply(element.Text);
                break;
            case "CreDtTm" when !_isDated && element.Text.Trim() is { Length: >= 10 } created:
                _isDated = true;
                // Many banks restart their numbers each year.
                _reference = $"{_reference} of {created[..10]}";
                break;
            case "Acct":
                TakeAccount(element, line);
                break;
            case "Bal":
                TakeBalance(element, line);
                break;
            case "Ntry":
                TakeEntry(element, line);
                break;
            default:
                break;
        }
    }

    private void TakeAccount(CamtElement account, int line)
    {
        _account = Text(account, "Id", "IBAN") ?? Text(account, "Id", "Othr", "Id");
        if (_account is null)
            found.Refuse(line, "Acct", "the account has no number");
        if (Text(account, "Ccy") is { } code)
            TakeCurrency(code, line, "Ccy");
    }

    private bool TakeCurrency(string? code, int line, string element)
    {
        if (!Currency.TryParse(code, out var currency))
        {
            found.Refuse(line, element, "a currency is an ISO 4217 code in capitals, such as EUR");
            return false;
        }

        _currency ??= currency;
        if (currency == _currency)
            return true;
        found.Refuse(line, element, $"{currency.Code} is another currency than the account's, {_currency.Code}");
        return false;
    }

    private void TakeBalance(CamtElement balance, int line)
    {
        var type = Text(balance, "Tp", "CdOrPrtry", "Cd");
        if (type is not ("OPBD" or "PRCD" or "CLBD") || Signed(balance, line) is not { } amountMinor)
            return;
        if (type == "CLBD")
            _closingMinor = amountMinor;
        else
            _openingMinor = amountMinor;
    }

    private void TakeEntry(CamtElement entry, int line)
    {
        var status = Text(entry, "Sts", "Cd") ?? Text(entry, "Sts");
        if (status != "BOOK")
        {
            found.Skipped++;
            return;
        }

        var valueOn = DayOf(Child(entry, "ValDt"));
        if ((Child(entry, "BookgDt") is { } booked ? DayOf(booked) : valueOn) is not { } bookedOn)
        {
            found.Refuse(line, "BookgDt", "the entry has no date");
            return;
        }

        if (!found.MayHave(_lines.Count, line) || Signed(entry, line) is not { } amountMinor)
            return;
        if (amountMinor == 0)
        {
            found.PassOver(line, "Amt");
            return;
        }

        var transactions = entry.Children.Where(child => child.Name == "NtryDtls")
            .SelectMany(details => details.Children.Where(child => child.Name == "TxDtls")).ToList();
        // Not NtryRef: it numbers the entries of one statement, and the same entry has another number in another statement.
        var bank = BankReference.Of(Text(entry, "AcctSvcrRef"));
        if (transactions.Count > 1 && Parts(transactions, amountMinor) is { } parts)
        {
            foreach (var (transaction, partMinor) in parts)
            {
                Add(
                    new ReadLine(line, SettlementLineKind.Entry, bookedOn, partMinor) { ValueOn = valueOn }, [transaction],
                    Reference(bank, transaction));
            }
        }
        else
        {
            Add(
                new ReadLine(line, SettlementLineKind.Entry, bookedOn, amountMinor) { ValueOn = valueOn }, transactions, bank,
                Text(entry, "AddtlNtryInf"));
        }
    }

    private static DateOnly? DayOf(CamtElement? dated) =>
        (dated is null ? null : Text(dated, "Dt") ?? Text(dated, "DtTm"))?.Trim() is { Length: >= 10 } day
        && DateOnly.TryParseExact(day[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;

    /// <summary>The bank's reference of one of several transactions, which share the entry's reference.</summary>
    private static string? Reference(string? bank, CamtElement transaction) =>
        string.Join(' ',
            new[] { bank, BankReference.Of(Text(transaction, "Refs", "AcctSvcrRef"))
            ?? BankReference.Of(Text(transaction, "Refs", "TxId")) }.OfType<string>())
            is { Length: > 0 } reference ? reference : null;

    private void Add(ReadLine line, List<CamtElement> transactions, string? bank, string? otherwise = null)
    {
        if (!found.MayHave(_lines.Count, line.FileLine))
            return;
        var parties = line.AmountMinor > 0 ? "Dbtr" : "Cdtr";
        var counterparty = transactions.Select(one => Text(one, "RltdPties", parties, "Nm") ?? Text(one, "RltdPties", parties, "Pty", "Nm"))
            .FirstOrDefault(name => name is not null);
        var from = transactions.Select(one => Child(one, "RltdPties", $"{parties}Acct") is { } other ? Text(other, "Id", "IBAN")
            ?? Text(other, "Id", "Othr", "Id") : null);
        var endToEnd = transactions.Select(one => Text(one, "Refs", "EndToEndId"))
            .FirstOrDefault(id => id is not null and not "NOTPROVIDED");
        var remittance = string.Join(' ', transactions.SelectMany(RemittanceOf));
        _lines.Add(line with
        {
            Counterparty = NumberMask.Apply(counterparty),
            CounterpartyAccount = from.OfType<string>().Select(CsvStatementReader.KeyOf).FirstOrDefault(),
            Remittance = NumberMask.Apply(remittance.Length > 0 ? remittance : otherwise),
            EndToEnd = NumberMask.Apply(endToEnd),
            BankReference = bank,
        });
    }

    private static IEnumerable<string> RemittanceOf(CamtElement transaction) =>
        Child(transaction, "RmtInf") is { } remittance
            ? remittance.Children.SelectMany(part => part.Name switch
            {
                "Ustrd" => [part],
                "Strd" => part.Children.Where(child => child.Name == "CdtrRefInf")
                    .SelectMany(reference => reference.Children.Where(child => child.Name == "Ref")),
                _ => [],
            }).Select(part => part.Text)
            : [];

    /// <summary>The transactions with their amounts, if each has one and they add up to the entry; else the entry is one line.</summary>
    private List<(CamtElement Transaction, long AmountMinor)>? Parts(List<CamtElement> transactions, long entryMinor)
    {
        List<(CamtElement, long)> parts = [];
        Int128 sumMinor = 0;
        foreach (var transaction in transactions)
        {
            // An amount in another currency is what the payer sent, not what the account got.
            if ((OwnMinor(Child(transaction, "Amt")) ?? OwnMinor(Child(transaction, "AmtDtls", "TxAmt", "Amt"))) is not { } partMinor
                || partMinor == 0)
            {
                return null;
            }

            partMinor = entryMinor < 0 ? -partMinor : partMinor;
            if (Text(transaction, "CdtDbtInd") is { } side && side == "DBIT" != entryMinor < 0)
                partMinor = -partMinor;
            parts.Add((transaction, partMinor));
            sumMinor += partMinor;
        }

        return sumMinor == entryMinor ? parts : null;
    }

    /// <summary>The amount of a balance or an entry, below zero for a debit; null where it is refused.</summary>
    private long? Signed(CamtElement element, int line)
    {
        if (Child(element, "Amt") is not { } amount || Minor(amount, line) is not { } amountMinor)
        {
            if (Child(element, "Amt") is null)
                found.Refuse(line, "Amt", "the amount is missing");
            return null;
        }

        switch (Text(element, "CdtDbtInd"))
        {
            case "CRDT":
                return amountMinor;
            case "DBIT":
                return -amountMinor;
            default:
                found.Refuse(line, "CdtDbtInd", "it is CRDT or DBIT");
                return null;
        }
    }

    private long? Minor(CamtElement amount, int line)
    {
        if (!TakeCurrency(amount.Currency, line, "Amt"))
            return null;
        if (OwnMinor(amount) is { } amountMinor)
            return amountMinor;
        found.Refuse(line, "Amt", $"the amount is no number above zero with at most {_currency!.MinorUnits} decimals");
        return null;
    }

    /// <summary>An amount in the account's currency; null for another.</summary>
    private long? OwnMinor(CamtElement? amount)
    {
        if (amount is null || amount.Currency != _currency!.Code)
            return null;
        // The schema allows signs and zeros in front, and no exponent.
        var text = amount.Text.Trim().TrimStart('+').TrimStart('0');
        text = text.Length == 0 || text[0] == '.' ? "0" + text : text;
        return amount.Text.Any(char.IsAsciiDigit) && text.All(character => char.IsAsciiDigit(character) || character == '.')
            && DecimalNumber.TryParse(text, out var number) && number.TryToMinor(_currency!, out var amountMinor) == AmountFault.None
                ? amountMinor : null;
    }

    private void End()
    {
        if (found.Faults.Count > 0)
            return;
        if (_account is null || _currency is not { } currency)
        {
            found.Refuse(_line, "Stmt", _account is null ? "the statement names no account" : "the statement names no currency");
            return;
        }

        Int128 sumMinor = 0;
        foreach (var one in _lines)
            sumMinor += one.AmountMinor;
        if (_openingMinor is { } openingMinor && _closingMinor is { } closingMinor && openingMinor + sumMinor != closingMinor)
        {
            found.Refuse(
                _line, "Stmt",
                $"its entries do not lead from its first balance to its last: {Shown(openingMinor)} and entries of {Shown(sumMinor)} make "
                + $"{Shown(openingMinor + sumMinor)}, not {Shown(closingMinor)}");
            return;
        }

        if (_openingMinor is null != _closingMinor is null)
        {
            found.Remark(
                _line, "Bal",
                $"the statement tells its {(_openingMinor is null ? "last" : "first")} balance alone: whether all of its entries are "
                + "there can't be checked");
        }

        var (key, account) = (CsvStatementReader.KeyOf(_account), CsvStatementReader.Shown(_account));
        found.Add(
            _line, new ReadStatement(StatementSource.Camt, key, account, _reference, currency, _openingMinor, _closingMinor, _lines)
            {
                FileLine = _line,
            });

        string Shown(Int128 minor) => new Money((long)Int128.Clamp(minor, long.MinValue, long.MaxValue), currency).ToString();
    }

    private static CamtElement? Child(CamtElement element, params ReadOnlySpan<string> path)
    {
        var at = element;
        foreach (var name in path)
        {
            at = FirstOf(at, name);
            if (at is null)
                return null;
        }

        return at;
    }

    private static CamtElement? FirstOf(CamtElement element, string name) =>
        element.Children.FirstOrDefault(child => child.Name == name);

    private static string? Text(CamtElement element, params ReadOnlySpan<string> path) =>
        Child(element, path) is { HasElements: false } leaf && leaf.Text.Trim() is { Length: > 0 } text ? text : null;
}
