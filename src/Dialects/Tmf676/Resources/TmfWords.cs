using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Refunds;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>The names of the two mounts that speak TMF resources, and of their kinds of references.</summary>
public static class TmfNames
{
    /// <summary>The TMF676 mount.</summary>
    public const string Tmf676 = "tmf676";

    /// <summary>The Oracle BRM mount.</summary>
    public const string OracleBrm = "oracle-brm";

    /// <summary>References to accounts: the TMF id, or the POID.</summary>
    public const string Account = "account";

    /// <summary>References to accounts by their number (Oracle BRM).</summary>
    public const string AccountNumber = "account-number";

    /// <summary>References to bills: the TMF id, or the POID.</summary>
    public const string Bill = "bill";

    /// <summary>References to bills by the number printed on them (Oracle BRM).</summary>
    public const string BillNumber = "bill-number";

    /// <summary>References to accounts by the POID of their bill unit (Oracle BRM).</summary>
    public const string BillUnit = "bill-unit";

    /// <summary>References to payment methods.</summary>
    public const string PaymentMethod = "payment-method";
}

/// <summary>The standard's words for what we have words of our own for.</summary>
public static class TmfWords
{
    /// <summary>The type of a payment method that is only referred to; <c>@referredType</c> says its kind.</summary>
    public const string MethodReference = "PaymentMethodRef";

    private static readonly (PaymentMethod Method, string Word)[] Methods =
        [.. Enum.GetValues<PaymentMethod>().Where(method => Word(method) is not null).Select(method => (method, Word(method)!))];

    /// <summary>The status of a payment (TMF676 4.1).</summary>
    public static string Status(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending or PaymentStatus.Unknown => "pendingAuthorization",
        PaymentStatus.Authorised => "authorized",
        PaymentStatus.Settling => "captured",
        PaymentStatus.Captured => "done",
        PaymentStatus.Declined => "denied",
        PaymentStatus.Failed => "failed",
        PaymentStatus.Cancelled => "canceled",
    };

    /// <summary>The status of a refund (TMF676 4.1).</summary>
    public static string Status(RefundStatus status) => status switch
    {
        RefundStatus.Pending => "pendingAuthorization",
        RefundStatus.Done => "done",
        RefundStatus.Failed => "failed",
    };

    /// <summary>The type name of a method; null when the client did not say how a payment was made.</summary>
    public static string? Word(PaymentMethod method) => method switch
    {
        PaymentMethod.Unspecified => null,
        PaymentMethod.Cash => "Cash",
        PaymentMethod.Check => "Check",
        PaymentMethod.Voucher => "Voucher",
        PaymentMethod.BankCard => "BankCard",
        PaymentMethod.TokenizedCard => "TokenizedCard",
        PaymentMethod.BankAccountDebit => "BankAccountDebit",
        PaymentMethod.BankAccountTransfer => "BankAccountTransfer",
        PaymentMethod.DigitalWallet => "DigitalWallet",
        PaymentMethod.Loyalty => "LoyaltyAccount",
        PaymentMethod.Account => "AccountPayment",
    };

    /// <summary>
    /// The method of a type name; null when the name is unknown. Clients differ in upper and lower case, so it does not
    /// count.
    /// </summary>
    public static PaymentMethod? Method(string? word)
    {
        foreach (var (method, known) in Methods)
        {
            if (string.Equals(known, word, StringComparison.OrdinalIgnoreCase))
                return method;
        }

        return null;
    }

    /// <summary>A method as a resource, where no client of ours described it in the standard's words.</summary>
    public static TmfMethod Method(PaymentMethod method, Instrument? instrument) => instrument is null
        ? new TmfMethod { Type = Word(method) }
        : new TmfMethod
        {
            Id = instrument.Reference,
            Name = instrument.Name,
            Type = MethodReference,
            ReferredType = Word(instrument.Method),
        };
}
