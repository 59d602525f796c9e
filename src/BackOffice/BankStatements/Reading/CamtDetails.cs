using System.Globalization;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>Reads the transactions of an entry: their amounts, and the bank's words about our debits and transfers.</summary>
/// <param name="currency">The account's currency.</param>
/// <param name="remark">Takes what does not fit.</param>
internal sealed class CamtDetails(Currency currency, Action<string> remark)
{
    /// <summary>An issued direct debit that comes back unpaid (ISO 20022, bank transaction codes).</summary>
    private const string Unpaid = "UPDD";

    /// <summary>The most digits of an amount or a rate.</summary>
    private const int MostDigits = 19;
    private const decimal LeastRate = 0.000_000_001m;

    /// <summary>An exchanged amount is below it.</summary>
    private const decimal MostExchanged = 1_000_000_000_000;

    /// <summary>The amounts of the transactions, if each has one and they add up to the entry; else the entry is one line.</summary>
    /// <param name="chargesMinor">
    /// What the bank keeps of transfers that came, by the entry's own words: the first part is less by it. Zero for nothing.
    /// </param>
    public List<long>? Parts(IReadOnlyList<MessageElement> transactions, long entryMinor, MessageElement entry, out long chargesMinor)
    {
        chargesMinor = 0;
        // Of returns the charges often stand beside the amount, and only both add up.
        if ((Sum(transactions, entryMinor, AmountOf)
            ?? (transactions.Any(IsReturn) ? Sum(transactions, entryMinor, one => WithCharges(one)) : null)
            // Of transfers the banks keep charges, which each transaction may tell.
            ?? (entryMinor > 0 ? Sum(transactions, entryMinor, WithoutCharges) : null)
            ?? Sum(transactions, entryMinor, one => Exchanged(one, entry, isPrice: false))
            ?? Sum(transactions, entryMinor, one => Exchanged(one, entry, isPrice: true))
            ?? Sum(transactions, entryMinor, one => AmountOf(one) ?? OwnMinor(one.Child("AmtDtls", "InstdAmt", "Amt")))) is { } parts)
        {
            return parts;
        }

        var keptMinor = Charges(entry);
        if (entryMinor <= 0 || keptMinor == 0 || Sum(transactions, entryMinor + keptMinor, AmountOf) is not { } sent
            || sent[0] <= keptMinor)
        {
            return null;
        }

        chargesMinor = keptMinor;
        sent[0] -= keptMinor;
        return sent;
    }

    /// <summary>The bank's words about one transaction; null for none.</summary>
    /// <param name="group">The details in which the transaction stands.</param>
    /// <param name="lineMinor">The amount of its line.</param>
    /// <param name="entry">The entry, where the transaction is its only one.</param>
    public ReadDebit? Of(MessageElement transaction, MessageElement group, long lineMinor, MessageElement? entry = null)
    {
        var isReturn = IsReturn(transaction) || (entry is not null && IsUnpaid(entry));
        // Many banks tell what was sent as the transaction's own amount.
        var instructed = OwnMinor(transaction.Child("AmtDtls", "InstdAmt", "Amt"))
            ?? Other(transaction.Child("Amt"), lineMinor)
            // Of a transfer in another currency it is what the account's bank made of it, before it kept its charges.
            ?? Other(transaction.Child("AmtDtls", "CntrValAmt", "Amt"), lineMinor);
        var isKept = instructed is null && !isReturn && lineMinor > 0;
        var chargesMinor = isKept ? Either(transaction, entry, isDeducted: true)
            : ChargesIn(
                lineMinor, isReturn, instructed, Either(transaction, entry),
                HasOtherCharges(transaction) || (entry is not null && HasOtherCharges(entry)));
        var keptMinor = chargesMinor != 0 || isReturn || lineMinor <= 0 ? 0 : KeptOf(transaction, entry, lineMinor);
        return OrNull(new ReadDebit
        {
            EndToEndId = transaction.TextOf("Refs", "EndToEndId") is { } id and not "NOTPROVIDED" ? id : null,
            GroupId = GroupOf(transaction, group),
            MessageId = GroupOf(transaction, group) is null ? MessageOf(transaction, group) : null,
            MandateReference = transaction.TextOf("Refs", "MndtId"),
            IsReturn = isReturn,
            ReturnReason = transaction.TextOf("RtrInf", "Rsn", "Cd") ?? transaction.TextOf("RtrInf", "Rsn", "Prtry"),
            ChargesMinor = chargesMinor + keptMinor,
            KnownChargesMinor = keptMinor > 0 ? 0
                : isKept ? KnownOf(chargesMinor, Either(transaction, entry, isDeducted: true, isRecorded: true)) : null,
        });
    }

