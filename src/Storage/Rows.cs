using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;

namespace Quittance.Storage;

/// <summary>Turns rows into what they mean. The columns start at <c>first</c>, in the order that each member names.</summary>
internal static class Rows
{
    /// <summary>The columns of <see cref="Charge"/>, of a row named x.</summary>
    public const string ChargeColumns =
        "x.merchant_id, x.id, x.account_id, x.order_id, x.number, x.label, x.reference, x.document, x.description, x.due_on, "
        + "x.amount_minor, x.currency, x.allocated_minor, x.credited_minor, x.reference_number";

    /// <summary>What people call a charge, of a row named x: its document's number, else its reference, else its own number.</summary>
    public const string ChargeName = "coalesce(x.document, x.reference, x.number::text)";

    /// <summary>How many columns <see cref="ChargeColumns"/> are: where the next one of a row stands.</summary>
    public const int AfterCharge = 15;

    /// <summary>The columns of <see cref="Payment"/>, of a row named x.</summary>
    public const string PaymentColumns =
        "x.merchant_id, x.id, x.number, x.account_id, x.dialect, x.status, x.amount_minor, x.currency, x.allocated_minor, x.method, "
        + "x.instrument_id, x.details, x.events, x.status_at, x.reversed_minor, x.refunded_minor";

    /// <summary>How many columns <see cref="PaymentColumns"/> are: where the next one of a row stands.</summary>
    public const int AfterPayment = 16;

    /// <summary>The columns of <see cref="Refund"/>, of a row named x.</summary>
    public const string RefundColumns =
        "x.merchant_id, x.id, x.number, x.payment_id, x.account_id, x.dialect, x.amount_minor, x.currency, x.status, x.attempt_id, x.details, "
        + "x.events, x.status_at, x.taken_by, x.share_of";

    /// <summary>How many columns <see cref="RefundColumns"/> are.</summary>
    public const int AfterRefund = 15;

    /// <summary>The columns of <see cref="Order"/>, of a row named x.</summary>
    public const string OrderColumns = "x.merchant_id, x.id, x.account_id, x.deposit_asked_minor, x.deposit_paid_minor, x.earmarked_minor, x.events";

    /// <summary>The columns of <see cref="Attempt"/>, of a row named x.</summary>
    public const string AttemptColumns =
        "x.merchant_id, x.id, x.payment_id, x.account_id, x.slot, x.provider, x.verb, x.amount_minor, x.currency, x.opened_at, "
        + "x.authorisation_id, x.instrument_id, x.mandate, x.captures_at_once, x.remainder, x.status, x.reason, x.note, x.unanswered, "
        + "x.events, x.due_at, x.redirect_to, x.return_to, x.is_judged";

    /// <summary>How many columns <see cref="AttemptColumns"/> are.</summary>
    public const int AfterAttempt = 24;

    /// <summary>The columns of <see cref="Dispute"/>, of a row named x.</summary>
    public const string DisputeColumns =
        "x.merchant_id, x.id, x.payment_id, x.provider, x.reference, x.kind, x.status, x.amount_minor, x.fee_minor, x.reversed_minor, x.opened_at";

    /// <summary>The columns of <see cref="Instrument"/>, of a row named x that has <see cref="MandateColumns"/> beside its own.</summary>
    public const string InstrumentColumns =
        "x.merchant_id, x.id, x.account_id, x.reference, x.method, x.name, x.provider, x.kind, x.last_four, x.scheme, x.country, "
        + "x.expires_on, x.holder, x.mandate_reference, x.mandate_scheme, x.mandate_signed_on, x.mandate_status, x.standing";

    /// <summary>The columns of <see cref="Session"/>, of a row named x.</summary>
    public const string SessionColumns =
        "x.merchant_id, x.id, x.account_id, x.slot, x.installation_id, x.scope, x.amount_minor, x.currency, x.reference_text, x.choices, "
        + "x.expires_at, x.requires_signature, x.shows_instruments, x.status, x.payment_id, x.instrument_id, x.events";

