namespace Quittance.Dialects.Midnight;

/// <summary>
/// Every problem that a record can have. Within a record, and within a detail, problems are told in the order of this list:
/// the fields in the order of Midnight 3.1, then the rows of its table in section 5.
/// </summary>
public enum RecordProblem
{
    /// <summary>The element of the array is <c>null</c>.</summary>
    RecordEmpty,

    /// <summary>The idempotency key was used with another request.</summary>
    KeyReused,

    /// <summary>The server could not process it just now; nothing of it is stored, and it may be sent again.</summary>
    NotProcessed,

    /// <summary>It may be stored: the database has not told in time.</summary>
    OutcomeUnknown,

    /// <summary>It was refused for a reason that a payment of this dialect cannot meet.</summary>
    Refused,

    /// <summary>CustomerId is missing, 0 or unknown.</summary>
    CustomerUnknown,

    /// <summary>The customer is billed in another currency than the installation's.</summary>
    CustomerCurrency,

    /// <summary>AmountBilled is missing or not above 0.</summary>
    AmountNotPositive,

    /// <summary>AmountBilled is not the sum of its details.</summary>
    AmountNotSum,

    /// <summary>AmountBilled has more than two decimal places.</summary>
    AmountTooPrecise,

    /// <summary>AmountBilled has more decimal places than the currency.</summary>
    AmountFinerThanCurrency,

    /// <summary>AmountBilled is more than can be kept exactly.</summary>
    AmountTooLarge,

    /// <summary>The customer's totals would leave 64 bits.</summary>
    BalanceOutOfRange,

    /// <summary>There are no details where there must be some.</summary>
    DetailsMissing,

    /// <summary>There are more details than a record may have.</summary>
    DetailsTooMany,

    /// <summary>RequestSource is none of its values.</summary>
    SourceUnknown,

    /// <summary>A detail is <c>null</c>.</summary>
    DetailEmpty,

    /// <summary>OrderId is missing, unknown or another customer's.</summary>
    OrderUnknown,

    /// <summary>Nothing is outstanding on the order for the label.</summary>
    OrderSettled,

    /// <summary>PaymentLabel is none of its values.</summary>
    LabelUnknown,

    /// <summary>A detail's AmountBilled is missing or not above 0.</summary>
    DetailAmountNotPositive,

    /// <summary>A detail's AmountBilled has more than two decimal places.</summary>
    DetailAmountTooPrecise,

    /// <summary>A detail's AmountBilled has more decimal places than the currency.</summary>
    DetailAmountFinerThanCurrency,

    /// <summary>A detail's AmountBilled is more than can be kept exactly.</summary>
    DetailAmountTooLarge,

    /// <summary>A detail's AmountBilled is above what is due.</summary>
    DetailAmountExceedsDue,
}
