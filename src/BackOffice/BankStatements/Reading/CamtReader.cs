using System.Xml;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>The bank's own reference of a line.</summary>
internal static class BankReference
{
    // ING writes EREF in the field of an entry where the text has it.
    private static readonly string[] None = ["NONREF", "NOTPROVIDED", "NONE", "EREF"];

    /// <summary>The reference; null where the bank writes that there is none.</summary>
    public static string? Of(string? text) =>
        text?.Trim() is { Length: > 0 } reference && !None.Contains(reference, StringComparer.OrdinalIgnoreCase) ? reference : null;
}

/// <summary>
/// Reads statements in ISO 20022 camt.053 of any version, and notifications in camt.054, with one entry in memory at a time. An entry of
/// several transactions that add up to it becomes as many lines.
/// </summary>
internal sealed class CamtReader(Findings found)
{
    /// <summary>The problem of a document of another kind.</summary>
    public const string NoStatement = "this is no camt.053 statement";

    private const string Iso = "urn:iso:std:iso:20022:tech:xsd:";

    private readonly List<ReadLine> _lines = [];
    private int _line;
    private string? _reference;
    private bool _isDated;
    private bool _isNotification;
    private DateOnly? _createdOn;
    private string? _account;
    private string? _owner;
    private Currency? _currency;
    private readonly CamtBalances _balances = new();
    private CamtPage _page = CamtPage.Whole;

    /// <summary>Reads all statements of a document.</summary>
    /// <exception cref="XmlException">The file is not XML, or has a document type.</exception>
    public static async Task ReadAsync(XmlReader xml, MessageKind kind, Findings found, CancellationToken cancel)
    {
        if (ProblemOf(xml, kind) is { } problem)
        {
            found.Refuse(LineOf(xml), xml.LocalName, problem);
            return;
        }

        var isNotification = kind == MessageKind.Notification;
        var name = isNotification ? "Ntfctn" : "Stmt";
        CamtReader? statement = null, pages = null;
        while (!xml.EOF && !found.IsHopeless && xml is not { NodeType: XmlNodeType.EndElement, LocalName: "Document" })
        {
            cancel.ThrowIfCancellationRequested();
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == name)
            {
                statement = new CamtReader(found) { _line = LineOf(xml), _isNotification = isNotification };
                await BoundedXml.MoveAsync(xml);
            }
            else if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == name)
            {
                pages = statement!.After(pages);
                statement = null;
                await BoundedXml.MoveAsync(xml);
            }
            else if (statement is not null && xml.NodeType == XmlNodeType.Element
                && xml.LocalName is "Id" or "StmtPgntn" or "NtfctnPgntn" or "CreDtTm" or "Acct" or "Bal" or "Ntry")
            {
                var line = LineOf(xml);
                statement.Take(await MessageElement.ReadAsync(xml, cancel), line);
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

        pages?.End();
    }

    /// <summary>
    /// Takes its place behind the pages before it: it becomes a part of them where it is the next page of their statement.
    /// </summary>
    /// <param name="pages">The statement that waits for its next page; null for none.</param>
    /// <returns>The statement that waits for its next page now; null for none.</returns>
    private CamtReader? After(CamtReader? pages)
    {
        if (pages is not null && !pages.TryAppend(this))
            pages.End();
        else if (pages is not null)
            return pages.WaitingOrEnded();
        return WaitingOrEnded();
    }

    private CamtReader? WaitingOrEnded()
    {
        if (!_page.IsLast)
            return this;
        End();
        return null;
    }

    /// <summary>Takes the next page of this statement. Returns whether it is of this statement at all.</summary>
    private bool TryAppend(CamtReader next)
    {
        if (next._page == CamtPage.Whole || next._reference != _reference || next._account is null || _account is null
            || CsvStatementReader.KeyOf(next._account) != CsvStatementReader.KeyOf(_account) || next._currency != _currency
            || next._page.First <= _page.Last)
        {
            return false;
        }

        if (next._page.First != _page.Last + 1)
        {
            found.Refuse(
                next._line, "PgNb",
                $"page {_page.Last + 1} of {_reference} is missing: after page {_page.Last} comes page {next._page.First}");
        }

        if (!_balances.TryAppend(next._balances))
        {
            found.Refuse(
                next._line, "Bal",
                $"page {next._page.First} of {_reference} does not begin at the balance at which page {_page.Last} ends");
        }

        _page = new CamtPage(_page.First, next._page.Last, next._page.IsLast);
        _lines.AddRange(next._lines);
        return true;
    }