    /// <summary>The columns of <see cref="Booking"/>, of a row named x with <see cref="BookingHolder"/>.</summary>
    public const string BookingColumns =
        "x.merchant_id, x.id, x.departure_id, x.account_id, x.charge_id, x.owner_id, x.price_minor, x.currency, x.held_until, x.trip_id, "
        + "h.name, x.has_bicycle, x.has_dog, x.status, x.payment_id, x.events";

    /// <summary>Joins who travels, as h, to a booking named x.</summary>
    public const string BookingHolder = "LEFT JOIN account_holder h ON h.merchant_id = x.merchant_id AND h.account_id = x.account_id";

    /// <summary>The columns of an instrument's mandate, of a row named m.</summary>
    public const string MandateColumns =
        "m.reference AS mandate_reference, m.scheme AS mandate_scheme, m.signed_on AS mandate_signed_on, m.status AS mandate_status";

    /// <summary>Columns: merchant_id, id, slot, number, currency, name.</summary>
    public static Account Account(NpgsqlDataReader row, int first) => new(
        new AccountId(Merchant(row, first), row.GetGuid(first + 1)), row.GetInt16(first + 2), row.GetInt64(first + 3),
        Currency.Parse(row.GetString(first + 4)), Text(row, first + 5));

    /// <summary>Columns: <see cref="OrderColumns"/>.</summary>
    public static Order Order(NpgsqlDataReader row, int first)
    {
        var merchant = Merchant(row, first);
        return new Order(
            new OrderId(merchant, row.GetGuid(first + 1)), new AccountId(merchant, row.GetGuid(first + 2)), row.GetInt64(first + 3),
            row.GetInt64(first + 4), row.GetInt64(first + 5), row.GetInt32(first + 6));
    }

    /// <summary>Columns: <see cref="InstrumentColumns"/>.</summary>
    public static Instrument Instrument(NpgsqlDataReader row, int first)
    {
        var merchant = Merchant(row, first);
        return new Instrument(
            new InstrumentId(merchant, row.GetGuid(first + 1)), new AccountId(merchant, row.GetGuid(first + 2)),
            row.GetString(first + 3), Words.ToMethod(row.GetString(first + 4)), Text(row, first + 5))
        {
            Vaulted = row.IsDBNull(first + 6) ? null : Vaulted(row, first + 6),
            Standing = Words.ToStanding(row.GetString(first + 17)),
        };
    }

    private static Vaulted Vaulted(NpgsqlDataReader row, int first)
    {
        var shown = new MaskedInstrument(Words.ToInstrumentKind(row.GetString(first + 1)), row.GetString(first + 2))
        {
            Scheme = Text(row, first + 3) is { } scheme ? Words.ToCardScheme(scheme) : null,
            Country = Text(row, first + 4),
            Expiry = row.IsDBNull(first + 5) ? null : ExpiryOn(row.GetFieldValue<DateOnly>(first + 5)),
            Holder = Text(row, first + 6),
        };
        return new Vaulted(row.GetString(first), shown, row.IsDBNull(first + 7) ? null : Mandate(row, first + 7));
    }

    private static CardExpiry ExpiryOn(DateOnly day) => new(day.Month, day.Year);

    private static Mandate Mandate(NpgsqlDataReader row, int first) => new(
        row.GetString(first), Words.ToMandateScheme(row.GetString(first + 1)), row.GetFieldValue<DateOnly>(first + 2),
        Words.ToMandateStatus(row.GetString(first + 3)));

