namespace Quittance.Dialects.SportAlliance.Messages;

/// <summary>Every message of an error. Each has a text in every language, under its own name.</summary>
public enum Message
{
    /// <summary>No valid API key.</summary>
    AuthenticationFailed,

    /// <summary>The API key lacks the scope.</summary>
    PermissionDenied,

    /// <summary>The customer, or something else in the path, is unknown.</summary>
    EntityNotFound,

    /// <summary>Another request is at work on the same thing.</summary>
    ConcurrentModification,

    /// <summary>Too many requests.</summary>
    RateLimitExceeded,

    /// <summary>A bug of ours, or an outcome that is not known yet.</summary>
    SystemError,

    /// <summary>The request may have been carried out; the database did not answer in time.</summary>
    OutcomeUnknown,

    /// <summary>Nothing was done; the request may be sent again.</summary>
    ServiceUnavailable,

    /// <summary>The books were restored and take no changes yet; the request may be sent again later.</summary>
    BooksHeld,

    /// <summary>The path knows other methods.</summary>
    MethodNotAllowed,

    /// <summary>The body is of another media type than JSON.</summary>
    MediaTypeUnsupported,

    /// <summary>The body is larger than is taken.</summary>
    BodyTooLarge,

    /// <summary>The body is not JSON.</summary>
    BodyUnreadable,

    /// <summary>The body is JSON but no object.</summary>
    BodyNotObject,

    /// <summary>The header Idempotency-Key is malformed. Arguments: the fewest and the most characters.</summary>
    IdempotencyKeyInvalid,

    /// <summary>The Idempotency-Key belongs to another request.</summary>
    IdempotencyKeyReused,

    /// <summary>A field is missing.</summary>
    ValueRequired,

    /// <summary>A field is of another JSON type.</summary>
    ValueWrongType,

    /// <summary>A field, or an item of a list, is there twice.</summary>
    ValueDuplicate,

    /// <summary>A field has an unknown value. Argument: the known ones.</summary>
    ValueNotAllowed,

    /// <summary>A field is not a whole number within a range. Arguments: the range.</summary>
    IntegerOutOfRange,

    /// <summary>A field is not a UUID.</summary>
    UuidInvalid,

    /// <summary>A text is empty or of blanks only.</summary>
    TextBlank,

    /// <summary>A text is too long. Argument: the most characters.</summary>
    TextTooLong,

    /// <summary>A text holds characters that are not text.</summary>
    TextInvalid,

    /// <summary>A list is too long. Argument: the most entries.</summary>
    ListTooLong,

    /// <summary>The offset of a slice is not ours.</summary>
    OffsetInvalid,

    /// <summary>An amount is below zero.</summary>
    AmountNegative,

    /// <summary>An amount is not above zero.</summary>
    AmountNotPositive,

    /// <summary>An amount has too many decimals. Argument: the most.</summary>
    AmountTooPrecise,

    /// <summary>An amount is too large. Argument: the largest.</summary>
    AmountTooLarge,

    /// <summary>The currency is not the studio's. Argument: the studio's.</summary>
    CurrencyMismatch,

    /// <summary>A session names its customer in two ways.</summary>
    CustomerGivenTwice,

    /// <summary>A session leaves the customer nothing to choose.</summary>
    NoPaymentChoice,

    /// <summary>The payment request token is not ours.</summary>
    TokenUnknown,

    /// <summary>The payment request token is too old. Argument: until when it was valid.</summary>
    TokenExpired,

    /// <summary>The payment request token was used before.</summary>
    TokenUsed,

    /// <summary>The payment request token is another customer's.</summary>
    TokenCustomerMismatch,

    /// <summary>The amount is not the one of the payment request token. Argument: that amount.</summary>
    TokenAmountMismatch,

    /// <summary>The payment request token stands for an instrument, and a payment was asked for.</summary>
    TokenWithoutAmount,

    /// <summary>The payment request token stands for a payment, and an instrument was to be replaced.</summary>
    TokenWithAmount,

    /// <summary>The provider declined the payment.</summary>
    PaymentDeclined,

    /// <summary>A debt claim is unknown, another customer's, or settled.</summary>
    ClaimNotOpen,

    /// <summary>More is open on the debt claims than the amount.</summary>
    ClaimsExceedAmount,

    /// <summary>The customer's total would leave what can be kept.</summary>
    BalanceOutOfRange,
}