    /// <summary>
    /// What banks kept of a transfer that came, where what was sent stands elsewhere than in the amounts that are asked first, or the
    /// charges make it up with their tax alone. Zero where no amount is more than the line by just what the banks tell.
    /// </summary>
    private long KeptOf(MessageElement transaction, MessageElement? entry, long lineMinor)
    {
        MessageElement?[] sent =
        [
            transaction.Child("Amt"), transaction.Child("AmtDtls", "InstdAmt", "Amt"), transaction.Child("AmtDtls", "TxAmt", "Amt"),
            entry?.Child("AmtDtls", "InstdAmt", "Amt"), entry?.Child("AmtDtls", "TxAmt", "Amt"),
        ];
        long[] told = [Either(transaction, entry), WithTax(transaction), entry is null ? 0 : WithTax(entry)];
        return sent.Select(amount => (OwnMinor(amount) ?? 0) - lineMinor)
            .FirstOrDefault(moreMinor => moreMinor > 0 && told.Contains(moreMinor));
    }

    /// <summary>The sum of charges and taxes, where no record of it says that it stands beside the amount. Zero for none.</summary>
    private long WithTax(MessageElement element) => element.All("Chrgs").ToList() is [var charges] && !charges.All("Rcrd").Any(IsBeside)
        ? OwnMinor(charges.Child("TtlChrgsAndTaxAmt")) ?? 0 : 0;

    /// <summary>Whether a charge is taken beside the amount, by the bank's own word.</summary>
    private static bool IsBeside(MessageElement record) => record.TextOf("ChrgInclInd") is "false" or "0";

    private long? Other(MessageElement? amount, long lineMinor) =>
        OwnMinor(amount) is { } minor && minor != Math.Abs(lineMinor) ? minor : null;

    /// <summary>The bank's words about an entry that is one line for several transactions, or lists none; null for none.</summary>
    /// <param name="groups">The details of the entry.</param>
    public ReadDebit? OfLump(MessageElement entry, IReadOnlyList<MessageElement> groups, long entryMinor)
    {
        var transactions = groups.SelectMany(group => group.All("TxDtls").Select(one => GroupOf(one, group)));
        var ids = groups.Where(group => group.Child("TxDtls") is null).Select(group => GroupOf(null, group)).Concat(transactions).Distinct()
            .ToList();
        var only = groups.Count == 1 ? groups[0] : null;
        var isReturn = IsUnpaid(entry) || groups.Any(group => group.All("TxDtls").Any(IsReturn));
        var chargesMinor = ChargesIn(
            entryMinor, isReturn, OwnMinor(only?.Child("Btch", "TtlAmt")) ?? OwnMinor(entry.Child("AmtDtls", "InstdAmt", "Amt")),
            Charges(entry) is > 0 and var ofAll ? ofAll : groups.Sum(group => group.All("TxDtls").Sum(one => Charges(one))));
        // Where the bank does not tell the sum without them, it may still say that they are inside.
        long? knownMinor = null;
        if (chargesMinor == 0 && !isReturn && entryMinor > 0)
        {
            chargesMinor = Charges(entry, isDeducted: true);
            knownMinor = KnownOf(chargesMinor, Charges(entry, isDeducted: true, isRecorded: true));
        }

        return OrNull(new ReadDebit
        {
            GroupId = ids.Count == 1 ? ids[0] : null,
            MessageId = ids.All(id => id is null)
                && groups.Select(group => MessageOf(group.All("TxDtls").FirstOrDefault(), group)).Distinct().ToList() is [var message]
                ? message : null,
            IsReturn = isReturn,
            ChargesMinor = chargesMinor,
            KnownChargesMinor = knownMinor,
            Count = long.TryParse(only?.TextOf("Btch", "NbOfTxs"), out var count) && count > 0 ? count : null,
        });
    }

