using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>The words of a transaction that can name a bill or a payer, from each field in which banks put them.</summary>
internal static class CamtText
{
    private static readonly string[] None = ["NONREF", "NOTPROVIDED", "NONE"];

    /// <summary>The words, each once.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="endToEnd">The payer's own reference, which is shown by itself; null for none.</param>
    /// <param name="sent">
    /// What it pays: where the amounts of its bills add up to that, each bill has its own behind it. Null for the words without amounts.
    /// </param>
    public static IEnumerable<string> Of(MessageElement transaction, string? endToEnd, Money? sent)
    {
        List<string> said = [];
        foreach (var text in InRemittance(transaction, sent).Concat(Beside(transaction)).Select(text => text.Trim()))
        {
            if (text.Length > 0 && text != endToEnd && !None.Contains(text, StringComparer.OrdinalIgnoreCase)
                && !said.Any(one => Has(one, text)))
            {
                said.Add(text);
            }
        }

        return said;
    }

    /// <summary>The text of an entry with the bank's own words about it, which repeat the text or name a bill beside it.</summary>
    public static string? With(string text, string? bankWords) =>
        text.Length == 0 ? bankWords : bankWords is null || Has(text, bankWords) ? text : $"{text} {bankWords}";

    /// <summary>Whether a text has another one in it, as whole words: banks repeat in one field what stands in another.</summary>
    public static bool Has(string text, string other)
    {
        for (var from = 0; text.IndexOf(other, from, StringComparison.Ordinal) is >= 0 and var at; from = at + 1)
        {
            var end = at + other.Length;
            if ((at == 0 || char.IsWhiteSpace(text[at - 1])) && (end == text.Length || char.IsWhiteSpace(text[end])))
                return true;
        }

        return false;
    }

    /// <summary>The texts in the fields of references: no card's number stands there.</summary>
    public static IEnumerable<string> ReferencesOf(MessageElement transaction) =>
        transaction.Child("RmtInf") is { } remittance
            ? remittance.All("Strd").SelectMany(structure => structure.Children.SelectMany(InReference)) : [];

    private static IEnumerable<string> InRemittance(MessageElement transaction, Money? sent)
    {
        if (transaction.Child("RmtInf") is not { } remittance)
            return [];
        var amounts = sent is { } sum ? AmountsIn(remittance, sum) : [];
        return remittance.Children.SelectMany(part => part.Name switch
        {
            "Ustrd" => [part.Text],
            "Strd" => part.Children.SelectMany(child => child.Name == "AddtlRmtInf" ? [child.Text]
                : child.Name == "RfrdDocInf" && amounts.TryGetValue(part, out var amount)
                    ? InReference(child).Select(number => SettlementWording.WithAmount(number, amount)) : InReference(child)),
            _ => [],
        });
    }

    /// <summary>The amounts of structures with one bill each; none where they do not add up to what is sent.</summary>
    private static Dictionary<MessageElement, Money> AmountsIn(MessageElement remittance, Money sent)
    {
        Dictionary<MessageElement, Money> amounts = [];
        var leftMinor = sent.AmountMinor;
        foreach (var structure in remittance.All("Strd"))
        {
            if (structure.Child("RfrdDocAmt", "RmtdAmt") is not { } paid || paid.Currency != sent.Currency.Code
                || AmountText.OfSchema(paid.Text, sent.Currency) is not { } minor || minor == 0
                || structure.All("RfrdDocInf").SelectMany(InReference).Take(2).Count() != 1)
            {
                return [];
            }

            leftMinor -= minor;
            if (leftMinor < 0)
                return [];
            amounts[structure] = sent with { AmountMinor = minor };
        }

        return leftMinor == 0 && amounts.Count > 1 ? amounts : [];
    }

    private static IEnumerable<string> InReference(MessageElement part) => part.Name switch
    {
        "CdtrRefInf" => part.All("Ref").Select(reference => reference.Text),
        // A number of a bill, and those of its lines, where a bill of one line has the number there.
        "RfrdDocInf" => part.All("Nb").Concat(part.All("LineDtls").SelectMany(one => one.All("Id")).SelectMany(id => id.All("Nb")))
            .Select(number => number.Text),
        _ => [],
    };

    private static IEnumerable<string> Beside(MessageElement transaction) =>
    [
        .. transaction.All("AddtlTxInf").Select(text => text.Text),
        .. transaction.All("Refs").SelectMany(references => references.All("Prtry")).SelectMany(one => one.All("Ref"))
            .Select(reference => reference.Text),
        .. transaction.All("Refs").SelectMany(references => references.All("InstrId").Concat(references.All("ChqNb")))
            .Select(id => id.Text),
        .. transaction.All("RltdRmtInf").SelectMany(related => related.All("RmtId")).Select(id => id.Text),
    ];
}
