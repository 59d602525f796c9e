using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>
/// Reads a provider's payout report from CSV: the payout, and the payments, refunds, chargebacks and fees that add up to it. Amounts
/// are above zero and the type gives the direction. Below zero are a payout that the provider collects, a chargeback whose money comes
/// back, and a fee that is given back. That the rows add up to the payout proves their signs.
/// </summary>
internal sealed class PayoutReader
{
    private readonly Findings _found;
    private readonly string _provider;
    private readonly List<ReadLine> _lines = [];
    private Currency? _currency;
    private (string Reference, long AmountMinor)? _payout;

    private PayoutReader(Findings found, string provider)
    {
        (_found, _provider) = (found, provider);
        _currency = found.Options.Currency;
    }

    private bool IsGateway => _provider == ClearingProvider.Gateway;

    /// <summary>Whether only a payout report has these columns. Banks with fees show a balance or a state beside them.</summary>
    public static bool IsReport(IReadOnlyList<string> columns) => CsvColumns.Type.In(columns) >= 0 && CsvColumns.Fee.In(columns) >= 0
        && CsvColumns.Balance.In(columns) < 0 && CsvColumns.Status.In(columns) < 0;

    /// <summary>The problem of a table that people download from Stripe.</summary>
    public const string OfStripe =
        "this is Stripe's own table, which is not read: connect Stripe, and the server fetches its payouts by itself";

    /// <summary>Whether only Stripe's tables of its balance have these columns.</summary>
    public static bool IsOfStripe(IReadOnlyList<string> columns)
    {
        var names = columns.Select(CsvWords.Plain).ToHashSet(StringComparer.Ordinal);
        return names.Contains("balance transaction id")
            || (names.Contains("source") && names.Contains("net") && names.Contains("created utc"));
    }

    /// <summary>The reader of the rows; null where columns are missing.</summary>
    public static Func<CsvRow, bool>? Begin(IReadOnlyList<string> columns, int line, Findings found)
    {
        foreach (var needed in (CsvColumns[])[CsvColumns.Type, CsvColumns.Reference, CsvColumns.Amount, CsvColumns.Fee, CsvColumns.Currency,
            CsvColumns.BookedOn])
        {
            if (needed.In(columns) < 0)
                found.Refuse(line, needed.Name, "there is no such column");
        }

        if (found.Options.Provider is null)
            found.Refuse(0, "provider", "say whose report it is");
        return found.Faults.Count == 0 ? new PayoutReader(found, found.Options.Provider!).Take : null;
    }

    private bool Take(CsvRow row)
    {
        row.AtEnd = () => End(row.Line);
        if (!_found.MayHave(_lines.Count, row.Line) || !row.IsWhole() || !TryCurrency(row)
            || !CsvStatementReader.TryReadDay(row, out var day))
        {
            return !_found.IsHopeless;
        }

        var (reference, type) = (row[CsvColumns.Reference], row[CsvColumns.Type]?.ToLowerInvariant());
        // No notice tells of the disputes at a client's own gateway, so none of them is known to be won.
        var mayComeBack = type == "payout" || (type == "chargeback" && !IsGateway);
        if (!TryAmount(row, CsvColumns.Amount, mayComeBack, out var amountMinor)
            || !TryAmount(row, CsvColumns.Fee, mayBeNegative: true, out var feeMinor))
        {
            return true;
        }

        switch (type)
        {
            case "payment":
                Add(row, SettlementLineKind.Payment, day, amountMinor - feeMinor, feeMinor, reference);
                break;
            case "refund":
                Add(row, SettlementLineKind.Refund, day, -amountMinor - feeMinor, feeMinor, reference);
                break;
            case "chargeback" when IsGateway && amountMinor == 0:
                row.Refuse(CsvColumns.Amount, "a chargeback has an amount; a fee alone is a row of type fee");
                break;
            case "chargeback":
                // The books have a dispute's fee since its notice; a client's own gateway sends no notices.
                Add(row, SettlementLineKind.Chargeback, day, -amountMinor - feeMinor, IsGateway ? feeMinor : 0, reference);
                break;
            case "fee" when amountMinor == 0:
                Add(row, SettlementLineKind.Fee, day, -feeMinor, 0, reference ?? "fee");
                break;
            case "fee":
                row.Refuse(CsvColumns.Amount, "a fee stands in the column for fees");
                break;
            case "payout" when _payout is null && reference is not null && feeMinor == 0:
                _payout = (reference, amountMinor);
                break;
            case "payout":
                row.Refuse(CsvColumns.Type, "there is one payout in a report, with a reference and without a fee");
                break;
            default:
                row.Refuse(CsvColumns.Type, "a type is one of payment, refund, chargeback, fee and payout");
                break;
        }

        return true;
    }

    private void Add(CsvRow row, SettlementLineKind kind, DateOnly day, long amountMinor, long feeMinor, string? reference)
    {
        if (reference is null)
            row.Refuse(CsvColumns.Reference, "the reference is missing");
        else if (amountMinor == 0 && feeMinor == 0)
            row.Refuse(CsvColumns.Amount, "it moves nothing");
        else if (feeMinor < 0)
            AddWithout(row, kind, day, amountMinor, feeMinor, reference);
        else
            _lines.Add(new ReadLine(row.Line, kind, day, amountMinor) { FeeMinor = feeMinor, Remittance = reference });
    }

    /// <summary>A fee that is given back beside money is a line of its own.</summary>
    private void AddWithout(CsvRow row, SettlementLineKind kind, DateOnly day, long amountMinor, long feeMinor, string reference)
    {
        if (amountMinor + feeMinor != 0)
            Add(row, kind, day, amountMinor + feeMinor, 0, reference);
        Add(row, SettlementLineKind.Fee, day, -feeMinor, 0, reference);
    }

    private bool TryAmount(CsvRow row, CsvColumns column, bool mayBeNegative, out long amountMinor)
    {
        amountMinor = 0;
        if (row[column] is not { } text)
            return true;
        var problem = AmountText.Read(text, _currency!, _found.Options.DecimalSign, out amountMinor);
        if (problem is null && amountMinor < 0 && !mayBeNegative)
            problem = "amounts of a report are above zero; the type tells the direction";
        if (problem is not null)
            row.Refuse(column, problem);
        return problem is null;
    }

    private bool TryCurrency(CsvRow row)
    {
        if (!Currency.TryParse(row[CsvColumns.Currency], out var currency))
        {
            row.Refuse(CsvColumns.Currency, "a currency is an ISO 4217 code in capitals, such as EUR");
            return false;
        }

        _currency ??= currency;
        if (currency == _currency)
            return true;
        row.Refuse(CsvColumns.Currency, $"{currency.Code} is another currency than the report's, {_currency.Code}");
        return false;
    }

    private void End(int line)
    {
        if (_payout is not { } payout)
        {
            _found.Refuse(line, null, "the row of type payout is missing");
            return;
        }

        Int128 sumMinor = 0;
        foreach (var one in _lines)
            sumMinor += one.AmountMinor;
        if (sumMinor != payout.AmountMinor)
        {
            _found.Refuse(
                0, null, $"The payout is {new Money(payout.AmountMinor, _currency!)}, and its rows add up to "
                    + $"{new Money((long)Int128.Clamp(sumMinor, long.MinValue, long.MaxValue), _currency!)}.");
            return;
        }

        _found.Add(0, new ReadStatement(
            StatementSource.Payout, _provider, _provider, payout.Reference, _currency!, null, payout.AmountMinor, _lines));
    }
}