    /// <summary>Columns: <see cref="ChargeColumns"/>.</summary>
    public static Charge Charge(NpgsqlDataReader row, int first)
    {
        var merchant = Merchant(row, first);
        return new Charge(
            new ChargeId(merchant, row.GetGuid(first + 1)), new AccountId(merchant, row.GetGuid(first + 2)),
            row.IsDBNull(first + 3) ? null : new OrderId(merchant, row.GetGuid(first + 3)), row.GetInt64(first + 4),
            row.GetString(first + 5), Text(row, first + 6), Text(row, first + 7), Text(row, first + 8),
            row.GetFieldValue<DateOnly>(first + 9), new Money(row.GetInt64(first + 10), Currency.Parse(row.GetString(first + 11))),
            row.GetInt64(first + 12), row.GetInt64(first + 13))
        {
            ReferenceNumber = row.IsDBNull(first + 14) ? null : row.GetInt64(first + 14),
        };
    }

    /// <summary>Columns: <see cref="PaymentColumns"/>.</summary>
    public static Payment Payment(NpgsqlDataReader row, int first)
    {
        var merchant = Merchant(row, first);
        return new Payment(
            new PaymentId(merchant, row.GetGuid(first + 1)), row.GetInt64(first + 2), new AccountId(merchant, row.GetGuid(first + 3)),
            row.GetString(first + 4), Words.ToStatus(row.GetString(first + 5)),
            row.IsDBNull(first + 6) ? null : new Money(row.GetInt64(first + 6), Currency.Parse(row.GetString(first + 7))),
            row.GetInt64(first + 8), Words.ToMethod(row.GetString(first + 9)),
            row.IsDBNull(first + 10) ? null : new InstrumentId(merchant, row.GetGuid(first + 10)), Text(row, first + 11),
            row.GetInt32(first + 12), row.GetFieldValue<DateTimeOffset>(first + 13))
        {
            ReversedMinor = row.GetInt64(first + 14),
            RefundedMinor = row.GetInt64(first + 15),
        };
    }

    /// <summary>Columns: <see cref="RefundColumns"/>.</summary>
    public static Refund Refund(NpgsqlDataReader row, int first)
    {
        var merchant = Merchant(row, first);
        return new Refund(
            new RefundId(merchant, row.GetGuid(first + 1)), row.GetInt64(first + 2),
            row.IsDBNull(first + 3) ? null : new PaymentId(merchant, row.GetGuid(first + 3)),
            new AccountId(merchant, row.GetGuid(first + 4)), row.GetString(first + 5),
            row.IsDBNull(first + 6) ? null : new Money(row.GetInt64(first + 6), Currency.Parse(row.GetString(first + 7))), Words.ToRefundStatus(row.GetString(first + 8)),
            row.IsDBNull(first + 9) ? null : new AttemptId(merchant, row.GetGuid(first + 9)), Text(row, first + 10), row.GetInt32(first + 11),
            row.GetFieldValue<DateTimeOffset>(first + 12))
        {
            TakenBy = row.GetInt32(first + 13),
            ShareOf = row.IsDBNull(first + 14) ? null : new RefundId(merchant, row.GetGuid(first + 14)),
        };
    }

    /// <summary>Columns: <see cref="AttemptColumns"/>.</summary>
    public static Attempt Attempt(NpgsqlDataReader row, int first)
    {
        var merchant = Merchant(row, first);
        return new Attempt(
            new AttemptId(merchant, row.GetGuid(first + 1)), new PaymentId(merchant, row.GetGuid(first + 2)),
            new AccountId(merchant, row.GetGuid(first + 3)), row.GetInt16(first + 4), row.GetString(first + 5),
            Words.ToVerb(row.GetString(first + 6)), new Money(row.GetInt64(first + 7), Currency.Parse(row.GetString(first + 8))),
            row.GetFieldValue<DateTimeOffset>(first + 9))
        {
            Authorisation = row.IsDBNull(first + 10) ? null : new AttemptId(merchant, row.GetGuid(first + 10)),
            Instrument = row.IsDBNull(first + 11) ? null : new InstrumentId(merchant, row.GetGuid(first + 11)),
            Mandate = Text(row, first + 12),
            CapturesAtOnce = row.GetBoolean(first + 13),
            Remainder = Words.ToRemainder(row.GetString(first + 14)),
            Status = Words.ToAttemptStatus(row.GetString(first + 15)),
            Reason = Text(row, first + 16) is { } reason ? Words.ToReason(reason) : null,
            Note = Text(row, first + 17),
            Unanswered = row.GetInt32(first + 18),
            Events = row.GetInt32(first + 19),
            DueAt = row.IsDBNull(first + 20) ? null : row.GetFieldValue<DateTimeOffset>(first + 20),
            RedirectTo = Text(row, first + 21),
            ReturnTo = Text(row, first + 22),
            IsJudged = row.GetBoolean(first + 23),
        };
    }