    /// <summary>The charges of a transaction, else those of its entry: banks tell the same ones in both.</summary>
    private long Either(MessageElement transaction, MessageElement? entry, bool isDeducted = false, bool isRecorded = false) =>
        Charges(transaction, isDeducted, isRecorded) is > 0 and var own ? own
            : entry is null ? 0 : Charges(entry, isDeducted, isRecorded);

    private static long? KnownOf(long chargesMinor, long recordedMinor) => recordedMinor == chargesMinor ? null : recordedMinor;

    private static ReadDebit? OrNull(ReadDebit debit) => debit == new ReadDebit() ? null : debit;

    private static string? GroupOf(MessageElement? transaction, MessageElement group) =>
        (transaction?.TextOf("Refs", "PmtInfId") ?? group.TextOf("Btch", "PmtInfId")) is { } id and not "NOTPROVIDED" ? id : null;

    private static string? MessageOf(MessageElement? transaction, MessageElement group) =>
        (group.TextOf("Btch", "MsgId") ?? transaction?.TextOf("Refs", "MsgId")) is { } id and not "NOTPROVIDED" ? id : null;

    private static bool IsReturn(MessageElement transaction) => transaction.Child("RtrInf") is not null || IsUnpaid(transaction);

    private static bool IsUnpaid(MessageElement element) => element.TextOf("BkTxCd", "Domn", "Fmly", "SubFmlyCd") == Unpaid;

    private static List<long>? Sum(
        IReadOnlyList<MessageElement> transactions, long entryMinor, Func<MessageElement, long?> amountOf)
    {
        List<long> parts = [];
        Int128 sumMinor = 0;
        foreach (var transaction in transactions)
        {
            if (amountOf(transaction) is not { } partMinor || partMinor == 0)
                return null;
            partMinor = entryMinor < 0 ? -partMinor : partMinor;
            if (transaction.TextOf("CdtDbtInd") is { } side && side == "DBIT" != entryMinor < 0)
                partMinor = -partMinor;
            parts.Add(partMinor);
            sumMinor += partMinor;
        }

        return sumMinor == entryMinor ? parts : null;
    }

    /// <summary>An amount in another currency is what the payer sent, not what the account got.</summary>
    private long? AmountOf(MessageElement transaction) =>
        OwnMinor(transaction.Child("Amt")) ?? OwnMinor(transaction.Child("AmtDtls", "TxAmt", "Amt"))
        ?? OwnMinor(transaction.Child("AmtDtls", "CntrValAmt", "Amt"));

    /// <summary>
    /// What the account got of an amount in another currency, by the bank's rate. Banks write the rate in either direction: that the parts
    /// add up to the entry tells which.
    /// </summary>
    /// <param name="isPrice">Whether the rate is the price of one unit of the account's currency.</param>
    private long? Exchanged(MessageElement transaction, MessageElement entry, bool isPrice)
    {
        if (AmountOf(transaction) is { } ownMinor)
            return ownMinor;
        var details = transaction.Child("AmtDtls");
        var rate = ((MessageElement?[])[details, entry.Child("AmtDtls")])
            .SelectMany(one => ((string[])["TxAmt", "InstdAmt", "CntrValAmt"]).Select(name => one?.Child(name, "CcyXchg")))
            .FirstOrDefault(one => one is not null)?.TextOf("XchgRate");
        var amount = transaction.Child("Amt") ?? details?.Child("TxAmt", "Amt") ?? details?.Child("InstdAmt", "Amt");
        if (!IsNumber(rate, out var factor) || factor < LeastRate || !IsNumber(amount?.Text, out var sent))
            return null;
        var got = isPrice ? sent / factor : sent * factor;
        return got >= MostExchanged ? null
            : (long)Math.Round(got * (decimal)Math.Pow(10, currency.MinorUnits), MidpointRounding.AwayFromZero);
    }

    private static bool IsNumber(string? text, out decimal number)
    {
        number = 0;
        return text?.Trim() is { Length: > 0 and <= MostDigits } digits
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            && number < MostExchanged;
    }

