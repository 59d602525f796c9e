using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Refunds;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>The standard's words for what we have words of our own for.</summary>
public static class TmfWords
{
    /// <summary>The type of a payment method that is only referred to; what it is says <c>@referredType</c>.</summary>
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
        ? new TmfMethod { Tags = new TmfTags { Type = Word(method) } }
        : new TmfMethod
        {
            Id = instrument.Reference,
            Name = instrument.Name,
            Tags = new TmfTags { Type = MethodReference, ReferredType = Word(instrument.Method) },
        };
}