    /// <summary>Columns: <see cref="SessionColumns"/>.</summary>
    public static Session Session(NpgsqlDataReader row, int first)
    {
        var merchant = Merchant(row, first);
        return new Session(
            new SessionId(merchant, row.GetGuid(first + 1)), new AccountId(merchant, row.GetGuid(first + 2)), row.GetInt16(first + 3),
            row.GetInt64(first + 4), Words.ToScope(row.GetString(first + 5)),
            new Money(row.GetInt64(first + 6), Currency.Parse(row.GetString(first + 7))), row.GetString(first + 8),
            [.. row.GetFieldValue<string[]>(first + 9).Select(Words.ToChoice)], row.GetFieldValue<DateTimeOffset>(first + 10))
        {
            RequiresSignature = row.GetBoolean(first + 11),
            ShowsInstruments = row.GetBoolean(first + 12),
            Status = Words.ToSessionStatus(row.GetString(first + 13)),
            Payment = row.IsDBNull(first + 14) ? null : new PaymentId(merchant, row.GetGuid(first + 14)),
            Instrument = row.IsDBNull(first + 15) ? null : new InstrumentId(merchant, row.GetGuid(first + 15)),
            Events = row.GetInt32(first + 16),
        };
    }

    /// <summary>Columns: <see cref="BookingColumns"/>.</summary>
    public static Booking Booking(NpgsqlDataReader row, int first)
    {
        var merchant = Merchant(row, first);
        return new Booking(
            new BookingId(merchant, row.GetGuid(first + 1)), new DepartureId(merchant, row.GetGuid(first + 2)),
            new AccountId(merchant, row.GetGuid(first + 3)), new ChargeId(merchant, row.GetGuid(first + 4)), row.GetGuid(first + 5),
            new Money(row.GetInt64(first + 6), Currency.Parse(row.GetString(first + 7))), row.GetFieldValue<DateTimeOffset>(first + 8))
        {
            Trip = row.GetGuid(first + 9),
            Passenger = Text(row, first + 10),
            HasBicycle = row.GetBoolean(first + 11),
            HasDog = row.GetBoolean(first + 12),
            Status = Words.ToBookingStatus(row.GetString(first + 13)),
            Payment = row.IsDBNull(first + 14) ? null : new PaymentId(merchant, row.GetGuid(first + 14)),
            Events = row.GetInt32(first + 15),
        };
    }

    /// <summary>Columns: <see cref="DisputeColumns"/>.</summary>
    public static Dispute Dispute(NpgsqlDataReader row, int first)
    {
        var merchant = Merchant(row, first);
        return new Dispute(
            new DisputeId(merchant, row.GetGuid(first + 1)), new PaymentId(merchant, row.GetGuid(first + 2)), row.GetString(first + 3),
            row.GetString(first + 4), Words.ToDisputeKind(row.GetString(first + 5)), Words.ToDisputeStatus(row.GetString(first + 6)),
            row.GetInt64(first + 7), row.GetInt64(first + 8), row.GetInt64(first + 9), row.GetFieldValue<DateTimeOffset>(first + 10));
    }

    private static MerchantId Merchant(NpgsqlDataReader row, int column) => new(row.GetInt64(column));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