    /// <summary>Why a document is none that is read; null where it is one.</summary>
    private static string? ProblemOf(XmlReader xml, MessageKind kind)
    {
        if (kind is MessageKind.Statement or MessageKind.Notification)
            return null;
        var space = xml.NamespaceURI;
        var name = space[(space.LastIndexOf(':') + 1)..] is { Length: > 0 } version ? version : xml.LocalName;
        if (kind == MessageKind.Other && !space.StartsWith(Iso, StringComparison.Ordinal))
            return NoStatement;
        return kind == MessageKind.Report
            ? $"this is {name}, which tells of a day before it is over, so its entries can change; a statement of booked entries is "
                + "camt.053"
            : $"this is {name}; a statement of booked entries is camt.053";
    }

    private static int LineOf(XmlReader xml) => BoundedXml.LineOf(xml);

    private void Take(MessageElement element, int line)
    {
        switch (element.Name)
        {
            case "Id":
                _reference ??= NumberMask.Apply(element.Text);
                break;
            case "CreDtTm" when !_isDated && element.Text.Trim() is { Length: >= 10 } created:
                _isDated = true;
                _createdOn = DayOf(created);
                // Many banks restart their numbers each year.
                _reference = $"{_reference} of {created[..10]}";
                break;
            case "StmtPgntn" or "NtfctnPgntn":
                _page = CamtPage.Of(element);
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

    private void TakeAccount(MessageElement account, int line)
    {
        _account = account.TextOf("Id", "IBAN") ?? account.TextOf("Id", "Othr", "Id");
        _owner = account.TextOf("Ownr", "Nm") ?? account.TextOf("Ownr", "Pty", "Nm");
        if (_account is null)
            found.Refuse(line, "Acct", "the account has no number");
        if (account.TextOf("Ccy") is { } code)
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

    private void TakeBalance(MessageElement balance, int line)
    {
        if (CamtBalances.IsRead(balance) && Signed(balance, line) is { } amountMinor)
            _balances.Take(balance, amountMinor);
    }

    private void TakeEntry(MessageElement entry, int line)
    {
        var status = entry.TextOf("Sts", "Cd") ?? entry.TextOf("Sts");
        if (status != "BOOK")
        {
            found.Skipped++;
            return;
        }

        var valueOn = DayOf(entry.Child("ValDt"));
        // A notification often leaves the day out: then it is the day of the notification.
        if ((entry.Child("BookgDt") is { } booked ? DayOf(booked) : valueOn ?? (_isNotification ? _createdOn : null)) is not { } bookedOn)
        {
            found.Refuse(line, "BookgDt", $"the entry has no date {DayWindow.Rule}");
            return;
        }

        if (valueOn is null && entry.Child("ValDt") is not null)
        {
            found.Refuse(line, "ValDt", $"this is no date {DayWindow.Rule}");
        }
        else if (!found.IsTooLate(bookedOn, line, "BookgDt") && !found.IsTooLate(valueOn, line, "ValDt")
            && found.MayHave(_lines.Count, line) && Signed(entry, line) is { } amountMinor)
        {
            TakeBooked(entry, line, bookedOn, valueOn, amountMinor);
        }
    }

    /// <summary>
    /// What a transaction tells, where the entry tells the charges of all: they are told with the first, and what a transaction tells of
    /// its own is among them.
    /// </summary>
    private static ReadDebit? WithShare(ReadDebit? told, long ofEntryMinor, bool isFirst) =>
        ofEntryMinor == 0 || (told is null && !isFirst) ? told
            : isFirst ? (told ?? new ReadDebit()) with { ChargesMinor = ofEntryMinor, KnownChargesMinor = null }
            // Earlier versions counted its own, and knew the line by them.
            : told! with { ChargesMinor = 0, KnownChargesMinor = told!.KnownChargesMinor ?? told.ChargesMinor };

    private void TakeBooked(MessageElement entry, int line, DateOnly bookedOn, DateOnly? valueOn, long amountMinor)
    {
        if (amountMinor == 0)
        {
            found.PassOver(line, "Amt");
            return;
        }

        var isReversal = entry.TextOf("RvslInd")?.Trim() is "true" or "1";
        var groups = entry.All("NtryDtls").ToList();
        var transactions = groups.SelectMany(group => group.All("TxDtls").Select(one => (One: one, Group: group))).ToList();
        // Not NtryRef: it numbers the entries of one statement, and the same entry has another number in another statement.
        var bank = BankReference.Of(entry.TextOf("AcctSvcrRef"));
        var details = new CamtDetails(_currency!, problem => found.Remark(line, "Chrgs", problem));
        var chargesMinor = 0L;
        if (transactions.Count > 1
            && details.Parts([.. transactions.Select(pair => pair.One)], amountMinor, entry, out chargesMinor) is { } parts)
        {
            var whole = Whole();
            foreach (var (at, ((one, group), partMinor)) in transactions.Zip(parts).Index())
            {
                var told = WithShare(details.Of(one, group, partMinor), chargesMinor, isFirst: at == 0);
                Add(Entry(partMinor, told) with { Entry = whole }, [one], Reference(bank, one));
            }
        }
        else
        {
            if (transactions.Count > 1)
                found.Remark(line, "TxDtls", $"its {transactions.Count} transactions do not add up to it: it stays one line");
            var told = transactions.Count == 1 ? details.Of(transactions[0].One, transactions[0].Group, amountMinor, entry)
                : details.OfLump(entry, groups, amountMinor);
            var isBatch = transactions is [{ Group: var only }] && only.Child("Btch") is not null;
            var isOfSeveral = transactions.Count > 1
                || (transactions is [var single] && details.IsOfMore(single.One, single.Group, amountMinor));
            if (isOfSeveral && transactions.Count == 1)
                found.Remark(line, "TxDtls", "its transaction does not make up all of it: what else is in it, is not told");
            Add(
                Entry(amountMinor, told) with
                {
                    // A statement may leave the details of a single payment out, too.
                    Entry = isBatch ? Whole() : _isNotification && transactions.Count == 1 ? Whole() with { IsOnly = true } : null,
                },
                [.. transactions.Select(pair => pair.One)], bank,
                entry.TextOf("AddtlNtryInf"), isOfSeveral && amountMinor > 0 ? SettlementWording.Several : null);
        }

        // As the bank writes the entry where it leaves the details out.
        ReadLine Whole() => Told(
            Entry(amountMinor, new CamtDetails(_currency!, _ => { }).OfLump(entry, groups, amountMinor)), [], bank,
            entry.TextOf("AddtlNtryInf"));

        ReadLine Entry(long minor, ReadDebit? told) => new(line, SettlementLineKind.Entry, bookedOn, minor)
        {
            ValueOn = valueOn,
            IsReversal = isReversal,
            Debit = told,
        };
    }

    private static DateOnly? DayOf(MessageElement? dated) => DayOf(dated?.TextOf("Dt") ?? dated?.TextOf("DtTm"));

    private static DateOnly? DayOf(string? day) => day is { Length: >= 10 }
        && DayWindow.TryRead(day[..10], out var read) ? read : null;

    /// <summary>The bank's reference of one of several transactions, which share the entry's reference.</summary>
    private static string? Reference(string? bank, MessageElement transaction) =>
        string.Join(' ',
            new[] { bank, BankReference.Of(transaction.TextOf("Refs", "AcctSvcrRef"))
            ?? BankReference.Of(transaction.TextOf("Refs", "TxId")) }.OfType<string>())
            is { Length: > 0 } reference ? reference : null;

    private void Add(
        ReadLine line, List<MessageElement> transactions, string? bank, string? bankWords = null, string? mark = null)
    {
        if (found.MayHave(_lines.Count, line.FileLine))
            _lines.Add(Told(line, transactions, bank, bankWords, mark));
    }

    /// <summary>A line with the words of its transactions.</summary>
    private ReadLine Told(
        ReadLine line, List<MessageElement> transactions, string? bank, string? bankWords, string? mark = null)
    {
        var party = RoleOf(line, transactions);
        var counterparty = transactions.Select(one => PartyOf(one, party)).FirstOrDefault(name => name is not null);
        var from = transactions.Select(one => AccountOf(one, party));
        var endToEnd = transactions.Select(one => one.TextOf("Refs", "EndToEndId"))
            .FirstOrDefault(id => id is not null and not "NOTPROVIDED");
        // A transfer came without what the banks kept of it.
        var debit = line is { AmountMinor: > 0, Debit.IsReturn: false } ? line.Debit : null;
        var feeMinor = debit?.ChargesMinor ?? line.FeeMinor;
        var text = TextOf(new Money(line.AmountMinor + feeMinor, _currency!));
        if (NumberMask.IsCut(text))
            found.Remark(line.FileLine, "RmtInf", LineWords.Cut);
        var read = With(text, feeMinor);
        // Earlier versions read no amounts of bills, and no sum of charges alone: the same entry is no other line by them.
        var hasAmounts = text?.Contains(" [", StringComparison.Ordinal) == true;
        if (!hasAmounts && debit?.KnownChargesMinor is null)
            return read;
        return read with
        {
            Masked = With(hasAmounts ? TextOf(null) : text, debit?.KnownChargesMinor ?? feeMinor) with { Hidden = null },
        };

        string? TextOf(Money? sent) => CamtText.With(
            string.Join(' ', transactions.SelectMany(one => CamtText.Of(one, endToEnd, sent))), bankWords);

        ReadLine With(string? words, long keptMinor) => (line with
        {
            CounterpartyAccount = from.OfType<string>().Select(CsvStatementReader.KeyOf).FirstOrDefault(),
            FeeMinor = keptMinor,
            BankReference = bank,
        }).WithTexts(
            counterparty, words, endToEnd, [.. transactions.SelectMany(CamtText.ReferencesOf)], MarksOf(line, words, mark));
    }

    /// <summary>
    /// The role of the other party. What comes back keeps the roles of the debit or transfer that it undoes; where it names no one in that
    /// role, it is told with the roles of its own.
    /// </summary>
    private string RoleOf(ReadLine line, List<MessageElement> transactions)
    {
        var comesBack = line.Debit is { IsReturn: true } || line.IsReversal;
        var (role, other) = line.AmountMinor > 0 != comesBack ? ("Dbtr", "Cdtr") : ("Cdtr", "Dbtr");
        return comesBack && transactions.TrueForAll(
            one => PartyOf(one, role) is null && AccountOf(one, role) is null && !IsOurs(one, other)) ? other : role;
    }

    private bool IsOurs(MessageElement transaction, string role) => AccountOf(transaction, role) is { } account
        ? _account is { } own && CsvStatementReader.KeyOf(account) == CsvStatementReader.KeyOf(own)
        : _owner is { } owner && owner.Equals(NameOf(transaction, role), StringComparison.OrdinalIgnoreCase);

    private static string? AccountOf(MessageElement transaction, string role) =>
        transaction.Child("RltdPties", $"{role}Acct") is { } account ? account.TextOf("Id", "IBAN") ?? account.TextOf("Id", "Othr", "Id")
            : null;

    /// <summary>The other party, and behind a payment service or a relative the one for whom it acts.</summary>
    private static string? PartyOf(MessageElement transaction, string party)
    {
        var (name, ultimate) = (NameOf(transaction, party), NameOf(transaction, $"Ultmt{party}"));
        return ultimate is null || ultimate == name ? name : name is null ? ultimate : $"{ultimate} ({name})";
    }

    private static string? NameOf(MessageElement transaction, string party) =>
        transaction.TextOf("RltdPties", party, "Nm") ?? transaction.TextOf("RltdPties", party, "Pty", "Nm");

    /// <summary>What the fields of a line say of a return, where its text does not say it itself; null for nothing.</summary>
    private static string? MarksOf(ReadLine line, string? text, string? mark)
    {
        IEnumerable<string?> marks = line.Debit is { IsReturn: true } debit
            ? [NumberMask.Apply(debit.ReturnReason), NumberMask.Apply(debit.MandateReference)] : [];
        List<string> said = [.. marks.OfType<string>()];
        if (said.Count > 0 && NumberMask.Apply(text) is { } shown)
            said.RemoveAll(mark => shown.Contains(mark, StringComparison.Ordinal));
        List<string?> parts =
        [
            said.Count > 0 ? $"({string.Join(", ", said)})" : null,
            mark,
            line is { AmountMinor: > 0, Debit.IsReturn: true } ? SettlementWording.Returned : null,
            line.IsReversal ? SettlementWording.Reversal : null,
        ];
        return parts.OfType<string>().ToList() is { Count: > 0 } all ? string.Join(' ', all) : null;
    }

    /// <summary>The amount of a balance or an entry, below zero for a debit; null where it is refused.</summary>
    private long? Signed(MessageElement element, int line)
    {
        if (element.Child("Amt") is not { } amount || Minor(amount, line) is not { } amountMinor)
        {
            if (element.Child("Amt") is null)
                found.Refuse(line, "Amt", "the amount is missing");
            return null;
        }

        switch (element.TextOf("CdtDbtInd"))
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

    private long? Minor(MessageElement amount, int line)
    {
        if (!TakeCurrency(amount.Currency, line, "Amt"))
            return null;
        if (OwnMinor(amount) is { } amountMinor)
            return amountMinor;
        found.Refuse(line, "Amt", $"the amount is no number above zero with at most {_currency!.MinorUnits} decimals");
        return null;
    }

    /// <summary>An amount in the account's currency; null for another.</summary>
    private long? OwnMinor(MessageElement? amount) =>
        amount is not null && amount.Currency == _currency!.Code ? AmountText.OfSchema(amount.Text, _currency) : null;

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
        var (openingMinor, closingMinor) = _balances.Of(_page);
        if (openingMinor is { } firstMinor && closingMinor is { } lastMinor && firstMinor + sumMinor != lastMinor)
        {
            if (!_page.IsPart || _balances.HasInterim)
            {
                found.Refuse(
                    _line, "Stmt",
                    $"its entries do not lead from its first balance to its last: {Shown(firstMinor)} and entries of {Shown(sumMinor)} "
                    + $"make {Shown(firstMinor + sumMinor)}, not {Shown(lastMinor)}");
                return;
            }

            // Each page repeats the balances of the whole statement.
            (openingMinor, closingMinor) = (null, null);
            found.Remark(
                _line, "Bal", $"{_page} has the balances of the whole statement: whether its entries are all there can't be checked");
        }

        if (openingMinor is null != closingMinor is null)
        {
            found.Remark(
                _line, "Bal",
                $"the statement tells its {(openingMinor is null ? "last" : "first")} balance alone: whether all of its entries are "
                + "there can't be checked");
        }

        if (!_page.IsLast)
            found.Remark(_line, "LastPgInd", $"{_page} is not the last one of {_reference}: its next page is in another file");
        var (key, account) = (CsvStatementReader.KeyOf(_account), CsvStatementReader.Shown(_account));
        found.Add(
            _line, new ReadStatement(StatementSource.Camt, key, account, Numbered(), currency, openingMinor, closingMinor, _lines)
            {
                FileLine = _line,
                IsNotification = _isNotification,
            });

        string? Numbered() => _page.IsPart ? $"{_reference}, {_page}" : _reference;

        string Shown(Int128 minor) => new Money((long)Int128.Clamp(minor, long.MinValue, long.MaxValue), currency).ToString();
    }
}
