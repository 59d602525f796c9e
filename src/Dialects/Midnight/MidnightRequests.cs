using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Dialects.Midnight;

/// <summary>Turns records into commands, and finds what is wrong with them without looking into the books.</summary>
internal static class MidnightRequests
{
    /// <summary>Money has at most two decimals in every currency (Midnight 5, input reading).</summary>
    private const int MaxDecimals = 2;

    /// <summary>No order has a longer number, so a longer one is that of no order.</summary>
    private const int MaxOrderNumberLength = 255;

    /// <summary>The problems that the record shows by itself, in no promised order.</summary>
    public static List<RecordError> Check(PaymentRecord record, Currency currency)
    {
        var errors = new List<RecordError>();
        if (record.IsNull)
        {
            errors.Add(new RecordError(RecordProblem.RecordEmpty));
            return errors;
        }

        if (record.CustomerId == 0)
            errors.Add(new RecordError(RecordProblem.CustomerUnknown));
        if (record.Source == RequestSource.Unknown)
            errors.Add(new RecordError(RecordProblem.SourceUnknown));
        if (record.DetailCount == 0 && record.Source != RequestSource.PrcMerchant)
            errors.Add(new RecordError(RecordProblem.DetailsMissing));
        CheckAmount(record.AmountBilled, currency, detail: -1, errors);

        if (record.HasTooManyDetails)
            errors.Add(new RecordError(RecordProblem.DetailsTooMany));
        else
            CheckDetails(record, currency, errors);
        return errors;
    }

    /// <summary>All problems of a record: its own and what the engine found, each once and in the promised order.</summary>
    public static List<RecordError> Merge(List<RecordError> own, IReadOnlyList<Fault> found)
    {
        var all = new List<RecordError>(own);
        foreach (var fault in found)
            all.Add(new RecordError(MidnightErrors.ProblemOf(fault.Refusal), fault.Part));

        // No order checks for an unknown customer.
        if (all.Exists(error => error.Problem == RecordProblem.CustomerUnknown))
            all.RemoveAll(error => error.Problem == RecordProblem.OrderUnknown);
        // An empty record lacks its customer too: one problem is enough.
        if (all.Exists(error => error.Problem == RecordProblem.RecordEmpty))
            all.RemoveAll(error => error.Problem == RecordProblem.CustomerUnknown);
        return [.. all.Distinct().OrderBy(error => error.Detail).ThenBy(error => error.Problem)];
    }

    /// <summary>The command that stores a record, or that only looks for further problems of it.</summary>
    /// <param name="origin">The credential of the sender.</param>
    /// <param name="currency">The currency of the installation.</param>
    /// <param name="id">The id the payment gets.</param>
    /// <param name="onlyCheck">Whether <see cref="Check"/> has found problems.</param>
    public static RecordPayment ToCommand(PaymentRecord record, Origin origin, Currency currency, Guid id, bool onlyCheck)
    {
        var merchant = origin.Merchant;
        var isMerchants = record.Source == RequestSource.PrcMerchant;
        Money amount = new(MinorOf(record.AmountBilled, currency) ?? 0, currency);
        var customer = AccountTarget.Named(Name(merchant, MidnightNames.Customer, record.CustomerId));
        return new RecordPayment(origin, customer, new PaymentId(merchant, id), MidnightNames.Dialect)
        {
            Amount = amount,
            ReceivedBy = isMerchants ? ClearingProvider.Gateway : ClearingProvider.Cash,
            Parts = isMerchants
                ? [Part.Prepaid(OrderByNumber(merchant, record.OrderNumber), amount.AmountMinor)]
                : PartsOf(record, merchant, currency),
            Details = onlyCheck ? null : DetailsOf(record),
            OnlyCheck = onlyCheck,
        };
    }

    private static void CheckDetails(PaymentRecord record, Currency currency, List<RecordError> errors)
    {
        var areMerchants = record.Source == RequestSource.PrcMerchant;
        long? sumMinor = 0;
        for (var index = 0; index < record.DetailCount; index++)
        {
            var detail = record.Details[index];
            sumMinor += detail.IsNull ? null : UsableMinor(detail.AmountBilled, currency);
            if (detail.IsNull)
            {
                errors.Add(new RecordError(RecordProblem.DetailEmpty, index));
                continue;
            }

            CheckAmount(detail.AmountBilled, currency, index, errors);
            // PRCMerchant: of details that are sent all the same only the amounts count.
            if (areMerchants)
                continue;
            if (detail.Label == PaymentLabel.Unknown)
                errors.Add(new RecordError(RecordProblem.LabelUnknown, index));
            if (detail.OrderId == 0 && detail.Label != PaymentLabel.Escrow)
                errors.Add(new RecordError(RecordProblem.OrderUnknown, index));
        }

        if (record.DetailCount > 0 && sumMinor is { } sum && DiffersFrom(sum, record.AmountBilled, currency))
            errors.Add(new RecordError(RecordProblem.AmountNotSum));
    }