    private bool HasOtherCharges(MessageElement element) => element.All("Chrgs")
        .SelectMany(charges => charges.All("Rcrd").ToList() is { Count: > 0 } records ? records : [charges])
        .Any(record => !IsBeside(record) && (record.Child("Amt") ?? record.Child("TtlChrgsAndTaxAmt")) is { } amount
            && amount.Currency != currency.Code);

    /// <summary>
    /// Whether an entry of money that came has more in it than its transaction: the bank counts more of them, or it is less than the entry.
    /// </summary>
    public bool IsOfMore(MessageElement transaction, MessageElement group, long entryMinor) => entryMinor > 0
        && ((long.TryParse(group.TextOf("Btch", "NbOfTxs"), out var count) && count > 1) || AmountOf(transaction) < entryMinor);

    private long? WithoutCharges(MessageElement transaction) =>
        AmountOf(transaction) is { } amountMinor && Charges(transaction) is var keptMinor && keptMinor < amountMinor
            ? amountMinor - keptMinor : null;

    private long? WithCharges(MessageElement transaction) =>
        (OwnMinor(transaction.Child("AmtDtls", "InstdAmt", "Amt")) ?? AmountOf(transaction)) is { } amountMinor
        && amountMinor <= long.MaxValue - Charges(transaction) ? amountMinor + Charges(transaction) : null;

    /// <summary>The charges inside the amount of a line.</summary>
    /// <param name="originalMinor">The debits or transfers without the charges; null where the bank does not tell them.</param>
    /// <param name="toldMinor">The charges that the bank tells.</param>
    /// <param name="areMore">Whether it tells others in another currency.</param>
    private long ChargesIn(long lineMinor, bool isReturn, long? originalMinor, long toldMinor, bool areMore = false)
    {
        var amountMinor = Math.Abs(lineMinor);
        var insideMinor = originalMinor is { } original ? lineMinor < 0 ? amountMinor - original : original - amountMinor : 0;
        if (originalMinor is null)
        {
            if (isReturn && toldMinor >= amountMinor && toldMinor > 0)
                remark("the charges are not below the amount, and are left out of account");
            return isReturn && toldMinor < amountMinor ? toldMinor : 0;
        }

        if (isReturn && insideMinor < 0)
            remark("what comes back does not fit the entry: it is read without charges");
        // Of other entries the difference is a charge only where the bank tells it: the payer may have sent more.
        return insideMinor > 0 && (isReturn || insideMinor == toldMinor || (areMore && toldMinor < insideMinor)) ? insideMinor : 0;
    }

    /// <summary>The charges of an entry or a transaction: one amount each in old versions, records or their sum in newer ones.</summary>
    /// <param name="isDeducted">Whether only those count of which the bank says that the amount is without them.</param>
    /// <param name="isRecorded">Whether of those only charges in records count, and no sum alone.</param>
    private long Charges(MessageElement element, bool isDeducted = false, bool isRecorded = false)
    {
        Int128 sumMinor = 0;
        foreach (var charges in element.All("Chrgs"))
        {
            var records = charges.All("Rcrd").ToList();
            foreach (var record in records.Count > 0 ? records : [charges])
            {
                // A sum without records has no such word: it is of all charges that were applied.
                var (included, amount) = (record.TextOf("ChrgInclInd"), record.Child("Amt"));
                // Earlier versions did not read 1, by which lines are known.
                var isLeftOut = isRecorded ? included != "true" : included is not ("true" or "1") && amount is not null;
                if (IsBeside(record) || (isDeducted && isLeftOut))
                    continue;
                var minor = OwnMinor(amount) ?? OwnMinor(record.Child("TtlChrgsAndTaxAmt")) ?? 0;
                sumMinor += record.TextOf("CdtDbtInd") == "CRDT" ? -minor : minor;
            }
        }

        return (long)Int128.Clamp(sumMinor, 0, long.MaxValue / 4);
    }

    private long? OwnMinor(MessageElement? amount) =>
        amount is not null && amount.Currency == currency.Code ? AmountText.OfSchema(amount.Text, currency) : null;
}