    private static void CheckAmount(DecimalNumber? amount, Currency currency, int detail, List<RecordError> errors)
    {
        var isDetail = detail >= 0;
        var notPositive = isDetail ? RecordProblem.DetailAmountNotPositive : RecordProblem.AmountNotPositive;
        if (amount is not { } given)
        {
            errors.Add(new RecordError(notPositive, detail));
            return;
        }

        if (given.Sign <= 0)
            errors.Add(new RecordError(notPositive, detail));
        if (given.TryToMinor(MaxDecimals, out _) == AmountFault.TooManyDecimals)
            errors.Add(new RecordError(isDetail ? RecordProblem.DetailAmountTooPrecise : RecordProblem.AmountTooPrecise, detail));
        else if (given.TryToMinor(currency, out _) is var fault and not AmountFault.None)
            errors.Add(new RecordError(CurrencyProblem(fault, isDetail), detail));
    }

    private static RecordProblem CurrencyProblem(AmountFault fault, bool isDetail) => (fault, isDetail) switch
    {
        (AmountFault.TooManyDecimals, true) => RecordProblem.DetailAmountFinerThanCurrency,
        (AmountFault.TooManyDecimals, false) => RecordProblem.AmountFinerThanCurrency,
        (_, true) => RecordProblem.DetailAmountTooLarge,
        (_, false) => RecordProblem.AmountTooLarge,
    };

    /// <summary>Whether an amount differs from the exact sum of its details; false where the record has none.</summary>
    private static bool DiffersFrom(long sumMinor, DecimalNumber? amount, Currency currency) =>
        amount is { } given && given.TryToMinor(currency, out var minor) switch
        {
            AmountFault.None => minor != sumMinor,
            // The details have no more decimals than they may: an amount that has differs from any sum of them.
            AmountFault.TooManyDecimals => true,
            AmountFault.TooLarge => false,
        };

    /// <summary>The amount in minor units; null when it is none or not above zero.</summary>
    private static long? UsableMinor(DecimalNumber? amount, Currency currency) =>
        MinorOf(amount, currency) is > 0 and var minor ? minor : null;

    private static long? MinorOf(DecimalNumber? amount, Currency currency) =>
        amount is { } number && number.TryToMinor(MaxDecimals, out _) != AmountFault.TooManyDecimals
            && number.TryToMinor(currency, out var minor) == AmountFault.None
            ? minor
            : null;

    private static Part[] PartsOf(PaymentRecord record, MerchantId merchant, Currency currency)
    {
        if (record.HasTooManyDetails)
            return [];
        var parts = new Part[record.DetailCount];
        for (var index = 0; index < parts.Length; index++)
            parts[index] = PartOf(record.Details[index], merchant, currency);
        return parts;
    }

    private static Part PartOf(PaymentDetail detail, MerchantId merchant, Currency currency)
    {
        Reference? order = detail.OrderId == 0 ? null : Name(merchant, MidnightNames.Order, detail.OrderId);
        // No balance check for a bad order, label or amount: nothing of it is looked at but whether the order is the customer's.
        if (UsableMinor(detail.AmountBilled, currency) is not { } minor || (order is null && detail.Label != PaymentLabel.Escrow))
            return Part.Escrow(order, 0);
        return detail.Label switch
        {
            PaymentLabel.Unknown => Part.Escrow(order, 0),
            PaymentLabel.Escrow => Part.Escrow(order, minor),
            PaymentLabel.Earmarked => Part.Deposit(order!.Value, minor),
            PaymentLabel.Services => Part.Order(order!.Value, MidnightNames.Services, minor),
            PaymentLabel.Postage => Part.Order(order!.Value, MidnightNames.Postage, minor),
        };
    }

    private static Reference Name(MerchantId merchant, string kind, long id) =>
        new(merchant, MidnightNames.Dialect, kind, id.ToString(CultureInfo.InvariantCulture));

    private static Reference? OrderByNumber(MerchantId merchant, string? number) =>
        number?.Trim() is { Length: > 0 and <= MaxOrderNumberLength } trimmed
            ? new Reference(merchant, MidnightNames.Dialect, MidnightNames.OrderNumber, trimmed)
            : null;

    /// <summary>
    /// The details that the payment's other rows do not have: the source, the order number, and the orders that escrow details name as a
    /// note. Null for a payment of source Other that says neither, which is nearly all of them.
    /// </summary>
    private static string? DetailsOf(PaymentRecord record)
    {
        var isMerchants = record.Source == RequestSource.PrcMerchant;
        var number = record.OrderNumber is { Length: > 0 and <= MaxOrderNumberLength } given ? given : null;
        var hasNotes = !isMerchants && HasNotes(record.Details);
        if (!isMerchants && number is null && !hasNotes)
            return null;

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("RequestSource"u8, isMerchants ? "PRCMerchant"u8 : "Other"u8);
            if (number is not null)
                writer.WriteString("OrderNumber"u8, number);
            if (hasNotes)
                WriteNotes(writer, record.Details);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static bool HasNotes(ReadOnlySpan<PaymentDetail> details)
    {
        foreach (var detail in details)
        {
            if (IsNote(detail))
                return true;
        }

        return false;
    }

    private static void WriteNotes(Utf8JsonWriter writer, ReadOnlySpan<PaymentDetail> details)
    {
        writer.WriteStartArray("EscrowOrderIds"u8);
        foreach (var detail in details)
        {
            if (IsNote(detail))
                writer.WriteNumberValue(detail.OrderId);
        }

        writer.WriteEndArray();
    }

    private static bool IsNote(PaymentDetail detail) => detail.Label == PaymentLabel.Escrow && detail.OrderId != 0;
}
